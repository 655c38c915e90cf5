#include "pyshim/csrc/ivalue.h"

#include <ATen/core/jit_type.h>

#include "pyshim/csrc/interpreter.h"
#include "pyshim/csrc/storage.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

using c10::IValue;
using c10::TypeKind;
using c10::TypePtr;

std::string repr_of(PyObject* o) { return std::string(text_of(checked(PyObject_Repr(o)))); }

[[noreturn]] void mismatch(PyObject* o, const TypePtr& type) {
  raise(PyExc_TypeError,
        "expected a value of type '" + type->annotation_str() + "' but got '" + short_type_name(o) + "'");
}

IValue list_of(PyObject* o, const TypePtr& type) {
  TypePtr element = type->expectRef<c10::ListType>().getElementType();
  if (!PyList_Check(o) && !PyTuple_Check(o)) mismatch(o, type);
  c10::impl::GenericList list(element);
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(o); ++i) {
    PyObject* const item = PySequence_Fast_GET_ITEM(o, i);
    if (element->kind() == TypeKind::TensorType && is_number(item)) mismatch(item, element);
    list.push_back(to_ivalue(item, element));
  }
  return IValue(std::move(list));
}

IValue tuple_of(PyObject* o, const c10::TupleType& type) {
  if (!PyTuple_Check(o) && !PyList_Check(o))
    raise(PyExc_TypeError, std::string("expected a tuple, but got ") + short_type_name(o));
  if (static_cast<size_t>(PySequence_Fast_GET_SIZE(o)) != type.elements().size()) {
    raise(PyExc_TypeError, "Object " + repr_of(o) + " had a different number of elements than type " + type.repr_str());
  }
  std::vector<IValue> items;
  for (size_t i = 0; i < type.elements().size(); ++i) {
    items.push_back(to_ivalue(PySequence_Fast_GET_ITEM(o, i), type.elements()[i]));
  }
  return c10::ivalue::Tuple::create(std::move(items));
}

IValue dict_of(PyObject* o, const c10::DictType& type) {
  if (!PyDict_Check(o)) raise(PyExc_TypeError, std::string("expected a dict, but got ") + short_type_name(o));
  c10::impl::GenericDict dict(type.getKeyType(), type.getValueType());
  PyObject *key, *value;
  for (Py_ssize_t at = 0; PyDict_Next(o, &at, &key, &value);) {
    dict.insert(to_ivalue(key, type.getKeyType()), to_ivalue(value, type.getValueType()));
  }
  return IValue(std::move(dict));
}

IValue integer_of(PyObject* o, const TypePtr& type) {
  if (THPDtype_Check(o)) return static_cast<int64_t>(to_dtype(o));
  if (THPLayout_Check(o)) return static_cast<int64_t>(to_layout(o));
  if (THPMemoryFormat_Check(o)) return static_cast<int64_t>(to_memory_format(o));
  if (!is_index(o) && !PyBool_Check(o)) mismatch(o, type);
  return to_int64(o);
}

// An object of a custom class is opaque in Python: a capsule that holds it.
constexpr const char* kHeld = "torch.ScriptObject";

PyObject* hold(const IValue& v) {
  return checked(PyCapsule_New(
                     new IValue(v), kHeld,
                     [](PyObject* capsule) { delete static_cast<IValue*>(PyCapsule_GetPointer(capsule, kHeld)); }))
      .release();
}

IValue held_object(PyObject* o) {
  if (PyCapsule_IsValid(o, kHeld)) return *static_cast<const IValue*>(PyCapsule_GetPointer(o, kHeld));
  TORCH_CHECK_NOT_IMPLEMENTED(false, "not implemented: an object of type ", short_type_name(o),
                              " as an operator's argument");
}

}  // namespace

