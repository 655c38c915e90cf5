#include <ATen/core/Tensor.h>
#include <ATen/core/jit_type.h>

#include <iostream>
#include <numeric>

namespace c10 {

std::atomic<size_t> ShapeSymbol::num_symbols{1};

template struct VaryingShape<c10::ShapeSymbol>;
template struct VaryingShape<bool>;
template struct VaryingShape<size_t>;
template struct VaryingShape<int64_t>;

const TensorTypePtr& TensorType::get() {
  static const auto& value =
      *new TensorTypePtr(TensorType::create({}, {}, SymbolicShape(), VaryingShape<Stride>{}, {}));
  return value;
}

// Which dimension is innermost, next, and so on, whether each follows the one inside it without a gap.
VaryingShape<Stride> TensorType::computeStrideProps(at::IntArrayRef sizes, at::IntArrayRef strides,
                                                    bool tensor_contiguity) {
  const int n_dim = static_cast<int>(sizes.size());
  std::vector<size_t> order(sizes.size());
  if (sizes.size() == strides.size() && n_dim == 4 &&
      strides.vec() == contiguousStridesOf(sizes, MemoryFormat::ChannelsLast)) {
    order = {1, 3, 2, 0};
  } else if (sizes.size() == strides.size() && n_dim == 5 &&
             strides.vec() == contiguousStridesOf(sizes, MemoryFormat::ChannelsLast3d)) {
    order = {1, 4, 3, 2, 0};
  } else {
    std::iota(order.rbegin(), order.rend(), 0);
    const auto slower = [&](size_t a, size_t b) {
      if (strides[a] == 0 || strides[b] == 0) return 0;
      if (strides[a] != strides[b]) return strides[a] < strides[b] ? -1 : 1;
      if (sizes[a] > sizes[b]) return 1;
      return 0;
    };
    for (int i = 1; i < n_dim; ++i) {
      int moving = i;
      for (int d = i - 1; d >= 0; --d) {
        const int comparison = slower(order[static_cast<size_t>(d)], order[static_cast<size_t>(moving)]);
        if (comparison > 0) {
          std::swap(order[static_cast<size_t>(d)], order[static_cast<size_t>(moving)]);
          moving = d;
        } else if (comparison < 0) {
          break;
        }
      }
    }
  }
  std::vector<Stride> properties;
  for (size_t i = 0; i < order.size(); i++) {
    const auto d = order[i];
    bool contiguous = tensor_contiguity;
    if (!contiguous) {
      if (i == 0) {
        contiguous = strides[d] == 1;
      } else {
        const auto inner = order[i - 1];
        contiguous = strides[d] == 1 || (strides[d] != 0 && strides[d] == strides[inner] * sizes[inner]);
      }
    }
    properties.emplace_back(d, contiguous, strides[d]);
  }
  return VaryingShape<Stride>{properties};
}

TensorTypePtr TensorType::create(const at::Tensor& t) {
  if (t.layout() != at::kStrided || t.is_nested()) {
    return TensorType::create(t.scalar_type(), t.device(), SymbolicShape(), VaryingShape<Stride>{}, t.requires_grad(),
                              false);
  }
  return TensorType::create(t.scalar_type(), t.device(), VaryingShape<int64_t>(t.sizes()),
                            VaryingShape<int64_t>(t.strides()), t.requires_grad(), false, t.is_contiguous());
}

TensorTypePtr TensorType::create(std::optional<at::ScalarType> scalar_type, std::optional<Device> device,
                                 const VaryingShape<int64_t>& sizes, const VaryingShape<int64_t>& strides,
                                 std::optional<bool> requires_grad, std::optional<bool> undefined,
                                 bool tensor_contiguity) {
  const auto concrete_strides = strides.concrete_sizes();
  if (concrete_strides && concrete_strides->size() == 0) {
    return TensorType::create(
        scalar_type, device,
        SymbolicShape(sizes.concrete_sizes() ? IntArrayRef(*sizes.concrete_sizes()) : IntArrayRef()),
        VaryingShape<Stride>{concrete_strides->size()}, requires_grad, undefined);
  }
  if (strides.size() && concrete_strides) {
    TORCH_INTERNAL_ASSERT(sizes.concrete_sizes()->size() == concrete_strides->size());
    auto properties = computeStrideProps(*sizes.concrete_sizes(), *concrete_strides, tensor_contiguity);
    return TensorType::create(scalar_type, device, SymbolicShape(*sizes.sizes()), properties, requires_grad, undefined);
  }
  // Without strides the sizes may be known all the same.
  TORCH_INTERNAL_ASSERT(sizes.sizes() && sizes.size());
  return TensorType::create(scalar_type, device, SymbolicShape(*sizes.sizes()), VaryingShape<Stride>(*sizes.size()),
                            requires_grad, undefined);
}

TensorTypePtr TensorType::create(std::optional<at::ScalarType> scalar_type, std::optional<Device> device,
                                 SymbolicShape sizes, VaryingShape<Stride> strides, std::optional<bool> requires_grad,
                                 std::optional<bool> undefined) {
  return TensorTypePtr(
      new TensorType(scalar_type, device, std::move(sizes), std::move(strides), requires_grad, undefined));
}

TensorTypePtr TensorType::create(std::optional<at::ScalarType> scalar_type, std::optional<Device> device,
                                 std::optional<size_t> dim, std::optional<bool> requires_grad) {
  return TensorType::create(scalar_type, device, SymbolicShape(dim), VaryingShape<Stride>(dim), requires_grad);
}

TensorTypePtr TensorType::createContiguous(at::ScalarType scalar_type, at::Device device, at::IntArrayRef sizes) {
  auto strides = contiguousStridesOf(sizes);
  TORCH_INTERNAL_ASSERT(strides.size() == sizes.size());
  return create(scalar_type, device, VaryingShape<int64_t>(sizes), VaryingShape<int64_t>(strides), std::nullopt);
}

TensorType::TensorType(std::optional<at::ScalarType> scalar_type, std::optional<Device> device, SymbolicShape sizes,
                       VaryingShape<Stride> strides, std::optional<bool> requires_grad, std::optional<bool> undefined)
    : SharedType(TypeKind::TensorType),
      scalar_type_(scalar_type),
      device_(device),
      sizes_(std::move(sizes)),
      strides_(std::move(strides)),
      requires_grad_(requires_grad),
      undefined_(undefined) {}

const SymbolicShape& TensorType::symbolic_sizes() const { return sizes_; }

VaryingShape<int64_t> TensorType::sizes() const {
  if (!sizes_.rank()) return VaryingShape<int64_t>();
  return VaryingShape<int64_t>(fmap(*sizes_.sizes(), [](ShapeSymbol s) {
    return s.is_static() ? std::make_optional(s.static_size()) : std::nullopt;
  }));
}

VaryingShape<int64_t> TensorType::strides() const {
  if (!strides_.size()) return VaryingShape<int64_t>();
  std::vector<std::optional<int64_t>> by_dim(*strides_.size());
  for (const auto& property : *strides_.sizes()) {
    if (!property || !property->stride_index_ || !property->stride_) continue;
    by_dim[*property->stride_index_] = static_cast<int64_t>(*property->stride_);
  }
  return VaryingShape<int64_t>(std::move(by_dim));
}

TensorTypePtr TensorType::merge(const TensorType& other, bool merge_sizes) const {
  return TensorType::create(
      merge_primitive(scalarType(), other.scalarType()), merge_primitive(device(), other.device()),
      merge_sizes ? symbolic_sizes().merge(other.symbolic_sizes()) : symbolic_sizes(),
      stride_properties().merge(other.stride_properties()), merge_primitive(requiresGrad(), other.requiresGrad()),
      merge_primitive(undefined(), other.undefined()));
}

template <typename T>
static bool unknown_or_equal(const std::optional<T>& wanted, const T& given) {
  return !wanted || *wanted == given;
}

bool TensorType::matchTensor(const at::Tensor& t) {
  if (!t.defined()) return undefined().value_or(true);
  if (undefined().value_or(!t.defined()) || !unknown_or_equal(scalarType(), t.scalar_type()) ||
      !unknown_or_equal(device(), t.device()) || !unknown_or_equal(requiresGrad(), t.requires_grad()) ||
      !unknown_or_equal(dim(), static_cast<size_t>(t.dim()))) {
    return false;
  }
  for (size_t i = 0; i < sizes().size().value_or(0); ++i) {
    if (!unknown_or_equal(sizes()[i], t.size(static_cast<int64_t>(i)))) return false;
  }
  for (size_t i = 0; i < strides().size().value_or(0); ++i) {
    if (!unknown_or_equal(strides()[i], t.stride(static_cast<int64_t>(i)))) return false;
  }
  return true;
}

bool TensorType::equals(const Type& rhs) const {
  auto* other = rhs.castRaw<TensorType>();
  return other && scalar_type_ == other->scalar_type_ && sizes() == other->sizes() &&
         stride_properties() == other->stride_properties() && device() == other->device() &&
         requiresGrad() == other->requiresGrad() && undefined() == other->undefined();
}

bool TensorType::isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const {
  if (auto* other = rhs.castRaw<TensorType>()) {
    if (this == other) return true;
    // Whether nothing that `rhs` knows is lost by merging.
    return *merge(*other) == *other;
  }
  return Type::isSubtypeOfExt(rhs, why_not);
}

std::string TensorType::str() const { return "Tensor"; }

template <typename T>
VaryingShape<T> VaryingShape<T>::merge(const VaryingShape<T>& other) const {
  if (!dims_ || !other.dims_ || dims_->size() != other.dims_->size()) return VaryingShape<T>();
  ListOfOptionalElements dims;
  for (size_t i = 0; i < dims_->size(); i++) dims.push_back(merge_primitive((*dims_)[i], (*other.dims_)[i]));
  return VaryingShape<T>(std::move(dims));
}

SymbolicShape SymbolicShape::merge(const SymbolicShape& other) const {
  if (!dims_ || !other.dims_ || dims_->size() != other.dims_->size()) return SymbolicShape();
  std::vector<ShapeSymbol> dims;
  for (size_t i = 0; i < dims_->size(); i++) dims.push_back(merge_primitive((*dims_)[i], (*other.dims_)[i]));
  return SymbolicShape(std::move(dims));
}
void SymbolicShape::dump() const { std::cout << *this << '\n'; }

template <typename T>
std::ostream& operator<<(std::ostream& out, const VaryingShape<T>& shape) {
  if (!shape.size()) return out << "(*)";
  out << '(';
  for (size_t i = 0; i < *shape.size(); i++) {
    if (i > 0) out << ", ";
    if (shape[i].has_value()) {
      out << *shape[i];
    } else {
      out << '*';
    }
  }
  return out << ')';
}
template std::ostream& operator<<(std::ostream& out, const VaryingShape<int64_t>& t);
template std::ostream& operator<<(std::ostream& out, const VaryingShape<Stride>& t);

std::ostream& operator<<(std::ostream& os, const SymbolicShape& shape) {
  if (!shape.rank()) return os << "(*)";
  os << '(';
  for (size_t i = 0; i < *shape.rank(); i++) os << (i > 0 ? ", " : "") << shape[i];
  return os << ')';
}
std::ostream& operator<<(std::ostream& os, const ShapeSymbol& s) {
  if (s.is_static()) return os << s.value();
  return os << "SS(" << s.value() << ')';
}
std::ostream& operator<<(std::ostream& os, const Stride& s) {
  const auto print = [&](const auto& value) {
    if (value) {
      os << *value;
    } else {
      os << '*';
    }
  };
  os << '{';
  print(s.stride_index_);
  os << ':';
  print(s.contiguous_);
  os << ':';
  print(s.stride_);
  return os << '}';
}

template struct VaryingShape<Stride>;

}  // namespace c10
