#include <ATen/ExpandUtils.h>

#include <algorithm>
#include <numeric>

namespace at {
namespace {

template <class Container, class List>
Container broadcast(List a, List b) {
  const size_t rank = std::max(a.size(), b.size());
  Container sizes(rank);
  for (size_t i = 1; i <= rank; ++i) {
    auto of = [i](List list) { return i <= list.size() ? list[list.size() - i] : typename List::value_type(1); };
    const auto x = of(a), y = of(b);
    TORCH_CHECK(x == y || x == 1 || y == 1, "The size of tensor a (", x, ") must match the size of tensor b (", y,
                ") at non-singleton dimension ", rank - i);
    sizes[rank - i] = x == 1 ? y : x;
  }
  return sizes;
}

}  // namespace

std::vector<int64_t> infer_size(IntArrayRef a, IntArrayRef b) { return broadcast<std::vector<int64_t>>(a, b); }
std::vector<SymInt> infer_size_symint(SymIntArrayRef a, SymIntArrayRef b) {
  return broadcast<std::vector<SymInt>>(a, b);
}
DimVector infer_size_dimvector(IntArrayRef a, IntArrayRef b) { return broadcast<DimVector>(a, b); }
SymDimVector infer_size_symdimvector(SymIntArrayRef a, SymIntArrayRef b) { return broadcast<SymDimVector>(a, b); }

InferExpandGeometryResult<DimVector> inferExpandGeometry_dimvector(IntArrayRef tensor_sizes, IntArrayRef tensor_strides,
                                                                   IntArrayRef sizes) {
  const int64_t rank = static_cast<int64_t>(sizes.size()), own = static_cast<int64_t>(tensor_sizes.size());
  if (own == 0) {
    InferExpandGeometryResult<DimVector> result(sizes, rank);
    return result;
  }
  InferExpandGeometryResult<DimVector> result(rank);
  for (int64_t i = rank - 1; i >= 0; --i) {
    const int64_t d = own - 1 - (rank - 1 - i);
    const int64_t size = d >= 0 ? tensor_sizes[d] : 1;
    int64_t stride = d >= 0 ? tensor_strides[d] : result.sizes[i + 1] * result.strides[i + 1];
    int64_t wanted = sizes[i];
    if (wanted == -1) {
      TORCH_CHECK(d >= 0, "The expanded size of the tensor (", wanted,
                  ") isn't allowed in a leading, non-existing dimension ", i);
      wanted = size;
    }
    if (size != wanted) {
      TORCH_CHECK(size == 1, "The expanded size of the tensor (", wanted, ") must match the existing size (", size,
                  ") at non-singleton dimension ", i, ".  Target sizes: ", sizes, ".  Tensor sizes: ", tensor_sizes);
      stride = 0;
    }
    result.sizes[i] = wanted;
    result.strides[i] = stride;
  }
  return result;
}

std::tuple<std::vector<int64_t>, std::vector<int64_t>> inferExpandGeometry(IntArrayRef tensor_sizes,
                                                                           IntArrayRef tensor_strides,
                                                                           IntArrayRef sizes) {
  const auto result = inferExpandGeometry_dimvector(tensor_sizes, tensor_strides, sizes);
  return {{result.sizes.begin(), result.sizes.end()}, {result.strides.begin(), result.strides.end()}};
}

std::vector<int64_t> infer_dense_strides(IntArrayRef tensor_sizes, IntArrayRef tensor_strides) {
  TORCH_CHECK(tensor_sizes.size() == tensor_strides.size(),
              "Input tensor_sizes and tensor_strides should have the same length but got ", tensor_sizes.size(),
              " and ", tensor_strides.size());
  std::vector<size_t> order(tensor_sizes.size());
  std::iota(order.rbegin(), order.rend(), 0);  // innermost first where strides say nothing
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    if (tensor_strides[a] == 0 || tensor_strides[b] == 0) return false;
    return tensor_strides[a] < tensor_strides[b] ||
           (tensor_strides[a] == tensor_strides[b] && tensor_sizes[a] < tensor_sizes[b]);
  });
  std::vector<int64_t> strides(tensor_sizes.size());
  int64_t stride = 1;
  for (const size_t d : order) {
    strides[d] = stride;
    if (tensor_sizes[d] > 1) stride *= tensor_sizes[d];
  }
  return strides;
}

}  // namespace at
