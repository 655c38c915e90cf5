// Mirrors <c10/util/UniqueVoidPtr.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/light_std.h>

#include <cstddef>
#include <utility>

namespace c10 {

using DeleterFnPtr = void (*)(void*);

namespace detail {

C10_API void deleteNothing(void*);

// A pointer to data and, apart from it, what owns the data: deleting calls the deleter on the context.
class UniqueVoidPtr {
 private:
  void* data_;
  std::unique_ptr<void, DeleterFnPtr> ctx_;

 public:
  UniqueVoidPtr() : data_(nullptr), ctx_(nullptr, &deleteNothing) {}
  explicit UniqueVoidPtr(void* data) : data_(data), ctx_(nullptr, &deleteNothing) {}
  FLB_ON_USE UniqueVoidPtr(void* data, void* ctx, DeleterFnPtr ctx_deleter)
      : data_(data), ctx_(ctx, ctx_deleter ? ctx_deleter : &deleteNothing) {}

  void* operator->() const { return data_; }
  FLB_ON_USE void clear() {
    ctx_ = nullptr;
    data_ = nullptr;
  }
  void* get() const { return data_; }
  /// Only where nothing is owned: false otherwise.
  FLB_ON_USE bool unsafe_reset_data_and_ctx(void* new_data_and_ctx) {
    if (C10_UNLIKELY(ctx_.get_deleter() != &deleteNothing)) return false;
    (void)ctx_.release();
    ctx_.reset(new_data_and_ctx);
    data_ = new_data_and_ctx;
    return true;
  }
  void* get_context() const { return ctx_.get(); }
  void* release_context() { return ctx_.release(); }
  FLB_ON_USE std::unique_ptr<void, DeleterFnPtr>&& move_context() { return std::move(ctx_); }
  FLB_ON_USE [[nodiscard]] bool compare_exchange_deleter(DeleterFnPtr expected_deleter, DeleterFnPtr new_deleter) {
    if (get_deleter() != expected_deleter) return false;
    ctx_ = std::unique_ptr<void, DeleterFnPtr>(ctx_.release(), new_deleter);
    return true;
  }
  template <typename T>
  T* cast_context(DeleterFnPtr expected_deleter) const {
    return get_deleter() == expected_deleter ? static_cast<T*>(get_context()) : nullptr;
  }
  FLB_ON_USE operator bool() const { return data_ || ctx_; }
  FLB_ON_USE DeleterFnPtr get_deleter() const { return ctx_.get_deleter(); }
};

inline bool operator==(const UniqueVoidPtr& sp, std::nullptr_t) noexcept { return !sp; }
inline bool operator==(std::nullptr_t, const UniqueVoidPtr& sp) noexcept { return !sp; }
inline bool operator!=(const UniqueVoidPtr& sp, std::nullptr_t) noexcept { return sp; }
inline bool operator!=(std::nullptr_t, const UniqueVoidPtr& sp) noexcept { return sp; }

}  // namespace detail
}  // namespace c10
