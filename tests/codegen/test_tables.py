"""The generator against the tables: every operator's C++ names and parameter types are those that PyTorch exports."""

import gzip
import re

import pytest

from codegen import c_shim
from codegen.cpp_forms import forms
from codegen.cpp_types import parameters
from codegen.implemented import ROOT, kernels
from codegen.operators import operators, table_order
from codegen.schema import groups, load, parse

# How the demangler writes the types of a signature.
_DEMANGLED = {
    "const at::ITensorListRef &": "c10::IListRef<at::Tensor> const&",
    "const c10::List<::std::optional<at::Tensor>> &": "c10::List<std::optional<at::Tensor> > const&",
    "at::TensorList": "c10::ArrayRef<at::Tensor>",
    "at::IntArrayRef": "c10::ArrayRef<long>",
    "c10::SymIntArrayRef": "c10::ArrayRef<c10::SymInt>",
    "at::OptionalIntArrayRef": "c10::OptionalArrayRef<long>",
    "at::OptionalSymIntArrayRef": "c10::OptionalArrayRef<c10::SymInt>",
    "c10::string_view": "std::basic_string_view<char, std::char_traits<char> >",
    "int64_t": "long",
    "at::DeviceIndex": "signed char",
    "at::Storage": "c10::Storage",
    "at::Stream": "c10::Stream",
    "at::Generator": "at::Generator",
}


def demangled(kind: str) -> str:
    if kind in _DEMANGLED:
        return _DEMANGLED[kind]
    if reference := re.fullmatch(r"const (.*) &", kind):
        return f"{demangled(reference[1])} const&"
    if kind.endswith(" &"):
        return f"{demangled(kind[:-2])}&"
    if template := re.fullmatch(r"(?:::)?(std::optional|at::ArrayRef)<(.*)>", kind):
        inner = demangled(template[2])
        return f"{template[1].replace('at::', 'c10::')}<{inner}{' ' * inner.endswith('>')}>"
    if array := re.fullmatch(r"::std::array<bool,(\d)>", kind):
        return f"std::array<bool, {array[1]}ul>"
    return re.sub(r"^at::(ScalarType|Layout|Device|MemoryFormat|Scalar|QScheme|SymInt)$", r"c10::\1", kind)


def exported(member: str) -> set[str]:
    with gzip.open(ROOT / "abi" / "symbols.tsv.gz", "rt") as rows:
        names = (row.rstrip("\n").split("\t")[5] for row in rows)
        return {n for n in names if re.match(rf"at::_ops::\w+::{member}\(", n)}


@pytest.mark.parametrize("member", ["call", "redispatch"])
def test_operator_symbols_are_those_of_pytorch(member):
    first = ["c10::DispatchKeySet"] if member == "redispatch" else []
    ours = {
        f"at::_ops::{s.cpp}::{member}({', '.join(first + [demangled(k) for k, _ in parameters(s)])})"
        for s in operators()
    }
    theirs = exported(member)
    assert len(theirs) == 3101
    assert ours == theirs


def test_every_schema_is_in_one_group():
    ids = [s.qualified for g in groups() for s in g.schemas]
    assert len(ids) == len(set(ids)) == len(load())


def test_schemas_survive_parsing():
    for schema in load().values():
        again = parse(schema.text)
        assert (again.qualified, again.arguments, again.returns) == (schema.qualified, schema.arguments, schema.returns)
        assert schema.text.count("=") == sum(a.default is not None for a in schema.arguments) or '"' in schema.text


def test_overloads_of_a_function_differ():
    seen = set()
    for schema in operators():
        if not schema.is_function:
            continue
        for form in forms(schema):
            key = (form.name, tuple(p.type for p in form.parameters))
            assert key not in seen, key
            seen.add(key)


def test_table_is_sorted_as_the_dispatcher_searches_it():
    keys = [(f"{s.namespace}::{s.name}", s.overload) for _, s in table_order()]
    assert keys == sorted(keys)


def test_forms_follow_from_one_definition():
    """An engine op needs no code for its other forms."""
    for name in (
        "add.Tensor",
        "add_.Tensor",
        "add.out",
        "relu",
        "relu_",
        "relu.out",
        "sum.IntList_out",
        "permute_copy",
    ):
        assert kernels(load()[name]), name


def test_shim_functions_are_named_in_the_table():
    names = set((ROOT / "abi" / "cshim.txt").read_text().split())
    by_cpp = {s.cpp: s for s in load().values()}
    assert "aoti_torch_cpu_add_Tensor" in names
    assert c_shim._signature("aoti_torch_cpu", by_cpp["add_Tensor"]) == (
        "AOTITorchError aoti_torch_cpu_add_Tensor("
        "AtenTensorHandle self, AtenTensorHandle other, double alpha, AtenTensorHandle* ret0)"
    )
