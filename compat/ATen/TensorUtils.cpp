#include <ATen/TensorUtils.h>
#include <c10/util/accumulate.h>

#include <algorithm>
#include <ostream>

#include "kernels/common/wrapping.h"

namespace at {
namespace {

template <class Args, class Check>
void check_all_pairs(const Args& tensors, const Check& check) {
  const TensorArg* first = nullptr;
  for (const TensorArg& t : tensors) {
    if (!t->defined()) continue;
    if (first) check(*first, t);
    first = first ? first : &t;
  }
}

template <class Container, class List, class NewShape>
std::optional<Container> strides_for(List oldshape, List oldstride, const NewShape& newshape) {
  if (oldshape.empty()) return Container(newshape.size(), 1);
  Container strides(newshape.size());
  bool empty = false;
  for (const auto& size : oldshape) empty |= size == 0;
  if (empty) {
    // Any strides do; PyTorch gives those of a row-major array, or the old ones where the shape stays.
    if (oldshape.equals(newshape)) return Container(oldstride.begin(), oldstride.end());
    for (int64_t d = static_cast<int64_t>(newshape.size()) - 1; d >= 0; --d) {
      if (d == static_cast<int64_t>(newshape.size()) - 1)
        strides[d] = 1;
      else
        strides[d] = flambeau::wrapping_mul<typename List::value_type>(
            newshape[d + 1] == 0 ? typename List::value_type(1) : newshape[d + 1], strides[d + 1]);
    }
    return strides;
  }
  // Runs of dimensions without gaps are cut anew, from the innermost outwards.
  int64_t d_new = static_cast<int64_t>(newshape.size()) - 1;
  typename List::value_type base = oldstride.back(), run = 1, taken = 1;
  for (int64_t d = static_cast<int64_t>(oldshape.size()) - 1; d >= 0; --d) {
    run *= oldshape[d];
    if (d > 0 && (oldshape[d - 1] == 1 || oldstride[d - 1] == run * base)) continue;
    while (d_new >= 0 && (taken < run || newshape[d_new] == 1)) {
      strides[d_new] = taken * base;
      taken *= newshape[d_new--];
    }
    if (taken != run) return std::nullopt;
    if (d > 0) base = oldstride[d - 1], run = 1, taken = 1;
  }
  if (d_new != -1) return std::nullopt;
  return strides;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const TensorGeometryArg& t) {
  if (t.pos == 0) return out << "'" << t.name << "'";
  return out << "argument #" << t.pos << " '" << t.name << "'";
}

void checkDim(CheckedFrom c, const Tensor& tensor, const char* name, int pos, int64_t dim) {
  TORCH_CHECK(tensor.dim() == dim, "Expected ", dim, "-dimensional tensor, but got ", tensor.dim(),
              "-dimensional tensor for ", TensorGeometryArg(TensorArg({tensor, name, pos})),
              " (while checking arguments for ", c, ")");
}
void checkDim(CheckedFrom c, const TensorGeometryArg& t, int64_t dim) {
  TORCH_CHECK(t->dim() == dim, "Expected ", dim, "-dimensional tensor, but got ", t->dim(), "-dimensional tensor for ",
              t, " (while checking arguments for ", c, ")");
}
void checkDimRange(CheckedFrom c, const TensorGeometryArg& t, int64_t dim_start, int64_t dim_end) {
  TORCH_CHECK(t->dim() >= dim_start && t->dim() < dim_end, "Expected ", dim_start, " to ", dim_end - 1,
              " dimensions, but got ", t->dim(), "-dimensional tensor for ", t, " (while checking arguments for ", c,
              ")");
}
void checkSameDim(CheckedFrom c, const TensorGeometryArg& t1, const TensorGeometryArg& t2) {
  TORCH_CHECK(t1->dim() == t2->dim(), "Expected tensor for ", t1, " to have same dimension as tensor for ", t2,
              "; but ", t1->dim(), " does not equal ", t2->dim(), " (while checking arguments for ", c, ")");
}
void checkContiguous(CheckedFrom c, const TensorGeometryArg& t) {
  TORCH_CHECK(t->is_contiguous(), "Expected contiguous tensor, but got non-contiguous tensor for ", t,
              " (while checking arguments for ", c, ")");
}
void checkAllContiguous(CheckedFrom c, at::ArrayRef<TensorArg> ts) {
  for (const TensorArg& t : ts) {
    if (t->defined()) checkContiguous(c, t);
  }
}
void checkSize(CheckedFrom c, const TensorGeometryArg& t, IntArrayRef sizes) {
  checkDim(c, t, static_cast<int64_t>(sizes.size()));
  TORCH_CHECK(t->sizes().equals(sizes), "Expected tensor of size ", sizes, ", but got tensor of size ", t->sizes(),
              " for ", t, " (while checking arguments for ", c, ")");
}
void checkSize_symint(CheckedFrom c, const TensorGeometryArg& t, c10::SymIntArrayRef sizes) {
  checkSize(c, t, C10_AS_INTARRAYREF_SLOW(sizes));
}
void checkSize(CheckedFrom c, const TensorGeometryArg& t, int64_t dim, int64_t size) {
  TORCH_CHECK(t->size(dim) == size, "Expected tensor to have size ", size, " at dimension ", dim, ", but got size ",
              t->size(dim), " for ", t, " (while checking arguments for ", c, ")");
}
void checkSize_symint(CheckedFrom c, const TensorGeometryArg& t, int64_t dim, const c10::SymInt& size) {
  checkSize(c, t, dim, size.guard_int(__FILE__, __LINE__));
}
void checkNumel(CheckedFrom c, const TensorGeometryArg& t, int64_t numel) {
  TORCH_CHECK(t->numel() == numel, "Expected tensor for ", t, " to have ", numel, " elements; but it actually has ",
              t->numel(), " elements (while checking arguments for ", c, ")");
}
void checkSameNumel(CheckedFrom c, const TensorArg& t1, const TensorArg& t2) {
  TORCH_CHECK(t1->numel() == t2->numel(), "Expected tensor for ", TensorGeometryArg(t1),
              " to have same number of elements as tensor for ", TensorGeometryArg(t2), "; but ", t1->numel(),
              " does not equal ", t2->numel(), " (while checking arguments for ", c, ")");
}
void checkAllSameNumel(CheckedFrom c, ArrayRef<TensorArg> tensors) {
  check_all_pairs(tensors, [c](const TensorArg& a, const TensorArg& b) { checkSameNumel(c, a, b); });
}
void checkScalarType(CheckedFrom c, const TensorArg& t, ScalarType s) {
  TORCH_CHECK(t->scalar_type() == s, "Expected tensor for ", TensorGeometryArg(t), " to have scalar type ", toString(s),
              "; but got ", t->toString(), " instead (while checking arguments for ", c, ")");
}
void checkScalarTypes(CheckedFrom c, const TensorArg& t, at::ArrayRef<ScalarType> l) {
  if (std::find(l.begin(), l.end(), t->scalar_type()) != l.end()) return;
  std::string names;
  for (const ScalarType s : l) names += (names.empty() ? "" : ", ") + std::string(toString(s));
  TORCH_CHECK(false, "Expected tensor for ", TensorGeometryArg(t),
              " to have one of the following scalar types: ", names, "; but got ", t->toString(),
              " instead (while checking arguments for ", c, ")");
}
void checkSameGPU(CheckedFrom c, const TensorArg& t1, const TensorArg& t2) {
  TORCH_CHECK(t1->is_cuda() && t2->is_cuda() && t1->get_device() == t2->get_device(), "Expected tensor for ",
              TensorGeometryArg(t1), " to have the same device as tensor for ", TensorGeometryArg(t2),
              " (while checking arguments for ", c, ")");
}
void checkAllSameGPU(CheckedFrom c, ArrayRef<TensorArg> tensors) {
  check_all_pairs(tensors, [c](const TensorArg& a, const TensorArg& b) { checkSameGPU(c, a, b); });
}
void checkSameType(CheckedFrom c, const TensorArg& t1, const TensorArg& t2) {
  TORCH_CHECK(t1->options().type_equal(t2->options()), "Expected tensor for ", TensorGeometryArg(t1),
              " to have the same type as tensor for ", TensorGeometryArg(t2), "; but type ", t1->toString(),
              " does not equal ", t2->toString(), " (while checking arguments for ", c, ")");
}
void checkAllSameType(CheckedFrom c, ArrayRef<TensorArg> tensors) {
  check_all_pairs(tensors, [c](const TensorArg& a, const TensorArg& b) { checkSameType(c, a, b); });
}
void checkSameSize(CheckedFrom c, const TensorArg& t1, const TensorArg& t2) {
  TORCH_CHECK(t1->sizes().equals(t2->sizes()), "Expected tensor for ", TensorGeometryArg(t1),
              " to have same size as tensor for ", TensorGeometryArg(t2), "; but ", t1->sizes(), " does not equal ",
              t2->sizes(), " (while checking arguments for ", c, ")");
}
void checkAllSameSize(CheckedFrom c, ArrayRef<TensorArg> tensors) {
  check_all_pairs(tensors, [c](const TensorArg& a, const TensorArg& b) { checkSameSize(c, a, b); });
}
void checkDefined(CheckedFrom c, const TensorArg& t) {
  TORCH_CHECK(t->defined(), "Expected tensor for argument #", t.pos, " '", t.name,
              "' to be non-null, but it was undefined ", " (while checking arguments for ", c, ")");
}
void checkAllDefined(CheckedFrom c, at::ArrayRef<TensorArg> t) {
  for (const TensorArg& each : t) checkDefined(c, each);
}
void checkBackend(CheckedFrom c, at::ArrayRef<Tensor> t, at::Backend backend) {
  for (const Tensor& each : t) {
    TORCH_CHECK(!each.defined() || each.options().backend() == backend, "Expected tensor to have ", toString(backend),
                " Backend, but got tensor with ", toString(each.options().backend()), " Backend ",
                "(while checking arguments for ", c, ")");
  }
}
void checkDeviceType(CheckedFrom c, at::ArrayRef<Tensor> tensors, at::DeviceType device_type) {
  for (const Tensor& t : tensors) {
    TORCH_CHECK(!t.defined() || t.device().type() == device_type, "Expected tensor to have ", device_type,
                " DeviceType, but got tensor with ", t.device().type(), " DeviceType ",
                "(while checking arguments for ", c, ")");
  }
}
void checkLayout(CheckedFrom c, const Tensor& t, Layout layout) {
  TORCH_CHECK(!t.defined() || t.layout() == layout, "Expected tensor to have ", layout, " Layout, but got tensor with ",
              t.layout(), " Layout ", "(while checking arguments for ", c, ")");
}
void checkLayout(CheckedFrom c, at::ArrayRef<Tensor> tensors, at::Layout layout) {
  for (const Tensor& t : tensors) checkLayout(c, t, layout);
}
void* maybe_data_ptr(const Tensor& tensor) { return tensor.defined() ? tensor.data_ptr() : nullptr; }
void* maybe_data_ptr(const TensorArg& tensor) { return maybe_data_ptr(*tensor); }
void check_dim_size(const Tensor& tensor, int64_t dim, int64_t dim_size, int64_t size) {
  TORCH_CHECK(tensor.dim() == dim && tensor.size(dim_size) == size, "Expected a tensor of dimension ", dim,
              " and tensor.size[", dim_size, "] == ", size, " but got: dimension ", tensor.dim(), " and tensor.size[",
              dim_size, "] = ", tensor.size(dim_size));
}

namespace detail {
std::vector<int64_t> defaultStrides(IntArrayRef sizes) {
  std::vector<int64_t> strides(sizes.size());
  int64_t stride = 1;
  for (size_t d = sizes.size(); d-- > 0;) {
    strides[d] = stride;
    stride *= sizes[d];
  }
  return strides;
}
std::optional<std::vector<int64_t>> computeStride(IntArrayRef oldshape, IntArrayRef oldstride, IntArrayRef newshape) {
  return strides_for<std::vector<int64_t>>(oldshape, oldstride, newshape);
}
std::optional<SymDimVector> computeStride(c10::SymIntArrayRef oldshape, c10::SymIntArrayRef oldstride,
                                          c10::SymIntArrayRef newshape) {
  const auto plain = strides_for<DimVector>(C10_AS_INTARRAYREF_SLOW(oldshape), C10_AS_INTARRAYREF_SLOW(oldstride),
                                            C10_AS_INTARRAYREF_SLOW(newshape));
  return plain ? std::optional<SymDimVector>(SymDimVector(plain->begin(), plain->end())) : std::nullopt;
}
std::optional<DimVector> computeStride(IntArrayRef oldshape, IntArrayRef oldstride, const DimVector& newshape) {
  return strides_for<DimVector>(oldshape, oldstride, IntArrayRef(newshape));
}
}  // namespace detail

}  // namespace at
