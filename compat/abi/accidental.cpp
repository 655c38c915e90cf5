// Foreign functions that PyTorch's libraries export by accident and that wheels rely on: abi/accidental.tsv.
#include <c10/util/Exception.h>

#include <cstddef>
#include <cstring>
#include <ios>
#include <string>

#include "kernels/cpu/gemm.h"

/// libstdc++ 13's replacement for a static initialiser in each file that includes <iostream>; 12's does it by
/// ios_base::Init.
extern "C" void ios_base_library_init() __asm__("_ZSt21ios_base_library_initv");
extern "C" void ios_base_library_init() { static std::ios_base::Init init; }

namespace {

/// Moves the tail of a replacement that overlaps the string itself. `hole` is where `removed` characters make room for
/// `added` ones from `source`, `tail` characters follow; the capacity suffices.
void replace_overlapping(char* hole, size_t removed, const char* source, size_t added, size_t tail) {
  const std::string copy(source, added);
  if (tail && removed != added) std::memmove(hole + added, hole + removed, tail);
  std::memcpy(hole, copy.data(), added);
}

}  // namespace

/// libstdc++ 13's out-of-line part of basic_string::_M_replace for a source inside the string.
extern "C" void string_replace_cold(
    std::string* self, char* hole, size_t removed, const char* source, size_t added,
    size_t tail) __asm__("_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE15_M_replace_coldEPcmPKcmm");
extern "C" void string_replace_cold(std::string*, char* hole, size_t removed, const char* source, size_t added,
                                    size_t tail) {
  replace_overlapping(hole, removed, source, added, tail);
}

// Fortran BLAS: c = alpha op(a) op(b) + beta c, column-major; op transposes for 't' and conjugates too for 'c'.
namespace {

template <class T>
flambeau::cpu::Matrix<const T> operand(char op, const T* data, int64_t leading) {
  const bool transposed = op != 'n' && op != 'N';
  return {data, {transposed ? leading : 1, nullptr}, {transposed ? 1 : leading, nullptr}};
}

template <class T>
void blas_gemm(const char* op_a, const char* op_b, const int* m, const int* n, const int* k, const T* alpha, const T* a,
               const int* lda, const T* b, const int* ldb, const T* beta, T* c, const int* ldc) {
  using flambeau::cpu::Matrix;
  const Matrix<T> result{c, {1, nullptr}, {*ldc, nullptr}};
  const Matrix<const T> before{c, result.row, result.col};
  flambeau::cpu::gemm<T>({*m, *n, *k, operand(*op_a, a, *lda), operand(*op_b, b, *ldb), result, before, *alpha, *beta});
}

}  // namespace

#define FLB_BLAS_GEMM(name, T)                                                                                        \
  extern "C" void name(const char* op_a, const char* op_b, const int* m, const int* n, const int* k, const T* alpha,  \
                       const T* a, const int* lda, const T* b, const int* ldb, const T* beta, T* c, const int* ldc) { \
    blas_gemm<T>(op_a, op_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);                                           \
  }
FLB_BLAS_GEMM(sgemm_, float)
FLB_BLAS_GEMM(dgemm_, double)

/// Complex products are rare guests here, and 'c' conjugates: they refuse rather than give what was not asked for.
extern "C" [[noreturn]] void cgemm_() {
  throw c10::NotImplementedError({__func__, __FILE__, __LINE__}, "not implemented: cgemm_");
}
extern "C" [[noreturn]] void zgemm_() {
  throw c10::NotImplementedError({__func__, __FILE__, __LINE__}, "not implemented: zgemm_");
}

/// cpuinfo's flags of instruction sets: none is claimed, so that callers take their portable paths.
extern "C" unsigned char cpuinfo_isa[128];
unsigned char cpuinfo_isa[128] = {};
extern "C" bool cpuinfo_initialize() { return true; }
