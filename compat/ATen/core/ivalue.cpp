#include <ATen/core/ivalue.h>

#include <ATen/core/Dict.h>
#include <ATen/core/class_type.h>
#include <ATen/core/enum_type.h>
#include <ATen/core/function.h>
#include <ATen/core/jit_type.h>
#include <ATen/core/stack.h>
#include <ATen/core/type_factory.h>
#include <c10/util/hash.h>

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

}  // namespace ivalue

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
