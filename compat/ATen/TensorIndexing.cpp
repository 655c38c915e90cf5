#include <ATen/TensorIndexing.h>

#include <ATen/core/LegacyTypeDispatch.h>

#include <ostream>

namespace at {
namespace indexing {

const EllipsisIndexType Ellipsis = EllipsisIndexType();

std::ostream& operator<<(std::ostream& stream, const Slice& slice) {
  return stream << slice.start() << ":" << slice.stop() << ":" << slice.step();
}

std::ostream& operator<<(std::ostream& stream, const TensorIndex& tensor_index) {
  if (tensor_index.is_none()) return stream << "None";
  if (tensor_index.is_ellipsis()) return stream << "...";
  if (tensor_index.is_integer()) return stream << tensor_index.integer();
  if (tensor_index.is_boolean()) return stream << std::boolalpha << tensor_index.boolean();
  if (tensor_index.is_slice()) return stream << tensor_index.slice();
  return stream << tensor_index.tensor();
}

std::ostream& operator<<(std::ostream& stream, const std::vector<TensorIndex>& tensor_indices) {
  stream << "(";
  for (size_t i = 0; i < tensor_indices.size(); ++i) stream << (i ? ", " : "") << tensor_indices[i];
  return stream << ")";
}

}  // namespace indexing

namespace {

/// The value of an assignment as a tensor of self's kind.
Tensor number_for(const Tensor& self, const Scalar& v) {
  at::AutoDispatchBelowADInplaceOrView guard;
  return indexing::scalarToTensor(v, self.options(), self.device());
}

}  // namespace

Tensor Tensor::index(ArrayRef<at::indexing::TensorIndex> indices) const {
  TORCH_CHECK(!indices.empty(), "Passing an empty index list to Tensor::index() is not valid syntax");
  return at::indexing::get_item(*this, indices);
}
Tensor Tensor::index(std::initializer_list<at::indexing::TensorIndex> indices) const {
  return index(ArrayRef<at::indexing::TensorIndex>(indices));
}

Tensor& Tensor::index_put_(ArrayRef<at::indexing::TensorIndex> indices, Tensor const& rhs) {
  TORCH_CHECK(!indices.empty(), "Passing an empty index list to Tensor::index_put_() is not valid syntax");
  at::indexing::set_item(*this, indices, rhs);
  return *this;
}
Tensor& Tensor::index_put_(ArrayRef<at::indexing::TensorIndex> indices, const Scalar& v) {
  return index_put_(indices, number_for(*this, v));
}
Tensor& Tensor::index_put_(std::initializer_list<at::indexing::TensorIndex> indices, Tensor const& rhs) {
  return index_put_(ArrayRef<at::indexing::TensorIndex>(indices), rhs);
}
Tensor& Tensor::index_put_(std::initializer_list<at::indexing::TensorIndex> indices, const Scalar& v) {
  return index_put_(ArrayRef<at::indexing::TensorIndex>(indices), v);
}

}  // namespace at
