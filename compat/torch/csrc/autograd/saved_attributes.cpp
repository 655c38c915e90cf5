#include <torch/csrc/autograd/saved_attributes.h>

#include <ATen/core/ivalue.h>

namespace flambeau {

namespace {
template <class T>
c10::IValue optional_value(const std::optional<T>& field) {
  return field.has_value() ? c10::IValue(*field) : c10::IValue();
}

/// Python sees what a node keeps as tuples, never as lists it could change.
template <class T>
c10::IValue tuple_of(const std::vector<T>& field) {
  return c10::ivalue::Tuple::create(std::vector<c10::IValue>(field.begin(), field.end()));
}
}  // namespace

c10::IValue saved_value(Node& node, const SavedVariable& field) {
  const at::Tensor tensor = field.unpack(node.getptr());
  return tensor.defined() ? c10::IValue(tensor) : c10::IValue();
}

c10::IValue saved_value(Node& node, const std::vector<SavedVariable>& field) {
  std::vector<c10::IValue> tensors;
  for (const SavedVariable& variable : field) {
    const at::Tensor tensor = variable.unpack(node.getptr());
    tensors.push_back(tensor.defined() ? c10::IValue(tensor) : c10::IValue());
  }
  return c10::ivalue::Tuple::create(std::move(tensors));
}

c10::IValue saved_value(Node&, const std::vector<int64_t>& field) { return tuple_of(field); }
c10::IValue saved_value(Node&, const std::vector<double>& field) { return tuple_of(field); }
c10::IValue saved_value(Node&, int64_t field) { return field; }
c10::IValue saved_value(Node&, bool field) { return field; }
c10::IValue saved_value(Node&, double field) { return field; }
c10::IValue saved_value(Node&, const at::Scalar& field) { return field; }
c10::IValue saved_value(Node&, const std::string& field) { return field; }
c10::IValue saved_value(Node&, const std::optional<std::vector<int64_t>>& field) {
  return field ? tuple_of(*field) : c10::IValue();
}
c10::IValue saved_value(Node&, const std::optional<std::string>& field) { return optional_value(field); }
c10::IValue saved_value(Node&, std::optional<int64_t> field) { return optional_value(field); }
c10::IValue saved_value(Node&, std::optional<bool> field) { return optional_value(field); }
c10::IValue saved_value(Node&, std::optional<double> field) { return optional_value(field); }
c10::IValue saved_value(Node&, const std::optional<at::Scalar>& field) { return optional_value(field); }

}  // namespace flambeau
