"""The C++ overloads of one schema: at::foo, at::foo_symint, at::foo_out, with TensorOptions or without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codegen.cpp_types import default_value, parameter_type, return_type
from codegen.schema import OPTIONS, Schema

# Tensor has a hand-written member of that name; the generated one is called __dispatch_<name>.
MANUAL = frozenset(
    [
        "_backward",
        "set_data",
        "data",
        "is_leaf",
        "output_nr",
        "_version",
        "requires_grad_",
        "retain_grad",
        "retains_grad",
        "conj",
        "contiguous",
        "is_contiguous",
        "is_complex",
        "is_floating_point",
        "is_inference",
        "is_signed",
        "_is_zerotensor",
        "is_conj",
        "is_neg",
        "size",
        "stride",
        "sym_size",
        "sym_stride",
        "sym_numel",
        "dim",
        "numel",
        "get_device",
        "storage_offset",
        "sym_storage_offset",
        "sym_is_contiguous",
    ]
)

# Parameters whose schema default C++ callers cannot leave out: the call would be ambiguous with another overload.
_NO_DEFAULT = {
    id_: frozenset(names.split())
    for ids, names in (
        ("arange.start_step arange.start_out range.out", "step"),
        ("std var std_mean var_mean std.dim var.dim std_mean.dim var_mean.dim std.out var.out", "unbiased"),
        ("all.dims all.dims_out any.dims any.dims_out", "dim"),
        ("clamp clamp_ clamp.out clip clip_ clip.out", "min"),
        ("conv1d.padding conv2d.padding conv3d.padding", "bias stride padding"),
        ("linalg_matrix_rank.atol_rtol_float linalg_matrix_rank.atol_rtol_float_out", "atol rtol"),
        ("linalg_pinv.atol_rtol_float linalg_pinv.atol_rtol_float_out", "atol rtol"),
        ("stft", "hop_length win_length window normalized"),
        ("_test_ambiguous_defaults.b", "a b"),
        (
            "_cudnn_init_dropout_state _sparse_compressed_tensor_with_dims _sparse_coo_tensor_with_dims "
            "sparse_coo_tensor.size _sparse_coo_tensor_with_dims_and_tensors sparse_bsc_tensor.ccol_row_value "
            "sparse_bsc_tensor.ccol_row_value_size "
            "sparse_bsr_tensor.crow_col_value sparse_bsr_tensor.crow_col_value_size sparse_csc_tensor.ccol_row_value "
            "sparse_csc_tensor.ccol_row_value_size sparse_csr_tensor.crow_col_value "
            "sparse_csr_tensor.crow_col_value_size "
            "sparse_compressed_tensor.comp_plain_value sparse_compressed_tensor.comp_plain_value_size",
            "options",
        ),
    )
    for id_ in ids.split()
}


@dataclass(frozen=True)
class Parameter:
    type: str
    name: str
    default: str | None


@dataclass(frozen=True)
class Form:
    """One inline function. `arguments` are expressions in the order of at::_ops::X::call."""

    name: str
    schema: Schema
    parameters: tuple[Parameter, ...]
    arguments: tuple[str, ...]
    symint: bool
    options: bool

    @property
    def converts(self) -> bool:
        """Takes int64_t where the symbol takes SymInt."""
        return not self.symint and any(a.type.is_symint for a in self.schema.arguments)

    @property
    def result(self) -> str:
        return return_type(self.schema)

    def declaration(self, skip: str | None = None, defaults: bool = True) -> str:
        return ", ".join(
            f"{p.type} {p.name}" + (f"={p.default}" if p.default is not None and defaults else "")
            for p in self.parameters
            if p.name != skip
        )


def _to_call(name: str, type_, symint: bool) -> str:
    """Expression that turns a plain parameter into what the symbol takes."""
    if symint or not type_.is_symint or not (type_.list or type_.optional):
        return name
    if type_.list:
        return f"c10::impl::from_optional_int_array({name})" if type_.optional else f"c10::fromIntArrayRefSlow({name})"
    return f"c10::impl::from_optional_int({name})"


def _options_default(schema: Schema) -> str | None:
    dtype = schema.arguments[schema.options_at]
    if dtype.default is None or "options" in _NO_DEFAULT.get(schema.id, ()):
        return None
    return "{}" if dtype.default == "None" else "at::kLong"


def _form(schema: Schema, name: str, symint: bool, options: bool, out_first: bool) -> Form:
    at = schema.options_at if schema.has_options else None
    bare = (at is not None and not options) or (schema.out_arguments and not out_first)
    parameters, arguments = [], []
    for i, argument in enumerate(schema.arguments):
        if at is not None and options and at <= i < at + 4:
            if i == at:
                parameters.append(Parameter("at::TensorOptions", "options", _options_default(schema)))
            arguments.append(_OPTION_VALUES[argument.name])
            continue
        default = None if bare or argument.name in _NO_DEFAULT.get(schema.id, ()) else default_value(argument, symint)
        parameters.append(Parameter(parameter_type(schema, argument, symint), argument.name, default))
        if at is not None and options and argument.name == "memory_format":
            arguments.append("c10::impl::check_tensor_options_and_extract_memory_format(options, memory_format)")
        else:
            arguments.append(_to_call(argument.name, argument.type, symint))
    if out_first:
        outs = {a.name for a in schema.out_arguments}
        parameters.sort(key=lambda p: p.name not in outs)
    return Form(name, schema, tuple(parameters), tuple(arguments), symint, options)


_OPTION_VALUES = dict(
    zip(
        OPTIONS,
        (
            "c10::optTypeMetaToScalarType(options.dtype_opt())",
            "options.layout_opt()",
            "options.device_opt()",
            "options.pinned_memory_opt()",
        ),
        strict=True,
    )
)


def forms(schema: Schema) -> Iterator[Form]:
    """All overloads of a schema as a function; as a method they are the same without `self`."""
    takes_symint = any(a.type.is_symint for a in schema.arguments)
    for symint in (False, True) if takes_symint else (False,):
        name = "__dispatch_" * (schema.name in MANUAL) + schema.name + "_symint" * symint
        for options in (True, False) if schema.has_options else (False,):
            if schema.out_arguments:
                yield _form(schema, name + "_out", symint, options, True)
                yield _form(schema, name + "_outf", symint, options, False)
            else:
                yield _form(schema, name, symint, options, False)
