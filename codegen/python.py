"""The Python functions and methods of all operators: tables of signatures, thunks by C++ type, assembler entry points.

`generate(out)` writes src/python_*.cpp. pyshim/csrc/table.h declares the tables, pyshim/csrc/parse.cpp reads them. All
text lies in one pool and is referred to by offset, so that the tables need no relocation; operators are reached through
`jmp symbol@PLT` stubs, bound at their first call.
"""

from __future__ import annotations

import argparse
import gzip
import re
from dataclasses import dataclass, field
from pathlib import Path

from codegen import cpp_types, schema
from codegen.schema import OPTIONS, Argument, Schema, Type
from codegen.write import Output

ROOT = Path(__file__).resolve().parent.parent
NAMESPACES = ("nn", "linalg", "fft", "special", "sparse", "nested", "torch")
SHARDS = 8

# A number is accepted where these take a tensor, so the overload for numbers would only be in the way.
SKIPPED = frozenset(
    ["add.Scalar", "add_.Scalar", "sub.Scalar", "sub_.Scalar", "mul.Scalar", "mul_.Scalar", "div.Scalar", "div_.Scalar"]
)
# Written by hand in pyshim/csrc: their Python form differs from the schema.
MANUAL_METHODS = frozenset(
    [
        "item",
        "to",
        "size",
        "stride",
        "contiguous",
        "numpy",
        "type",
        "cpu",
        "data_ptr",
        "is_contiguous",
        "requires_grad_",
        "new_tensor",
        "new",
        "storage_offset",
        "dim",
        "numel",
        "is_floating_point",
        "is_complex",
        "is_signed",
        "has_names",
    ]
)
MANUAL_FUNCTIONS = frozenset(
    ["tensor", "as_tensor", "from_numpy", "frombuffer", "asarray", "_from_blob", "nested_tensor", "range"]
)
NUMBERS_AS_TENSORS = frozenset(
    n + suffix
    for n in ["add", "div", "divide", "mul", "multiply", "sub", "subtract", "true_divide", "floor_divide"]
    for suffix in ("", "_", "_out")
) | frozenset(["to"])
RENAMED = {("copy_", "src"): "other"}

# Forms kept for old programs: arguments in another order, by position.
DEPRECATED = {
    "add": ["self alpha other"], "sub": ["self alpha other"],
    "addcdiv": ["self value tensor1 tensor2"], "addcmul": ["self value tensor1 tensor2"],
    "addbmm": ["beta self alpha batch1 batch2", "beta self batch1 batch2"],
    "baddbmm": ["beta self alpha batch1 batch2", "beta self batch1 batch2"],
    "addmm": ["beta self alpha mat1 mat2", "beta self mat1 mat2"],
    "sspaddmm": ["beta self alpha mat1 mat2", "beta self mat1 mat2"],
    "addmv": ["beta self alpha mat vec", "beta self mat vec"],
    "addr": ["beta self alpha vec1 vec2", "beta self vec1 vec2"],
}  # fmt: skip

KINDS = {
    "Tensor": "tensor", "Scalar": "number", "int": "integer", "SymInt": "integer", "float": "real",
    "Generator": "generator", "bool": "boolean", "Layout": "layout", "MemoryFormat": "memory_format",
    "ScalarType": "dtype", "Device": "device", "Stream": "stream", "QScheme": "qscheme", "str": "string",
    "Storage": "storage", "DeviceIndex": "integer", "SymBool": "boolean",
}  # fmt: skip
LIST_KINDS = {
    "Tensor": "tensors",
    "int": "integers",
    "SymInt": "integers",
    "float": "reals",
    "bool": "booleans",
    "Scalar": "numbers",
}
MEMORY_FORMATS = {"contiguous_format": 0, "preserve_format": 1, "channels_last": 2}
REDUCTIONS = {"Mean": 1, "Sum": 2}


@dataclass(frozen=True)
class Param:
    name: str
    kind: str
    default: str | None = None  # as Python shows it
    value: object = None  # int, float, str or a tuple of numbers
    none: bool = False
    keyword: bool = False
    size: int = 0


@dataclass
class Form:
    """One call of at::_ops: for each of its arguments the parameter it comes from, or `128 + i` for item i of out=."""

    op: Schema
    sources: list[int]


@dataclass
class Signature:
    name: str
    params: list[Param]
    form: Form
    out: Form | None = None
    self_at: int | None = None
    factory: bool = False
    hidden: bool = False
    outs: int = 0
    fields: tuple[str, ...] = ()
    order: tuple = ()  # types of the inputs
    types: list = field(default_factory=list)  # of all parameters, out= and options as text


