// Mirrors <c10/util/logging_is_not_google_glog.h> of PyTorch 2.13.
#pragma once

#include <c10/util/Flags.h>
#include <c10/util/logging_common.h>

#include <chrono>
#include <climits>
#include <ctime>
#include <iomanip>
#include <map>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

const char CAFFE2_SEVERITY_PREFIX[] = "FEWIV";

namespace c10 {

const int GLOG_FATAL = 3;
const int GLOG_ERROR = 2;
const int GLOG_WARNING = 1;
const int GLOG_INFO = 0;

template <typename T>
T& CheckNotNullCommon(const char* file, int line, const char* names, T& t, bool fatal) {
  if (t == nullptr) {
    MessageLogger(SourceLocation::current(file, nullptr, line), GLOG_FATAL, fatal).stream()
        << "Check failed: '" << names << "' must be non NULL. ";
  }
  return t;
}
template <typename T>
T* CheckNotNull(const char* file, int line, const char* names, T* t, bool fatal) {
  return CheckNotNullCommon(file, line, names, t, fatal);
}
template <typename T>
T& CheckNotNull(const char* file, int line, const char* names, T& t, bool fatal) {
  return CheckNotNullCommon(file, line, names, t, fatal);
}

}  // namespace c10

static_assert(CAFFE2_LOG_THRESHOLD <= ::c10::GLOG_FATAL, "CAFFE2_LOG_THRESHOLD should at most be GLOG_FATAL.");

#define FLAMBEAU_LOG_LINE(n) ::c10::MessageLogger(::c10::SourceLocation::current(), n).stream()
#define LOG(n) \
  if (::c10::GLOG_##n >= CAFFE2_LOG_THRESHOLD) FLAMBEAU_LOG_LINE(::c10::GLOG_##n)
#define VLOG(n) \
  if (-n >= CAFFE2_LOG_THRESHOLD) FLAMBEAU_LOG_LINE(-n)
#define LOG_IF(n, condition) \
  if (::c10::GLOG_##n >= CAFFE2_LOG_THRESHOLD && (condition)) FLAMBEAU_LOG_LINE(::c10::GLOG_##n)
#define VLOG_IF(n, condition) \
  if (-n >= CAFFE2_LOG_THRESHOLD && (condition)) FLAMBEAU_LOG_LINE(-n)
#define VLOG_IS_ON(verboselevel) (CAFFE2_LOG_THRESHOLD <= -(verboselevel))
#define LOG_AT_FILE_LINE(n, file, line)        \
  if (::c10::GLOG_##n >= CAFFE2_LOG_THRESHOLD) \
  ::c10::MessageLogger(::c10::SourceLocation::current(file, nullptr, line), ::c10::GLOG_##n).stream()
#ifndef FATAL_IF
#define FATAL_IF(condition) condition ? (void)0 : ::c10::LoggerVoidify() & FLAMBEAU_LOG_LINE(::c10::GLOG_FATAL)
#endif
#define CHECK(condition) FATAL_IF(condition) << "Check failed: " #condition " "

#ifndef NDEBUG
#define DCHECK(condition) FATAL_IF(condition) << "Check failed: " #condition " "
#define DLOG(severity) LOG(severity)
#else
#define DCHECK(condition) \
  while (false) CHECK(condition)
#define DLOG(n) true ? (void)0 : ::c10::LoggerVoidify() & FLAMBEAU_LOG_LINE(::c10::GLOG_##n)
#endif

// Containers in the log, at most 100 elements of each.
namespace std {
template <class First, class Second>
std::ostream& operator<<(std::ostream& out, const std::pair<First, Second>& p);
}
namespace c10 {
template <class Iter>
void PrintSequence(std::ostream& ss, Iter begin, Iter end);
}
namespace std {
#define INSTANTIATE_FOR_CONTAINER(container)                                    \
  template <class... Types>                                                     \
  std::ostream& operator<<(std::ostream& out, const container<Types...>& seq) { \
    c10::PrintSequence(out, seq.begin(), seq.end());                            \
    return out;                                                                 \
  }
INSTANTIATE_FOR_CONTAINER(std::vector)
INSTANTIATE_FOR_CONTAINER(std::map)
INSTANTIATE_FOR_CONTAINER(std::set)
#undef INSTANTIATE_FOR_CONTAINER
template <class First, class Second>
inline std::ostream& operator<<(std::ostream& out, const std::pair<First, Second>& p) {
  out << '(' << p.first << ", " << p.second << ')';
  return out;
}
inline std::ostream& operator<<(std::ostream& out, const std::nullptr_t&) {
  out << "(null)";
  return out;
}
}  // namespace std
namespace c10 {
template <class Iter>
inline void PrintSequence(std::ostream& out, Iter begin, Iter end) {
  for (int i = 0; begin != end && i < 100; ++i, ++begin) {
    if (i > 0) out << ' ';
    out << *begin;
  }
  if (begin != end) out << " ...";
}
}  // namespace c10
