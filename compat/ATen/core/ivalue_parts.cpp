// Walks through the parts of a value; copies of it.
#include <ATen/core/Dict.h>
#include <ATen/core/class_type.h>
#include <ATen/core/enum_type.h>
#include <ATen/core/function.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type.h>

namespace c10 {

void IValue::visit(const std::function<bool(const IValue&)>& visitor) const {
  if (visitor(*this)) return;
  switch (tag) {
    case Tag::Tuple:
    case Tag::GenericList: {
      const auto elements = tag == Tag::Tuple ? toTupleRef().elements().asArrayRef() : toListRef();
      for (const auto& element : elements) element.visit(visitor);
      break;
    }
    case Tag::GenericDict:
      for (const auto& entry : toGenericDict()) {
        entry.value().visit(visitor);
        entry.key().visit(visitor);
      }
      break;
    case Tag::Object: {
      const auto type = toObjectRef().type();
      for (size_t i = 0; i < type->numAttributes(); ++i) toObjectRef().getSlot(i).visit(visitor);
      break;
    }
    case Tag::PyObject: {
      const auto holder = toPyObjectHolder();
      auto match = holder->tryToInferType();
      if (!match.success()) break;
      auto contained = holder->toIValue(match.type());
      contained.visit(visitor);
      break;
    }
    default:
      break;
  }
}

void IValue::getSubValues(HashAliasedIValues& subValues) const {
  visit([&](const IValue& v) {
    TORCH_CHECK_TYPE(!v.isFuture() && !v.isAwait() && !v.isDevice() && !v.isCapsule(), "Cannot inspect value of type ",
                     v.tagKind());
    // Strings, and whatever else never changes, may be shared.
    const bool container = v.isTuple() || v.isList() || v.isGenericDict() || v.isObject() || v.isPyObject();
    return (container || v.isTensor()) && !subValues.insert(v).second;
  });
}

bool IValue::overlaps(const IValue& rhs) const {
  HashAliasedIValues mine, theirs;
  rhs.getSubValues(theirs);
  getSubValues(mine);
  return std::any_of(mine.begin(), mine.end(), [&](const IValue& v) { return theirs.count(v) != 0; });
}

IValue IValue::deepcopy(std::optional<at::Device> device) const {
  HashIdentityIValueMap memo;
  return deepcopy(memo, device);
}

IValue IValue::deepcopy(HashIdentityIValueMap& memo, std::optional<at::Device> device) const {
  if (auto known = memo.find(*this); known != memo.end()) return known->second;
  IValue copy;
  switch (tag) {
    case Tag::Tensor: {
      const at::Tensor& source = toTensor();
      if (device.has_value() && !source.device().is_meta()) {
        copy = IValue(source.to(*device, source.scalar_type(), /*non_blocking=*/false, /*copy=*/true));
      } else {
        copy = IValue(source.clone());
      }
      break;
    }
    case Tag::Tuple: {
      std::vector<IValue> elements;
      for (const auto& e : toTupleRef().elements()) elements.emplace_back(e.deepcopy(memo, device));
      copy = ivalue::Tuple::create(std::move(elements));
      break;
    }
    case Tag::GenericList: {
      const auto list = toList();
      auto copied = c10::impl::GenericList(list.elementType());
      for (IValue v : list) copied.push_back(v.deepcopy(memo, device));
      copy = copied;
      break;
    }
    case Tag::GenericDict: {
      const auto dict = toGenericDict();
      auto copied = c10::impl::GenericDict(dict.keyType(), dict.valueType());
      for (const auto& entry : dict)
        copied.insert(entry.key().deepcopy(memo, device), entry.value().deepcopy(memo, device));
      copy = copied;
      break;
    }
    case Tag::Object: {
      auto type = this->type()->expect<ClassType>();
      if (type->hasMethod("__getstate__") && type->hasMethod("__setstate__")) {
        auto copied = ivalue::Object::create(c10::StrongTypePtr(type->compilation_unit(), type), type->numAttributes());
        auto state = type->getMethod("__getstate__")({*this});
        type->getMethod("__setstate__")({copied, std::move(state)});
        copy = copied;
      } else {
        copy = toObject()->deepcopy(memo, device);
      }
      break;
    }
    case Tag::Enum: {
      auto holder = toEnumHolder();
      copy = IValue(c10::make_intrusive<ivalue::EnumHolder>(holder->type(), holder->name(),
                                                            holder->value().deepcopy(memo, device)));
      break;
    }
    case Tag::String:
    case Tag::None:
    case Tag::Double:
    case Tag::Int:
    case Tag::UInt:
    case Tag::SymInt:
    case Tag::SymFloat:
    case Tag::SymBool:
    case Tag::Bool:
    case Tag::Device:
    case Tag::Uninitialized:
    case Tag::ComplexDouble:
    case Tag::Generator:
      copy = *this;
      break;
    default:
      TORCH_CHECK(false, "Can't deepcopy IValue with tag: ", tagKind());
  }
  // Shared parts stay shared; plain values cannot be told apart.
  if (!isAliasOf(copy)) memo[*this] = copy;
  return copy;
}

}  // namespace c10
