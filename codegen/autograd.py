"""Autograd nodes and kernels, made from derivatives.toml and the operator table.

Each differentiable operator gets a node class (torch::autograd::generated::MulBackward0) and, in flambeau::autograd,
a kernel for the Autograd key that records it. Views and forms that write get one for ADInplaceOrView: version counters
and view relations.
"""

from __future__ import annotations

import functools
import re

from codegen.cpp_types import declare, parameters, return_type
from codegen.derivatives import Derivative, Field, derivative_of, non_differentiable
from codegen.implemented import kernels as own_kernels
from codegen.schema import Argument, Schema, load
from codegen.write import Output, shard_of

SHARDS = 8
_VIEWS = "inplace_or_view::"

# Kernels written by hand in torch/csrc/autograd/VariableTypeManual.cpp.
_MANUAL = {
    "copy_": (("Autograd", "copy_"), ("ADInplaceOrView", _VIEWS + "copy_")),
    "detach": (("ADInplaceOrView", _VIEWS + "detach"),),
    "detach_": (("Autograd", "detach_"),),
    "resize_": (("Autograd", "resize_"),),
    "resize_as_": (("Autograd", "resize_as_"),),
}
# Views whose elements are not the base's: strides alone cannot make them again.
_REPLAYED = frozenset(("view_as_real", "view_as_complex", "_conj", "_neg_view", "view.dtype"))


def _tensors(schema: Schema) -> list[Argument]:
    return [a for a in schema.in_arguments if a.type.is_tensor]


def _writes(schema: Schema) -> list[Argument]:
    return [a for a in schema.arguments if a.mutable and a.type.is_tensor]


def _can_be_float(schema: Schema) -> bool:
    return any(r.type.is_tensor for r in schema.returns)


def _is_composite(schema: Schema) -> bool:
    return any(k.key.startswith("CompositeImplicit") for k in own_kernels(schema))


@functools.cache
def _autograd_form(schema: Schema) -> str | None:
    """Which kernel the Autograd key needs: derivative, out, missing, or none."""
    if schema.namespace != "aten" or schema.id in _MANUAL:
        return None
    if derivative_of(schema):
        return "derivative"
    if _is_composite(schema) or not _tensors(schema) or non_differentiable(schema):
        return None
    if schema.kind == "out":
        return "out"
    return "missing" if _can_be_float(schema) else None


@functools.cache
def _view_form(schema: Schema) -> str | None:
    if schema.namespace != "aten" or schema.id in _MANUAL or (_is_composite(schema) and not derivative_of(schema)):
        return None
    if schema.kind != "mutable" and _writes(schema):  # writing another argument than self counts no version
        return "write"
    return "view" if schema.is_view and len(schema.returns) == 1 and schema.arguments[0].type.is_tensor else None


@functools.cache
def kernels(everything: bool = False) -> dict[str, list[tuple[str, str]]]:
    """Schema id -> (key, C++ function): one (OperatorKernel*, DispatchKeySet, arguments...) each."""
    found = {}
    for id_, schema in load().items():
        rows = [(key, f"flambeau::autograd::{name}") for key, name in _MANUAL.get(id_, ())]
        if (everything and schema.namespace == "aten" and not schema.name.startswith("quantized_")) or own_kernels(
            schema
        ):
            if _autograd_form(schema):
                rows.append(("Autograd", f"flambeau::autograd::{schema.cpp}"))
            if _view_form(schema):
                rows.append(("ADInplaceOrView", f"flambeau::autograd::{_VIEWS}{schema.cpp}"))
        if rows:
            found[id_] = rows
    return found


# --- Nodes ---


def _released(field: Field) -> str:
    if field.type.startswith("std::vector<SavedVariable>"):
        return f"    {field.member}.clear();\n    {field.name}_released_ = true;\n"
    return f"    {field.member}.reset_data();\n"


