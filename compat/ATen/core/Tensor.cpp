#include <ATen/core/Tensor.h>

#include <ATen/Functions.h>
#include <ATen/core/VariableHooksInterface.h>

#include <iostream>

namespace at {

const TensorBase& get_tensor_base(const Tensor& t) { return t; }

TensorBase TensorBase::__dispatch_contiguous(c10::MemoryFormat memory_format) const {
  return (*TensorRef(*this)).__dispatch_contiguous(memory_format);
}

const TensorBase& TensorBase::fill_(const c10::Scalar& scalar) const {
  Tensor(*this).fill_(scalar);
  return *this;
}

const TensorBase& TensorBase::zero_() const {
  Tensor(*this).zero_();
  return *this;
}

TensorBase TensorBase::to(at::TensorOptions options, bool non_blocking, bool copy,
                          std::optional<at::MemoryFormat> memory_format) const {
  return Tensor(*this).to(options, non_blocking, copy, memory_format);
}

void TensorBase::enforce_invariants() {
  TORCH_INTERNAL_ASSERT(impl_.get() != nullptr, "TensorImpl with nullptr is not supported");
  impl_->dtype();
  impl_->device();
}

void TensorBase::print() const {
  if (defined()) {
    std::cerr << '[' << toString() << ' ' << sizes() << "]\n";
  } else {
    std::cerr << "[UndefinedTensor]\n";
  }
}

std::string TensorBase::toString() const {
  if (!defined()) return "UndefinedType";
  if (scalar_type() == ScalarType::Undefined) return "UndefinedType";
  if (is_sparse() || is_sparse_csr()) return std::string("Sparse") + c10::toString(scalar_type()) + "Type";
  if (is_meta()) return std::string("Meta") + c10::toString(scalar_type()) + "Type";
  std::string device = c10::DeviceTypeName(impl_->device_type(), /*lower_case=*/false);
  if (impl_->device_type() == c10::DeviceType::PrivateUse1) device = "PrivateUse1";
  return device + c10::toString(scalar_type()) + "Type";
}

TensorBase TensorBase::variable_data() const { return impl::GetVariableHooks()->variable_data(*this); }
TensorBase TensorBase::tensor_data() const { return impl::GetVariableHooks()->tensor_data(*this); }
bool TensorBase::is_leaf() const { return impl::GetVariableHooks()->is_leaf(*this); }
int64_t TensorBase::output_nr() const { return impl::GetVariableHooks()->output_nr(*this); }
void TensorBase::set_data(const TensorBase& new_data) const { impl::GetVariableHooks()->set_data(*this, new_data); }
TensorBase TensorBase::data() const { return impl::GetVariableHooks()->data(*this); }
int64_t TensorBase::_version() const { return impl::GetVariableHooks()->_version(*this); }
void TensorBase::retain_grad() const { impl::GetVariableHooks()->retain_grad(*this); }
bool TensorBase::retains_grad() const { return impl::GetVariableHooks()->retains_grad(*this); }
bool TensorBase::is_view() const { return impl::GetVariableHooks()->is_view(*this); }
const TensorBase& TensorBase::_base() const { return impl::GetVariableHooks()->base(*this); }
const std::string& TensorBase::name() const { return impl::GetVariableHooks()->name(*this); }
void TensorBase::remove_hook(unsigned pos) const { impl::GetVariableHooks()->remove_hook(*this, pos); }
std::optional<ScalarType> TensorBase::grad_dtype() const { return impl::GetVariableHooks()->grad_dtype(*this); }

void TensorBase::set_grad_dtype(const std::optional<ScalarType>& grad_dtype) const {
  impl::GetVariableHooks()->set_grad_dtype(*this, grad_dtype);
}

const TensorBase& TensorBase::requires_grad_(bool _requires_grad) const {
  impl::GetVariableHooks()->requires_grad_(*this, _requires_grad);
  return *this;
}

const c10::intrusive_ptr<torch::autograd::Node>& TensorBase::grad_fn() const {
  return impl::GetVariableHooks()->grad_fn(*this);
}

unsigned TensorBase::_register_hook(std::function<TensorBase(const TensorBase&)> hook) const {
  return impl::GetVariableHooks()->_register_hook(*this, std::move(hook));
}

QuantizerPtr TensorBase::quantizer() const {
  TORCH_CHECK_NOT_IMPLEMENTED(false, "not implemented: at::TensorBase::quantizer() const");
}

void Tensor::_backward(TensorList inputs, const std::optional<Tensor>& gradient, std::optional<bool> keep_graph,
                       bool create_graph) const {
  impl::GetVariableHooks()->_backward(*this, inputs, gradient, keep_graph, create_graph);
}

namespace {

template <class T>
void check_scalar_type(const TensorBase& self) {
  constexpr ScalarType wanted = c10::CppTypeToScalarType<T>::value;
  const ScalarType actual = self.scalar_type();
  // Quantised types are read through the integer that stores them.
  const bool matches = actual == wanted || (isQIntType(actual) && c10::toUnderlying(actual) == wanted);
  TORCH_CHECK(matches, "expected scalar type ", wanted, " but found ", actual);
}

}  // namespace

// const_data_ptr exists for T and const T, as extensions name both.
#define DEFINE_POINTERS(T, name)                                   \
  template <>                                                      \
  TORCH_API const T* TensorBase::const_data_ptr() const {          \
    check_scalar_type<T>(*this);                                   \
    return unsafeGetTensorImpl()->data_ptr_impl<T>();              \
  }                                                                \
  template <>                                                      \
  TORCH_API const T* TensorBase::const_data_ptr<const T>() const { \
    check_scalar_type<T>(*this);                                   \
    return unsafeGetTensorImpl()->data_ptr_impl<const T>();        \
  }                                                                \
  template <>                                                      \
  TORCH_API T* TensorBase::mutable_data_ptr() const {              \
    check_scalar_type<T>(*this);                                   \
    return unsafeGetTensorImpl()->mutable_data_ptr_impl<T>();      \
  }                                                                \
  template <>                                                      \
  TORCH_API T* TensorBase::data_ptr() const {                      \
    return mutable_data_ptr<T>();                                  \
  }

AT_FORALL_SCALAR_TYPES_WITH_COMPLEX_AND_QINTS(DEFINE_POINTERS)
#undef DEFINE_POINTERS

#define DEFINE_ITEM(T, name)         \
  template <>                        \
  TORCH_API T Tensor::item() const { \
    return item().to##name();        \
  }

AT_FORALL_SCALAR_TYPES_WITH_COMPLEX(DEFINE_ITEM)
#undef DEFINE_ITEM

}  // namespace at
