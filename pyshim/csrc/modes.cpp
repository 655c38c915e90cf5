// Modes of the thread: gradients, inference, anomaly detection, autocast, saved-tensor hooks.
#include <ATen/SavedTensorHooks.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <c10/core/AutogradState.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/anomaly_mode.h>

#include "pyshim/csrc/autograd.h"
#include "pyshim/csrc/interpreter.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

using torch::autograd::AnomalyMode;

PyObject* checked_item(PyObject* tuple, Py_ssize_t at) {
  if (at >= PyTuple_GET_SIZE(tuple)) raise(PyExc_TypeError, "expected more arguments");
  return PyTuple_GET_ITEM(tuple, at);
}
bool flag(PyObject* o, const char* what) {
  if (!PyBool_Check(o)) raise(PyExc_TypeError, std::string(what) + " must be a bool (got " + short_type_name(o) + ")");
  return o == Py_True;
}
/// A device type from "cpu" or nothing ("cuda" is then meant, as in old programs).
at::DeviceType device_type(PyObject* args, Py_ssize_t position = 0) {
  if (!args || PyTuple_GET_SIZE(args) <= position) return at::kCUDA;
  return at::Device(std::string(text_of(checked_item(args, position)))).type();
}

#define FLB_GET(function, value)                          \
  PyObject* function(PyObject*, PyObject*) {              \
    return guarded([&]() -> PyObject* { return value; }); \
  }
#define FLB_DO(function, action)               \
  PyObject* function(PyObject*, PyObject* v) { \
    return guarded([&]() -> PyObject* {        \
      static_cast<void>(v);                    \
      action;                                  \
      Py_RETURN_NONE;                          \
    });                                        \
  }
#define FLB_ASK(function, value)                          \
  PyObject* function(PyObject*, PyObject* v) {            \
    return guarded([&]() -> PyObject* { return value; }); \
  }

FLB_GET(is_grad_enabled, from_bool(c10::GradMode::is_enabled()))
FLB_DO(set_grad_enabled, c10::GradMode::set_enabled(flag(v, "set_grad_enabled(): argument 'enabled' (position 1)")))
FLB_GET(is_forward_enabled, from_bool(c10::AutogradState::get_tls_state().get_fw_grad_mode()))
FLB_DO(set_forward_enabled, c10::AutogradState::get_tls_state().set_fw_grad_mode(to_bool(v)))
FLB_GET(is_multithreading, from_bool(c10::AutogradState::get_tls_state().get_multithreading_enabled()))
FLB_DO(set_multithreading, c10::AutogradState::get_tls_state().set_multithreading_enabled(to_bool(v)))
FLB_GET(is_view_replay, from_bool(c10::AutogradState::get_tls_state().get_view_replay_enabled()))
FLB_DO(set_view_replay, c10::AutogradState::get_tls_state().set_view_replay_enabled(to_bool(v)))
FLB_GET(is_inference, from_bool(c10::InferenceMode::is_enabled()))
FLB_GET(is_anomaly, from_bool(AnomalyMode::is_enabled()))
FLB_GET(is_anomaly_nan, from_bool(AnomalyMode::should_check_nan()))

PyObject* set_anomaly(PyObject*, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    static const char* names[] = {"enabled", "check_nan", nullptr};
    int on, nan = 1;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "p|p", const_cast<char**>(names), &on, &nan)) raise();
    AnomalyMode::set_enabled(on, nan);
    Py_RETURN_NONE;
  });
}

namespace autocast = at::autocast;
FLB_ASK(is_autocast, from_bool(autocast::is_autocast_enabled(device_type(v))))
FLB_GET(is_autocast_cpu, from_bool(autocast::is_autocast_enabled(at::kCPU)))
FLB_ASK(get_autocast_dtype, from_dtype(autocast::get_autocast_dtype(device_type(v))))
FLB_GET(get_autocast_cpu_dtype, from_dtype(autocast::get_autocast_dtype(at::kCPU)))
FLB_GET(get_autocast_gpu_dtype, from_dtype(autocast::get_autocast_dtype(at::kCUDA)))
FLB_DO(set_autocast_dtype, autocast::set_autocast_dtype(device_type(v), to_dtype(checked_item(v, 1))))
FLB_DO(set_autocast_cpu_dtype, autocast::set_autocast_dtype(at::kCPU, to_dtype(v)))
FLB_DO(set_autocast_gpu_dtype, autocast::set_autocast_dtype(at::kCUDA, to_dtype(v)))
FLB_DO(set_autocast_cpu, autocast::set_autocast_enabled(at::kCPU, to_bool(v)))
FLB_DO(set_autocast, {
  Py_ssize_t count = PyTuple_GET_SIZE(v);
  if (count < 1) raise(PyExc_TypeError, "set_autocast_enabled() takes a device type and a bool");
  autocast::set_autocast_enabled(count > 1 ? device_type(v) : at::kCUDA, to_bool(PyTuple_GET_ITEM(v, count - 1)));
})
FLB_GET(autocast_in, PyLong_FromLong(autocast::increment_nesting()))
FLB_GET(autocast_out, PyLong_FromLong(autocast::decrement_nesting()))
FLB_DO(clear_cache, autocast::clear_cache())
FLB_GET(is_cache, from_bool(autocast::is_autocast_cache_enabled()))
FLB_DO(set_cache, autocast::set_autocast_cache_enabled(to_bool(v)))
FLB_ASK(is_available, from_bool(at::Device(std::string(text_of(v))).type() == at::kCPU))

