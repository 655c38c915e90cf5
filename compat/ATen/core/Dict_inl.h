// The templates of Dict.h, which need IValue complete.
#pragma once

#include <ATen/core/ivalue.h>
#include <c10/util/hash.h>

namespace c10 {
namespace detail {

template <typename FlbOnUse>
inline bool DictKeyEqualTo::operator()(const IValue& lhs, const IValue& rhs) const {
  // Tensors are compared by identity: == would be elementwise.
  return lhs.isTensor() && rhs.isTensor() ? lhs.is(rhs) : _fastEqualsForContainer(lhs, rhs);
}

template <typename FlbOnUse>
inline size_t DictKeyHash::operator()(const IValue& key) const {
  if (key.isInt()) return std::hash<int64_t>()(key.toInt());
  if (key.isString()) return std::hash<std::string_view>()(key.toStringView());
  if (key.isDouble()) return std::hash<double>()(key.toDouble());
  if (key.isComplexDouble()) return c10::hash<c10::complex<double>>()(key.toComplexDouble());
  if (key.isBool()) return std::hash<bool>()(key.toBool());
  if (key.isTensor()) return std::hash<TensorImpl*>()(key.toTensor().unsafeGetTensorImpl());
  if (key.isDevice()) return std::hash<Device>()(key.toDevice());
  TORCH_CHECK(false, "Can't hash IValues with tag '", key.tagKind(), "'");
}

template <typename FlbOnUse>
intrusive_ptr<DictImpl> DictImpl::copy() const {
  return make_intrusive<DictImpl>(dict, elementTypes);
}

}  // namespace detail

template <class T>
decltype(auto) getTypePtr();
std::string toString(const Type& type);

namespace impl {

template <class Key, class Value>
Dict<Key, Value> toTypedDict(GenericDict dict) {
  const auto& types = dict.impl_->elementTypes;
  const auto check = [&](const Type& have, const Type& want, const char* which) {
    TORCH_INTERNAL_ASSERT(want == have, "Tried to cast a Dict<", toString(*types.keyType), ", ",
                          toString(*types.valueType), "> to a Dict<", toString(*getTypePtr<Key>()), ", ",
                          toString(*getTypePtr<Value>()), ">. ", which, " types mismatch.");
  };
  check(*types.keyType, *getTypePtr<Key>(), "Key");
  check(*types.valueType, *getTypePtr<Value>(), "Value");
  return Dict<Key, Value>(std::move(dict.impl_));
}
template <class Key, class Value>
GenericDict toGenericDict(Dict<Key, Value> dict) {
  return GenericDict(std::move(dict.impl_));
}

}  // namespace impl

template <class Key, class Value>
Dict<Key, Value>::Dict()
    : Dict(make_intrusive<detail::DictImpl>(
          detail::DictImpl::dict_map_type(),
          detail::DictImpl::DictElementTypes{getTypePtr<Key>(), getTypePtr<Value>()})) {
  static_assert(!std::is_same_v<Key, IValue> && !std::is_same_v<Value, IValue>,
                "Dict<IValue, IValue> needs its types: impl::GenericDict(keyType, valueType)");
}
template <class Key, class Value>
Dict<Key, Value>::Dict(TypePtr keyType, TypePtr valueType)
    : Dict(make_intrusive<detail::DictImpl>(
          detail::DictImpl::dict_map_type(),
          detail::DictImpl::DictElementTypes{std::move(keyType), std::move(valueType)})) {
  static_assert(std::is_same_v<Key, IValue> && std::is_same_v<Value, IValue>,
                "This constructor is only for impl::GenericDict");
}
template <class Key, class Value>
Dict<Key, Value>::Dict(c10::intrusive_ptr<detail::DictImpl>&& impl) : impl_(std::move(impl)) {}
template <class Key, class Value>
Dict<Key, Value> Dict<Key, Value>::copy() const {
  return Dict<Key, Value>(impl_->copy());
}
template <class Key, class Value>
typename Dict<Key, Value>::iterator Dict<Key, Value>::begin() const {
  return iterator{impl_->dict.begin()};
}
template <class Key, class Value>
typename Dict<Key, Value>::iterator Dict<Key, Value>::end() const {
  return iterator{impl_->dict.end()};
}
template <class Key, class Value>
bool Dict<Key, Value>::empty() const {
  return impl_->dict.empty();
}
template <class Key, class Value>
typename Dict<Key, Value>::size_type Dict<Key, Value>::size() const {
  return impl_->dict.size();
}
template <class Key, class Value>
void Dict<Key, Value>::clear() const {
  impl_->dict.clear();
}
template <class Key, class Value>
template <class Key_, class Value_>
std::pair<typename Dict<Key, Value>::iterator, bool> Dict<Key, Value>::insert(Key_&& key, Value_&& value) const {
  static_assert(std::is_constructible_v<Key, Key_>, "Wrong type for the key argument of Dict::insert");
  static_assert(std::is_constructible_v<Value, Value_>, "Wrong type for the value argument of Dict::insert");
  auto [it, inserted] = impl_->dict.emplace(Key(std::forward<Key_>(key)), Value(std::forward<Value_>(value)));
  return {iterator{it}, inserted};
}
template <class Key, class Value>
template <class Key_, class Value_>
std::pair<typename Dict<Key, Value>::iterator, bool> Dict<Key, Value>::insert_or_assign(Key_&& key,
                                                                                        Value_&& value) const {
  static_assert(std::is_constructible_v<Key, Key_>, "Wrong type for the key argument of Dict::insert_or_assign");
  static_assert(std::is_constructible_v<Value, Value_>, "Wrong type for the value argument of Dict::insert_or_assign");
  auto [it, inserted] = impl_->dict.insert_or_assign(Key(std::forward<Key_>(key)), Value(std::forward<Value_>(value)));
  return {iterator{it}, inserted};
}
template <class Key, class Value>
void Dict<Key, Value>::erase(iterator iter) const {
  impl_->dict.erase(iter.entryRef_.iterator_);
}
template <class Key, class Value>
size_t Dict<Key, Value>::erase(const Key& key) const {
  return impl_->dict.erase(key);
}
template <class Key, class Value>
Value Dict<Key, Value>::at(const Key& key) const {
  return impl_->dict.at(key).template to<Value>();
}
template <class Key, class Value>
typename Dict<Key, Value>::iterator Dict<Key, Value>::find(const Key& key) const {
  return iterator{impl_->dict.find(key)};
}
template <class Key, class Value>
bool Dict<Key, Value>::contains(const Key& key) const {
  return end() != find(key);
}
template <class Key, class Value>
void Dict<Key, Value>::reserve(size_type count) const {
  impl_->dict.reserve(count);
}
template <class Key, class Value>
TypePtr Dict<Key, Value>::keyType() const {
  return impl_->elementTypes.keyType;
}
template <class Key, class Value>
TypePtr Dict<Key, Value>::valueType() const {
  return impl_->elementTypes.valueType;
}
template <class Key, class Value>
void Dict<Key, Value>::unsafeSetKeyType(TypePtr t) {
  impl_->elementTypes.keyType = std::move(t);
}
template <class Key, class Value>
void Dict<Key, Value>::unsafeSetValueType(TypePtr t) {
  impl_->elementTypes.valueType = std::move(t);
}
template <class Key_, class Value_>
bool operator==(const Dict<Key_, Value_>& lhs, const Dict<Key_, Value_>& rhs) {
  return lhs.impl_ == rhs.impl_ || *lhs.impl_ == *rhs.impl_;
}
template <class Key_, class Value_>
bool operator!=(const Dict<Key_, Value_>& lhs, const Dict<Key_, Value_>& rhs) {
  return !(lhs == rhs);
}
template <class Key, class Value>
bool Dict<Key, Value>::is(const Dict& rhs) const {
  return this->impl_ == rhs.impl_;
}

}  // namespace c10
