// Mirrors <torch/headeronly/core/TensorAccessor.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>
#include <torch/headeronly/util/Exception.h>
#include <torch/headeronly/util/HeaderOnlyArrayRef.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <type_traits>
#include <utility>

namespace torch::headeronly {

template <typename T>
struct DefaultPtrTraits {
  typedef T* PtrType;
};

namespace detail {

template <class ArrayRefCls, typename T, size_t N, template <typename U> class PtrTraits = DefaultPtrTraits,
          typename index_t = int64_t>
class TensorAccessorBase {
 public:
  typedef typename PtrTraits<T>::PtrType PtrType;

  C10_HOST_DEVICE TensorAccessorBase(PtrType data_, const index_t* sizes_, const index_t* strides_)
      : data_(data_), sizes_(sizes_), strides_(strides_) {}
  C10_HOST ArrayRefCls sizes() const { return ArrayRefCls(sizes_, N); }
  C10_HOST ArrayRefCls strides() const { return ArrayRefCls(strides_, N); }
  C10_HOST_DEVICE index_t stride(index_t i) const { return strides_[i]; }
  C10_HOST_DEVICE index_t size(index_t i) const { return sizes_[i]; }
  C10_HOST_DEVICE PtrType data() { return data_; }
  C10_HOST_DEVICE const PtrType data() const { return data_; }

 protected:
  PtrType data_;
  const index_t* sizes_;
  const index_t* strides_;
};

template <class ArrayRefCls, typename T, size_t N, template <typename U> class PtrTraits = DefaultPtrTraits,
          typename index_t = int64_t>
class TensorAccessor : public TensorAccessorBase<ArrayRefCls, T, N, PtrTraits, index_t> {
  using Row = TensorAccessor<ArrayRefCls, T, N - 1, PtrTraits, index_t>;

 public:
  typedef typename PtrTraits<T>::PtrType PtrType;
  using TensorAccessorBase<ArrayRefCls, T, N, PtrTraits, index_t>::TensorAccessorBase;

  C10_HOST_DEVICE Row operator[](index_t i) {
    return Row(this->data_ + this->strides_[0] * i, this->sizes_ + 1, this->strides_ + 1);
  }
  C10_HOST_DEVICE const Row operator[](index_t i) const {
    return Row(this->data_ + this->strides_[0] * i, this->sizes_ + 1, this->strides_ + 1);
  }
};

template <class ArrayRefCls, typename T, template <typename U> class PtrTraits, typename index_t>
class TensorAccessor<ArrayRefCls, T, 1, PtrTraits, index_t>
    : public TensorAccessorBase<ArrayRefCls, T, 1, PtrTraits, index_t> {
 public:
  typedef typename PtrTraits<T>::PtrType PtrType;
  using TensorAccessorBase<ArrayRefCls, T, 1, PtrTraits, index_t>::TensorAccessorBase;

  C10_HOST_DEVICE T& operator[](index_t i) { return this->data_[this->strides_[0] * i]; }
  C10_HOST_DEVICE const T& operator[](index_t i) const { return this->data_[this->strides_[0] * i]; }
};

// Carries sizes and strides by value, so that it can be passed to a device.
template <typename IndexBoundsCheck, typename T, size_t N, template <typename U> class PtrTraits = DefaultPtrTraits,
          typename index_t = int64_t>
class GenericPackedTensorAccessorBase {
 public:
  typedef typename PtrTraits<T>::PtrType PtrType;

  C10_HOST GenericPackedTensorAccessorBase(PtrType data_, const index_t* sizes_, const index_t* strides_)
      : data_(data_) {
    for (size_t i = 0; i < N; ++i) this->sizes_[i] = sizes_[i], this->strides_[i] = strides_[i];
  }
  template <typename source_index_t, class = std::enable_if_t<std::is_same_v<source_index_t, int64_t>>>
  C10_HOST GenericPackedTensorAccessorBase(PtrType data_, const source_index_t* sizes_, const source_index_t* strides_)
      : data_(data_) {
    for (size_t i = 0; i < N; ++i) this->sizes_[i] = sizes_[i], this->strides_[i] = strides_[i];
  }
  C10_HOST_DEVICE index_t stride(index_t i) const { return strides_[i]; }
  C10_HOST_DEVICE index_t size(index_t i) const { return sizes_[i]; }
  C10_HOST_DEVICE PtrType data() { return data_; }
  C10_HOST_DEVICE const PtrType data() const { return data_; }

