#include "pyshim/csrc/errors.h"

#include <c10/util/Exception.h>
#include <torch/csrc/Exceptions.h>

namespace {

/// Sends what TORCH_WARN says to Python's `warnings`, from whichever thread. A filter that turns it into an error
/// throws.
class PythonWarnings final : public c10::WarningHandler {
 public:
  void process(const c10::Warning& warning) override {
    if (!Py_IsInitialized()) return;
    flambeau::python::GilAcquire gil;
    bool deprecation = std::holds_alternative<c10::DeprecationWarning>(warning.type());
    PyObject* category = deprecation ? PyExc_DeprecationWarning : PyExc_UserWarning;
    if (PyErr_Occurred()) return;
    if (PyErr_WarnEx(category, warning.msg().c_str(), 1) < 0) throw python_error();
  }
};

}  // namespace

namespace flambeau::python {

void translate_exception() noexcept {
  try {
    torch::translate_exception_to_python(std::current_exception());
  } catch (...) {
    PyErr_SetString(PyExc_RuntimeError, "an exception could not be translated");
  }
}

namespace {
// What pybind11 itself knows, std::out_of_range and its like, is left to it.
void translate_for_pybind(std::exception_ptr thrown) {
  try {
    if (thrown) std::rethrow_exception(thrown);
  } catch (const c10::Error&) {
    translate_exception();
  } catch (const python_error&) {
    translate_exception();
  } catch (const torch::PyTorchError&) {
    translate_exception();
  }
}
}  // namespace

void init_errors(PyObject* module) {
  THPException_init(module);
  pybind11::register_exception_translator(translate_for_pybind);
  static PythonWarnings handler;
  c10::WarningUtils::set_warning_handler(&handler);
}

}  // namespace flambeau::python
