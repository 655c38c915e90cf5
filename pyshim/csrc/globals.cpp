// Settings of the process and answers about the build: default dtype, threads, seeds' generator, what is compiled in.
#include "pyshim/csrc/globals.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <c10/core/DefaultDtype.h>

#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

// A settings function takes one value or nothing. X-macros below pair a name with what it does.
PyObject* nothing(PyObject*, PyObject*) { Py_RETURN_NONE; }

#define FLB_GET(function, value)                          \
  PyObject* function(PyObject*, PyObject*) {              \
    return guarded([&]() -> PyObject* { return value; }); \
  }
#define FLB_SET(function, action)              \
  PyObject* function(PyObject*, PyObject* v) { \
    return guarded([&]() -> PyObject* {        \
      action;                                  \
      Py_RETURN_NONE;                          \
    });                                        \
  }

at::Context& context() { return at::globalContext(); }

FLB_GET(get_default_dtype, from_dtype(c10::get_default_dtype_as_scalartype()))
FLB_GET(get_num_threads, PyLong_FromLong(at::get_num_threads()))
FLB_GET(get_num_interop_threads, PyLong_FromLong(at::get_num_interop_threads()))
FLB_GET(get_all_dtypes, all_dtypes())
FLB_GET(get_warn_always, from_bool(c10::WarningUtils::get_warnAlways()))
FLB_GET(get_deterministic, from_bool(context().deterministicAlgorithms()))
FLB_GET(get_deterministic_warn, from_bool(context().deterministicAlgorithmsWarnOnly()))
FLB_GET(get_fill, from_bool(context().deterministicFillUninitializedMemory()))
FLB_GET(parallel_info, text(at::get_parallel_info()).release())
FLB_GET(show_config, text("Flambeau, ABI of PyTorch 2.13.0, CPU\n").release())
FLB_GET(cxx_flags, text("-std=c++20 -O2").release())
FLB_GET(cpu_capability, text(at::get_cpu_capability()).release())
FLB_GET(matmul_precision, text("highest").release())
FLB_GET(no, Py_NewRef(Py_False))
FLB_GET(yes, Py_NewRef(Py_True))
FLB_GET(zero, PyLong_FromLong(0))
FLB_GET(privateuse1, text(c10::get_privateuse1_backend()).release())

int positive(PyObject* v, const char* what) {
  if (!PyLong_Check(v)) raise(PyExc_TypeError, std::string(what) + " expects an int, but got " + short_type_name(v));
  int64_t n = to_int64(v);
  if (n <= 0) raise(PyExc_RuntimeError, std::string("expected positive number of threads"));
  return static_cast<int>(n);
}
FLB_SET(set_num_threads, at::set_num_threads(positive(v, "set_num_threads")))
FLB_SET(set_num_interop_threads, at::set_num_interop_threads(positive(v, "set_num_interop_threads")))
FLB_SET(set_warn_always, c10::WarningUtils::set_warnAlways(to_bool(v)))
FLB_SET(set_fill, context().setDeterministicFillUninitializedMemory(to_bool(v)))
FLB_SET(set_default_dtype, {
  if (!THPDtype_Check(v))
    raise(PyExc_TypeError, "invalid dtype object: only floating-point types are supported as the default type");
  at::ScalarType dtype = to_dtype(v);
  if (!at::isFloatingType(dtype)) {
    raise(PyExc_TypeError, "only floating-point types are supported as the default type");
  }
  c10::set_default_dtype(c10::scalarTypeToTypeMeta(dtype));
})
FLB_SET(set_default_tensor_type, {
  // A type's name says its dtype: torch.DoubleTensor, torch.FloatTensor, ...
  Object name = PyUnicode_Check(v) ? Object::borrow(v) : attr(v, "__name__");
  std::string_view s = text_of(name);
  at::ScalarType dtype = s.ends_with("DoubleTensor")     ? at::kDouble
                         : s.ends_with("BFloat16Tensor") ? at::kBFloat16
                         : s.ends_with("HalfTensor")     ? at::kHalf
                                                         : at::kFloat;
  TORCH_CHECK_TYPE(s.ends_with("FloatTensor") || dtype != at::kFloat,
                   "invalid type object: only floating-point types are supported as the default type");
  c10::set_default_dtype(c10::scalarTypeToTypeMeta(dtype));
})

PyObject* set_deterministic(PyObject*, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    static const char* names[] = {"mode", "warn_only", nullptr};
    int mode, warn = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "p|$p", const_cast<char**>(names), &mode, &warn)) raise();
    context().setDeterministicAlgorithms(mode, warn);
    Py_RETURN_NONE;
  });
}

PyObject* set_flush_denormal(PyObject*, PyObject* v) {
  return guarded([&] { return from_bool(context().setFlushDenormal(to_bool(v))); });
}

PyObject* warn_once(PyObject*, PyObject* message) {
  return guarded([&]() -> PyObject* {
    TORCH_WARN(std::string(text_of(message)));
    Py_RETURN_NONE;
  });
}

/// Sets __doc__ where an object has none, as the package's documentation does.
PyObject* add_docstr(PyObject*, PyObject* args) {
  PyObject *object, *text;
  return PyArg_ParseTuple(args, "OO:_add_docstr", &object, &text) ? Py_NewRef(object) : nullptr;
}

