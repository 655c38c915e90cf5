// A kernel's view of its arguments as arrays of one C++ type: borrowed where the memory already is that, else
// converted.
#pragma once

#include <optional>

#include "backend/call.h"
#include "backend/iteration.h"
#include "kernels/common/memory.h"
#include "kernels/common/number.h"

namespace flambeau {

/// to = from, elementwise, of any strides and types. Shapes are equal.
void copy_elements(const View& to, const View& from);

/// A view that carries its own sizes and strides.
struct OwnedView {
  Dims sizes, strides;
  void* data = nullptr;
  DType dtype = DType::undefined;

  View view() const;
};
/// Dimensions of v in another order: dimension i of the result is dimension order[i] of v.
OwnedView permuted(const View& v, std::span<const int> order);

enum class Layout {
  any,  ///< the view's own strides
  row_major,
  channels_last  ///< dimension 1 is the fastest: [N, D..., C] in memory
};

/// Whether v (3 to 5 dimensions) has its channels together in memory, as PyTorch decides it for an operator's output.
bool is_channels_last(const View& v);
/// The strides of a channels-last array of this shape.
Dims channels_last_strides(std::span<const int64_t> sizes);
bool has_layout(const View& v, Layout layout);

/// An argument as elements of T.
template <class T>
class Typed {
 public:
  explicit Typed(const View& v, Layout layout = Layout::row_major) : sizes_(v.sizes().begin(), v.sizes().end()) {
    if (v.dtype() == dtype_of<T> && has_layout(v, layout)) {
      data_ = v.ptr<T>();
      strides_.assign(v.strides().begin(), v.strides().end());
      if (layout != Layout::any) strides_ = dense_strides(layout);
      return;
    }
    strides_ = dense_strides(layout);
    copy_.emplace(v.numel());
    data_ = copy_->data();
    copy_elements(OwnedView{sizes_, strides_, data_, dtype_of<T>}.view(), v);
  }
  T* data() const { return data_; }
  T& operator[](int64_t i) const { return data_[i]; }
  int64_t size(int d) const { return sizes_[d < 0 ? d + static_cast<int>(sizes_.size()) : d]; }
  int64_t stride(int d) const { return strides_[d < 0 ? d + static_cast<int>(strides_.size()) : d]; }
  std::span<const int64_t> strides() const { return strides_; }

 private:
  Dims dense_strides(Layout layout) const {
    return layout == Layout::channels_last ? channels_last_strides(sizes_) : contiguous_strides(sizes_);
  }
  Dims sizes_, strides_;
  std::optional<Scratch<T>> copy_;
  T* data_ = nullptr;
};

/// An argument of any strides as elements of T: nothing but two pointers unless it has to be converted.
template <class T>
class Strided {
 public:
  explicit Strided(const View& v) : data_(v.ptr<T>()), sizes_(v.sizes_), strides_(v.strides_), dim_(v.dim()) {
    if (v.dtype() == dtype_of<T>) return;
    copy_.emplace(v);
    data_ = copy_->data(), strides_ = copy_->strides().data();
  }
  T* data() const { return data_; }
  int64_t size(int d) const { return sizes_[d < 0 ? d + dim_ : d]; }
  int64_t stride(int d) const { return strides_[d < 0 ? d + dim_ : d]; }
  int dim() const { return dim_; }

 private:
  T* data_;
  const int64_t *sizes_, *strides_;
  int dim_;
  std::optional<Typed<T>> copy_;
};

/// An output as elements of T, uninitialised until written; store() brings it where it belongs.
template <class T>
class TypedOut {
 public:
  explicit TypedOut(const View& v, Layout layout = Layout::row_major)
      : out_(v),
        own_{{v.sizes().begin(), v.sizes().end()}, {v.strides().begin(), v.strides().end()}, v.data(), dtype_of<T>} {
    direct_ = v.dtype() == dtype_of<T> && has_layout(v, layout);
    if (direct_ && layout == Layout::any) return;
    own_.strides = layout == Layout::channels_last ? channels_last_strides(own_.sizes) : contiguous_strides(own_.sizes);
    if (direct_) return;
    copy_.emplace(v.numel());
    own_.data = copy_->data();
  }
  void store() const {
    if (!direct_) copy_elements(out_, own_.view());
  }
  T* data() const { return static_cast<T*>(own_.data); }
  T& operator[](int64_t i) const { return data()[i]; }
  int64_t size(int d) const { return own_.sizes[d < 0 ? d + static_cast<int>(own_.sizes.size()) : d]; }
  int64_t stride(int d) const { return own_.strides[d < 0 ? d + static_cast<int>(own_.strides.size()) : d]; }
  int64_t numel() const { return out_.numel(); }

 private:
  View out_;
  OwnedView own_;
  std::optional<Scratch<T>> copy_;
  bool direct_ = false;
};

/// NotImplementedError: "name" not implemented for 'Bool'
[[noreturn]] void not_implemented_for(const char* name, DType t);

/// Calls body.template operator()<T>() with the type that floating `t` is computed in; PyTorch's error for others.
template <class Body>
void for_floating(DType t, const char* name, const Body& body) {
  switch (t) {
    case DType::float32:
    case DType::float16:
    case DType::bfloat16:
      return body.template operator()<float>();
    case DType::float64:
      return body.template operator()<double>();
    default:
      not_implemented_for(name, t);
  }
}

/// Spec of an output like v: its type, device and shape, row-major or channels-last as given.
Spec spec_like(const View& v, std::span<const int64_t> sizes, bool channels_last = false);
inline Spec spec_like(const View& v, std::initializer_list<int64_t> sizes) {
  return spec_like(v, std::span<const int64_t>(sizes.begin(), sizes.size()));
}
inline Spec undefined_spec() {
  Spec spec;
  spec.undefined = true;
  return spec;
}

}  // namespace flambeau