PyMethodDef functions[] = {
    {"is_grad_enabled", &is_grad_enabled, METH_NOARGS, nullptr},
    {"_set_grad_enabled", &set_grad_enabled, METH_O, nullptr},
    {"_is_fwd_grad_enabled", &is_forward_enabled, METH_NOARGS, nullptr},
    {"_set_fwd_grad_enabled", &set_forward_enabled, METH_O, nullptr},
    {"_is_multithreading_enabled", &is_multithreading, METH_NOARGS, nullptr},
    {"_set_multithreading_enabled", &set_multithreading, METH_O, nullptr},
    {"_is_view_replay_enabled", &is_view_replay, METH_NOARGS, nullptr},
    {"_set_view_replay_enabled", &set_view_replay, METH_O, nullptr},
    {"is_inference_mode_enabled", &is_inference, METH_NOARGS, nullptr},
    {"is_anomaly_enabled", &is_anomaly, METH_NOARGS, nullptr},
    {"is_anomaly_check_nan_enabled", &is_anomaly_nan, METH_NOARGS, nullptr},
    {"set_anomaly_enabled", c_function(&set_anomaly), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"is_autocast_enabled", &is_autocast, METH_VARARGS, nullptr},
    {"set_autocast_enabled", &set_autocast, METH_VARARGS, nullptr},
    {"is_autocast_cpu_enabled", &is_autocast_cpu, METH_NOARGS, nullptr},
    {"set_autocast_cpu_enabled", &set_autocast_cpu, METH_O, nullptr},
    {"get_autocast_dtype", &get_autocast_dtype, METH_VARARGS, nullptr},
    {"set_autocast_dtype", &set_autocast_dtype, METH_VARARGS, nullptr},
    {"get_autocast_cpu_dtype", &get_autocast_cpu_dtype, METH_NOARGS, nullptr},
    {"set_autocast_cpu_dtype", &set_autocast_cpu_dtype, METH_O, nullptr},
    {"get_autocast_gpu_dtype", &get_autocast_gpu_dtype, METH_NOARGS, nullptr},
    {"set_autocast_gpu_dtype", &set_autocast_gpu_dtype, METH_O, nullptr},
    {"autocast_increment_nesting", &autocast_in, METH_NOARGS, nullptr},
    {"autocast_decrement_nesting", &autocast_out, METH_NOARGS, nullptr},
    {"clear_autocast_cache", &clear_cache, METH_NOARGS, nullptr},
    {"is_autocast_cache_enabled", &is_cache, METH_NOARGS, nullptr},
    {"set_autocast_cache_enabled", &set_cache, METH_O, nullptr},
    {"_is_autocast_available", &is_available, METH_O, nullptr},
    {},
};

// ---- Guards as context managers
// ----------------------------------------------------------------------------------------

/// A C++ guard that lives from __enter__ to __exit__.
template <class Guard>
struct Context {
  PyObject_HEAD bool on;
  std::optional<Guard> guard;
};

