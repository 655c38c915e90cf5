#include "pyshim/csrc/schema.h"

#include <algorithm>
#include <functional>
#include <iterator>

#include "pyshim/csrc/ivalue.h"
#include "pyshim/csrc/types.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

namespace {

using c10::FunctionSchema;

struct SchemaObject {
  PyObject_HEAD FunctionSchema* schema;
};
constinit PyTypeObject SchemaType = plain_type("torch._C.FunctionSchema", sizeof(SchemaObject));

const FunctionSchema& schema_of(PyObject* self) { return *reinterpret_cast<SchemaObject*>(self)->schema; }

void destroy_schema(PyObject* self) {
  delete reinterpret_cast<SchemaObject*>(self)->schema;
  Py_TYPE(self)->tp_free(self);
}
PyObject* schema_text(PyObject* self) {
  return guarded([&] { return text(c10::str(schema_of(self))).release(); });
}
PyObject* schema_name(PyObject* self, void*) { return text(schema_of(self).name()).release(); }
PyObject* schema_overload(PyObject* self, void*) { return text(schema_of(self).overload_name()).release(); }
PyObject* schema_mutable(PyObject* self, void*) { return from_bool(schema_of(self).is_mutable()); }

Object namespace_of(PyObject* fields) {
  return checked(PyObject_Call(attr(import("types"), "SimpleNamespace"), checked(PyTuple_New(0)), fields));
}

Object names_of(const std::unordered_set<c10::Symbol>& symbols) {
  Object set = checked(PySet_New(nullptr));
  for (const c10::Symbol& symbol : symbols) checked(PySet_Add(set, text(symbol.toUnqualString())));
  return set;
}

Object alias_of(const c10::AliasInfo* alias) {
  if (!alias) return Object::borrow(Py_None);
  Object fields = checked(PyDict_New());
  checked(PyDict_SetItemString(fields, "is_write", alias->isWrite() ? Py_True : Py_False));
  checked(PyDict_SetItemString(fields, "before_set", names_of(alias->beforeSets())));
  checked(PyDict_SetItemString(fields, "after_set", names_of(alias->afterSets())));
  return namespace_of(fields);
}

/// Arguments as plain objects with the attributes that programs read.
PyObject* arguments_of(const std::vector<c10::Argument>& arguments) {
  Object list = checked(PyList_New(0));
  for (const c10::Argument& a : arguments) {
    Object fields = checked(PyDict_New());
    auto set = [&](const char* name, PyObject* owned) { checked(PyDict_SetItemString(fields, name, checked(owned))); };
    set("name", text(a.name()).release());
    set("type", text(a.type()->annotation_str()).release());
    set("real_type", text(a.type()->annotation_str()).release());
    set("N", a.N() ? PyLong_FromLong(*a.N()) : Py_NewRef(Py_None));
    set("default_value", a.default_value() ? from_ivalue(*a.default_value()) : Py_NewRef(Py_None));
    set("kwarg_only", from_bool(a.kwarg_only()));
    set("is_out", from_bool(a.is_out()));
    set("is_write", from_bool(a.alias_info() && a.alias_info()->isWrite()));
    set("alias_info", alias_of(a.alias_info()).release());
    checked(PyList_Append(list, namespace_of(fields)));
  }
  return list.release();
}
PyObject* schema_arguments(PyObject* self, void*) {
  return guarded([&] { return arguments_of(schema_of(self).arguments()); });
}
PyObject* schema_returns(PyObject* self, void*) {
  return guarded([&] { return arguments_of(schema_of(self).returns()); });
}
PyObject* compare_schema(PyObject* a, PyObject* b, int op) {
  if (Py_TYPE(b) != &SchemaType || (op != Py_EQ && op != Py_NE)) Py_RETURN_NOTIMPLEMENTED;
  return from_bool((schema_of(a) == schema_of(b)) == (op == Py_EQ));
}
Py_hash_t hash_schema(PyObject* self) {
  return static_cast<Py_hash_t>(
      std::hash<std::string>{}(schema_of(self).name() + "." + schema_of(self).overload_name()) >> 1);
}
PyGetSetDef schema_properties[] = {
    {"name", &schema_name, nullptr, nullptr, nullptr},
    {"overload_name", &schema_overload, nullptr, nullptr, nullptr},
    {"arguments", &schema_arguments, nullptr, nullptr, nullptr},
    {"returns", &schema_returns, nullptr, nullptr, nullptr},
    {"is_mutable", &schema_mutable, nullptr, nullptr, nullptr},
    {},
};

struct TagObject {
  PyObject_HEAD const char* name;
};
constinit PyTypeObject TagType = plain_type("torch.Tag", sizeof(TagObject));
PyObject* tag_text(PyObject* self) { return PyUnicode_FromFormat("Tag.%s", reinterpret_cast<TagObject*>(self)->name); }
PyObject* tag_name(PyObject* self, void*) { return PyUnicode_FromString(reinterpret_cast<TagObject*>(self)->name); }
PyGetSetDef tag_properties[] = {{"name", &tag_name, nullptr, nullptr, nullptr}, {}};
// In the order of at::Tag.
constexpr const char* kTags[] = {"core",
                                 "cudagraph_unsafe",
                                 "data_dependent_output",
                                 "dynamic_output_shape",
                                 "flexible_layout",
                                 "generated",
                                 "inplace",
                                 "inplace_view",
                                 "maybe_aliasing_or_mutating",
                                 "needs_contiguous_strides",
                                 "needs_exact_strides",
                                 "needs_fixed_stride_order",
                                 "nondeterministic_bitwise",
                                 "nondeterministic_seeded",
                                 "out",
                                 "out_variant",
                                 "pointwise",
                                 "pt2_compliant_tag",
                                 "reduction",
                                 "view_copy"};

Py_ssize_t tag_number(PyObject* self) {
  return std::find(std::begin(kTags), std::end(kTags), reinterpret_cast<TagObject*>(self)->name) - std::begin(kTags);
}
PyObject* tag_repr(PyObject* self) {
  return PyUnicode_FromFormat("<Tag.%s: %zd>", reinterpret_cast<TagObject*>(self)->name, tag_number(self));
}
static_assert(std::size(kTags) == static_cast<size_t>(at::Tag::view_copy) + 1);

PyObject* tag_object(at::Tag tag) { return PyDict_GetItemString(TagType.tp_dict, kTags[static_cast<size_t>(tag)]); }

void init_tags(PyObject* module) {
  TagType.tp_repr = &tag_repr;
  TagType.tp_str = &tag_text;
  TagType.tp_getset = tag_properties;
  checked(PyType_Ready(&TagType));
  for (const char* name : kTags) {
    Object tag = checked(TagType.tp_alloc(&TagType, 0));
    reinterpret_cast<TagObject*>(tag.get())->name = name;
    checked(PyDict_SetItemString(TagType.tp_dict, name, tag));
  }
  add_object(module, "Tag", Py_NewRef(reinterpret_cast<PyObject*>(&TagType)));
}

}  // namespace