PyMethodDef functions[] = {
    {"get_default_dtype", &get_default_dtype, METH_NOARGS, nullptr},
    {"_set_default_dtype", &set_default_dtype, METH_O, nullptr},
    {"_set_default_tensor_type", &set_default_tensor_type, METH_O, nullptr},
    {"get_num_threads", &get_num_threads, METH_NOARGS, nullptr},
    {"set_num_threads", &set_num_threads, METH_O, nullptr},
    {"get_num_interop_threads", &get_num_interop_threads, METH_NOARGS, nullptr},
    {"set_num_interop_threads", &set_num_interop_threads, METH_O, nullptr},
    {"init_num_threads", &nothing, METH_NOARGS, nullptr},
    {"set_flush_denormal", &set_flush_denormal, METH_O, nullptr},
    {"_get_all_dtypes", &get_all_dtypes, METH_NOARGS, nullptr},
    {"_get_warnAlways", &get_warn_always, METH_NOARGS, nullptr},
    {"_set_warnAlways", &set_warn_always, METH_O, nullptr},
    {"_warn", &warn_once, METH_O, nullptr},
    {"_get_deterministic_algorithms", &get_deterministic, METH_NOARGS, nullptr},
    {"_get_deterministic_algorithms_warn_only", &get_deterministic_warn, METH_NOARGS, nullptr},
    {"_set_deterministic_algorithms", c_function(&set_deterministic), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"_get_deterministic_fill_uninitialized_memory", &get_fill, METH_NOARGS, nullptr},
    {"_set_deterministic_fill_uninitialized_memory", &set_fill, METH_O, nullptr},
    {"_parallel_info", &parallel_info, METH_NOARGS, nullptr},
    {"_show_config", &show_config, METH_NOARGS, nullptr},
    {"_cxx_flags", &cxx_flags, METH_NOARGS, nullptr},
    {"_get_cpu_capability", &cpu_capability, METH_NOARGS, nullptr},
    {"_get_float32_matmul_precision", &matmul_precision, METH_NOARGS, nullptr},
    {"_get_privateuse1_backend_name", &privateuse1, METH_NOARGS, nullptr},
    {"_log_api_usage_once", &nothing, METH_O, nullptr},
    {"_log_api_usage_metadata", &nothing, METH_VARARGS, nullptr},
    {"_initExtension", &nothing, METH_O, nullptr},
    {"_init_names", &nothing, METH_O, nullptr},
    {"_autograd_init", &yes, METH_NOARGS, nullptr},
    {"_jit_init", &yes, METH_NOARGS, nullptr},
    {"_initCrashHandler", &nothing, METH_NOARGS, nullptr},
    {"_add_docstr", &add_docstr, METH_VARARGS, nullptr},
    {"_get_tracing_state", &nothing, METH_NOARGS, nullptr},
    {"_is_tracing", &no, METH_NOARGS, nullptr},
    {"_is_xnnpack_enabled", &no, METH_NOARGS, nullptr},
    {"_get_mkldnn_enabled", &no, METH_NOARGS, nullptr},
    {"_get_nnpack_enabled", &no, METH_NOARGS, nullptr},
    {"_get_cudnn_enabled", &no, METH_NOARGS, nullptr},
    {"_get_cudnn_benchmark", &no, METH_NOARGS, nullptr},
    {"_get_cudnn_deterministic", &no, METH_NOARGS, nullptr},
    {"_get_cudnn_allow_tf32", &no, METH_NOARGS, nullptr},
    {"_get_cublas_allow_tf32", &no, METH_NOARGS, nullptr},
    {"_get_flash_sdp_enabled", &no, METH_NOARGS, nullptr},
    {"_get_math_sdp_enabled", &yes, METH_NOARGS, nullptr},
    {"_get_mem_efficient_sdp_enabled", &no, METH_NOARGS, nullptr},
    {"_are_functorch_transforms_active", &no, METH_NOARGS, nullptr},
    {"_mps_is_available", &no, METH_NOARGS, nullptr},
    {"_get_graph_executor_optimize", &no, METH_VARARGS, nullptr},
    {"_is_flash_attention_available", &no, METH_NOARGS, nullptr},
    {"_cuda_getDeviceCount", &zero, METH_NOARGS, nullptr},
    {},
};

constexpr const char* kAbsent[] = {"_has_cuda",        "_has_cudnn", "_has_cusparselt",  "_has_mkldnn",
                                   "_has_mkldnn_acl",  "_has_mps",   "_has_xpu",         "_has_magma",
                                   "_has_kleidiai",    "has_mkl",    "_has_distributed", "has_spectral",
                                   "_has_eigen_sparse"};
constexpr const char* kPresent[] = {"has_openmp", "has_lapack", "_GLIBCXX_USE_CXX11_ABI"};

}  // namespace

void init_globals(PyObject* module) {
  add_functions(module, functions);
  for (const char* name : kAbsent) checked(PyModule_AddObjectRef(module, name, Py_False));
  for (const char* name : kPresent) checked(PyModule_AddObjectRef(module, name, Py_True));
}

}  // namespace flambeau::python
