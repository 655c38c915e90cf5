// Mirrors <ATen/core/dispatch/DispatchKeyExtractor.h> of PyTorch 2.13: from arguments to the keys to dispatch on.
#pragma once

#include <ATen/core/Variadic.h>
#include <ATen/core/function_schema.h>
#include <ATen/core/jit_type.h>
#include <ATen/core/stack.h>
#include <c10/core/DispatchKeySet.h>
#include <c10/util/Bitset.h>
#include <c10/util/irange.h>

#include <cstdint>

namespace c10 {
namespace impl {

/// Applies the thread's included and excluded keys, then drops those whose kernel would only fall through.
FLB_ON_USE inline DispatchKeySet computeDispatchKeySet(DispatchKeySet ks, DispatchKeySet key_mask) {
  const auto local = c10::impl::tls_local_dispatch_key_set();
  return ((ks | local.included_) - local.excluded_) & key_mask;
}

}  // namespace impl

namespace detail {

struct MultiDispatchKeySet : at::IterArgs<MultiDispatchKeySet> {
  DispatchKeySet ts;
  void operator()(const at::Tensor& x) { ts = ts | x.key_set(); }
  FLB_ON_USE void operator()(const std::optional<at::Tensor>& x) {
    if (x.has_value()) ts = ts | x->key_set();
  }
  FLB_ON_USE void operator()(at::ArrayRef<at::Tensor> xs) {
    for (const auto& x : xs) ts = ts | x.key_set();
  }
  FLB_ON_USE void operator()(const c10::List<std::optional<at::Tensor>>& xs) {
    for (std::optional<at::Tensor> x : xs) (*this)(x);
  }
  FLB_ON_USE void operator()(const at::ITensorListRef& xs) {
    for (const auto& x : xs) ts = ts | x.key_set();
  }
  [[noreturn]] void operator()(at::ArrayRef<std::optional<at::Tensor>>) { TORCH_INTERNAL_ASSERT(false); }
  FLB_ON_USE void operator()(const at::Generator& gen) {
    if (gen.defined()) ts = ts | gen.key_set();
  }
  FLB_ON_USE void operator()(const std::optional<at::Generator>& gen) {
    if (gen.has_value()) (*this)(*gen);
  }
  template <typename T>
  void operator()(const T&) {}
};

template <typename... Args>
DispatchKeySet multi_dispatch_key_set(const Args&... args) {
  return MultiDispatchKeySet().apply(args...).ts;
}

}  // namespace detail

struct TORCH_API DispatchKeyExtractor final {
 public:
  FLB_ON_USE static DispatchKeyExtractor make(const FunctionSchema& schema) {
    return DispatchKeyExtractor(makeBitsetForDispatchArgs(schema));
  }
  /// For an operator whose schema is not known yet: sees no argument.
  static DispatchKeyExtractor makeUninitialized() { return DispatchKeyExtractor(c10::utils::bitset()); }
  FLB_ON_USE void registerSchema(const FunctionSchema& schema) {
    TORCH_INTERNAL_ASSERT(dispatch_arg_indices_reverse_.is_entirely_unset());
    dispatch_arg_indices_reverse_ = makeBitsetForDispatchArgs(schema);
  }
  void deregisterSchema() { dispatch_arg_indices_reverse_ = c10::utils::bitset(); }

  FLB_ON_USE DispatchKeySet getDispatchKeySetBoxed(const torch::jit::Stack* stack) const {
    DispatchKeySet ks;
    dispatch_arg_indices_reverse_.for_each_set_bit([&](size_t reverse_arg_index) {
      const auto& value = torch::jit::peek(*stack, 0, reverse_arg_index + 1);
      if (C10_LIKELY(value.isTensor())) {
        ks = ks | value.unsafeToTensorImpl()->key_set();
      } else if (C10_UNLIKELY(value.isList())) {
        for (const auto& element : value.toListRef()) {
          if (element.isTensor()) ks = ks | element.unsafeToTensorImpl()->key_set();
        }
      }
    });
    return masked(ks);
  }
  template <class... Args>
  DispatchKeySet getDispatchKeySetUnboxed(const Args&... args) const {
    return masked(detail::multi_dispatch_key_set(args...));
  }

  void setOperatorHasFallthroughForKey(DispatchKey k, bool has_fallthrough);
  std::string dumpState() const;
  void checkInvariants(const FunctionSchema& schema) const;

 private:
  FLB_ON_USE DispatchKeySet masked(DispatchKeySet ks) const {
    if (!requiresBitsetPerBackend_) return impl::computeDispatchKeySet(ks, nonFallthroughKeys_);
    const auto tls = c10::impl::tls_local_dispatch_key_set();
    const auto backend = ((ks | tls.included_) - tls.excluded_).getBackendIndex();
    return impl::computeDispatchKeySet(ks, nonFallthroughKeysPerBackend_[backend]);
  }
  FLB_ON_USE static bool isDispatchType(const Type& type) {
    return type.isSubtypeOf(*TensorType::get()) || type.isSubtypeOf(*ListType::ofTensors()) ||
           type.isSubtypeOf(*ListType::ofOptionalTensors()) || type.isSubtypeOf(*OptionalType::ofTensor());
  }
  FLB_ON_USE static c10::utils::bitset makeBitsetForDispatchArgs(const FunctionSchema& schema) {
    const auto count = schema.arguments().size();
    TORCH_CHECK(count <= c10::utils::bitset::NUM_BITS(), "The function schema has ", count,
                " arguments but this PyTorch build only supports ", c10::utils::bitset::NUM_BITS());
    c10::utils::bitset positions;
    for (const auto i : c10::irange(count)) {
      if (isDispatchType(*schema.arguments()[i].type())) positions.set(count - 1 - i);
    }
    return positions;
  }
  FLB_ON_USE explicit DispatchKeyExtractor(c10::utils::bitset dispatch_arg_indices_reverse)
      : dispatch_arg_indices_reverse_(dispatch_arg_indices_reverse), nonFallthroughKeys_(DispatchKeySet::FULL) {
    nonFallthroughKeysPerBackend_.fill(DispatchKeySet(DispatchKeySet::FULL));
  }

  // Bit i: the i-th argument from the last is a tensor or holds tensors.
  c10::utils::bitset dispatch_arg_indices_reverse_;
  DispatchKeySet nonFallthroughKeys_;
  std::array<DispatchKeySet, num_backends> nonFallthroughKeysPerBackend_;
  // Backends differ in which functionality falls through.
  bool requiresBitsetPerBackend_{false};
};

}  // namespace c10