def _node_class(derivative: Derivative) -> str:
    node, fields = derivative.node, derivative.fields
    saved = [f for f in fields if "SavedVariable" in f.type]
    lists = [a for a in derivative.inputs if a.type.list]
    lines = [
        f"struct TORCH_API {node} : public TraceableFunction {{\n",
        "  using TraceableFunction::TraceableFunction;\n",
        "  variable_list apply(variable_list&& grads) override;\n",
        f'  std::string name() const override {{ return "{node}"; }}\n',
    ]
    if saved:
        lines += ["  void release_variables() override {\n    std::lock_guard<std::mutex> lock(mutex_);\n"]
        lines += [_released(f) for f in saved] + ["  }\n"]
    lines += [f"  {f.type} {f.member}{{}};\n" if f.kind == "value" else f"  {f.type} {f.member};\n" for f in fields]
    lines += [f"  bool {f.name}_released_ = false;\n" for f in saved if f.type.startswith("std::vector")]
    lines += [f"  size_t {a.name}_size_ = 0;\n" for a in lists]
    return "".join(lines) + "};\n\n"


_UNPACK = {
    "tensor": "const at::Tensor {0} = {0}_.unpack();",
    "optional_tensor": "const std::optional<at::Tensor> {0} = flambeau::unpack_optional({0}_);",
    "tensors": "const std::vector<at::Tensor> {0} = flambeau::unpack_list({0}_, {0}_released_);",
    "optional_tensors": "const c10::List<std::optional<at::Tensor>> {0} = "
    "flambeau::unpack_optional_list({0}_, {0}_released_);",
    "output": "const at::Tensor {0} = {0}_.unpack(getptr());",
}


def _unpack(field: Field) -> str:
    if field.kind in _UNPACK:
        return "  " + _UNPACK[field.kind].format(field.name) + "\n"
    if field.kind == "ints" and field.type.startswith("std::optional"):
        return f"  const at::OptionalIntArrayRef {field.name} = flambeau::optional_ints(this->{field.name});\n"
    return ""


def _offsets(derivative: Derivative) -> dict[str, str]:
    """C++ expression of the first edge of each differentiable input."""
    offsets, count, lists = {}, 0, []
    for argument in derivative.inputs:
        offsets[argument.name] = " + ".join([str(count)] + lists)
        if argument.type.list:
            lists.append(f"{argument.name}_size_")
        else:
            count += 1
    offsets[""] = " + ".join([str(count)] + lists)
    return offsets


def _apply(derivative: Derivative) -> str:
    node, schema = derivative.node, derivative.schema
    offsets = _offsets(derivative)
    by_name = {a.name: a for a in derivative.inputs}
    lines = [f"variable_list {node}::apply(variable_list&& grads) {{\n"]
    lines.append(f"  variable_list grad_inputs({offsets['']});\n")
    renumbered = {old: new for new, old in enumerate(derivative.outputs)}
    text = " ".join(f.expression for f in derivative.formulas)
    several = len(derivative.outputs) > 1 or schema.returns[0].type.list
    if several:
        lines.append(
            "  if (std::none_of(grads.begin(), grads.end(), [](const auto& g) { return g.defined(); }))"
            " return grad_inputs;\n"
        )
    else:
        lines.append("  if (!grads[0].defined()) return grad_inputs;\n")
    if re.search(r"\bgrad\b", text):
        lines.append("  [[maybe_unused]] const at::Tensor& grad = grads[0];\n")
    if any("SavedVariable" in f.type for f in derivative.fields):
        lines.append("  std::lock_guard<std::mutex> lock(mutex_);\n")
    lines += [_unpack(f) for f in derivative.fields]
    for formula in derivative.formulas:
        expression = formula.expression
        if not schema.returns[0].type.list:
            for old, new in renumbered.items():
                expression = expression.replace(f"grads[{old}]", f"grads[{new}]")
        lines.append(_evaluate(formula.inputs, expression, by_name, offsets))
    return "".join(lines) + "  return grad_inputs;\n}\n\n"


