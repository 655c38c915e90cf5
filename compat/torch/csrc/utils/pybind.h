// Mirrors <torch/csrc/utils/pybind.h> of PyTorch 2.13.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/jit_type_base.h>
#include <torch/csrc/Device.h>
#include <torch/csrc/Dtype.h>
#include <torch/csrc/DynamicTypes.h>
#include <torch/csrc/Generator.h>
#include <torch/csrc/Layout.h>
#include <torch/csrc/MemoryFormat.h>
#include <torch/csrc/Stream.h>
#include <torch/csrc/python_headers.h>
#include <torch/csrc/utils/tensor_memoryformats.h>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#define IS_PYBIND_2_13_PLUS PYBIND11_VERSION_HEX >= 0x020D0000

PYBIND11_DECLARE_HOLDER_TYPE(T, c10::intrusive_ptr<T>, true)
PYBIND11_DECLARE_HOLDER_TYPE(T, c10::SingletonOrSharedTypePtr<T>)
PYBIND11_DECLARE_HOLDER_TYPE(T, c10::SingletonTypePtr<T>, true)

namespace pybind11::detail {

// A caster whose two functions live in the library.
#define FLB_CASTER(TYPE, PARAMETER, NAME, ...)                                    \
  template <>                                                                     \
  struct TORCH_PYTHON_API type_caster<TYPE> {                                     \
   public:                                                                        \
    PYBIND11_TYPE_CASTER(TYPE, _(NAME));                                          \
    bool load(handle src, bool);                                                  \
    static handle cast(PARAMETER src, return_value_policy policy, handle parent); \
    __VA_ARGS__                                                                   \
  }

FLB_CASTER(at::Tensor, const at::Tensor&, "torch.Tensor");
FLB_CASTER(at::IntArrayRef, at::IntArrayRef, "Tuple[int, ...]", private : std::vector<int64_t> v_value;);
FLB_CASTER(at::SymIntArrayRef, at::SymIntArrayRef, "List[int]", private : std::vector<c10::SymInt> v_value;);
FLB_CASTER(at::ArrayRef<c10::SymNode>, at::ArrayRef<c10::SymNode>, "List[SymNode]", private
           : std::vector<c10::SymNode>
               v_value;);
FLB_CASTER(c10::Scalar, const c10::Scalar&, "Union[Number, torch.SymInt, torch.SymFloat, torch.SymBool]");
FLB_CASTER(c10::SymInt, const c10::SymInt&, "Union[int, torch.SymInt]");
FLB_CASTER(c10::SymFloat, const c10::SymFloat&, "float");
FLB_CASTER(c10::SymBool, const c10::SymBool&, "Union[bool, torch.SymBool]");
#undef FLB_CASTER

// A caster of a C type: CHECK tells its objects, GET reads the value, MAKE gives a new reference.
#define FLB_CASTER(TYPE, PARAMETER, NAME, INITIAL, CHECK, GET, MAKE)                        \
  template <>                                                                               \
  struct type_caster<TYPE> {                                                                \
   public:                                                                                  \
    PYBIND11_TYPE_CASTER(TYPE, _(NAME));                                                    \
    type_caster() : value(INITIAL) {}                                                       \
    bool load(handle src, bool) {                                                           \
      PyObject* obj = src.ptr();                                                            \
      if (!(CHECK)) return false;                                                           \
      value = GET;                                                                          \
      return true;                                                                          \
    }                                                                                       \
    static handle cast(PARAMETER src, return_value_policy, handle) { return handle(MAKE); } \
  }

FLB_CASTER(at::Storage, const at::Storage&, "torch.StorageBase", at::Storage(), torch::isStorage(obj),
           torch::createStorage(obj), torch::createPyObject(src));
FLB_CASTER(at::Generator, const at::Generator&, "torch.Generator", at::Generator(), THPGenerator_Check(obj),
           reinterpret_cast<THPGenerator*>(obj)->cdata, THPGenerator_Wrap(src));
FLB_CASTER(at::MemoryFormat, at::MemoryFormat, "torch.memory_format", at::MemoryFormat::Contiguous,
           THPMemoryFormat_Check(obj), reinterpret_cast<THPMemoryFormat*>(obj)->memory_format,
           Py_NewRef(torch::utils::getTHPMemoryFormat(src)));
FLB_CASTER(at::Device, const at::Device&, "torch.device", c10::kCPU, THPDevice_Check(obj),
           reinterpret_cast<THPDevice*>(obj)->device, THPDevice_New(src));
FLB_CASTER(at::ScalarType, const at::ScalarType&, "torch.dtype", at::kFloat, THPDtype_Check(obj),
           reinterpret_cast<THPDtype*>(obj)->scalar_type,
           Py_NewRef(reinterpret_cast<PyObject*>(torch::getTHPDtype(src))));
FLB_CASTER(c10::Layout, c10::Layout, "torch.layout", c10::Layout::Strided, THPLayout_Check(obj),
           reinterpret_cast<THPLayout*>(obj)->layout, Py_NewRef(reinterpret_cast<PyObject*>(torch::getTHPLayout(src))));
FLB_CASTER(c10::Stream, const c10::Stream&, "torch.Stream",
           (c10::Stream(c10::Stream::DEFAULT, c10::Device(c10::kCPU, 0))), THPStream_Check(obj),
           c10::Stream::unpack3(reinterpret_cast<THPStream*>(obj)->stream_id,
                                static_cast<c10::DeviceIndex>(reinterpret_cast<THPStream*>(obj)->device_index),
                                static_cast<c10::DeviceType>(reinterpret_cast<THPStream*>(obj)->device_type)),
           THPStream_Wrap(src));
#undef FLB_CASTER

template <>
struct type_caster<c10::DispatchKey> : public type_caster_base<c10::DispatchKey> {
  using base = type_caster_base<c10::DispatchKey>;
  c10::DispatchKey tmp{};

 public:
  bool load(handle src, bool convert) {
    if (base::load(src, convert)) return true;
    if (!PyUnicode_Check(src.ptr())) return false;
    tmp = c10::parseDispatchKey(py::cast<std::string>(src));
    value = &tmp;
    return true;
  }
  static handle cast(c10::DispatchKey src, return_value_policy policy, handle parent) {
    return base::cast(src, policy, parent);
  }
};

template <typename T>
struct type_caster<c10::complex<T>> {
 public:
  PYBIND11_TYPE_CASTER(c10::complex<T>, _("complex"));
  bool load(handle src, bool) {
    Py_complex c = PyComplex_AsCComplex(src.ptr());
    if (c.real == -1.0 && PyErr_Occurred()) return false;
    value = c10::complex<double>(c.real, c.imag);
    return true;
  }
  static handle cast(const c10::complex<T>& c, return_value_policy, handle) {
    return handle(PyComplex_FromDoubles(c.real(), c.imag()));
  }
};

}  // namespace pybind11::detail

namespace torch::impl {

/// Deletes with the GIL released, for objects whose destructors may wait for threads that need it.
template <typename T>
inline void destroy_without_gil(T* ptr) {
  if (Py_IsInitialized() && PyGILState_Check()) {
    pybind11::gil_scoped_release nogil;
    delete ptr;
  } else {
    delete ptr;
  }
}

}  // namespace torch::impl
