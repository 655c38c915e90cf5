// Mirrors <torch/csrc/autograd/python_function.h> of PyTorch 2.13.
#pragma once

#include <c10/core/DeviceGuard.h>
#include <c10/util/light_std.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/csrc/python_error.h>
#include <torch/csrc/python_headers.h>
#include <torch/csrc/utils/object_ptr.h>

#include <vector>

namespace torch::autograd {

/// The node of a Function written in Python. Its Python object is the `ctx` of forward and backward.
struct PyNode : public Node {
  PyObject* to_py_args(const variable_list& inputs, at::OptionalDeviceGuard* device_guard);
  variable_list to_variable_list(const PyObject* r, const std::vector<bool>& is_variable_input);

  variable_list apply(variable_list&& inputs) override;
  variable_list apply_with_saved_impl(const variable_list& inputs, const SwapSavedVariables& saved);

  void release_variables() override;
  std::string name() const override;
  bool is_traceable() override;
  bool is_aot_backward() const override;
  void compiled_args(CompiledNodeArgs& args) const override;
  variable_list apply_with_saved(const variable_list& inputs, SwapSavedVariables& saved) override;

  PyObject* pyobj() const noexcept { return pyobj_slot()->load_pyobj(); }
};

/// Puts the object into a tuple unless it is one; says whether it had to.
inline bool ensure_tuple(THPObjectPtr& obj) {
  if (PyTuple_Check(obj.get())) return false;
  PyObject* tuple = PyTuple_New(1);
  if (!tuple) throw python_error();
  PyTuple_SET_ITEM(tuple, 0, obj.release());
  obj = tuple;
  return true;
}

}  // namespace torch::autograd

struct THPFunction {
  PyObject_HEAD PyObject* needs_input_grad;
  PyObject* to_save;
  PyObject* non_differentiable;
  PyObject* dirty_tensors;
  bool materialize_grads;
  bool pure_view;
  bool materialize_non_diff_grads;
  bool boxed_grads_call = false;
  PyObject* compiled_autograd_backward_state;
  std::vector<c10::SymInt> compiled_autograd_symints;
  std::vector<torch::autograd::VariableInfo> output_info;
  std::vector<torch::autograd::VariableInfo> input_info;
  std::vector<torch::autograd::SavedVariable> saved_variables;
  std::vector<bool> is_variable_input;
  char has_freed_buffers;
  bool clear_saved_tensors_on_access;
  bool saved_tensors_accessed_and_cleared;
  PyObject* saved_for_forward;
  c10::intrusive_ptr<torch::autograd::Node> cdata;
};

bool THPFunction_initModule(PyObject* module);
TORCH_PYTHON_API extern PyTypeObject THPFunctionType;
TORCH_PYTHON_API extern PyObject* THPFunctionClass;
TORCH_PYTHON_API extern PyObject* THPGradientEdgeClass;

inline bool THPFunction_Check(PyObject* obj) {
  return PyObject_IsInstance(obj, reinterpret_cast<PyObject*>(&THPFunctionType));
}