template <class Guard>
void add_context(PyObject* module, const char* name, const char* full_name) {
  using Object_ = Context<Guard>;
  static auto make = [](PyTypeObject* type, PyObject* args, PyObject*) -> PyObject* {
    int on = 1;
    if (!PyArg_ParseTuple(args, "|p", &on)) return nullptr;
    PyObject* self = type->tp_alloc(type, 0);
    if (!self) return nullptr;
    auto* context = reinterpret_cast<Object_*>(self);
    context->on = on;
    new (&context->guard) std::optional<Guard>();
    return self;
  };
  static auto destroy = [](PyObject* self) {
    reinterpret_cast<Object_*>(self)->guard.~optional();
    Py_TYPE(self)->tp_free(self);
  };
  static auto enter = [](PyObject* self, PyObject*) -> PyObject* {
    auto* context = reinterpret_cast<Object_*>(self);
    if constexpr (std::is_constructible_v<Guard, bool>) {
      context->guard.emplace(context->on);
    } else {
      context->guard.emplace();
    }
    return Py_NewRef(self);
  };
  static auto leave = [](PyObject* self, PyObject*) -> PyObject* {
    reinterpret_cast<Object_*>(self)->guard.reset();
    Py_RETURN_NONE;
  };
  static PyMethodDef methods[] = {
      {"__enter__", +enter, METH_NOARGS, nullptr}, {"__exit__", +leave, METH_VARARGS, nullptr}, {}};
  static PyTypeObject type = plain_type(full_name, sizeof(Object_));
  type.tp_new = +make;
  type.tp_dealloc = +destroy;
  type.tp_methods = methods;
  checked(PyType_Ready(&type));
  add_object(module, name, Py_NewRef(reinterpret_cast<PyObject*>(&type)));
}

struct NoAutocast {
  c10::impl::ExcludeDispatchKeyGuard guard{c10::autocast_dispatch_keyset};
};

// ---- _C._autograd
// ------------------------------------------------------------------------------------------------------

c10::SafePyObject held(PyObject* o) { return c10::SafePyObject(Py_NewRef(o), getPyInterpreter()); }

PyObject* push_saved_hooks(PyObject*, PyObject* args) {
  return guarded([&]() -> PyObject* {
    PyObject *pack, *unpack;
    if (!PyArg_ParseTuple(args, "OO", &pack, &unpack)) raise();
    at::SavedTensorDefaultHooks::lazy_initialize();
    at::SavedTensorDefaultHooks::push_hooks(held(pack), held(unpack));
    Py_RETURN_NONE;
  });
}
FLB_DO(pop_saved_hooks, at::SavedTensorDefaultHooks::pop_hooks())
FLB_DO(enable_saved_hooks, at::SavedTensorDefaultHooks::enable())
FLB_GET(saved_hooks_enabled, from_bool(at::SavedTensorDefaultHooks::is_enabled()))
PyObject* disable_saved_hooks(PyObject*, PyObject* args) {
  return guarded([&]() -> PyObject* {
    const char* message;
    int fail = 1;
    if (!PyArg_ParseTuple(args, "s|p", &message, &fail)) raise();
    at::SavedTensorDefaultHooks::disable(message, fail);
    Py_RETURN_NONE;
  });
}
PyObject* disabled_message(PyObject*, PyObject*) {
  auto& message = at::SavedTensorDefaultHooks::get_disabled_error_message();
  if (!message) Py_RETURN_NONE;
  return text(*message).release();
}
FLB_GET(profiler_off, Py_NewRef(Py_False))

PyMethodDef autograd_functions[] = {
    {"_push_saved_tensors_default_hooks", &push_saved_hooks, METH_VARARGS, nullptr},
    {"_pop_saved_tensors_default_hooks", &pop_saved_hooks, METH_NOARGS, nullptr},
    {"_saved_tensors_hooks_enable", &enable_saved_hooks, METH_NOARGS, nullptr},
    {"_saved_tensors_hooks_disable", &disable_saved_hooks, METH_VARARGS, nullptr},
    {"_saved_tensors_hooks_is_enabled", &saved_hooks_enabled, METH_NOARGS, nullptr},
    {"_saved_tensors_hooks_get_disabled_error_message", &disabled_message, METH_NOARGS, nullptr},
    {"_profiler_enabled", &profiler_off, METH_NOARGS, nullptr},
    {},
};

}  // namespace

void init_modes(PyObject* module) {
  add_functions(module, functions);
  add_context<c10::InferenceMode>(module, "_InferenceMode", "torch._C._InferenceMode");
  add_context<at::AutoDispatchBelowAutograd>(module, "_AutoDispatchBelowAutograd",
                                             "torch._C._AutoDispatchBelowAutograd");
  add_context<at::AutoDispatchBelowADInplaceOrView>(module, "_AutoDispatchBelowADInplaceOrView",
                                                    "torch._C._AutoDispatchBelowADInplaceOrView");
  add_context<NoAutocast>(module, "_DisableAutocast", "torch._C._DisableAutocast");
  Object autograd = checked(PyModule_New("torch._C._autograd"));
  add_functions(autograd, autograd_functions);
  add_object(module, "_autograd", autograd.release());
}

}  // namespace flambeau::python
