"""The C++ interface above at::_ops: at:: functions, Tensor methods, at::redispatch, torch:: factories."""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby

from codegen.cpp_forms import Form, forms
from codegen.cpp_types import in_namespace_at
from codegen.operators import base_of, header, operators
from codegen.schema import Schema
from codegen.symbols import read_symbols
from codegen.write import Output, includes, namespace

_INCLUDES = """
#include <ATen/Operators.h>
#include <ATen/core/Generator.h>
#include <ATen/core/Reduction.h>
#include <ATen/core/Tensor.h>
#include <c10/core/Scalar.h>
#include <c10/core/Storage.h>
#include <c10/core/SymInt.h>
#include <c10/core/TensorOptions.h>
#include <c10/util/OptionalArrayRef.h>

#include <optional>
"""

# Overloads for a single dimension: an int would rather become the bool `unbiased` than an IntArrayRef.
_EXTRAS = """
inline Tensor var(const Tensor& self, int dim) { return at::var(self, IntArrayRef{dim}); }
FLB_ON_USE flambeau::on_use<std::tuple<Tensor, Tensor>, FlbOnUse> var_mean(const Tensor& self, int dim) {
  return at::var_mean(self, IntArrayRef{dim});
}
inline Tensor std(const Tensor& self, int dim) { return at::std(self, IntArrayRef{dim}); }
FLB_ON_USE flambeau::on_use<std::tuple<Tensor, Tensor>, FlbOnUse> std_mean(const Tensor& self, int dim) {
  return at::std_mean(self, IntArrayRef{dim});
}

inline int64_t numel(const Tensor& tensor) { return tensor.numel(); }
inline int64_t size(const Tensor& tensor, int64_t dim) { return tensor.size(dim); }
inline int64_t stride(const Tensor& tensor, int64_t dim) { return tensor.stride(dim); }
inline bool is_complex(const Tensor& tensor) { return tensor.is_complex(); }
inline bool is_floating_point(const Tensor& tensor) { return tensor.is_floating_point(); }
inline bool is_signed(const Tensor& tensor) { return tensor.is_signed(); }
inline bool is_inference(const Tensor& tensor) { return tensor.is_inference(); }
inline bool _is_zerotensor(const Tensor& tensor) { return tensor._is_zerotensor(); }
inline bool is_conj(const Tensor& tensor) { return tensor.is_conj(); }
inline Tensor conj(const Tensor& tensor) { return tensor.conj(); }
inline bool is_neg(const Tensor& tensor) { return tensor.is_neg(); }
"""


def _call(form: Form, self_: str | None = None) -> str:
    arguments = [self_ if self_ and a == "self" else a for a in form.arguments]
    return f"return _ops::{form.schema.cpp}::call({', '.join(arguments)});"


@cache
def _symbols() -> dict[str, str]:
    """The exported names of at::_ops::X::call by X."""
    call = re.compile(r"_ZN2at4_ops\d+(\w+?)4callE")
    return {m[1]: name for name in read_symbols(["torch_cpu"]) if (m := call.match(name))}


def _is_bound(form: Form, is_method: bool) -> bool:
    plain = form.arguments == tuple(p.name for p in form.parameters) and not form.converts
    return plain and form.schema.cpp in _symbols() and (not is_method or form.arguments[0] == "self")


def define(form: Form, declared: str, self_: str | None = None) -> str:
    """A declaration bound to the operator's own symbol, which compilers read in a fraction of the time of a body; where
    arguments are converted or change their order a body, compiled on use. `this` is passed as a first argument is."""
    if _is_bound(form, self_ is not None):
        return f'{declared} __asm__("{_symbols()[form.schema.cpp]}");\n'
    return f"FLB_ON_USE {declared.replace(form.result, _late(form.result), 1)} {{ {_call(form, self_)} }}\n"


def _late(result: str, dependent_on: str = "FlbOnUse") -> str:
    """The result of a function template as a dependent type if its definition would instantiate it otherwise."""
    return f"flambeau::on_use<{result}, {dependent_on}>" if "<" in result else result


def _function(form: Form) -> str:
    return define(form, f"{form.result} {form.name}({form.declaration()})")


_GENERIC = {
    "int64_t": "T",
    "at::IntArrayRef": "at::ArrayRef<T>",
    "::std::optional<int64_t>": "::std::optional<T>",
    "at::OptionalIntArrayRef": "at::OptionalArrayRef<T>",
}


def _generic_function(form: Form) -> str:
    """at::symint::foo<T>, T being int64_t or c10::SymInt, for code that is generic over the two."""
    symbolic = {a.name for a in form.schema.arguments if a.type.is_symint}
    parameters = []
    for p in form.parameters:
        default = p.default
        if p.name in symbolic and default is not None and default.lstrip("-").isdigit():
            default = f"T({default})"
        kind = _GENERIC[p.type] if p.name in symbolic else p.type
        parameters.append(f"{kind} {p.name}" + (f"={default}" if default is not None else ""))
    values = [
        f"c10::impl::as_symint({a.name})" if a.name in symbolic else value
        for a, value in zip(form.schema.arguments, form.arguments, strict=True)
    ]
    return (
        f"template <typename T>\n{_late(form.result, 'T')} {form.name}({', '.join(parameters)}) "
        f"{{ return _ops::{form.schema.cpp}::call({', '.join(values)}); }}\n"
    )


