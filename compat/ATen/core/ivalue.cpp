#include <ATen/core/ivalue.h>

#include <ATen/core/Dict.h>
#include <ATen/core/Formatting.h>
#include <ATen/core/class_type.h>
#include <ATen/core/enum_type.h>
#include <ATen/core/function.h>
#include <ATen/core/jit_type.h>
#include <ATen/core/stack.h>
#include <ATen/core/type_factory.h>
#include <c10/util/StringUtil.h>
#include <c10/util/hash.h>

#include <iostream>

namespace c10 {

bool _fastEqualsForContainer(const IValue& lhs, const IValue& rhs) {
  if (lhs.is(rhs)) return true;  // as Python: identity first
  return lhs == rhs;
}

namespace detail {

ListImpl::ListImpl(list_type list_, TypePtr elementType_)
    : list(std::move(list_)), elementType(std::move(elementType_)) {}

bool operator==(const ListImpl& lhs, const ListImpl& rhs) {
  return *lhs.elementType == *rhs.elementType &&
         std::equal(lhs.list.begin(), lhs.list.end(), rhs.list.begin(), rhs.list.end(), _fastEqualsForContainer);
}

bool operator==(const DictImpl& lhs, const DictImpl& rhs) {
  if (*lhs.elementTypes.keyType != *rhs.elementTypes.keyType ||
      *lhs.elementTypes.valueType != *rhs.elementTypes.valueType || lhs.dict.size() != rhs.dict.size()) {
    return false;
  }
  // Unordered, as in Python.
  for (const auto& entry : lhs.dict) {
    auto it = rhs.dict.find(entry.first);
    if (it == rhs.dict.cend() || !_fastEqualsForContainer(entry.second, it->second)) return false;
  }
  return true;
}

}  // namespace detail

namespace impl {
const IValue* ptr_to_first_element(const List<IValue>& list) { return &list.impl_->list[0]; }
}  // namespace impl

// --- types ---

TypePtr IValue::TagType<c10::Type>::get(const IValue& v) {
  switch (v.tag) {
    case Tag::None:
      return NoneType::get();
    case Tag::Tensor:
      return TensorType::create(v.toTensor());
    case Tag::Storage:
      return StorageType::get();
    case Tag::Double:
      return FloatType::get();
    case Tag::ComplexDouble:
      return ComplexType::get();
    case Tag::Int:
    case Tag::UInt:
      return IntType::get();
    case Tag::SymInt:
      return SymIntType::get();
    case Tag::SymFloat:
      return SymFloatType::get();
    case Tag::SymBool:
      return SymBoolType::get();
    case Tag::Bool:
      return BoolType::get();
    case Tag::String:
      return StringType::get();
    case Tag::Blob:
      return AnyType::get();
    case Tag::GenericDict: {
      const auto dict = v.toGenericDict();
      return DictType::create(dict.keyType(), dict.valueType());
    }
    case Tag::GenericList:
      return ListType::create(v.toList().elementType());
    case Tag::Await:
      return AwaitType::create(v.toAwait()->elementType());
    case Tag::Future:
      return FutureType::create(v.toFuture()->elementType());
    case Tag::RRef:
      return RRefType::create(v.toRRef()->type());
    case Tag::Device:
      return DeviceObjType::get();
    case Tag::Stream:
      return StreamObjType::get();
    case Tag::Object:
      return v.toObjectRef().type();
    case Tag::PyObject:
      return PyObjectType::get();
    case Tag::Uninitialized:
      return AnyType::get();
    case Tag::Capsule:
      return CapsuleType::get();
    case Tag::Tuple:
      return v.toTupleRef().type();
    case Tag::Generator:
      return GeneratorType::get();
    case Tag::Quantizer:
      return QuantizerType::get();
    case Tag::Enum:
      return v.toEnumHolder()->type();
  }
  TORCH_INTERNAL_ASSERT(false, "unhandled case in IValue::type()");
}

static bool list_of(const TypePtr& element, TypeKind kind) { return element->kind() == kind; }

template <typename T>
bool IValue::isListOf() const {
  if (!isList()) return false;
  const auto* list = static_cast<detail::ListImpl*>(payload.u.as_intrusive_ptr);
  return list_of(list->elementType, T::Kind);
}
bool IValue::isTensorList() const { return isListOf<c10::TensorType>(); }
bool IValue::isDoubleList() const { return isListOf<c10::FloatType>(); }
bool IValue::isComplexDoubleList() const { return isListOf<c10::ComplexType>(); }
bool IValue::isIntList() const { return isListOf<c10::IntType>(); }
bool IValue::isBoolList() const { return isListOf<c10::BoolType>(); }
bool IValue::isSymIntList() const {
  if (!isListOf<c10::SymIntType>()) return false;
  // Never mistaken for a list of ints: those have their own element type.
  return true;
}
bool IValue::isOptionalTensorList() const {
  if (!isList()) return false;
  const auto& element = static_cast<detail::ListImpl*>(payload.u.as_intrusive_ptr)->elementType;
  const auto& wanted = OptionalType::ofTensor();
  return element == wanted || *element == *wanted;
}

void IValue::reportToTensorTypeError() const { TORCH_CHECK(false, "Expected Tensor but got ", tagKind()); }

bool IValue::isModule() const { return isObject() && toObjectRef().type()->is_module(); }

// --- identity, equality, hash ---

bool IValue::ptrEqual(const IValue& lhs, const IValue& rhs) {
  TORCH_INTERNAL_ASSERT(lhs.isIntrusivePtr());
  TORCH_INTERNAL_ASSERT(rhs.isIntrusivePtr());
  return lhs.tag == rhs.tag && lhs.payload.u.as_intrusive_ptr == rhs.payload.u.as_intrusive_ptr;
}

bool IValue::is(const IValue& rhs) const {
  if (isNone() || rhs.isNone()) return isNone() && rhs.isNone();
  if (isTensor()) return rhs.isTensor() && toTensor().is_same(rhs.toTensor());
  if (isIntrusivePtr()) return rhs.isIntrusivePtr() && ptrEqual(*this, rhs);
  return *this == rhs;
}

bool operator!=(const IValue& lhs, const IValue& rhs) { return !(lhs == rhs); }
bool operator==(const IValue& lhs, const IValue& rhs) {
  IValue equal = lhs.equals(rhs);
  if (equal.isTensor()) return equal.toTensor().is_nonzero();
  TORCH_INTERNAL_ASSERT(equal.isBool());
  return equal.toBool();
}

IValue IValue::equals(const IValue& rhs) const {
  const IValue& lhs = *this;
  switch (lhs.tag) {
    case Tag::None:
      return rhs.isNone();
    case Tag::Tensor: {
      if (!rhs.isTensor()) return false;
      return lhs.toTensor().eq(rhs.toTensor());
    }
    case Tag::Storage:
      return rhs.isStorage() && lhs.toStorage().unsafeGetStorageImpl() == rhs.toStorage().unsafeGetStorageImpl();
    case Tag::Double:
      return rhs.isDouble() && lhs.toDouble() == rhs.toDouble();
    case Tag::ComplexDouble:
      return rhs.isComplexDouble() && lhs.toComplexDouble() == rhs.toComplexDouble();
    case Tag::Int:
      return rhs.isInt() && lhs.toInt() == rhs.toInt();
    case Tag::UInt:
      return rhs.isUnsigned() && lhs.toUInt() == rhs.toUInt();
    case Tag::SymInt:
      return rhs.isSymInt() && lhs.toSymInt() == rhs.toSymInt();
    case Tag::SymFloat:
      return rhs.isSymFloat() && lhs.toSymFloat() == rhs.toSymFloat();
    case Tag::SymBool:
      return rhs.isSymBool() && lhs.toSymBool() == rhs.toSymBool();
    case Tag::Bool:
      return rhs.isBool() && lhs.toBool() == rhs.toBool();
    case Tag::String:
      return rhs.isString() && lhs.toStringRef() == rhs.toStringRef();
    case Tag::GenericDict:
      return rhs.isGenericDict() && lhs.toGenericDict() == rhs.toGenericDict();
    case Tag::Tuple:
      return rhs.isTuple() && lhs.toTupleRef() == rhs.toTupleRef();
    case Tag::Stream:
      return rhs.isStream() && lhs.toStream() == rhs.toStream();
    case Tag::Device:
      return rhs.isDevice() && lhs.toDevice() == rhs.toDevice();
    case Tag::GenericList:
      return rhs.isList() && lhs.toList() == rhs.toList();
    case Tag::Blob:
    case Tag::Future:
    case Tag::Await:
    case Tag::RRef:
    case Tag::Object:
    case Tag::PyObject:
    case Tag::Capsule:
    case Tag::Generator:
    case Tag::Quantizer:
      return rhs.tag == lhs.tag && ptrEqual(lhs, rhs);
    case Tag::Enum:
      return rhs.isEnum() && lhs.toEnumHolder()->is(*rhs.toEnumHolder());
    case Tag::Uninitialized:
      return false;
  }
  TORCH_INTERNAL_ASSERT(false, "we should never reach here!");
}

size_t IValue::hash(const IValue& v) {
  switch (v.tag) {
    case Tag::None:
      return 0;
    case Tag::Bool:
      return c10::get_hash(v.payload.u.as_bool);
    case Tag::Double:
      return c10::get_hash(v.payload.u.as_double);
    case Tag::Tensor:
      return std::hash<const void*>()(v.payload.as_tensor.unsafeGetTensorImpl());
    case Tag::Storage:
      return c10::get_hash(v.payload.u.as_int);
    case Tag::Int:
      return c10::get_hash(v.payload.u.as_int);
    case Tag::UInt:
      return c10::get_hash(v.payload.u.as_int);
    case Tag::String:
      return c10::get_hash(v.toStringRef());
    case Tag::Tuple:
      return c10::get_hash(*v.toTuple());
    case Tag::Device:
      return c10::get_hash(v.toDevice());
    case Tag::GenericDict:
    case Tag::GenericList:
      TORCH_CHECK(false, "unhashable type: '", v.type()->repr_str(), "'");
    default:
      TORCH_CHECK(false, "Can't hash IValues with tag '", v.tagKind(), "'");
  }
}

namespace ivalue {

bool operator==(const Tuple& lhs, const Tuple& rhs) {
  const auto &a = lhs.elements(), &b = rhs.elements();
  return a.size() == b.size() && std::equal(a.cbegin(), a.cend(), b.cbegin(), _fastEqualsForContainer);
}

bool operator==(const EnumHolder& lhs, const EnumHolder& rhs) {
  return lhs.name() == rhs.name() && *rhs.type() == *lhs.type();
}
const std::string& EnumHolder::qualifiedClassName() const { return type_->qualifiedClassName().qualifiedName(); }
const std::string& EnumHolder::unqualifiedClassName() const { return type_->qualifiedClassName().name(); }
std::ostream& operator<<(std::ostream& out, const EnumHolder& v) {
  return out << v.qualifiedClassName() << '.' << v.name();
}

c10::intrusive_ptr<ConstantString> ConstantString::create(std::string str_) {
  return c10::make_intrusive<ConstantString>(std::move(str_));
}
c10::intrusive_ptr<ConstantString> ConstantString::create(std::string_view str_) {
  return c10::make_intrusive<ConstantString>(std::string(str_));
}
c10::intrusive_ptr<ConstantString> ConstantString::create(const char* str_) {
  return c10::make_intrusive<ConstantString>(std::string(str_));
}
std::ostream& operator<<(std::ostream& out, const ConstantString& v) { return out << v.string(); }

void checkCustomClassType(const ClassType* expected_type, const Type* actual_type) {
  // By address: a class is registered once.
  TORCH_CHECK(actual_type == static_cast<const Type*>(expected_type), "Tried to convert an IValue of type ",
              actual_type ? actual_type->repr_str() : std::string("*NULL*"), " to custom class type ",
              expected_type ? expected_type->repr_str() : std::string("*NULL*"));
}

}  // namespace ivalue

// --- text ---

namespace {

using Formatter = std::function<void(std::ostream&, const IValue&)>;

template <class Elements>
std::ostream& print_list(std::ostream& out, const Elements& elements, const char* open, const char* close,
                         const Formatter& formatter) {
  out << open;
  for (size_t i = 0; i < elements.size(); ++i) {
    if (i > 0) out << ", ";
    formatter(out, elements[i]);
  }
  return out << close;
}

std::ostream& print_dict(std::ostream& out, const impl::GenericDict& dict, const Formatter& formatter) {
  out << '{';
  const char* separator = "";
  for (const auto& entry : dict) {
    out << separator;
    formatter(out, entry.key());
    out << ": ";
    formatter(out, entry.value());
    separator = ", ";
  }
  return out << '}';
}

// Always with a point, so that it reads as a float.
std::ostream& print_double(std::ostream& out, double d) {
  const int kind = std::fpclassify(d);
  if ((kind == FP_NORMAL || kind == FP_ZERO) && std::abs(d) < 1e10) {
    const auto i = static_cast<int64_t>(d);
    if (static_cast<double>(i) == d) {
      if (i == 0 && std::signbit(d)) out << '-';
      return out << i << '.';
    }
  }
  const auto before = out.precision(std::numeric_limits<double>::max_digits10);
  out << d;
  out.precision(before);
  return out;
}

std::ostream& print_complex(std::ostream& out, const IValue& v) {
  const auto c = v.toComplexDouble();
  return out << IValue(c.real()) << (c.imag() >= 0 ? '+' : '-') << IValue(std::abs(c.imag())) << 'j';
}

// annotate(T, value) where the value alone does not tell its type.
std::ostream& annotated(std::ostream& out, const IValue& v, bool needed, const std::function<void()>& print) {
  if (needed) out << "annotate(" << v.type<c10::Type>()->annotation_str() << (v.isGenericDict() ? "," : ", ");
  print();
  if (needed) out << ')';
  return out;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const IValue& v) {
  const Formatter formatter = [](std::ostream& o, const IValue& e) { o << e; };
  switch (v.tag) {
    case IValue::Tag::None:
      return out << v.toNone();
    case IValue::Tag::Tensor:
      return out << v.toTensor();
    case IValue::Tag::Storage:
      return out << v.toStorage().unsafeGetStorageImpl();
    case IValue::Tag::Double:
      return print_double(out, v.toDouble());
    case IValue::Tag::ComplexDouble:
      return print_complex(out, v);
    case IValue::Tag::Int:
      return out << v.toInt();
    case IValue::Tag::UInt:
      return out << v.toUInt();
    case IValue::Tag::SymInt:
      return out << v.toSymInt();
    case IValue::Tag::SymFloat:
      return out << v.toSymFloat();
    case IValue::Tag::SymBool:
      return out << v.toSymBool();
    case IValue::Tag::Bool:
      return out << (v.toBool() ? "True" : "False");
    case IValue::Tag::Tuple: {
      const auto& elements = v.toTupleRef().elements();
      return print_list(out, elements, "(", elements.size() == 1 ? ",)" : ")", formatter);
    }
    case IValue::Tag::String:
      return out << v.toStringRef();
    case IValue::Tag::Blob:
      return out << *v.toBlob();
    case IValue::Tag::Capsule:
      return out << "Capsule";
    case IValue::Tag::GenericList:
      return print_list(out, v.toListRef(), "[", "]", formatter);
    case IValue::Tag::RRef:
      return out << "RRef";
    case IValue::Tag::Future:
      return out << "Future";
    case IValue::Tag::Await:
      return out << "Await";
    case IValue::Tag::Uninitialized:
      return out << "Uninitialized";
    case IValue::Tag::Device:
      return out << v.toDevice();
    case IValue::Tag::Stream:
      return out << v.toStream();
    case IValue::Tag::GenericDict:
      return print_dict(out, v.toGenericDict(), formatter);
    case IValue::Tag::PyObject:
      return out << "<PyObject at" << v.toPyObject() << '>';
    case IValue::Tag::Generator:
      return out << "Generator";
    case IValue::Tag::Quantizer:
      return out << "Quantizer";
    case IValue::Tag::Object: {
      const auto& object = v.toObjectRef();
      return out << '<' << object.name() << " object at " << &object << '>';
    }
    case IValue::Tag::Enum: {
      const auto holder = v.toEnumHolder();
      return out << "Enum<" << holder->unqualifiedClassName() << '.' << holder->name() << '>';
    }
  }
  return out << "<Invalid IValue tag=" << std::to_string(static_cast<uint32_t>(v.tag)) << '>';
}

std::ostream& IValue::repr(std::ostream& out,
                           std::function<bool(std::ostream&, const IValue& v)> customFormatter) const {
  if (customFormatter(out, *this)) return out;
  const IValue& v = *this;
  const Formatter formatter = [&customFormatter](std::ostream& o, const IValue& e) { e.repr(o, customFormatter); };
  switch (v.tag) {
    case Tag::None:
      return out << v.toNone();
    case Tag::Double:
      return print_double(out, v.toDouble());
    case Tag::ComplexDouble:
      return print_complex(out, v);
    case Tag::Int:
      return out << v.toInt();
    case Tag::SymInt:
      return out << v.toSymInt();
    case Tag::SymFloat:
      return out << v.toSymFloat();
    case Tag::SymBool:
      return out << v.toSymBool();
    case Tag::Bool:
      return out << (v.toBool() ? "True" : "False");
    case Tag::Tuple: {
      const auto& elements = v.toTupleRef().elements();
      return print_list(out, elements, "(", elements.size() == 1 ? ",)" : ")", formatter);
    }
    case Tag::String:
      c10::printQuotedString(out, v.toStringRef());
      return out;
    case Tag::GenericList: {
      const auto element = v.toList().elementType();
      return annotated(out, v, v.toListRef().empty() || !elementTypeCanBeInferredFromMembers(element),
                       [&] { print_list(out, v.toListRef(), "[", "]", formatter); });
    }
    case Tag::Device: {
      out << "torch.device(";
      c10::printQuotedString(out, v.toDevice().str());
      return out << ')';
    }
    case Tag::Generator:
      out << "torch.Generator(device=";
      c10::printQuotedString(out, v.toGenerator().device().str());
      return out << ", seed=" << v.toGenerator().current_seed() << ')';
    case Tag::GenericDict: {
      const auto dict = v.toGenericDict();
      return annotated(out, v, dict.empty() || !elementTypeCanBeInferredFromMembers(dict.valueType()),
                       [&] { print_dict(out, dict, formatter); });
    }
    case Tag::Enum: {
      const auto holder = v.toEnumHolder();
      return out << holder->qualifiedClassName() << '.' << holder->name();
    }
    default:
      TORCH_INTERNAL_ASSERT(false, "repr() not defined on: ", v.tagKind(),
                            ". Perhaps you've frozen a module with custom classes?");
  }
}

void IValue::dump() const { std::cout << *this << '\n'; }

// --- parts ---

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

// --- order ---

torch::jit::Function* checkObjectSortSchema(const c10::ClassTypePtr& t, std::stringstream& why_not) {
  auto* method = t->findMethod("__lt__");
  if (method) {
    const auto& schema = method->getSchema();
    const bool first = schema.arguments().size() == 2 && schema.arguments()[0].type()->isSubtypeOf(t);
    if (first && schema.arguments()[1].type()->isSubtypeOf(t) && schema.returns().size() == 1 &&
        schema.returns()[0].type() == BoolType::get()) {
      return method;
    }
  }
  why_not << "To sort a list of " << t->repr_str() << " it must define a "
          << "__lt__ method with two inputs of type " << t->repr_str() << " that "
          << "returns a bool";
  return nullptr;
}

IValueComparator getLessThanComparator(const IValue& v) {
  if (v.isTensor()) return [](const IValue& a, const IValue& b) { return a.toTensor().lt(b.toTensor()).is_nonzero(); };
  if (v.isDouble()) return [](const IValue& a, const IValue& b) { return a.toDouble() < b.toDouble(); };
  if (v.isInt()) return [](const IValue& a, const IValue& b) { return a.toInt() < b.toInt(); };
  if (v.isBool()) return [](const IValue& a, const IValue& b) { return a.toBool() == false && b.toBool() == true; };
  if (v.isString()) return [](const IValue& a, const IValue& b) { return a.toStringRef() < b.toStringRef(); };
  if (v.isTuple()) {
    const auto& elements = v.toTupleRef().elements();
    std::vector<IValueComparator> less;
    for (const auto& element : elements) less.push_back(getLessThanComparator(element));
    return [less = std::move(less)](const IValue& a, const IValue& b) {
      const auto &x = a.toTupleRef().elements(), &y = b.toTupleRef().elements();
      const size_t n = std::min({x.size(), y.size(), less.size()});
      for (size_t i = 0; i < n; ++i) {
        if (less[i](x[i], y[i])) return true;
        if (x[i] == y[i]) continue;
        return false;
      }
      return x.size() < y.size();
    };
  }
  if (v.isObject()) {
    std::stringstream why_not;
    auto* method = checkObjectSortSchema(v.type()->expect<ClassType>(), why_not);
    TORCH_CHECK(method, why_not.str());
    return [method](const IValue& a, const IValue& b) {
      torch::jit::Stack stack{a, b};
      method->run(stack);
      return torch::jit::pop(stack).toBool();
    };
  }
  TORCH_CHECK(false, "IValues of type: ", v.tagKind(), " are not comparable");
}
IValueComparator getGreaterThanComparator(const IValue& v) {
  auto less = getLessThanComparator(v);
  return [less](const IValue& a, const IValue& b) { return less(b, a); };
}

// --- objects ---

StrongTypePtr::StrongTypePtr(std::shared_ptr<torch::jit::CompilationUnit> cu, TypePtr type)
    : cu_(std::move(cu)), type_(type) {
  TORCH_INTERNAL_ASSERT(type_);
}
WeakTypePtr::WeakTypePtr(std::weak_ptr<torch::jit::CompilationUnit> cu, TypePtr type)
    : cu_(std::move(cu)), type_(std::move(type)) {}
WeakTypePtr WeakOrStrongTypePtr::asWeakTypePtr() const {
  if (!holds_strong_ref()) return WeakTypePtr(cu_.getWeakRefOrThrow(), type_);
  return WeakTypePtr(std::weak_ptr<torch::jit::CompilationUnit>(cu_.getStrongRefOrThrow()), type_);
}

namespace ivalue {

c10::intrusive_ptr<Object> Object::create(ClassTypePtr classType, size_t numSlots) {
  return c10::make_intrusive<Object>(StrongTypePtr(nullptr, std::move(classType)), numSlots);
}
std::string Object::name() const { return type()->name()->qualifiedName(); }
std::shared_ptr<ClassType> Object::type() const { return type_.type_->expect<ClassType>(); }
IValue Object::getAttr(const std::string& name) const { return getSlot(type()->getAttributeSlot(name)); }
void Object::setAttr(const std::string& name, IValue v) { setSlot(type()->getAttributeSlot(name), std::move(v)); }
void Object::unsafeRemoveAttr(const std::string& name) { unsafeRemoveSlot(type()->getAttributeSlot(name)); }
void Object::resizeObject(size_t slot) {
  AT_ASSERT(slot < type()->numAttributes());
  slots_.resize(type()->numAttributes());
}
c10::intrusive_ptr<Object> Object::copy() const {
  auto object = Object::create(type_, type()->numAttributes());
  for (size_t i = 0; i < slots_.size(); ++i) object->setSlot(i, slots_[i]);
  return object;
}
c10::intrusive_ptr<Object> Object::copy_to_weak_compilation_ref() const {
  auto object = Object::create(WeakOrStrongTypePtr(type_.asWeakTypePtr()), type()->numAttributes());
  for (size_t i = 0; i < slots_.size(); ++i) object->setSlot(i, slots_[i]);
  return object;
}
c10::intrusive_ptr<Object> Object::deepcopy(std::optional<at::Device> device) const {
  IValue::HashIdentityIValueMap memo;
  return deepcopy(memo, device);
}
c10::intrusive_ptr<Object> Object::deepcopy(IValue::HashIdentityIValueMap& memo,
                                            std::optional<at::Device> device) const {
  auto class_type = type();
  auto object = Object::create(WeakOrStrongTypePtr(type_.asWeakTypePtr()), class_type->numAttributes());
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (*class_type->getAttribute(i) == *c10::TypeFactory::get<CapsuleType>()) {
      // Only __getstate__ knows how to copy what C++ keeps.
      TORCH_CHECK(false, "Cannot deepcopy an object of class '", name(),
                  "' that wraps a C++ object without defining a ", "serialization method via def_pickle()");
    }
    object->setSlot(i, slots_[i].deepcopy(memo, device));
  }
  return object;
}

// --- futures ---

std::vector<Future::WeakStorage> Future::extractStorages(const at::IValue& value) {
  std::vector<at::Tensor> tensors;
  if (value.isPyObject()) {
    tensors = value.toPyObjectHolder()->extractTensors();
  } else {
    at::IValue::HashAliasedIValues parts;
    value.getSubValues(parts);
    for (const auto& part : parts) {
      if (part.isTensor()) tensors.push_back(part.toTensor());
    }
  }
  std::vector<WeakStorage> storages;
  for (const at::Tensor& tensor : tensors) {
    if (tensor.is_sparse()) {
      storages.emplace_back(tensor.indices().storage().getWeakStorageImpl());
      storages.emplace_back(tensor.values().storage().getWeakStorageImpl());
    } else {
      storages.emplace_back(tensor.storage().getWeakStorageImpl());
    }
  }
  return storages;
}

std::ostream& operator<<(std::ostream& out, const Future& v) {
  return out << "Future" << (v.completed() ? "(completed)" : "(pending)");
}
std::ostream& operator<<(std::ostream& out, const Await&) { return out << "Await"; }

}  // namespace ivalue

namespace {

// Completes when the last of them does; with the first error as soon as there is one.
struct CollectAll {
  std::atomic<size_t> remaining{0};
  List<intrusive_ptr<ivalue::Future>> sources;
  intrusive_ptr<ivalue::Future> joined;
  explicit CollectAll(const List<intrusive_ptr<ivalue::Future>>& s) : sources(s) {}
};

std::vector<c10::Device> devices_of(const List<intrusive_ptr<ivalue::Future>>& sources) {
  return sources.empty() ? std::vector<c10::Device>() : sources.get(0)->devices();
}

}  // namespace

intrusive_ptr<ivalue::Future> collectAll(const List<intrusive_ptr<ivalue::Future>>& srcs) {
  auto state = std::make_shared<CollectAll>(srcs);
  state->remaining = srcs.size();
  state->joined = make_intrusive<ivalue::Future>(ListType::create(srcs.elementType()), devices_of(srcs));
  if (srcs.empty()) {
    state->joined->markCompleted(srcs);
    return state->joined;
  }
  for (size_t i = 0; i < srcs.size(); i++) {
    srcs.get(i)->addCallback([state](ivalue::Future& done) {
      if (done.hasError()) state->joined->setErrorIfNeeded(done.exception_ptr());
      if (--state->remaining == 0 && !state->joined->hasError()) state->joined->markCompleted(state->sources);
    });
  }
  return state->joined;
}

intrusive_ptr<ivalue::Future> collectAny(const List<intrusive_ptr<ivalue::Future>>& srcs) {
  if (srcs.empty()) {
    auto result = make_intrusive<ivalue::Future>(NoneType::get());
    result->markCompleted();
    return result;
  }
  const TypePtr type = srcs.get(0)->elementType();
  for (size_t i = 0; i < srcs.size(); i++) {
    if (srcs.get(i)->completed()) return srcs.get(i);
    TORCH_CHECK_TYPE(i == 0 || *type == *srcs.get(i)->elementType(),
                     "Expected all futures to have the same type, but found ", *type, " in position 0 and ",
                     *srcs.get(i)->elementType(), " in position ", i);
  }
  auto result = make_intrusive<ivalue::Future>(type, devices_of(srcs));
  auto decided = std::make_shared<std::atomic<bool>>(false);
  for (size_t i = 0; i < srcs.size(); i++) {
    srcs.get(i)->addCallback([result, decided](ivalue::Future& done) {
      if (decided->exchange(true)) return;
      if (done.hasError()) {
        result->setError(done.exception_ptr());
      } else {
        result->markCompleted(done.constValue());
      }
    });
  }
  return result;
}

#define FLB_VECTOR_ACCESS(method, V, test, Name)                                                               \
  V IValue::method() const {                                                                                   \
    AT_ASSERT(test, "Expected " Name " but got ", tagKind());                                                  \
    return createVectorLikeFromList<V>(static_cast<const c10::detail::ListImpl*>(payload.u.as_intrusive_ptr)); \
  }
FLB_VECTOR_ACCESS(toIntVector, std::vector<int64_t>, isIntList(), "IntList")
FLB_VECTOR_ACCESS(toDimVector, at::DimVector, isIntList(), "IntList")
FLB_VECTOR_ACCESS(toSymIntVector, std::vector<c10::SymInt>, isSymIntList() || isIntList(), "SymIntList or IntList")
FLB_VECTOR_ACCESS(toDoubleVector, std::vector<double>, isDoubleList(), "DoubleList")
FLB_VECTOR_ACCESS(toTensorVector, std::vector<at::Tensor>, isTensorList(), "TensorList")
FLB_VECTOR_ACCESS(toOptionalTensorVector, std::vector<std::optional<at::Tensor>>, isOptionalTensorList(),
                  "OptionalTensorList")
#undef FLB_VECTOR_ACCESS

}  // namespace c10
