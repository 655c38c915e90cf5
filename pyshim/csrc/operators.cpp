#include "pyshim/csrc/operators.h"

#include <ATen/ops/add_ops.h>
#include <ATen/ops/bitwise_and_ops.h>
#include <ATen/ops/bitwise_left_shift_ops.h>
#include <ATen/ops/bitwise_or_ops.h>
#include <ATen/ops/bitwise_right_shift_ops.h>
#include <ATen/ops/bitwise_xor_ops.h>
#include <ATen/ops/div_ops.h>
#include <ATen/ops/eq_ops.h>
#include <ATen/ops/floor_divide_ops.h>
#include <ATen/ops/ge_ops.h>
#include <ATen/ops/gt_ops.h>
#include <ATen/ops/is_nonzero_ops.h>
#include <ATen/ops/le_ops.h>
#include <ATen/ops/lt_ops.h>
#include <ATen/ops/matmul_ops.h>
#include <ATen/ops/mul_ops.h>
#include <ATen/ops/ne_ops.h>
#include <ATen/ops/pow_ops.h>
#include <ATen/ops/remainder_ops.h>
#include <ATen/ops/sub_ops.h>

#include <algorithm>
#include <cstring>

#include "pyshim/csrc/indexing.h"
#include "pyshim/csrc/overrides.h"
#include "pyshim/csrc/parse.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/thunk.h"

