#include <c10/util/error.h>

#include <system_error>

namespace c10::utils {

std::string str_error(int errnum) { return std::generic_category().message(errnum); }

}  // namespace c10::utils