IValue to_ivalue(PyObject* o, const TypePtr& type) {
  switch (type->kind()) {
    case TypeKind::TensorType:
      if (o == Py_None) return at::Tensor();
      if (is_tensor(o)) return tensor_of(o);
      if (is_number(o)) return to_tensor_of_number(o);
      mismatch(o, type);
    case TypeKind::OptionalType:
      if (o == Py_None) return IValue();
      return to_ivalue(o, type->expectRef<c10::OptionalType>().getElementType());
    case TypeKind::IntType:
    case TypeKind::SymIntType:
    case TypeKind::ScalarTypeType:
    case TypeKind::LayoutType:
    case TypeKind::MemoryFormatType:
      return integer_of(o, type);
    case TypeKind::FloatType:
    case TypeKind::SymFloatType:
      if (!is_real(o) && !is_tensor(o)) mismatch(o, type);
      return to_double(o);
    case TypeKind::BoolType:
    case TypeKind::SymBoolType:
      if (!is_bool(o)) mismatch(o, type);
      return to_bool(o);
    case TypeKind::ComplexType:
      return to_scalar(o).toComplexDouble();
    case TypeKind::NumberType:
      if (!is_number(o) && !(is_tensor(o) && tensor_of(o).numel() == 1)) mismatch(o, type);
      return to_scalar(o);
    case TypeKind::StringType:
      if (!PyUnicode_Check(o)) mismatch(o, type);
      return std::string(text_of(o));
    case TypeKind::DeviceObjType:
      return to_device(o);
    case TypeKind::StreamObjType:
      return to_stream(o);
    case TypeKind::GeneratorType:
      return to_generator(o);
    case TypeKind::StorageType:
      return to_storage(o);
    case TypeKind::NoneType:
      if (o != Py_None) mismatch(o, type);
      return IValue();
    case TypeKind::ListType:
      // int[N] takes one int for all.
      if (type->expectRef<c10::ListType>().getElementType()->kind() == TypeKind::IntType && is_integer(o)) {
        return c10::List<int64_t>({to_int64(o)});
      }
      return list_of(o, type);
    case TypeKind::TupleType:
      return tuple_of(o, type->expectRef<c10::TupleType>());
    case TypeKind::DictType:
      return dict_of(o, type->expectRef<c10::DictType>());
    case TypeKind::AnyType:
      return to_ivalue(o);
    default:
      return held_object(o);
  }
}

IValue to_ivalue(PyObject* o) {
  if (o == Py_None) return IValue();
  if (is_tensor(o)) return tensor_of(o);
  if (PyBool_Check(o)) return o == Py_True;
  if (PyLong_Check(o)) return to_int64(o);
  if (PyFloat_Check(o)) return to_double(o);
  if (PyComplex_Check(o)) return to_scalar(o).toComplexDouble();
  if (PyUnicode_Check(o)) return std::string(text_of(o));
  if (THPDtype_Check(o) || THPLayout_Check(o) || THPMemoryFormat_Check(o)) return integer_of(o, c10::IntType::get());
  if (THPDevice_Check(o)) return to_device(o);
  if (PyTuple_Check(o) || PyList_Check(o)) {
    std::vector<IValue> items;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(o); ++i)
      items.push_back(to_ivalue(PySequence_Fast_GET_ITEM(o, i)));
    if (PyTuple_Check(o)) return c10::ivalue::Tuple::create(std::move(items));
    c10::impl::GenericList list(items.empty() ? TypePtr(c10::AnyType::get()) : items[0].type());
    for (auto& item : items) list.push_back(item);
    return IValue(std::move(list));
  }
  return held_object(o);
}

PyObject* from_ivalue(const IValue& v) {
  if (v.isNone()) Py_RETURN_NONE;
  if (v.isTensor()) return wrap(v.toTensor());
  if (v.isInt()) return PyLong_FromLongLong(v.toInt());
  if (v.isDouble()) return PyFloat_FromDouble(v.toDouble());
  if (v.isBool()) return from_bool(v.toBool());
  if (v.isComplexDouble()) return PyComplex_FromDoubles(v.toComplexDouble().real(), v.toComplexDouble().imag());
  if (v.isString()) return text(v.toStringRef()).release();
  if (v.isDevice()) return from_device(v.toDevice());
  if (v.isGenerator()) return THPGenerator_Wrap(v.toGenerator());
  if (v.isStorage()) return THPStorage_Wrap(v.toStorage());
  if (v.isStream()) return THPStream_Wrap(v.toStream());
  if (v.isScalar()) return from_scalar(v.toScalar());
  if (v.isList()) {
    auto items = v.toListRef();
    Object list = checked(PyList_New(static_cast<Py_ssize_t>(items.size())));
    for (size_t i = 0; i < items.size(); ++i) PyList_SET_ITEM(list.get(), i, from_ivalue(items[i]));
    return list.release();
  }
  if (v.isTuple()) {
    auto& items = v.toTupleRef().elements();
    Object tuple = checked(PyTuple_New(static_cast<Py_ssize_t>(items.size())));
    for (size_t i = 0; i < items.size(); ++i) PyTuple_SET_ITEM(tuple.get(), i, from_ivalue(items[i]));
    return tuple.release();
  }
  if (v.isGenericDict()) {
    Object dict = checked(PyDict_New());
    for (auto& entry : v.toGenericDict()) {
      checked(PyDict_SetItem(dict, Object(from_ivalue(entry.key())), Object(from_ivalue(entry.value()))));
    }
    return dict.release();
  }
  if (v.isObject()) return hold(v);
  TORCH_CHECK_NOT_IMPLEMENTED(false, "not implemented: an operator's value of kind ", v.tagKind(), " in Python");
}

