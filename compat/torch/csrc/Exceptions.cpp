#include <torch/csrc/Exceptions.h>

#include <new>

PyObject *THPException_FatalError, *THPException_LinAlgError, *THPException_OutOfMemoryError, *THPException_DistError,
    *THPException_DistBackendError, *THPException_DistNetworkError, *THPException_DistStoreError,
    *THPException_DistQueueEmptyError, *THPException_AcceleratorError;

bool THPException_init(PyObject* module) {
  struct Entry {
    PyObject** slot;
    const char* name;
    const char* base;
  };
  static const Entry entries[] = {
      {&THPException_FatalError, "FatalError", nullptr},
      {&THPException_LinAlgError, "_LinAlgError", nullptr},
      {&THPException_OutOfMemoryError, "OutOfMemoryError", nullptr},
      {&THPException_DistError, "_DistError", nullptr},
      {&THPException_DistBackendError, "_DistBackendError", "dist"},
      {&THPException_DistNetworkError, "_DistNetworkError", "dist"},
      {&THPException_DistStoreError, "_DistStoreError", "dist"},
      {&THPException_DistQueueEmptyError, "_DistQueueEmptyError", "store"},
      {&THPException_AcceleratorError, "AcceleratorError", nullptr},
  };
  for (const Entry& e : entries) {
    PyObject* base = PyExc_RuntimeError;
    if (e.base) base = e.base[0] == 'd' ? THPException_DistError : THPException_DistStoreError;
    // As in PyTorch these show under the package's own name, but for the one that linalg re-exports.
    std::string full = std::string(e.slot == &THPException_LinAlgError ? "torch._C." : "torch.") + e.name;
    *e.slot = PyErr_NewException(full.c_str(), base, nullptr);
    if (!*e.slot || PyModule_AddObjectRef(module, e.name, *e.slot) < 0) return false;
  }
  return true;
}

namespace torch {

namespace {

PyObject* python_type_of(const c10::Error& e) {
  if (dynamic_cast<const c10::IndexError*>(&e)) return PyExc_IndexError;
  if (dynamic_cast<const c10::ValueError*>(&e)) return PyExc_ValueError;
  if (dynamic_cast<const c10::TypeError*>(&e)) return PyExc_TypeError;
  if (dynamic_cast<const c10::NotImplementedError*>(&e)) return PyExc_NotImplementedError;
  if (dynamic_cast<const c10::BufferError*>(&e)) return PyExc_BufferError;
  if (dynamic_cast<const c10::SyntaxError*>(&e)) return PyExc_SyntaxError;
  if (dynamic_cast<const c10::LinAlgError*>(&e)) return THPException_LinAlgError;
  if (dynamic_cast<const c10::OutOfMemoryError*>(&e)) return THPException_OutOfMemoryError;
  if (dynamic_cast<const c10::DistBackendError*>(&e)) return THPException_DistBackendError;
  if (dynamic_cast<const c10::DistNetworkError*>(&e)) return THPException_DistNetworkError;
  if (dynamic_cast<const c10::DistQueueEmptyError*>(&e)) return THPException_DistQueueEmptyError;
  if (dynamic_cast<const c10::DistStoreError*>(&e)) return THPException_DistStoreError;
  if (dynamic_cast<const c10::DistError*>(&e)) return THPException_DistError;
  if (dynamic_cast<const c10::AcceleratorError*>(&e)) return THPException_AcceleratorError;
  return PyExc_RuntimeError;
}

}  // namespace

void translate_exception_to_python(const std::exception_ptr& e_ptr) {
  try {
    std::rethrow_exception(e_ptr);
  } catch (python_error& e) {
    e.restore();
  } catch (py::error_already_set& e) {
    e.restore();
  } catch (const py::builtin_exception& e) {
    e.set_error();
  } catch (const c10::Error& e) {
    PyErr_SetString(python_type_of(e), processErrorMsg(e.what_without_backtrace()));
  } catch (torch::PyTorchError& e) {
    PyErr_SetString(e.python_type(), processErrorMsg(e.what()));
  } catch (const std::bad_alloc& e) {
    PyErr_SetString(PyExc_MemoryError, e.what());
  } catch (const std::exception& e) {
    PyErr_SetString(PyExc_RuntimeError, processErrorMsg(e.what()));
  }
}

std::string processErrorMsg(std::string str) {
  // Types appear under their Python names.
  const auto replace = [&str](const std::string& from, const std::string& to) {
    for (size_t at = str.find(from); at != std::string::npos; at = str.find(from, at)) str.replace(at, from.size(), to);
  };
  replace("Variable[CPUType]", "torch.Tensor");
  replace("CPUType", "torch.Tensor");
  static constexpr const char* kTypes[] = {"Byte", "Char", "Double", "Float", "Half", "Int", "Long", "Short"};
  static constexpr const char* kPlaces[][2] = {
      {"SparseCUDA", "cuda.sparse."}, {"SparseCPU", "sparse."}, {"CUDA", "cuda."}, {"CPU", ""}};
  for (const auto& [place, module] : kPlaces) {
    if (str.find(place) == std::string::npos) continue;
    for (const std::string type : kTypes) replace(place + type + "Type", "torch." + (module + type) + "Tensor");
  }
  return str;
}

void PyWarningHandler::InternalHandler::process(const c10::Warning& warning) { warning_buffer_.push_back(warning); }

PyWarningHandler::PyWarningHandler() noexcept(true) : prev_handler_(c10::WarningUtils::get_warning_handler()) {
  c10::WarningUtils::set_warning_handler(&internal_handler_);
}

PyWarningHandler::~PyWarningHandler() noexcept(false) {
  c10::WarningUtils::set_warning_handler(prev_handler_);
  auto& kept = internal_handler_.warning_buffer_;
  if (kept.empty()) return;
  pybind11::gil_scoped_acquire gil;
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  if (in_exception_) PyErr_Fetch(&type, &value, &traceback);
  bool failed = false;
  for (const auto& warning : kept) {
    bool deprecation = std::holds_alternative<c10::DeprecationWarning>(warning.type());
    if (!failed &&
        PyErr_WarnEx(deprecation ? PyExc_DeprecationWarning : PyExc_UserWarning, warning.msg().c_str(), 1) < 0) {
      failed = true;
      if (in_exception_) PyErr_Clear();
    }
  }
  if (in_exception_) {
    PyErr_Restore(type, value, traceback);
  } else if (failed) {
    throw python_error();
  }
}

namespace detail {
PyObject* _new_accelerator_error_object(const c10::AcceleratorError& e) {
  return PyObject_CallFunction(THPException_AcceleratorError, "s", e.what_without_backtrace());
}
}  // namespace detail

}  // namespace torch