def _value(arg_type: Type, text: str | None):
    if text is None or text == "None":
        return None
    if arg_type.list:
        items = [i.strip() for i in text.strip("[]").split(",") if i.strip()]
        items = [{"True": 1, "False": 0}.get(i, i) for i in items]
        if arg_type.size and len(items) == 1:
            items *= arg_type.size
        return tuple(float(i) if arg_type.base == "float" else int(i) for i in items)
    if arg_type.base == "MemoryFormat":
        return MEMORY_FORMATS.get(text) if not text.isdigit() else int(text)
    if text in REDUCTIONS:
        return REDUCTIONS[text]
    if text in ("True", "False"):
        return int(text == "True")
    if arg_type.base == "ScalarType":
        return {"long": 4, "float": 6}[text] if not text.isdigit() else int(text)
    if arg_type.base in ("float", "Scalar") and re.search(r"[.e]|inf", text):
        return float(text)
    if arg_type.base == "float":
        return float(text)
    if arg_type.base == "str":
        return text.strip('"')
    return int(text)


def _shown(arg_type: Type, text: str) -> str:
    """A default as PyTorch's messages show it."""
    if arg_type.list and text.startswith("["):
        items = [i.strip() for i in text.strip("[]").split(",") if i.strip()]
        if not items:
            return "None"
        if arg_type.size == len(items) and len(set(items)) == 1:
            return items[0]
        return "(" + ", ".join(items) + ")"
    if arg_type.base == "MemoryFormat":
        return f"torch.{text}" if not text.isdigit() else "torch.contiguous_format"
    if arg_type.base == "ScalarType" and text != "None":
        return "torch." + {"long": "int64", "4": "int64"}.get(text, text)
    return {"Mean": "at::Reduction::Mean"}.get(text, text)


def _param(s: Schema, a: Argument) -> Param:
    kind = (LIST_KINDS if a.type.list else KINDS)[a.type.base]
    if a.type.item_optional:
        kind = "optional_tensors"
    name = a.name
    if name == "self" and a.type.base == "Tensor" and not a.type.list:
        name = "input"
    name = RENAMED.get((s.name, name), name)
    default = None if a.default is None else _shown(a.type, a.default)
    size = a.type.size or 0 if a.type.base in ("int", "SymInt", "float") else 0
    return Param(
        name, kind, default, _value(a.type, a.default), a.type.optional or a.default == "None", a.kwarg_only, size
    )


def bindable(s: Schema) -> bool:
    if s.namespace != "aten" or s.id in SKIPPED:
        return False
    if s.generated and not s.name.endswith("_copy"):
        return False
    return all(a.type.base in KINDS and (not a.type.list or a.type.base in LIST_KINDS) for a in s.arguments)


def _result_fields(s: Schema) -> tuple[str, ...]:
    names = tuple(r.name or "" for r in s.returns)
    return names if len(names) > 1 and all(names) and not s.out_arguments else ()


def signature(s: Schema, out: Schema | None) -> Signature:
    """`s` is the form without out=, or an out form that has no other."""
    base = s.in_arguments
    returns_tensor = len(s.returns) > 0 and s.returns[0].type.is_tensor
    like = s.name.endswith("_like") or s.name.startswith("new_")
    at = s.options_at
    factory = returns_tensor and at is not None and (like or not any(a.type.is_tensor for a in base))
    plain = [a for a in base if not (factory and a.name in OPTIONS)]
    params = [_param(s, a) for a in plain]
    index = {a.name: i for i, a in enumerate(plain)}
    outs = out.out_arguments if out else ()
    if outs:
        index["out"] = len(params)
        params.append(Param("out", "tensors" if len(outs) > 1 else "tensor", "None", None, True, True, len(outs)))
    if factory:
        for name in OPTIONS:
            index[name] = len(params)
            kind = {"dtype": "dtype", "layout": "layout", "device": "device", "pin_memory": "boolean"}[name]
            params.append(Param(name, kind, "False" if name == "pin_memory" else "None", None, True, True))
        params.append(Param("requires_grad", "boolean", "False", 0, True, True))
    has_self = s.is_method and "self" in index and s.arguments[s.position("self")].type.base == "Tensor"
    call = Form(s, [index[a.name] for a in s.arguments] if not s.out_arguments else [])
    if s.out_arguments:  # out= is all there is
        raise ValueError(s.id)
    out_call = None
    if out:
        names = [a.name for a in out.out_arguments]
        out_call = Form(
            out, [index[a.name] if a.name not in names else 128 + names.index(a.name) for a in out.arguments]
        )
    result = Signature(
        s.name,
        params,
        call,
        out_call,
        index["self"] if has_self else None,
        factory,
        False,
        len(outs),
        _result_fields(s),
    )
    result.order = tuple(str(a.type) for a in plain)
    result.types = (
        [a.type for a in plain] + ["Tensor"] * bool(outs) + ["ScalarType", "Layout", "Device", "bool", "bool"] * factory
    )
    return result


