// torch._C.DispatchKey and DispatchKeySet, and what asks for them.
#include <ATen/core/Tensor.h>
#include <c10/core/DispatchKeySet.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <pybind11/pybind11.h>

#include "pyshim/csrc/dispatch.h"
#include "pyshim/csrc/tensor_argument.h"

namespace flambeau::python {
namespace {

namespace py = pybind11;
using c10::DispatchKey;
using c10::DispatchKeySet;

/// A context that puts keys into the thread's set of included or excluded ones, or restores the sets as they were.
template <class Guard, class... Keys>
class Context {
 public:
  explicit Context(Keys... keys) : keys_(keys...) {}
  void enter() {
    std::apply([this](auto... keys) { guard_.emplace(keys...); }, keys_);
  }
  void exit(const py::args&) { guard_.reset(); }

  static void add(py::module_& module, const char* name) {
    py::class_<Context>(module, name, py::module_local())
        .def(py::init<Keys...>())
        .def("__enter__", &Context::enter)
        .def("__exit__", &Context::exit);
  }

 private:
  std::tuple<Keys...> keys_;
  std::optional<Guard> guard_;
};

void add_key(py::module_& module) {
  // module_local: a real PyTorch in the process registers the same C++ types with pybind11.
  py::enum_<DispatchKey> keys(module, "DispatchKey", py::module_local());
  py::dict seen;
  for (int i = 0; i <= static_cast<int>(DispatchKey::EndOfAliasKeys); ++i) {
    const auto key = static_cast<DispatchKey>(i);
    const char* name = c10::toString(key);
    bool known = !seen.contains(name);
    try {
      known = known && c10::parseDispatchKey(name) == key;
    } catch (const c10::Error&) {
      known = false;
    }
    if (!known) continue;
    seen[name] = true;
    keys.value(name, key);
  }
  keys.attr("__module__") = "torch";
}

void add_set(py::module_& module) {
  py::class_<DispatchKeySet> set(module, "DispatchKeySet", py::module_local());
  set.def(py::init<DispatchKey>())
      .def("__or__", [](DispatchKeySet a, DispatchKeySet b) { return a | b; })
      .def("__sub__", [](DispatchKeySet a, DispatchKeySet b) { return a - b; })
      .def("__and__", [](DispatchKeySet a, DispatchKeySet b) { return a & b; })
      .def("__eq__", [](DispatchKeySet a, DispatchKeySet b) { return a == b; })
      .def("__repr__", [](DispatchKeySet s) { return c10::toString(s); })
      .def("raw_repr", &DispatchKeySet::raw_repr)
      .def_static("from_raw_repr", [](uint64_t bits) { return DispatchKeySet(DispatchKeySet::RAW, bits); })
      .def("highestPriorityTypeId", &DispatchKeySet::highestPriorityTypeId)
      .def("has", &DispatchKeySet::has)
      .def("add", [](DispatchKeySet s, DispatchKey k) { return s.add(k); })
      .def("remove", [](DispatchKeySet s, DispatchKey k) { return s.remove(k); });
  set.attr("__module__") = "torch";
}

}  // namespace

void init_dispatch_keys(PyObject* object) {
  auto module = py::reinterpret_borrow<py::module_>(object);
  add_key(module);
  add_set(module);
  module.def("_dispatch_keys", [](py::handle t) { return tensor_argument(t.ptr(), "_dispatch_keys").key_set(); });
  module.def("_dispatch_keyset_full", [] { return DispatchKeySet(DispatchKeySet::FULL); });
  module.def("_dispatch_keyset_to_string", [](DispatchKeySet s) { return c10::toString(s); });
  module.def("_dispatch_key_name", [](DispatchKey k) { return c10::toString(k); });
  module.def("_dispatch_key_parse", [](const std::string& name) { return c10::parseDispatchKey(name); });
  module.def("_dispatch_is_included_in_alias", &c10::isIncludedInAlias);
  module.def("_dispatch_get_backend_keyset_from_autograd", &c10::getBackendKeySetFromAutograd);
  module.def("_dispatch_tls_local_include_set", [] { return c10::impl::tls_local_dispatch_key_set().included_; });
  module.def("_dispatch_tls_local_exclude_set", [] { return c10::impl::tls_local_dispatch_key_set().excluded_; });
  module.def("_dispatch_tls_is_dispatch_key_included", &c10::impl::tls_is_dispatch_key_included);
  module.def("_dispatch_tls_is_dispatch_key_excluded", &c10::impl::tls_is_dispatch_key_excluded);
  module.def("_dispatch_tls_set_dispatch_key_included", &c10::impl::tls_set_dispatch_key_included);
  module.def("_dispatch_tls_set_dispatch_key_excluded", &c10::impl::tls_set_dispatch_key_excluded);
  Context<c10::impl::ExcludeDispatchKeyGuard, DispatchKeySet>::add(module, "_ExcludeDispatchKeyGuard");
  Context<c10::impl::IncludeDispatchKeyGuard, DispatchKeySet>::add(module, "_IncludeDispatchKeyGuard");
  Context<c10::impl::ForceDispatchKeyGuard, DispatchKeySet, DispatchKeySet>::add(module, "_ForceDispatchKeyGuard");
  Context<c10::impl::ForceDispatchKeyGuard>::add(module, "_PreserveDispatchKeyGuard");
}

}  // namespace flambeau::python