def _functions_of(schemas: list[Schema]) -> str:
    plain, generic = [], []
    for schema in schemas:
        overloads = list(forms(schema))
        if schema.is_function:
            plain += map(_function, overloads)
        if any(f.symint for f in overloads):
            generic += [_generic_function(f) for f in overloads if not f.symint]
    return "".join(plain) + ("namespace symint {\n" + "".join(generic) + "}\n" if generic else "")


def _method(form: Form) -> str:
    self_ = next(p for p in form.parameters if p.name == "self")
    this = "const_cast<Tensor&>(*this)" if self_.type == "at::Tensor &" else "*this"
    return define(form, f"{form.result} {form.name}({form.declaration('self')}) const", this)


def _redispatch(form: Form) -> str:
    declared = ", ".join(x for x in ("c10::DispatchKeySet dispatchKeySet", form.declaration()) if x)
    arguments = ", ".join(["dispatchKeySet", *form.arguments])
    call = f"at::_ops::{form.schema.cpp}::redispatch({arguments})"
    return f"FLB_ON_USE inline {form.result} {form.name}({declared}) {{ return {call}; }}\n"


_FACTORY_INCLUDES = """
#include <ATen/Functions.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/api/include/torch/detail/TensorDataContainer.h>
#include <torch/csrc/autograd/variable.h>

#include <functional>

namespace torch {

FLB_ON_USE inline at::Tensor tensor(detail::TensorDataContainer tensor_data_container,
                                    const at::TensorOptions& options = {}) {
  return autograd::make_variable(
      tensor_data_container.convert_to_tensor(options.requires_grad(::std::nullopt)), options.requires_grad());
}

using Deleter = std::function<void(void*)>;
using at::MemoryFormat;

// A tensor on memory that the caller owns; `deleter` is called on it when no tensor uses it any more.
FLB_ON_USE inline at::Tensor from_blob(void* data, at::IntArrayRef sizes, at::IntArrayRef strides,
                                       const Deleter& deleter,
                                       const at::TensorOptions& options = at::TensorOptions()) {
  at::AutoDispatchBelowAutograd guard;
  return autograd::make_variable(
      at::from_blob(data, sizes, strides, deleter, options.requires_grad(::std::nullopt)), options.requires_grad());
}
FLB_ON_USE inline at::Tensor from_blob(void* data, at::IntArrayRef sizes, at::IntArrayRef strides,
                                       const at::TensorOptions& options = at::TensorOptions()) {
  at::AutoDispatchBelowAutograd guard;
  return autograd::make_variable(
      at::from_blob(data, sizes, strides, options.requires_grad(::std::nullopt)), options.requires_grad());
}
FLB_ON_USE inline at::Tensor from_blob(void* data, at::IntArrayRef sizes, const Deleter& deleter,
                                       const at::TensorOptions& options = at::TensorOptions()) {
  at::AutoDispatchBelowAutograd guard;
  return autograd::make_variable(
      at::from_blob(data, sizes, deleter, options.requires_grad(::std::nullopt)), options.requires_grad());
}
FLB_ON_USE inline at::Tensor from_blob(void* data, at::IntArrayRef sizes,
                                       const at::TensorOptions& options = at::TensorOptions()) {
  at::AutoDispatchBelowAutograd guard;
  return autograd::make_variable(
      at::from_blob(data, sizes, options.requires_grad(::std::nullopt)), options.requires_grad());
}

"""


def _factory(form: Form) -> str:
    passed = [
        "at::TensorOptions(options).requires_grad(::std::nullopt)" if p.name == "options" else p.name
        for p in form.parameters
    ]
    return (
        f"FLB_ON_USE inline at::Tensor {form.name}({form.declaration()}) {{\n"
        f"  at::AutoDispatchBelowADInplaceOrView guard;\n"
        f"  return autograd::make_variable(at::{form.name}({', '.join(passed)}), options.requires_grad());\n}}\n"
    )


def _is_factory(schema: Schema) -> bool:
    return schema.has_options and schema.is_function


def operators_of_bodies() -> set[str]:
    """The operators that the bodies among Tensor's methods call."""
    return {s.cpp for s in operators() if s.is_method for f in forms(s) if not _is_bound(f, True)}


def generate(out: Output) -> None:
    schemas = operators()
    by_base = {base: list(items) for base, items in groupby(sorted(schemas, key=base_of), key=base_of)}
    functions = "".join(_functions_of(items) for items in by_base.values())
    out.write(
        "include/ATen/Functions.h",
        header(
            _INCLUDES
            + includes("ATen/ops/from_blob.h", "ATen/ops/tensor.h")
            # Beside at::std, which is a function, std is still the namespace; in at::_ops it is a struct.
            + namespace("at", in_namespace_at(functions).replace(" ::std::", " std::") + _EXTRAS)
        ),
    )  # fmt: skip
    for base in by_base:
        out.write(f"include/ATen/ops/{base}.h", header("#include <ATen/Functions.h>\n"))
    methods = [f for s in schemas if s.is_method for f in forms(s)]
    out.write("include/ATen/core/TensorMethods.inc", in_namespace_at("".join(map(_method, methods))))
    redispatch = "".join(_redispatch(f) for s in schemas for f in forms(s) if s.is_function or s.is_method)
    out.write(
        "include/ATen/RedispatchFunctions.h",
        header(f"{_INCLUDES}\nnamespace at::redispatch {{\n\n{redispatch}\n}}  // namespace at::redispatch\n"),
    )
    factories = "".join(_factory(f) for s in schemas if _is_factory(s) for f in forms(s) if f.options)
    out.write(
        "include/torch/csrc/autograd/generated/variable_factories.h",
        header(_FACTORY_INCLUDES + factories + "\n}  // namespace torch\n"),
    )