PyObject* wrap_schema(const FunctionSchema& schema) {
  PyObject* self = checked(SchemaType.tp_alloc(&SchemaType, 0)).release();
  reinterpret_cast<SchemaObject*>(self)->schema = new FunctionSchema(schema);
  return self;
}
PyObject* from_tags(c10::ArrayRef<at::Tag> tags) {
  Object list = checked(PyList_New(0));
  for (const at::Tag tag : tags) checked(PyList_Append(list, tag_object(tag)));
  return list.release();
}

std::vector<at::Tag> to_tags(PyObject* tags) {
  std::vector<at::Tag> found;
  Object items = checked(PySequence_Fast(tags, "tags must be a sequence of torch.Tag"));
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(items.get()); ++i) {
    PyObject* item = PySequence_Fast_GET_ITEM(items.get(), i);
    if (Py_TYPE(item) != &TagType) raise(PyExc_TypeError, std::string("expected a torch.Tag, not ") + type_name(item));
    found.push_back(static_cast<at::Tag>(tag_number(item)));
  }
  return found;
}

void init_schema(PyObject* module) {
  SchemaType.tp_dealloc = &destroy_schema;
  SchemaType.tp_str = SchemaType.tp_repr = &schema_text;
  SchemaType.tp_richcompare = &compare_schema;
  SchemaType.tp_hash = &hash_schema;
  SchemaType.tp_getset = schema_properties;
  checked(PyType_Ready(&SchemaType));
  add_object(module, "FunctionSchema", Py_NewRef(reinterpret_cast<PyObject*>(&SchemaType)));
  init_tags(module);
}

}  // namespace flambeau::python
