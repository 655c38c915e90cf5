// torch.dtype, layout, memory_format, qscheme: one immutable object for each value, which pickles by name.
#include "pyshim/csrc/types.h"

#include <c10/core/DefaultDtype.h>
#include <torch/csrc/DynamicTypes.h>
#include <torch/csrc/utils/tensor_memoryformats.h>

#include <array>
#include <cstring>

#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

struct DtypeRow {
  at::ScalarType type;
  const char* names[2];
};
constexpr DtypeRow kDtypes[] = {
    {at::kByte, {"uint8"}},
    {at::kChar, {"int8"}},
    {at::kShort, {"int16", "short"}},
    {at::kInt, {"int32", "int"}},
    {at::kLong, {"int64", "long"}},
    {at::kHalf, {"float16", "half"}},
    {at::kFloat, {"float32", "float"}},
    {at::kDouble, {"float64", "double"}},
    {at::kComplexHalf, {"complex32", "chalf"}},
    {at::kComplexFloat, {"complex64", "cfloat"}},
    {at::kComplexDouble, {"complex128", "cdouble"}},
    {at::kBool, {"bool"}},
    {at::kQInt8, {"qint8"}},
    {at::kQUInt8, {"quint8"}},
    {at::kQInt32, {"qint32"}},
    {at::kBFloat16, {"bfloat16"}},
    {at::kQUInt4x2, {"quint4x2"}},
    {at::kQUInt2x4, {"quint2x4"}},
    {at::kBits1x8, {"bits1x8"}},
    {at::kBits2x4, {"bits2x4"}},
    {at::kBits4x2, {"bits4x2"}},
    {at::kBits8, {"bits8"}},
    {at::kBits16, {"bits16"}},
    {at::kFloat8_e5m2, {"float8_e5m2"}},
    {at::kFloat8_e4m3fn, {"float8_e4m3fn"}},
    {at::kFloat8_e5m2fnuz, {"float8_e5m2fnuz"}},
    {at::kFloat8_e4m3fnuz, {"float8_e4m3fnuz"}},
    {at::kUInt16, {"uint16"}},
    {at::kUInt32, {"uint32"}},
    {at::kUInt64, {"uint64"}},
    {at::ScalarType::UInt1, {"uint1", "bit"}},
    {at::ScalarType::UInt2, {"uint2"}},
    {at::ScalarType::UInt3, {"uint3"}},
    {at::ScalarType::UInt4, {"uint4"}},
    {at::ScalarType::UInt5, {"uint5"}},
    {at::ScalarType::UInt6, {"uint6"}},
    {at::ScalarType::UInt7, {"uint7"}},
    {at::ScalarType::Int1, {"int1"}},
    {at::ScalarType::Int2, {"int2"}},
    {at::ScalarType::Int3, {"int3"}},
    {at::ScalarType::Int4, {"int4"}},
    {at::ScalarType::Int5, {"int5"}},
    {at::ScalarType::Int6, {"int6"}},
    {at::ScalarType::Int7, {"int7"}},
    {at::kFloat8_e8m0fnu, {"float8_e8m0fnu"}},
    {at::kFloat4_e2m1fn_x2, {"float4_e2m1fn_x2"}},
};
constexpr struct {
  at::Layout layout;
  const char* name;
} kLayouts[] = {{at::kStrided, "strided"},      {at::kSparse, "sparse_coo"},    {at::kSparseCsr, "sparse_csr"},
                {at::kSparseCsc, "sparse_csc"}, {at::kSparseBsr, "sparse_bsr"}, {at::kSparseBsc, "sparse_bsc"},
                {at::kMkldnn, "_mkldnn"},       {at::kJagged, "jagged"}};
constexpr const char* kMemoryFormats[] = {"contiguous_format", "preserve_format", "channels_last", "channels_last_3d"};
constexpr const char* kQSchemes[] = {"per_tensor_affine", "per_channel_affine", "per_tensor_symmetric",
                                     "per_channel_symmetric", "per_channel_affine_float_qparams"};

PyObject* dtypes[static_cast<int>(at::ScalarType::NumOptions)];
PyObject* layouts[static_cast<int>(at::Layout::NumOptions)];
PyObject* memory_formats[std::size(kMemoryFormats)];
PyObject* qschemes[std::size(kQSchemes)];

