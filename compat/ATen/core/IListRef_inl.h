// Mirrors <ATen/core/IListRef_inl.h> of PyTorch 2.13.
#pragma once

#include <ATen/core/List.h>
#include <ATen/core/Tensor.h>

namespace c10::detail {

// List<optional<Tensor>> holds optionals, which cannot be referred to as an OptionalTensorRef: read through the IValue.
template <>
struct IListRefBoxed<at::OptionalTensorRef> {
  using elem_type = std::optional<at::Tensor>;
  template <class Element>
  static at::OptionalTensorRef get(const Element& element) {
    const auto& ivalue = element.get();
    if (ivalue.isNone() || !ivalue.toTensor().defined()) return {};
    return ivalue.toTensor();
  }
};

}  // namespace c10::detail

namespace at {

using ITensorListRef = c10::IListRef<at::Tensor>;
using ITensorListRefIterator = c10::IListRefIterator<at::Tensor>;
using MaterializedITensorListRef = c10::detail::MaterializedIListRef<at::Tensor>;
using IOptTensorListRef = c10::IListRef<at::OptionalTensorRef>;
using IOptTensorListRefIterator = c10::IListRefIterator<at::OptionalTensorRef>;
using MaterializedIOptTensorListRef = c10::detail::MaterializedIListRef<at::OptionalTensorRef>;

}  // namespace at