def _evaluate(inputs: tuple[str, ...], expression: str, by_name: dict[str, Argument], offsets: dict[str, str]) -> str:
    if len(inputs) == 1:
        name = inputs[0]
        if by_name[name].type.list:
            return (
                f"  if (task_should_compute_output({{{{{offsets[name]}, {offsets[name]} + {name}_size_}}}})) {{\n"
                f"    const auto of_list = {expression};\n"
                f"    std::copy(of_list.begin(), of_list.end(), grad_inputs.begin() + {offsets[name]});\n  }}\n"
            )
        return f"  if (task_should_compute_output({offsets[name]})) grad_inputs[{offsets[name]}] = {expression};\n"
    needed = ", ".join(f"task_should_compute_output({offsets[n]})" for n in inputs)
    lines = [f"  {{\n    const std::array<bool, {len(inputs)}> grad_input_mask{{{needed}}};\n"]
    lines.append("    if (" + " || ".join(f"grad_input_mask[{i}]" for i in range(len(inputs))) + ") {\n")
    lines.append(f"      auto computed = {expression};\n")
    for i, name in enumerate(inputs):
        lines.append(
            f"      if (grad_input_mask[{i}]) grad_inputs[{offsets[name]}] = std::move(std::get<{i}>(computed));\n"
        )
    return "".join(lines) + "    }\n  }\n"


# --- Kernels ---


def _open(schema: Schema) -> str:
    pairs = declare(parameters(schema))
    parameters_ = ", ".join(filter(None, ["c10::OperatorKernel*, c10::DispatchKeySet keys", pairs]))
    return f"{return_type(schema)} {schema.cpp}({parameters_}) {{\n"


def _pass(schema: Schema) -> str:
    return "".join(f", {a.name}" for a in schema.arguments)


def _needed_by(field: Field, derivative: Derivative) -> str:
    """Condition under which a tensor must be kept: some input's gradient that needs it is wanted."""
    inputs = derivative.inputs
    if len(field.uses) == len(inputs) or any(a.type.list for a in inputs):
        return ""
    positions = [i for i, a in enumerate(inputs) if a.name in field.uses]
    return "if (" + " || ".join(f"grad_fn->should_compute_output({i})" for i in positions) + ") "


def _save(derivative: Derivative, schema: Schema) -> list[str]:
    """Statements that fill the node before the operator runs."""
    lines = []
    for field in derivative.fields:
        if field.kind == "output":
            continue
        save = field.save
        overwritten = schema.kind == "inplace" and field.source == schema.arguments[0].name and field.kind == "tensor"
        if overwritten:
            save = save.replace(f"({field.source},", f"({field.source}.clone(),")
        guard = _needed_by(field, derivative) if "SavedVariable" in field.type else ""
        lines.append(f"    {guard}grad_fn->{field.member} = {save};\n")
    return lines


def _save_outputs(derivative: Derivative, schema: Schema) -> list[str]:
    lines = []
    for field in derivative.fields:
        if field.kind != "output":
            continue
        if schema.kind == "inplace":
            value = f"SavedVariable({schema.arguments[0].name}, true, {schema.arguments[0].name}.is_view())"
        else:
            value = f"SavedVariable({_result(schema, field.name)}, true)"
        lines.append(f"    {_needed_by(field, derivative)}grad_fn->{field.member} = {value};\n")
    return lines


def _result(schema: Schema, name: str) -> str:
    if len(schema.returns) == 1:
        return "result"
    index = next(i for i, r in enumerate(schema.returns) if name in (r.name, f"result{i}"))
    return f"std::get<{index}>(result)"