namespace flambeau::python {

namespace {

using at::Tensor;
using BinaryOp = Tensor (*)(const Tensor&, const Tensor&);

/// One operator: its method, the function that takes it from the right, and the direct call for two tensors.
struct Binary {
  const char* method;
  const char* function;
  BinaryOp op;
  bool numbers = true;  ///< a number may stand for either tensor in `op`
};

template <class Op>
Tensor plain(const Tensor& a, const Tensor& b) {
  return Op::call(a, b);
}
Tensor add(const Tensor& a, const Tensor& b) { return at::_ops::add_Tensor::call(a, b, 1); }
Tensor sub(const Tensor& a, const Tensor& b) { return at::_ops::sub_Tensor::call(a, b, 1); }

PyObject* run_binary(BinaryOp op, const Tensor& a, const Tensor& b) {
  if (!is_big(a) && !is_big(b)) [[likely]]
    return wrap(op(a, b));
  auto released = [&] {
    GilRelease gil;
    return op(a, b);
  };
  return wrap(released());
}

bool is_plain_number(PyObject* o) { return PyFloat_CheckExact(o) || PyLong_CheckExact(o); }

/// A TypeError says that the other operand may know what to do.
PyObject* or_not_implemented(PyObject* result) {
  if (result || !PyErr_ExceptionMatches(PyExc_TypeError)) return result;
  PyErr_Clear();
  Py_RETURN_NOTIMPLEMENTED;
}

PyObject* binary_slow(const Binary& b, PyObject* left, PyObject* right) {
  return or_not_implemented(guarded([&] {
    if (is_tensor(left)) return call_function(find_function(Space::tensor, b.method), left, {&right, 1, nullptr});
    PyObject* operands[] = {left, right};
    return call_function(find_function(Space::torch, b.function), nullptr, {operands, 2, nullptr});
  }));
}

template <const Binary& b>
PyObject* binary(PyObject* left, PyObject* right) {
  if (torch_function_mode_active()) [[unlikely]]
    return binary_slow(b, left, right);
  if (is_exact_tensor(left) && is_exact_tensor(right)) [[likely]] {
    return guarded([&] { return run_binary(b.op, tensor_of(left), tensor_of(right)); });
  }
  if constexpr (b.numbers) {
    if (is_exact_tensor(left) && is_plain_number(right)) {
      return guarded([&] { return run_binary(b.op, tensor_of(left), to_tensor_of_number(right)); });
    }
  }
  return binary_slow(b, left, right);
}

#define FLB_BINARY(name, ...) static constexpr Binary name = {__VA_ARGS__}
FLB_BINARY(kAdd, "add", "add", &add);
FLB_BINARY(kSub, "sub", "sub", &sub);
FLB_BINARY(kMul, "mul", "mul", &plain<at::_ops::mul_Tensor>);
FLB_BINARY(kDiv, "div", "div", &plain<at::_ops::div_Tensor>);
FLB_BINARY(kFloorDiv, "floor_divide", "floor_divide", &plain<at::_ops::floor_divide>);
FLB_BINARY(kMod, "remainder", "remainder", &plain<at::_ops::remainder_Tensor>, false);
FLB_BINARY(kMatmul, "matmul", "matmul", &plain<at::_ops::matmul>, false);
FLB_BINARY(kAnd, "__and__", "bitwise_and", &plain<at::_ops::bitwise_and_Tensor>, false);
FLB_BINARY(kOr, "__or__", "bitwise_or", &plain<at::_ops::bitwise_or_Tensor>, false);
FLB_BINARY(kXor, "__xor__", "bitwise_xor", &plain<at::_ops::bitwise_xor_Tensor>, false);
FLB_BINARY(kShiftLeft, "__lshift__", "bitwise_left_shift", &plain<at::_ops::bitwise_left_shift_Tensor>, false);
FLB_BINARY(kShiftRight, "__rshift__", "bitwise_right_shift", &plain<at::_ops::bitwise_right_shift_Tensor>, false);
FLB_BINARY(kPow, "pow", "pow", &plain<at::_ops::pow_Tensor_Tensor>, false);
FLB_BINARY(kEq, "eq", "eq", &plain<at::_ops::eq_Tensor>, false);
FLB_BINARY(kNe, "ne", "ne", &plain<at::_ops::ne_Tensor>, false);
FLB_BINARY(kLt, "lt", "lt", &plain<at::_ops::lt_Tensor>, false);
FLB_BINARY(kLe, "le", "le", &plain<at::_ops::le_Tensor>, false);
FLB_BINARY(kGt, "gt", "gt", &plain<at::_ops::gt_Tensor>, false);
FLB_BINARY(kGe, "ge", "ge", &plain<at::_ops::ge_Tensor>, false);
#undef FLB_BINARY

/// number / tensor is the reciprocal times the number, to the last bit as in PyTorch.
PyObject* divide(PyObject* left, PyObject* right) {
  if (is_tensor(left) || !is_tensor(right) || !is_number(left)) return binary<kDiv>(left, right);
  return guarded([&] {
    const Function& reciprocal = find_function(Space::tensor, "reciprocal");
    Object inverse = checked(call_function(reciprocal, right, {nullptr, 0, nullptr}));
    return checked(PyNumber_Multiply(inverse, left)).release();
  });
}

PyObject* subtract(PyObject* left, PyObject* right) {
  if (is_tensor(left) || !is_tensor(right)) return binary<kSub>(left, right);
  return or_not_implemented(guarded([&] {
    PyObject* operands[] = {right, left};
    return call_function(find_function(Space::torch, "rsub"), nullptr, {operands, 2, nullptr});
  }));
}

/// Number to the power of tensor keeps the tensor's dtype: pow with a Scalar base.
PyObject* power(PyObject* base, PyObject* exponent, PyObject* modulus) {
  if (modulus != Py_None) Py_RETURN_NOTIMPLEMENTED;
  return binary<kPow>(base, exponent);
}

template <const Binary& b>
PyObject* inplace(PyObject* self, PyObject* other) {
  return or_not_implemented(guarded([&] {
    static const std::string name = std::string(b.method) + "_";
    return call_function(find_function(Space::tensor, name.c_str()), self, {&other, 1, nullptr});
  }));
}
constexpr Binary kIAnd{"__iand__", nullptr, nullptr}, kIOr{"__ior__", nullptr, nullptr},
    kIXor{"__ixor__", nullptr, nullptr}, kILshift{"__ilshift__", nullptr, nullptr},
    kIRshift{"__irshift__", nullptr, nullptr};
template <const Binary& b>
PyObject* inplace_named(PyObject* self, PyObject* other) {
  return or_not_implemented(guarded([&] {
    return call_function(find_function(Space::tensor, b.method), self, {&other, 1, nullptr});
  }));
}
PyObject* inplace_power(PyObject* self, PyObject* other, PyObject*) { return inplace<kPow>(self, other); }

struct Unary {
  const char* method;
};
template <const Unary& u>
PyObject* unary(PyObject* self) {
  return guarded([&] { return call_function(find_function(Space::tensor, u.method), self, {nullptr, 0, nullptr}); });
}
constexpr Unary kNeg{"neg"}, kAbs{"abs"}, kPos{"positive"}, kNot{"bitwise_not"};

PyObject* compare(PyObject* left, PyObject* right, int op) {
  switch (op) {
    case Py_EQ:
      return binary<kEq>(left, right);
    case Py_NE:
      return binary<kNe>(left, right);
    case Py_LT:
      return binary<kLt>(left, right);
    case Py_LE:
      return binary<kLe>(left, right);
    case Py_GT:
      return binary<kGt>(left, right);
    default:
      return binary<kGe>(left, right);
  }
}

at::Scalar item_of(PyObject* self) {
  const Tensor& t = tensor_of(self);
  TORCH_CHECK_VALUE(t.numel() == 1, "only one element tensors can be converted to Python scalars");
  GilRelease gil(is_big(t));
  return t.item();
}

int truth(PyObject* self) {
  int result = -1;
  guarded_status([&] {
    if (PyObject* o = overridden(self, "__bool__", {})) {
      result = PyObject_IsTrue(Object(o));
      return;
    }
    result = at::_ops::is_nonzero::call(tensor_of(self));
  });
  return PyErr_Occurred() ? -1 : result;
}

PyObject* as_int(PyObject* self) {
  return guarded([&]() -> PyObject* {
    if (PyObject* o = overridden(self, "__int__", {})) return o;
    at::Scalar value = item_of(self);
    if (value.isFloatingPoint() || value.isComplex()) return PyLong_FromDouble(value.toDouble());
    return PyLong_FromLongLong(value.toLong());
  });
}
PyObject* as_float(PyObject* self) {
  return guarded([&]() -> PyObject* {
    if (PyObject* o = overridden(self, "__float__", {})) return o;
    return PyFloat_FromDouble(item_of(self).toDouble());
  });
}
PyObject* as_index(PyObject* self) {
  return guarded([&]() -> PyObject* {
    if (PyObject* o = overridden(self, "__index__", {})) return o;
    const Tensor& t = tensor_of(self);
    if (!at::isIntegralType(t.scalar_type(), /*includeBool=*/true) || t.numel() != 1) {
      raise(PyExc_TypeError, "only integer tensors of a single element can be converted to an index");
    }
    return PyLong_FromLongLong(item_of(self).toLong());
  });
}

Py_ssize_t length(PyObject* self) {
  return guarded(
      [&]() -> Py_ssize_t {
        if (PyObject* o = overridden(self, "__len__", {})) return PyLong_AsSsize_t(Object(o));
        const Tensor& t = tensor_of(self);
        if (t.dim() == 0) raise(PyExc_TypeError, "len() of a 0-d tensor");
        return static_cast<Py_ssize_t>(t.size(0));
      },
      Py_ssize_t(-1));
}

PyObject* iterate(PyObject* self) {
  return guarded([&]() -> PyObject* {
    if (tensor_of(self).dim() == 0) raise(PyExc_TypeError, "iteration over a 0-d tensor");
    Object parts = checked(call_function(find_function(Space::tensor, "unbind"), self, {nullptr, 0, nullptr}));
    return PyObject_GetIter(parts);
  });
}

PyNumberMethods numbers;
PyMappingMethods mapping;
PySequenceMethods sequence;

PyMethodDef* definitions() {
  static PyMethodDef* table = [] {
    auto* all = new PyMethodDef[kFunctionCount]();
    for (int i = 0; i < kFunctionCount; ++i)
      all[i] = {kText + kFunctions[i].name, entry_at(i), METH_FASTCALL | METH_KEYWORDS, nullptr};
    return all;
  }();
  return table;
}

}  // namespace

const Function& find_function(Space space, const char* name) {
  auto less = [](const Function& f, std::pair<Space, const char*> key) {
    return f.space != key.first ? f.space < key.first : std::strcmp(kText + f.name, key.second) < 0;
  };
  const Function* end = kFunctions + kFunctionCount;
  const Function* found = std::lower_bound(kFunctions, end, std::pair(space, name), less);
  TORCH_CHECK_NOT_IMPLEMENTED(found != end && found->space == space && !std::strcmp(kText + found->name, name),
                              "not implemented: ", name);
  return *found;
}

void install_operators(PyTypeObject& type) {
  numbers.nb_add = &binary<kAdd>;
  numbers.nb_subtract = &subtract;
  numbers.nb_multiply = &binary<kMul>;
  numbers.nb_true_divide = &divide;
  numbers.nb_floor_divide = &binary<kFloorDiv>;
  numbers.nb_remainder = &binary<kMod>;
  numbers.nb_power = &power;
  numbers.nb_matrix_multiply = &binary<kMatmul>;
  numbers.nb_and = &binary<kAnd>;
  numbers.nb_or = &binary<kOr>;
  numbers.nb_xor = &binary<kXor>;
  numbers.nb_lshift = &binary<kShiftLeft>;
  numbers.nb_rshift = &binary<kShiftRight>;
  numbers.nb_inplace_add = &inplace<kAdd>;
  numbers.nb_inplace_subtract = &inplace<kSub>;
  numbers.nb_inplace_multiply = &inplace<kMul>;
  numbers.nb_inplace_true_divide = &inplace<kDiv>;
  numbers.nb_inplace_floor_divide = &inplace<kFloorDiv>;
  numbers.nb_inplace_remainder = &inplace<kMod>;
  numbers.nb_inplace_power = &inplace_power;
  numbers.nb_inplace_and = &inplace_named<kIAnd>;
  numbers.nb_inplace_or = &inplace_named<kIOr>;
  numbers.nb_inplace_xor = &inplace_named<kIXor>;
  numbers.nb_inplace_lshift = &inplace_named<kILshift>;
  numbers.nb_inplace_rshift = &inplace_named<kIRshift>;
  numbers.nb_negative = &unary<kNeg>;
  numbers.nb_positive = &unary<kPos>;
  numbers.nb_absolute = &unary<kAbs>;
  numbers.nb_invert = &unary<kNot>;
  numbers.nb_bool = &truth;
  numbers.nb_int = &as_int;
  numbers.nb_float = &as_float;
  numbers.nb_index = &as_index;
  mapping.mp_length = &length;
  mapping.mp_subscript = &get_item;
  mapping.mp_ass_subscript = &set_item;
  type.tp_as_number = &numbers;
  type.tp_as_mapping = &mapping;
  type.tp_as_sequence = &sequence;
  type.tp_richcompare = &compare;
  type.tp_iter = &iterate;
}

void install_methods(PyTypeObject& type) {
  PyMethodDef* all = definitions();
  for (int i = 0; i < kFunctionCount; ++i) {
    if (kFunctions[i].space != Space::tensor) continue;
    Object name(PyUnicode_InternFromString(all[i].ml_name));
    if (PyDict_Contains(type.tp_dict, name)) continue;  // slots made __and__ and the like already
    Object method = checked(PyDescr_NewMethod(&type, all + i));
    checked(PyDict_SetItem(type.tp_dict, name, method));
  }
  // Old names of in-place and converting methods.
  static constexpr const char* kAliases[][2] = {
      {"__idiv__", "__itruediv__"}, {"__div__", "__truediv__"}, {"__nonzero__", "__bool__"}, {"__long__", "__int__"}};
  for (auto& [alias, name] : kAliases)
    checked(PyDict_SetItemString(type.tp_dict, alias, PyDict_GetItemString(type.tp_dict, name)));
  PyType_Modified(&type);
}

void init_functions(PyObject* module) {
  PyMethodDef* all = definitions();
  static constexpr const char* kModules[] = {"_nn", "_linalg", "_fft", "_special", "_sparse", "_nested"};
  Object holders[7];
  Object names[7];
  for (int i = 0; i < 6; ++i) {
    std::string full = std::string("torch._C.") + kModules[i];
    holders[i] = checked(PyModule_New(full.c_str()));
    names[i] = text(full);
    add_object(module, kModules[i], Object(holders[i]).release());
  }
  static PyTypeObject functions_type = {};
  functions_type.tp_name = "torch._C._VariableFunctionsClass";
  functions_type.tp_flags = Py_TPFLAGS_DEFAULT;
  functions_type.tp_basicsize = sizeof(PyObject);
  functions_type.tp_new = PyType_GenericNew;
  checked(PyType_Ready(&functions_type));
  holders[6] = Object::borrow(reinterpret_cast<PyObject*>(&functions_type));
  for (int i = 0; i < kFunctionCount; ++i) {
    Space space = kFunctions[i].space;
    if (space == Space::tensor) continue;
    int at = static_cast<int>(space);
    PyObject* dict = space == Space::torch ? functions_type.tp_dict : PyModule_GetDict(holders[at]);
    PyObject* self = space == Space::torch ? holders[at].get() : nullptr;
    Object function = checked(PyCFunction_NewEx(all + i, self, names[at]));
    Object name(PyUnicode_InternFromString(all[i].ml_name));
    checked(PyDict_SetItem(dict, name, function));
  }
  PyType_Modified(&functions_type);
  Object instance = checked(PyObject_CallNoArgs(holders[6]));
  checked(PyModule_AddObjectRef(module, "_VariableFunctionsClass", holders[6]));
  checked(PyModule_AddObjectRef(module, "_VariableFunctions", instance));
  for (int i = 0; i < 6; ++i) set_space_object(static_cast<Space>(i), Object(holders[i]).release());
  set_space_object(Space::torch, instance.release());
}

}  // namespace flambeau::python
