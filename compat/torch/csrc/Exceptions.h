// Mirrors <torch/csrc/Exceptions.h> of PyTorch 2.13.
#pragma once

#include <c10/util/Exception.h>
#include <torch/csrc/Export.h>
#include <torch/csrc/jit/runtime/jit_exception.h>
#include <torch/csrc/python_error.h>
#include <torch/csrc/utils/pybind.h>

#include <exception>
#include <string>
#include <system_error>

#include <ATen/detail/FunctionTraits.h>
#include <pybind11/pybind11.h>

inline void PyErr_SetString(PyObject* type, const std::string& message) { PyErr_SetString(type, message.c_str()); }

#define HANDLE_TH_ERRORS                              \
  try {                                               \
    torch::PyWarningHandler __enforce_warning_buffer; \
    try {
#define END_HANDLE_TH_ERRORS_PYBIND                                 \
  }                                                                 \
  catch (...) {                                                     \
    __enforce_warning_buffer.set_in_exception();                    \
    throw;                                                          \
  }                                                                 \
  }                                                                 \
  catch (py::error_already_set&) {                                  \
    throw;                                                          \
  }                                                                 \
  catch (py::builtin_exception&) {                                  \
    throw;                                                          \
  }                                                                 \
  catch (torch::jit::JITException&) {                               \
    throw;                                                          \
  }                                                                 \
  catch (const std::exception&) {                                   \
    torch::translate_exception_to_python(std::current_exception()); \
    throw py::error_already_set();                                  \
  }

#define END_HANDLE_TH_ERRORS_RET(retval)                            \
  }                                                                 \
  catch (...) {                                                     \
    __enforce_warning_buffer.set_in_exception();                    \
    throw;                                                          \
  }                                                                 \
  }                                                                 \
  catch (const std::exception&) {                                   \
    torch::translate_exception_to_python(std::current_exception()); \
    return retval;                                                  \
  }

#define END_HANDLE_TH_ERRORS END_HANDLE_TH_ERRORS_RET(nullptr)

extern PyObject *THPException_FatalError, *THPException_LinAlgError, *THPException_OutOfMemoryError,
    *THPException_DistError, *THPException_DistBackendError, *THPException_DistNetworkError,
    *THPException_DistStoreError, *THPException_DistQueueEmptyError, *THPException_AcceleratorError;

bool THPException_init(PyObject* module);

namespace torch {

TORCH_PYTHON_API void translate_exception_to_python(const std::exception_ptr& e_ptr);
TORCH_PYTHON_API std::string processErrorMsg(std::string str);

struct PyTorchError : public std::exception {
  PyTorchError() = default;
  PyTorchError(std::string msg_) : msg(std::move(msg_)) {}
  virtual PyObject* python_type() = 0;
  const char* what() const noexcept override { return msg.c_str(); }
  std::string msg;
};

struct TypeError : public PyTorchError {
  TORCH_PYTHON_API TypeError() = default;
  TORCH_PYTHON_API TypeError(std::string msg_) : PyTorchError(std::move(msg_)) {}
  using PyTorchError::PyTorchError;
  PyObject* python_type() override { return PyExc_TypeError; }
};

struct AttributeError : public PyTorchError {
  using PyTorchError::PyTorchError;
  PyObject* python_type() override { return PyExc_AttributeError; }
};

/// While one lives, C++ warnings of its thread are kept; its end hands them to Python's `warnings`.
struct PyWarningHandler {
  struct InternalHandler : at::WarningHandler {
    ~InternalHandler() override = default;
    void process(const c10::Warning& warning) override;
    std::vector<c10::Warning> warning_buffer_;
  };

 public:
  TORCH_PYTHON_API PyWarningHandler() noexcept(true);
  TORCH_PYTHON_API ~PyWarningHandler() noexcept(false);
  void set_in_exception() { in_exception_ = true; }

 private:
  InternalHandler internal_handler_;
  at::WarningHandler* prev_handler_;
  bool in_exception_{false};
};

namespace detail {

struct noop_gil_scoped_release {
  noop_gil_scoped_release() {}
};

template <bool release_gil>
using conditional_gil_scoped_release =
    std::conditional_t<release_gil, pybind11::gil_scoped_release, noop_gil_scoped_release>;

template <typename Func, size_t i>
using Arg = typename invoke_traits<Func>::template arg<i>::type;

template <typename Func, size_t... Is, bool release_gil>
auto wrap_pybind_function_impl_(Func&& f, std::index_sequence<Is...>, std::bool_constant<release_gil>) {
  namespace py = pybind11;
  return [f = std::forward<Func>(f)](Arg<Func, Is>... args) {
    HANDLE_TH_ERRORS
    conditional_gil_scoped_release<release_gil> no_gil;
    return std::invoke(f, std::forward<Arg<Func, Is>>(args)...);
    END_HANDLE_TH_ERRORS_PYBIND
  };
}

PyObject* _new_accelerator_error_object(const c10::AcceleratorError& e);

}  // namespace detail

template <typename Func>
auto wrap_pybind_function(Func&& f) {
  using traits = invoke_traits<Func>;
  return torch::detail::wrap_pybind_function_impl_(std::forward<Func>(f), std::make_index_sequence<traits::arity>{},
                                                   std::false_type{});
}

template <typename Func>
auto wrap_pybind_function_no_gil(Func&& f) {
  using traits = invoke_traits<Func>;
  return torch::detail::wrap_pybind_function_impl_(std::forward<Func>(f), std::make_index_sequence<traits::arity>{},
                                                   std::true_type{});
}

}  // namespace torch