def _derivative_kernel(schema: Schema, derivative: Derivative) -> str:
    inputs = ", ".join(a.name for a in derivative.inputs)
    writes = schema.kind == "inplace"
    self_ = schema.arguments[0].name
    lines = [_open(schema), f"  const bool recorded = torch::autograd::compute_requires_grad({inputs});\n"]
    if writes:
        lines.append(f"  torch::autograd::check_inplace({self_}, recorded);\n")
    node = f"torch::autograd::generated::{derivative.node}"
    lines.append(f"  c10::intrusive_ptr<{node}> grad_fn;\n  if (recorded) {{\n    grad_fn = make_node<{node}>();\n")
    lines.append(f"    grad_fn->set_next_edges(edges_of({inputs}));\n")
    lines += [f"    grad_fn->{a.name}_size_ = {a.name}.size();\n" for a in derivative.inputs if a.type.list]
    lines += _save(derivative, schema) + ["  }\n"]
    call = f"below_autograd<at::_ops::{schema.cpp}>(keys{_pass(schema)});\n"
    outputs = _save_outputs(derivative, schema)
    if writes:
        lines += [f"  {call}", f"  if (grad_fn) torch::autograd::rebase_history({self_}, grad_fn);\n"]
    else:
        lines.append(f"  auto result = {call}")
        if len(schema.returns) == 1:
            node = "grad_fn" if outputs else "std::move(grad_fn)"
            lines.append(f"  if (grad_fn) attach(result, {node});\n")
        else:
            lines.append("  if (grad_fn) {\n")
            lines += [f"    attach(std::get<{i}>(result), grad_fn);\n" for i in derivative.outputs]
            lines.append("  }\n")
    if outputs:
        lines += ["  if (grad_fn) {\n", *outputs, "  }\n"]
    return "".join(lines) + f"  return {self_ if writes else 'result'};\n}}\n\n"


def _out_kernel(schema: Schema) -> str:
    tensors = ", ".join(a.name for a in [*_tensors(schema), *schema.out_arguments])
    return (
        _open(schema)
        + f'  forbid_grad_for_out("{schema.name}", {tensors});\n'
        + f"  return below_autograd<at::_ops::{schema.cpp}>(keys{_pass(schema)});\n}}\n\n"
    )


def _missing_kernel(schema: Schema) -> str:
    """No derivative is known: going backward through the result raises."""
    inputs = ", ".join(a.name for a in _tensors(schema))
    written = {
        r.alias.name: a.name for r in schema.returns if r.alias for a in _writes(schema) if a.alias.name == r.alias.name
    }
    lines = [_open(schema), f"  const bool recorded = torch::autograd::compute_requires_grad({inputs});\n"]
    lines += [f"  torch::autograd::check_inplace({a.name}, recorded);\n" for a in _writes(schema)]
    call = f"below_autograd<at::_ops::{schema.cpp}>(keys{_pass(schema)})"
    lines.append(f"  if (!recorded) return {call};\n")
    lines.append(
        f'  auto grad_fn = c10::make_intrusive<torch::autograd::NotImplemented>("{schema.namespace}::{schema.name}");\n'
    )
    lines.append(f"  grad_fn->set_next_edges(edges_of({inputs}));\n")
    returned = [r for r in schema.returns if r.type.is_tensor]
    if written:
        lines.append(f"  {call};\n")
        lines += [f"  torch::autograd::rebase_history({name}, grad_fn);\n" for name in written.values()]
        values = [written[r.alias.name] for r in schema.returns]
        result = values[0] if len(values) == 1 else "{" + ", ".join(values) + "}"
        lines.append(f"  return {result};\n")
        return "".join(lines) + "}\n\n"
    lines.append(f"  auto result = {call};\n")
    for i, r in enumerate(schema.returns):
        if r in returned:
            lines.append(f"  attach({'result' if len(schema.returns) == 1 else f'std::get<{i}>(result)'}, grad_fn);\n")
    return "".join(lines) + "  return result;\n}\n\n"


