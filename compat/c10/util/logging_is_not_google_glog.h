// Mirrors <c10/util/logging_is_not_google_glog.h> of PyTorch 2.13.
#pragma once

#include <c10/util/Flags.h>
#include <c10/util/logging_common.h>

#include <climits>
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

/// At most the first 100 items, with blanks between.
template <class Iter>
inline void PrintSequence(std::ostream& out, Iter begin, Iter end) {
  for (int i = 0; begin != end && i < 100; ++i, ++begin) out << (i > 0 ? " " : "") << *begin;
  if (begin != end) out << " ...";
}

}  // namespace c10

#define FLB_LOGGER(severity) ::c10::MessageLogger(::c10::SourceLocation::current(), severity).stream()
#define LOG(n) \
  if (::c10::GLOG_##n >= CAFFE2_LOG_THRESHOLD) FLB_LOGGER(::c10::GLOG_##n)
#define VLOG(n) \
  if (-n >= CAFFE2_LOG_THRESHOLD) FLB_LOGGER(-n)
#define LOG_IF(n, condition) \
  if (::c10::GLOG_##n >= CAFFE2_LOG_THRESHOLD && (condition)) FLB_LOGGER(::c10::GLOG_##n)
#define VLOG_IF(n, condition) \
  if (-n >= CAFFE2_LOG_THRESHOLD && (condition)) FLB_LOGGER(-n)
#define VLOG_IS_ON(verboselevel) (CAFFE2_LOG_THRESHOLD <= -(verboselevel))
#define CHECK(condition) FATAL_IF(condition) << "Check failed: " #condition " "

#ifndef NDEBUG
#define DCHECK(condition) CHECK(condition)
#define DLOG(severity) LOG(severity)
#else
#define DCHECK(condition) \
  while (false) CHECK(condition)
#define DLOG(n) true ? (void)0 : ::c10::LoggerVoidify() & FLB_LOGGER(::c10::GLOG_##n)
#endif

#define CHECK_EQ(val1, val2) TORCH_CHECK_OP(val1, val2, ==)
#define CHECK_NE(val1, val2) TORCH_CHECK_OP(val1, val2, !=)
#define CHECK_LE(val1, val2) TORCH_CHECK_OP(val1, val2, <=)
#define CHECK_LT(val1, val2) TORCH_CHECK_OP(val1, val2, <)
#define CHECK_GE(val1, val2) TORCH_CHECK_OP(val1, val2, >=)
#define CHECK_GT(val1, val2) TORCH_CHECK_OP(val1, val2, >)
#define CHECK_NOTNULL(val) ::c10::CheckNotNull(__FILE__, __LINE__, #val, val, true)

// Containers that messages print. They stand in std so that lookup finds them from anywhere.
namespace std {

template <class First, class Second>
inline std::ostream& operator<<(std::ostream& out, const std::pair<First, Second>& p) {
  return out << '(' << p.first << ", " << p.second << ')';
}
template <class... Types>
std::ostream& operator<<(std::ostream& out, const std::vector<Types...>& seq) {
  c10::PrintSequence(out, seq.begin(), seq.end());
  return out;
}
template <class... Types>
std::ostream& operator<<(std::ostream& out, const std::map<Types...>& seq) {
  c10::PrintSequence(out, seq.begin(), seq.end());
  return out;
}
template <class... Types>
std::ostream& operator<<(std::ostream& out, const std::set<Types...>& seq) {
  c10::PrintSequence(out, seq.begin(), seq.end());
  return out;
}

}  // namespace std