def deprecated(s: Signature, order: str) -> Signature:
    """The same call with its arguments in the old order, all positional."""
    schema_names = [a.name for a in s.form.op.arguments]
    names = order.split()
    params = []
    for name in names:
        p = s.params[s.form.sources[schema_names.index(name)]]
        params.append(Param(p.name, p.kind, None, None, False, False, p.size))
    sources = {name: i for i, name in enumerate(names)}
    form = Form(s.form.op, [sources.get(n, 255) for n in schema_names])
    out = None
    if s.out:
        params.append(next(p for p in s.params if p.name == "out"))
        out = Form(s.out.op, [sources.get(a.name, 128 if a.out else 255) for a in s.out.op.arguments])
    return Signature(
        s.name, params, form, out, sources["self"] if s.self_at is not None else None, False, True, s.outs, s.fields
    )


_SPELLED = {"float": "double", "str": "c10::string_view", "int": "int64_t"}
_LISTS = {
    "Tensor": "TensorList",
    "int": "IntArrayRef",
    "SymInt": "SymIntArrayRef",
    "float": "ArrayRef<double>",
    "Scalar": "at::ArrayRef<Scalar>",
}


def _spelled(s: Signature) -> str:
    """The signature as the text that PyTorch sorts overloads by."""
    parts, starred = [], False
    for p, kind in zip(s.params, s.types, strict=True):
        if p.keyword and not starred:
            parts.append("*")
            starred = True
        text = kind if isinstance(kind, str) else _type_text(kind)
        parts.append(f"{text} {p.name}" + (f"={p.default}" if p.default is not None else ""))
    return ", ".join(parts) + ")"


def _type_text(kind: Type) -> str:
    if kind.list:
        base = _LISTS.get(kind.base, kind.base)
        text = f"{base}[{kind.size}]" if kind.size else base
    else:
        text = _SPELLED.get(kind.base, kind.base)
    return text + "?" * kind.optional


def _smaller(a: str, b: str) -> bool:
    """Type `a` takes more than `b` does, so that it must be tried later."""
    return (
        (a == "Scalar" and b == "Tensor")
        or (a == "Scalar?" and b == "Tensor?")
        or (a == "int[]" and b in ("int", "int?"))
        or (a == "Tensor[]" and "[]" in b)
        or (a == "SymInt[]" and b == "int[]")
        or (a in ("SymInt", "int") and b == "float")
    )


def sort(signatures: list[Signature]) -> list[Signature]:
    """PyTorch's order: by text, then those that take more after those that take less."""
    signatures = sorted(signatures, key=_spelled)
    waits: dict[int, set[int]] = {}
    for i, a in enumerate(signatures):
        for j, b in enumerate(signatures):
            if (
                len(a.order) == len(b.order)
                and a.order != b.order
                and all(x == y or _smaller(x, y) for x, y in zip(a.order, b.order, strict=True))
            ):
                waits.setdefault(i, set()).add(j)
    done = [i for i in range(len(signatures)) if i not in waits]
    for i in done:
        for j in sorted(waits):
            waits[j].discard(i)
            if not waits[j]:
                del waits[j]
                done.append(j)
    return [signatures[i] for i in done]