// The four types hold `name` at different offsets, but do the same with it.
template <class T>
PyObject* repr_as_torch(PyObject* self) {
  return PyUnicode_FromFormat("torch.%s", reinterpret_cast<T*>(self)->name);
}
template <class T>
PyObject* plain_name(PyObject* self, PyObject*) {
  return PyUnicode_FromString(reinterpret_cast<T*>(self)->name);
}
/// Pickling and copying by the global name torch.<name>.
PyMethodDef by_name(PyCFunction f) { return {"__reduce__", f, METH_NOARGS, nullptr}; }
template <class T>
PyMethodDef* reduce_methods() {
  static PyMethodDef table[] = {by_name(&plain_name<T>), {}};
  return table;
}

at::ScalarType scalar_of(PyObject* self) { return reinterpret_cast<THPDtype*>(self)->scalar_type; }

template <bool (*test)(at::ScalarType)>
PyObject* dtype_test(PyObject* self, void*) {
  return from_bool(test(scalar_of(self)));
}
bool is_floating(at::ScalarType t) { return at::isFloatingType(t); }
bool is_complex(at::ScalarType t) { return at::isComplexType(t); }

PyObject* dtype_itemsize(PyObject* self, void*) { return PyLong_FromSize_t(c10::elementSize(scalar_of(self))); }

// SourceTransformers' and numpy's question; the sign of quantized types is that of their integers.
PyObject* dtype_is_signed(PyObject* self, void*) {
  return guarded([&] { return from_bool(at::isSignedType(scalar_of(self))); });
}

PyObject* dtype_to_real(PyObject* self, PyObject*) {
  return guarded([&] { return from_dtype(c10::toRealValueType(scalar_of(self))); });
}
PyObject* dtype_to_complex(PyObject* self, PyObject*) {
  return guarded([&] { return from_dtype(c10::toComplexType(scalar_of(self))); });
}

PyGetSetDef dtype_properties[] = {
    {"is_floating_point", &dtype_test<is_floating>, nullptr, nullptr, nullptr},
    {"is_complex", &dtype_test<is_complex>, nullptr, nullptr, nullptr},
    {"is_signed", &dtype_is_signed, nullptr, nullptr, nullptr},
    {"itemsize", &dtype_itemsize, nullptr, nullptr, nullptr},
    {},
};
PyMethodDef dtype_methods[] = {
    {"__reduce__", &plain_name<THPDtype>, METH_NOARGS, nullptr},
    {"to_real", &dtype_to_real, METH_NOARGS, nullptr},
    {"to_complex", &dtype_to_complex, METH_NOARGS, nullptr},
    {},
};

template <class T, class Value>
PyObject* make_named(PyTypeObject* type, Value T::*field, Value value, const char* name) {
  PyObject* self = checked(type->tp_alloc(type, 0)).release();
  auto* object = reinterpret_cast<T*>(self);
  object->*field = value;
  std::strncpy(object->name, name, sizeof(object->name) - 1);
  return self;
}

void ready(PyObject* module, PyTypeObject& type, const char* name) {
  checked(PyType_Ready(&type));
  Object torch_module = text("torch");
  checked(PyDict_SetItemString(type.tp_dict, "__module__", torch_module));
  add_object(module, name, Py_NewRef(reinterpret_cast<PyObject*>(&type)));
}

}  // namespace

void init_types(PyObject* module) {
  THPDtypeType.tp_repr = &repr_as_torch<THPDtype>;
  THPDtypeType.tp_methods = dtype_methods;
  THPDtypeType.tp_getset = dtype_properties;
  THPLayoutType.tp_repr = &repr_as_torch<THPLayout>;
  THPLayoutType.tp_methods = reduce_methods<THPLayout>();
  THPMemoryFormatType.tp_repr = &repr_as_torch<THPMemoryFormat>;
  THPMemoryFormatType.tp_methods = reduce_methods<THPMemoryFormat>();
  THPQSchemeType.tp_repr = &repr_as_torch<THPQScheme>;
  THPQSchemeType.tp_methods = reduce_methods<THPQScheme>();
  ready(module, THPDtypeType, "dtype");
  ready(module, THPLayoutType, "layout");
  ready(module, THPMemoryFormatType, "memory_format");
  ready(module, THPQSchemeType, "qscheme");
  for (auto& row : kDtypes) dtypes[static_cast<int>(row.type)] = THPDtype_New(row.type, row.names[0]);
  for (auto& row : kLayouts) layouts[static_cast<int>(row.layout)] = THPLayout_New(row.layout, row.name);
  for (size_t i = 0; i < std::size(kMemoryFormats); ++i) {
    memory_formats[i] = THPMemoryFormat_New(static_cast<at::MemoryFormat>(i), kMemoryFormats[i]);
  }
  for (size_t i = 0; i < std::size(kQSchemes); ++i)
    qschemes[i] = THPQScheme_New(static_cast<at::QScheme>(i), kQSchemes[i]);
  add_named_values(module);
}