def _write_kernel(schema: Schema) -> str:
    lines = [_open(schema)]
    bump = "".join(
        f"  for (const at::Tensor& tensor : {a.name}) torch::autograd::increment_version(tensor);\n"
        if a.type.list
        else f"  if ({a.name}.has_value()) torch::autograd::increment_version(*{a.name});\n"
        if a.type.optional
        else f"  torch::autograd::increment_version({a.name});\n"
        for a in _writes(schema)
    )
    call = f"below_views<at::_ops::{schema.cpp}>(keys{_pass(schema)});\n"
    first = schema.returns[0] if schema.returns else None
    if first is None:
        return "".join(lines) + f"  {call}{bump}}}\n\n"
    if len(schema.returns) == 1 and first.alias is not None:
        name = next(a.name for a in _writes(schema) if a.alias.name == first.alias.name)
        return "".join(lines) + f"  {call}{bump}  return {name};\n}}\n\n"
    return "".join(lines) + f"  auto outputs = {call}{bump}  return outputs;\n}}\n\n"


def _replay(schema: Schema) -> str:
    """A lambda that makes the ViewFunc: the operator with copies of its other arguments."""
    owned, passed = [], ["base"]
    for argument in schema.arguments[1:]:
        kind = argument.type
        if kind.list and kind.base in ("int", "SymInt"):
            value = f"{argument.name}.vec()"
            if kind.optional:
                return ""
            owned.append(f"{argument.name} = {value}")
        else:
            owned.append(f"{argument.name} = {argument.name}")
        passed.append(argument.name)
    call = f"at::_ops::{schema.cpp}::call({', '.join(passed)})"
    function = f"auto f = [{', '.join(owned)}](const at::Tensor& base) {{ return {call}; }};"
    return f"{function}\n      return std::make_unique<Replay<decltype(f)>>(f);"


def _view_kernel(schema: Schema) -> str:
    base = schema.arguments[0].name
    always = "true" if schema.id in _REPLAYED else "false"
    call = f"below_views<at::_ops::{schema.cpp}>(keys{_pass(schema)})"
    if schema.returns[0].type.list:
        return (
            _open(schema) + f"  auto result = {call};\n  for (at::Tensor& view : result) {{\n"
            f"    view = as_view({base}, view, false, [] {{ "
            "return std::make_unique<torch::autograd::ErroringViewFunc>("
            f'"{schema.name} cannot be replayed"); }}, CreationMeta::MULTI_OUTPUT_NODE);\n'
            "  }\n  return result;\n}\n\n"
        )
    return (
        _open(schema)
        + f"  return as_view({base}, {call}, {always}, [&]() -> std::unique_ptr<ViewFunc> {{\n"
        + f"      {_replay(schema)}\n  }});\n}}\n\n"
    )


_KERNELS = {
    "out": _out_kernel,
    "missing": _missing_kernel,
    "write": _write_kernel,
    "view": _view_kernel,
}

_FUNCTIONS_H = """// Generated by codegen/autograd.py from derivatives.toml.
#pragma once

#include <ATen/TensorGeometry.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/autograd/variable.h>

namespace torch::autograd::generated {

"""

_SOURCE = """// Generated by codegen/autograd.py from derivatives.toml.
#include <ATen/Functions.h>
#include <ATen/Operators.h>
#include <ATen/TensorOperators.h>
#include <torch/csrc/autograd/FunctionsManual.h>
#include <torch/csrc/autograd/generated/Functions.h>
#include <torch/csrc/autograd/generated_support.h>

"""


# --- What Python sees of a node ---

_SHOWN = frozenset(
    ("int64_t", "bool", "double", "at::Scalar", "std::string", "SavedVariable", "std::vector<SavedVariable>")
)
_HIDDEN_ENDINGS = ("_scalar_type", "_is_complex", "_defined", "_dim")


def _is_shown(field: Field) -> bool:
    inner = (
        field.type.removeprefix("std::optional<").removesuffix(">")
        if field.type.startswith("std::optional<")
        else field.type
    )
    return (inner in _SHOWN or inner in ("std::vector<int64_t>", "std::vector<double>")) and not field.name.endswith(
        _HIDDEN_ENDINGS
    )