namespace {

/// More arguments than the schema has, or more positional ones than may be given by position.
void check_count(const c10::FunctionSchema& schema, size_t positional, size_t named) {
  const auto& arguments = schema.arguments();
  TORCH_CHECK(positional + named <= arguments.size(), schema.name(), "() expected at most ", arguments.size(),
              " argument(s) but received ", positional + named, " argument(s). Declaration: ", schema);
  const auto keyword_only = [](const c10::Argument& a) { return a.kwarg_only(); };
  const auto allowed = std::find_if(arguments.begin(), arguments.end(), keyword_only) - arguments.begin();
  TORCH_CHECK(positional <= static_cast<size_t>(allowed), schema.name(), "() takes ", allowed,
              " positional argument(s) but ", positional, " was/were given.  Declaration: ", schema);
}

IValue argument_value(const c10::FunctionSchema& schema, size_t i, PyObject* o) {
  const c10::Argument& a = schema.arguments()[i];
  try {
    return to_ivalue(o, a.type());
  } catch (python_error&) {
    if (!PyErr_ExceptionMatches(PyExc_Exception)) throw;
    PyErr_Clear();
    raise(PyExc_RuntimeError, schema.name() + "() Expected a value of type '" + a.type()->annotation_str() +
                                  "' for argument '" + a.name() + "' but instead found type '" + short_type_name(o) +
                                  "'.\nPosition: " + std::to_string(i) + "\nValue: " + repr_of(o) +
                                  "\nDeclaration: " + c10::str(schema));
  }
}

/// What is named must be an argument's name, and not given by position too.
void check_names(const c10::FunctionSchema& schema, PyObject* kwargs, size_t positional) {
  PyObject *key, *value;
  for (Py_ssize_t at = 0; kwargs && PyDict_Next(kwargs, &at, &key, &value);) {
    const auto index = schema.argumentIndexWithName(text_of(key));
    TORCH_CHECK(index, "Unknown keyword argument '", text_of(key), "' for operator '", schema.name(),
                "'. Schema: ", schema);
    TORCH_CHECK(static_cast<size_t>(*index) >= positional, "Argument '", text_of(key),
                "' specified both as positional and keyword argument. Schema: ", schema);
  }
}

}  // namespace

std::vector<IValue> to_stack(const c10::FunctionSchema& schema, PyObject* args, PyObject* kwargs) {
  std::vector<IValue> stack;
  const auto& arguments = schema.arguments();
  const auto positional = static_cast<size_t>(PyTuple_GET_SIZE(args));
  check_count(schema, positional, kwargs ? static_cast<size_t>(PyDict_Size(kwargs)) : 0);
  for (size_t i = 0; i < arguments.size(); ++i) {
    const c10::Argument& a = arguments[i];
    PyObject* const o = i < positional ? PyTuple_GET_ITEM(args, i)
                        : kwargs       ? PyDict_GetItemString(kwargs, a.name().c_str())
                                       : nullptr;
    TORCH_CHECK(o || a.default_value(), schema.name(), "() is missing value for argument '", a.name(),
                "'. Declaration: ", schema);
    stack.push_back(o ? argument_value(schema, i, o) : *a.default_value());
  }
  check_names(schema, kwargs, positional);
  return stack;
}

PyObject* from_stack(const std::vector<IValue>& stack) {
  if (stack.empty()) Py_RETURN_NONE;
  if (stack.size() == 1) return from_ivalue(stack[0]);
  Object tuple = checked(PyTuple_New(static_cast<Py_ssize_t>(stack.size())));
  for (size_t i = 0; i < stack.size(); ++i) PyTuple_SET_ITEM(tuple.get(), i, from_ivalue(stack[i]));
  return tuple.release();
}

}  // namespace flambeau::python