void add_named_values(PyObject* module) {
  auto add = [&](const char* name, PyObject* value) { checked(PyModule_AddObjectRef(module, name, value)); };
  for (auto& row : kDtypes) {
    for (const char* name : row.names) {
      if (name) add(name, dtypes[static_cast<int>(row.type)]);
    }
  }
  for (auto& row : kLayouts) add(row.name, layouts[static_cast<int>(row.layout)]);
  for (size_t i = 0; i < std::size(kMemoryFormats); ++i) add(kMemoryFormats[i], memory_formats[i]);
  for (size_t i = 0; i < std::size(kQSchemes); ++i) add(kQSchemes[i], qschemes[i]);
}

PyObject* from_dtype(at::ScalarType dtype) {
  if (dtype == at::ScalarType::Undefined) Py_RETURN_NONE;
  return Py_NewRef(reinterpret_cast<PyObject*>(torch::getTHPDtype(dtype)));
}
PyObject* from_layout(at::Layout layout) { return Py_NewRef(layouts[static_cast<int>(layout)]); }
PyObject* from_memory_format(at::MemoryFormat format) { return Py_NewRef(memory_formats[static_cast<int>(format)]); }
PyObject* from_qscheme(at::QScheme scheme) { return Py_NewRef(qschemes[static_cast<int>(scheme)]); }

PyObject* all_dtypes() {
  Object set = checked(PySet_New(nullptr));
  for (PyObject* dtype : dtypes) {
    if (dtype) checked(PySet_Add(set, dtype));
  }
  return set.release();
}

}  // namespace flambeau::python

using flambeau::python::plain_type;

constinit PyTypeObject THPDtypeType = plain_type("torch.dtype", sizeof(THPDtype));
constinit PyTypeObject THPLayoutType = plain_type("torch.layout", sizeof(THPLayout));
constinit PyTypeObject THPMemoryFormatType = plain_type("torch.memory_format", sizeof(THPMemoryFormat));
constinit PyTypeObject THPQSchemeType = plain_type("torch.qscheme", sizeof(THPQScheme));

PyObject* THPDtype_New(at::ScalarType scalar_type, const std::string& name) {
  return flambeau::python::make_named(&THPDtypeType, &THPDtype::scalar_type, scalar_type, name.c_str());
}
PyObject* THPLayout_New(at::Layout layout, const std::string& name) {
  return flambeau::python::make_named(&THPLayoutType, &THPLayout::layout, layout, name.c_str());
}
PyObject* THPMemoryFormat_New(at::MemoryFormat format, const std::string& name) {
  return flambeau::python::make_named(&THPMemoryFormatType, &THPMemoryFormat::memory_format, format, name.c_str());
}
PyObject* THPQScheme_New(at::QScheme scheme, const std::string& name) {
  return flambeau::python::make_named(&THPQSchemeType, &THPQScheme::qscheme, scheme, name.c_str());
}

namespace torch {

THPDtype* getTHPDtype(at::ScalarType type) {
  PyObject* dtype = type < at::ScalarType::NumOptions ? flambeau::python::dtypes[static_cast<int>(type)] : nullptr;
  TORCH_CHECK(dtype, "unsupported scalarType");
  return reinterpret_cast<THPDtype*>(dtype);
}
THPLayout* getTHPLayout(at::Layout layout) {
  return reinterpret_cast<THPLayout*>(flambeau::python::layouts[static_cast<int>(layout)]);
}
void registerDtypeObject(THPDtype* dtype, at::ScalarType type) {
  flambeau::python::dtypes[static_cast<int>(type)] = reinterpret_cast<PyObject*>(dtype);
}
void registerLayoutObject(THPLayout* layout, at::Layout value) {
  flambeau::python::layouts[static_cast<int>(value)] = reinterpret_cast<PyObject*>(layout);
}

namespace utils {
PyObject* getTHPMemoryFormat(at::MemoryFormat format) {
  return flambeau::python::memory_formats[static_cast<int>(format)];
}
}  // namespace utils

}  // namespace torch
