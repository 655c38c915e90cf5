#include <ATen/Version.h>
#include <omp.h>

namespace at {

std::string get_mkl_version() { return "MKL not found"; }
std::string get_mkldnn_version() { return "MKLDNN not found"; }
std::string get_openmp_version() {
  // _OPENMP is the date of the specification; 4.5 is of November 2015.
  return "OpenMP " + std::to_string(_OPENMP) + (_OPENMP == 201511 ? " (a.k.a. OpenMP 4.5)" : "");
}
std::string get_cxx_flags() { return "-std=c++20 -O2"; }
std::string get_cpu_capability() {
  if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
    return "AVX512";
  return __builtin_cpu_supports("avx2") ? "AVX2" : "DEFAULT";
}
std::string show_config() {
  return "Flambeau, PyTorch 2.13.0 ABI\n  - GCC " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__) +
         "\n  - C++ Version: " + std::to_string(__cplusplus) + "\n  - " + get_openmp_version() +
         "\n  - CPU capability usage: " + get_cpu_capability() + "\n";
}

}  // namespace at