def collect() -> dict[str, dict[str, list[Signature]]]:
    """namespace -> Python name -> signatures in the order in which they are tried; "tensor" holds the methods."""
    exported = {}
    for line in (ROOT / "abi/python_bindings.tsv").read_text().splitlines()[1:]:
        space, names = line.split("\t")
        exported[space] = frozenset(names.split())
    result: dict[str, dict[str, list[Signature]]] = {space: {} for space in (*NAMESPACES, "tensor")}
    schemas = [s for s in schema.load().values() if bindable(s)]
    outs = {}
    for s in schemas:
        if s.out_arguments:
            outs[(s.name.removesuffix("_out"), _inputs(s))] = s
    for s in schemas:
        if s.out_arguments:
            continue
        out = outs.get((s.name, _inputs(s)))
        entry = signature(s, out)
        plain = signature(s, None) if out else entry
        if s.is_function and s.name not in MANUAL_FUNCTIONS:
            space = next((n for n in NAMESPACES if s.name in exported[n]), None)
            if space:
                result[space].setdefault(s.name, []).append(entry)
        if s.is_method and s.name in exported["tensor"] and s.name not in MANUAL_METHODS:
            result["tensor"].setdefault(s.name, []).append(plain)
    for functions in result.values():
        for name, found in functions.items():
            ordered = sort(found)
            for order in DEPRECATED.get(name.removesuffix("_"), []):
                main = next(
                    f
                    for f in ordered
                    if all(n in f.form.op.text for n in order.split()) and "out_dtype" not in f.form.op.text
                )
                ordered.append(deprecated(main, order))
            functions[name] = ordered
    return result


def _inputs(s: Schema) -> tuple:
    return tuple((a.name, str(a.type)) for a in s.in_arguments if a.name not in OPTIONS or s.options_at is None)


class Pool:
    """Text, each string once."""

    def __init__(self) -> None:
        self.at: dict[str, int] = {"": 0}
        self.text = ["\\0"]
        self.size = 1

    def add(self, text: str) -> int:
        if text not in self.at:
            self.at[text] = self.size
            self.size += len(text.encode()) + 1
            self.text.append(text.replace("\\", "\\\\").replace('"', '\\"') + "\\0")
        return self.at[text]

    def cpp(self) -> str:
        return "\n".join(f'  "{t}"' for t in self.text)


class Writer:
    def __init__(self) -> None:
        self.pool, self.params, self.signatures, self.functions = Pool(), [], [], []
        self.param_at: dict[tuple, int] = {}
        self.sources, self.source_at = [], {}
        self.lists, self.list_at = [], {}
        self.ops: dict[str, int] = {}
        self.types: dict[str, int] = {}
        self.symbols = _symbols()

    def source_list(self, sources: list[int]) -> int:
        key = tuple(sources)
        if key not in self.source_at:
            self.source_at[key] = len(self.sources)
            self.sources += sources or [0]
        return self.source_at[key]

    def value(self, p: Param) -> str:
        v = p.value
        if isinstance(v, tuple):
            key = (p.kind, v)
            if key not in self.list_at:
                self.list_at[key] = len(self.lists)
                self.lists += [len(v), *(_bits(x) if p.kind == "reals" else x for x in v)]
            return f"{self.list_at[key]}"
        if isinstance(v, str):
            return f"{self.pool.add(v)}"
        if isinstance(v, float):
            return f"{_bits(v)}"
        return str(v if v is not None else 0)

    def param_list(self, params: list[Param]) -> int:
        key = tuple(params)
        if key not in self.param_at:
            self.param_at[key] = len(self.params)
            for p in params:
                given = {
                    "kOptional": p.default is not None,
                    "kNone": p.none,
                    "kKeyword": p.keyword,
                    "kAbsent": p.value is None and (p.none or p.default is not None),
                    "kReal": isinstance(p.value, float),
                }
                flags = " | ".join(name for name, on in given.items() if on) or 0
                shown = self.pool.add(p.default) if p.default is not None else 0
                self.params.append(
                    f"  {{{self.pool.add(p.name)}, {shown}, {self.value(p)}, Kind::{p.kind}, {flags}, {p.size}}},"
                )
        return self.param_at[key]

    def form(self, form: Form | None) -> str:
        if form is None:
            return "{0, 0xffff, 0}"
        op = self.ops.setdefault(self.symbols[form.op.cpp], len(self.ops))
        kind = self.types.setdefault(cpp_types.function_type(form.op), len(self.types))
        return f"{{{op}, {kind}, {self.source_list(form.sources)}}}"

    def signature(self, s: Signature) -> None:
        flags = " | ".join(n for n, on in (("kFactory", s.factory), ("kHidden", s.hidden)) if on) or 0
        self_at = 255 if s.self_at is None else s.self_at
        fields = self.pool.add(" ".join(s.fields))
        at = self.param_list(s.params)
        self.signatures.append(
            f"  {{{at}, {fields}, {self.form(s.form)}, {self.form(s.out)}, "
            f"{len(s.params)}, {self_at}, {s.outs}, {flags}}},"
        )

    def function(self, space: str, name: str, signatures: list[Signature]) -> None:
        flags = "kNumbersAsTensors" if name in NUMBERS_AS_TENSORS else "0"
        self.functions.append(
            f"  {{{self.pool.add(name)}, {len(self.signatures)}, {len(signatures)}, Space::{space}, {flags}}},"
        )
        for s in signatures:
            self.signature(s)