 protected:
  PtrType data_;
  index_t sizes_[N];
  index_t strides_[N];
  C10_HOST void bounds_check_(index_t i) const { IndexBoundsCheck _(i); }
};

template <typename ItemAccessor, typename IndexBoundsCheck, typename T, size_t N,
          template <typename U> class PtrTraits = DefaultPtrTraits, typename index_t = int64_t>
class GenericPackedTensorAccessor : public GenericPackedTensorAccessorBase<IndexBoundsCheck, T, N, PtrTraits, index_t> {
  using Base = GenericPackedTensorAccessorBase<IndexBoundsCheck, T, N, PtrTraits, index_t>;

 public:
  typedef typename PtrTraits<T>::PtrType PtrType;
  using Base::Base;

  C10_DEVICE ItemAccessor operator[](index_t i) {
    return ItemAccessor(this->data_ + this->strides_[0] * i, this->sizes_ + 1, this->strides_ + 1);
  }
  C10_DEVICE const ItemAccessor operator[](index_t i) const {
    return ItemAccessor(this->data_ + this->strides_[0] * i, this->sizes_ + 1, this->strides_ + 1);
  }
  C10_HOST GenericPackedTensorAccessor<ItemAccessor, IndexBoundsCheck, T, N, PtrTraits, index_t> transpose(
      index_t dim1, index_t dim2) const {
    this->bounds_check_(dim1);
    this->bounds_check_(dim2);
    auto result = *this;
    std::swap(result.strides_[dim1], result.strides_[dim2]);
    std::swap(result.sizes_[dim1], result.sizes_[dim2]);
    return result;
  }
};

template <typename ItemAccessor, typename IndexBoundsCheck, typename T, template <typename U> class PtrTraits,
          typename index_t>
class GenericPackedTensorAccessor<ItemAccessor, IndexBoundsCheck, T, 1, PtrTraits, index_t>
    : public GenericPackedTensorAccessorBase<IndexBoundsCheck, T, 1, PtrTraits, index_t> {
  using Base = GenericPackedTensorAccessorBase<IndexBoundsCheck, T, 1, PtrTraits, index_t>;

 public:
  typedef typename PtrTraits<T>::PtrType PtrType;
  using Base::Base;

  C10_DEVICE T& operator[](index_t i) { return this->data_[this->strides_[0] * i]; }
  C10_DEVICE const T& operator[](index_t i) const { return this->data_[this->strides_[0] * i]; }
  C10_HOST GenericPackedTensorAccessor<ItemAccessor, IndexBoundsCheck, T, 1, PtrTraits, index_t> transpose(
      index_t dim1, index_t dim2) const {
    this->bounds_check_(dim1);
    this->bounds_check_(dim2);
    return *this;
  }
};

template <size_t N, typename index_t>
struct HeaderOnlyIndexBoundsCheck {
  HeaderOnlyIndexBoundsCheck(index_t i) {
    STD_TORCH_CHECK(0 <= i && i < index_t{N}, "Index ", i, " is not within bounds of a tensor of dimension ", N);
  }
};

}  // namespace detail

template <typename T, size_t N, template <typename U> class PtrTraits = DefaultPtrTraits, typename index_t = int64_t>
using HeaderOnlyTensorAccessorBase = detail::TensorAccessorBase<IntHeaderOnlyArrayRef, T, N, PtrTraits, index_t>;
template <typename T, size_t N, template <typename U> class PtrTraits = DefaultPtrTraits, typename index_t = int64_t>
using HeaderOnlyTensorAccessor = detail::TensorAccessor<IntHeaderOnlyArrayRef, T, N, PtrTraits, index_t>;
template <typename T, size_t N, template <typename U> class PtrTraits = DefaultPtrTraits, typename index_t = int64_t>
using HeaderOnlyGenericPackedTensorAccessorBase =
    detail::GenericPackedTensorAccessorBase<detail::HeaderOnlyIndexBoundsCheck<N, index_t>, T, N, PtrTraits, index_t>;
template <typename T, size_t N, template <typename U> class PtrTraits = DefaultPtrTraits, typename index_t = int64_t>
using HeaderOnlyGenericPackedTensorAccessor =
    detail::GenericPackedTensorAccessor<HeaderOnlyTensorAccessor<T, N - 1, PtrTraits, index_t>,
                                        detail::HeaderOnlyIndexBoundsCheck<N, index_t>, T, N, PtrTraits, index_t>;

}  // namespace torch::headeronly
