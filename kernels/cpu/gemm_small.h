// Products of small matrices, straight from the operands, in registers of half the greatest width: once per
// instruction set. gemm.cpp calls them.
#pragma once

#include "kernels/cpu/gemm.h"

namespace flambeau::cpu {

template <class T>
struct SmallGemm {
  static constexpr int64_t kDepth = 512;  ///< the greatest k
  /// For operands given by strides; b has adjacent rows or adjacent columns, c adjacent columns, d (where beta is not
  /// 0) adjacent columns or equal ones.
  void (*multiply)(const Gemm<T>&);
};

template <class T>
const SmallGemm<T>& small_gemm();

}  // namespace flambeau::cpu