def _bits(value: float) -> int:
    import struct

    return struct.unpack("<q", struct.pack("<d", value))[0]


def _symbols() -> dict[str, str]:
    """Struct name -> mangled name of at::_ops::<name>::call."""
    found = {}
    with gzip.open(ROOT / "abi/symbols.tsv.gz", "rt") as rows:
        for row in rows:
            columns = row.rstrip("\n").split("\t")
            match = re.match(r"at::_ops::(\w+)::call\(", columns[-1])
            if match:
                found[match.group(1)] = columns[-2]
    return found


HEAD = """// Generated by codegen/python.py.
#include "pyshim/csrc/{include}"

namespace flambeau::python {{
"""


# g++ 12 takes the payload of an empty std::optional for uninitialised where it inlines much.
QUIET = '#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"\n'


def table_source(w: Writer) -> str:
    rows = [HEAD.format(include="table.h")]
    rows.append(f"extern constinit const char kText[] =\n{w.pool.cpp()};\n")
    rows.append("extern constinit const Param kParams[] = {\n" + "\n".join(w.params) + "\n};\n")
    rows.append("extern constinit const Signature kSignatures[] = {\n" + "\n".join(w.signatures) + "\n};\n")
    rows.append("extern constinit const Function kFunctions[] = {\n" + "\n".join(w.functions) + "\n};\n")
    rows.append(f"extern constinit const int kFunctionCount = {len(w.functions)};\n")
    rows.append("extern constinit const uint8_t kSources[] = {" + ", ".join(map(str, w.sources)) + "};\n")
    rows.append("extern constinit const int64_t kLists[] = {" + ", ".join(map(str, w.lists)) + "};\n")
    rows.append("}  // namespace flambeau::python\n\n")
    targets = ["flb_call_method" if "Space::tensor" in f else "flb_call_function" for f in w.functions]
    entries = "".join(f"\t.p2align 4\n\tmovl ${i}, %r8d\n\tjmp {target}\n" for i, target in enumerate(targets))
    jumps = "".join(f"\t.p2align 3\n\tjmp {symbol}@PLT\n" for symbol in w.ops)
    rows.append("// Each stub has a fixed size (table.h), so that its address is computed, not stored.")
    rows.append(f'asm(R"(\n\t.text\n{_label("flb_entries")}{entries}{_label("flb_jumps")}{jumps})");\n')
    return "\n".join(rows)


def _label(name: str) -> str:
    return f"\t.p2align 4\n\t.hidden {name}\n\t.globl {name}\n{name}:\n"


def thunk_sources(w: Writer) -> dict[str, str]:
    types = list(w.types)
    files = {}
    step = -(-len(types) // SHARDS)
    for shard in range(SHARDS):
        part = types[shard * step : (shard + 1) * step]
        body = "\n".join(f"    &thunk<{t}>," for t in part)
        files[f"python_thunks_{shard}.cpp"] = (
            QUIET
            + HEAD.format(include="thunk.h")
            + f"extern constinit const Thunk kThunks{shard}[] = {{\n{body}\n}};\n\n}}  // namespace flambeau::python\n"
        )
    rows = "\n".join(f"extern const Thunk kThunks{i}[];" for i in range(SHARDS))
    names = ", ".join(f"kThunks{i}" for i in range(SHARDS))
    files["python_thunks.cpp"] = (
        HEAD.format(include="table.h")
        + f"{rows}\n\nThunk thunk_at(int index) {{\n  static constexpr const Thunk* shards[] = {{{names}}};\n"
        + f"  return shards[index / {step}][index % {step}];\n}}\n\n}}  // namespace flambeau::python\n"
    )
    return files


def sources() -> dict[str, str]:
    """File name -> text."""
    w = Writer()
    for space, functions in collect().items():
        for name in sorted(functions):
            w.function(space, name, functions[name])
    return {"python_table.cpp": table_source(w), **thunk_sources(w)}


def generate(out: Output) -> None:
    for name, text in sources().items():
        out.write(f"src/{name}", text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    generate(Output(parser.parse_args().out))
