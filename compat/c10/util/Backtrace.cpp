#include <c10/util/Backtrace.h>
#include <c10/util/Type.h>
#include <dlfcn.h>
#include <execinfo.h>

#include <algorithm>
#include <sstream>
#include <vector>

namespace c10 {
namespace {

std::string describe(void* address) {
  std::ostringstream line;
  Dl_info where{};
  if (dladdr(address, &where) != 0 && where.dli_sname != nullptr) {
    line << demangle(where.dli_sname) << " + " << static_cast<char*>(address) - static_cast<char*>(where.dli_saddr);
  } else {
    line << "<unknown function>";
  }
  line << " (" << address << " in " << (where.dli_fname != nullptr ? where.dli_fname : "?") << ")";
  return line.str();
}

// Keeps the addresses; names are looked up only when somebody reads the text.
class Frames final : public OptimisticLazyValue<std::string> {
 public:
  explicit Frames(std::vector<void*> frames) : frames_(std::move(frames)) {}

 private:
  std::string compute() const override {
    std::ostringstream text;
    for (size_t i = 0; i < frames_.size(); ++i) text << "frame #" << i << ": " << describe(frames_[i]) << '\n';
    return text.str();
  }
  std::vector<void*> frames_;
};

}  // namespace

Backtrace get_lazy_backtrace(size_t frames_to_skip, size_t maximum_number_of_frames, bool /*skip_python_frames*/) {
  const size_t skip = frames_to_skip + 1;
  std::vector<void*> frames(skip + maximum_number_of_frames);
  frames.resize(static_cast<size_t>(std::max(0, ::backtrace(frames.data(), static_cast<int>(frames.size())))));
  frames.erase(frames.begin(), frames.begin() + static_cast<ptrdiff_t>(std::min(skip, frames.size())));
  return std::make_shared<Frames>(std::move(frames));
}

std::string get_backtrace(size_t frames_to_skip, size_t maximum_number_of_frames, bool skip_python_frames) {
  return get_lazy_backtrace(frames_to_skip + 1, maximum_number_of_frames, skip_python_frames)->get();
}

}  // namespace c10