def _attributes(derivative: Derivative) -> str:
    node = derivative.node
    shown = [f for f in derivative.fields if _is_shown(f)]
    if not shown:
        return ""
    rows = "".join(
        f'    {{"{f.name}", [](Node& node) {{ return '
        f"saved_value(node, static_cast<generated::{node}&>(node).{f.member}); }}}},\n"
        for f in shown
    )
    return f"constexpr SavedAttribute k{node}[] = {{\n{rows}}};\n"


def _saved_attributes(nodes: list[Derivative]) -> str:
    nodes = sorted((d for d in nodes if _attributes(d)), key=lambda d: d.node)
    rows = "".join(f'    {{"{d.node}", k{d.node}}},\n' for d in nodes)
    return (
        "// Generated by codegen/autograd.py.\n#include <torch/csrc/autograd/generated/Functions.h>\n"
        "#include <torch/csrc/autograd/saved_attributes.h>\n\n#include <algorithm>\n\nnamespace flambeau {\n\n"
        "namespace {\n\nnamespace generated = torch::autograd::generated;\n\n"
        + "".join(map(_attributes, nodes))
        + "\nstruct Row {\n"
        "  std::string_view node;\n  std::span<const SavedAttribute> attributes;\n};\n\n"
        f"constexpr Row kRows[] = {{\n{rows}}};\n\n}}  // namespace\n\n"
        "std::span<const SavedAttribute> saved_attributes(const torch::autograd::Node& node) {\n"
        "  const std::string name = node.name();\n"
        "  const auto found = std::lower_bound(std::begin(kRows), std::end(kRows), std::string_view(name),\n"
        "                                      [](const Row& row, std::string_view wanted) "
        "{ return row.node < wanted; });\n"
        "  return found != std::end(kRows) && found->node == name ? found->attributes"
        " : std::span<const SavedAttribute>();\n}\n\n"
        "}  // namespace flambeau\n"
    )


def _wanted(everything: bool) -> list[Schema]:
    return [load()[id_] for id_ in kernels(everything)]


def generate(out: Output, everything: bool = False) -> None:
    schemas = _wanted(everything)
    used = {d.node: d for s in schemas if (d := derivative_of(s)) and _autograd_form(s) == "derivative"}
    nodes = "".join(map(_node_class, used.values()))
    out.write(
        "include/torch/csrc/autograd/generated/Functions.h",
        _FUNCTIONS_H + nodes + "}  // namespace torch::autograd::generated\n",
    )
    out.write("src/autograd_saved.cpp", _saved_attributes(list(used.values())))
    applies: list[list[str]] = [[] for _ in range(SHARDS)]
    bodies: list[list[str]] = [[] for _ in range(SHARDS)]
    views: list[list[str]] = [[] for _ in range(SHARDS)]
    for derivative in used.values():
        applies[shard_of(derivative.schema.base, SHARDS)].append(_apply(derivative))
    for schema in schemas:
        shard = shard_of(schema.base, SHARDS)
        form, view = _autograd_form(schema), _view_form(schema)
        if form == "derivative":
            bodies[shard].append(_derivative_kernel(schema, derivative_of(schema)))
        elif form:
            bodies[shard].append(_KERNELS[form](schema))
        if view:
            views[shard].append(_KERNELS[view](schema))
    for i in range(SHARDS):
        text = [
            _SOURCE,
            "namespace torch::autograd::generated {\n\nusing namespace details;\n\n",
            *applies[i],
            "}  // namespace torch::autograd::generated\n\n",
        ]
        text += ["namespace flambeau::autograd {\n\n", *bodies[i], "namespace inplace_or_view {\n\n", *views[i]]
        text.append("}  // namespace inplace_or_view\n\n}  // namespace flambeau::autograd\n")
        out.write(f"src/autograd_{i}.cpp", "".join(text))
