#include <c10/util/Exception.h>
#include <c10/util/env.h>
#include <c10/util/error.h>
#include <c10/util/tempfile.h>

#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace c10 {

namespace {

std::string name_pattern(std::string_view name_prefix) {
  std::string directory = "/tmp";
  for (const char* variable : {"TMPDIR", "TMP", "TEMP", "TEMPDIR"}) {
    if (auto value = c10::utils::get_env(variable)) {
      directory = *value;
      break;
    }
  }
  return directory + "/" + std::string(name_prefix) + "XXXXXX";
}

}  // namespace

std::optional<TempFile> try_make_tempfile(std::string_view name_prefix) {
  std::string name = name_pattern(name_prefix);
  const int fd = mkstemp(name.data());
  if (fd == -1) return std::nullopt;
  return TempFile(name, fd);
}

TempFile make_tempfile(std::string_view name_prefix) {
  if (auto file = try_make_tempfile(name_prefix)) return *std::move(file);
  TORCH_CHECK(false, "Error generating temporary file: ", c10::utils::str_error(errno));
}

std::optional<TempDir> try_make_tempdir(std::string_view name_prefix) {
  std::string name = name_pattern(name_prefix);
  if (mkdtemp(name.data()) == nullptr) return std::nullopt;
  return TempDir(name);
}

TempDir make_tempdir(std::string_view name_prefix) {
  if (auto directory = try_make_tempdir(name_prefix)) return *std::move(directory);
  TORCH_CHECK(false, "Error generating temporary directory: ", c10::utils::str_error(errno));
}

TempFile::~TempFile() {
  if (name.empty()) return;
  if (fd >= 0) close(fd);
  unlink(name.c_str());
}

TempDir::~TempDir() {
  if (!name.empty()) rmdir(name.c_str());
}

}  // namespace c10
