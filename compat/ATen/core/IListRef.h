// Mirrors <ATen/core/IListRef.h> of PyTorch 2.13: one parameter type for lists of tensors that come unboxed (ArrayRef),
// boxed (List) or materialised (a vector of references). Same layout and meaning; the original's tag classes are plain
// functions here.
#pragma once

#include <ATen/core/ivalue_to.h>
#include <c10/util/ArrayRef.h>
#include <c10/util/Exception.h>

#include <functional>
#include <initializer_list>
#include <iterator>
#include <type_traits>
#include <vector>

namespace c10 {

template <typename T>
class List;
template <typename T>
class IListRef;

enum class IListRefTag { Unboxed, Boxed, Materialized, None };

namespace detail {

/// What an element is read as: const at::Tensor&, or at::OptionalTensorRef by value.
template <typename T>
using IListRefConstRef = typename ivalue_to_const_ref_overload_return<T>::type;

template <typename T>
using _MaterializedIListRefElem =
    std::conditional_t<std::is_reference_v<T>, typename std::reference_wrapper<std::remove_reference_t<T>>, T>;
template <typename T>
using MaterializedIListRefElem = _MaterializedIListRefElem<IListRefConstRef<T>>;
template <typename T>
using MaterializedIListRef = std::vector<MaterializedIListRefElem<T>>;

/// Element type of the boxed list, and how to read one.
template <typename T>
struct IListRefBoxed {
  using elem_type = T;
  template <class Element>
  static IListRefConstRef<T> get(const Element& element) {
    return element.get().toTensor();
  }
};

[[noreturn]] inline void invalid_ilistref() { TORCH_INTERNAL_ASSERT(false, "invalid IListRef tag."); }

}  // namespace detail

template <typename T>
class IListRefIterator {
 public:
  using iterator_category = std::bidirectional_iterator_tag;
  using value_type = T;
  using difference_type = std::ptrdiff_t;
  using pointer = T*;
  using reference = T&;
  using unboxed_iterator_type = typename ArrayRef<T>::const_iterator;
  using boxed_iterator_type = typename List<typename detail::IListRefBoxed<T>::elem_type>::const_iterator;
  using materialized_iterator_type = typename detail::MaterializedIListRef<T>::const_iterator;

  IListRefIterator() : tag_(IListRefTag::None) {}
  IListRefIterator(boxed_iterator_type boxed) : tag_(IListRefTag::Boxed) { payload_.boxed_iterator = boxed; }
  IListRefIterator(unboxed_iterator_type unboxed) : tag_(IListRefTag::Unboxed) { payload_.unboxed_iterator = unboxed; }
  IListRefIterator(materialized_iterator_type materialized) : tag_(IListRefTag::Materialized) {
    payload_.materialized_iterator = materialized;
  }

  detail::IListRefConstRef<T> operator*() const {
    switch (tag_) {
      case IListRefTag::Unboxed:
        return *payload_.unboxed_iterator;
      case IListRefTag::Boxed:
        return detail::IListRefBoxed<T>::get(*payload_.boxed_iterator);
      case IListRefTag::Materialized:
        return *payload_.materialized_iterator;
      case IListRefTag::None:
        break;
    }
    detail::invalid_ilistref();
  }
  IListRefIterator& operator++() {
    advance(1);
    return *this;
  }
  IListRefIterator operator++(int) {
    auto old = *this;
    advance(1);
    return old;
  }
  IListRefIterator& operator--() {
    advance(-1);
    return *this;
  }
  IListRefIterator operator--(int) {
    auto old = *this;
    advance(-1);
    return old;
  }
  bool operator==(const IListRefIterator& rhs) const {
    if (tag_ != rhs.tag_) return false;
    switch (tag_) {
      case IListRefTag::Unboxed:
        return payload_.unboxed_iterator == rhs.payload_.unboxed_iterator;
      case IListRefTag::Boxed:
        return payload_.boxed_iterator == rhs.payload_.boxed_iterator;
      case IListRefTag::Materialized:
        return payload_.materialized_iterator == rhs.payload_.materialized_iterator;
      case IListRefTag::None:
        break;
    }
    detail::invalid_ilistref();
  }
  bool operator!=(const IListRefIterator& rhs) const { return !(*this == rhs); }

 private:
  void advance(int by) {
    switch (tag_) {
      case IListRefTag::Unboxed:
        payload_.unboxed_iterator += by;
        return;
      case IListRefTag::Boxed:
        payload_.boxed_iterator += by;
        return;
      case IListRefTag::Materialized:
        payload_.materialized_iterator += by;
        return;
      case IListRefTag::None:
        break;
    }
    detail::invalid_ilistref();
  }

  union Payload {
    boxed_iterator_type boxed_iterator;
    unboxed_iterator_type unboxed_iterator;
    materialized_iterator_type materialized_iterator;
    void* _init_ptr;
    Payload() : _init_ptr(nullptr) {}
  };
  Payload payload_;
  IListRefTag tag_;
};

/// Borrows the list it is made from. Iterate, or materialize() for random access.
template <typename T>
class IListRef {
 public:
  using unboxed_type = ArrayRef<T>;
  using boxed_type = List<typename detail::IListRefBoxed<T>::elem_type>;
  using materialized_type = typename detail::MaterializedIListRef<T>;
  using iterator = IListRefIterator<T>;
  using const_iterator = IListRefIterator<T>;
  using reverse_iterator = std::reverse_iterator<iterator>;
  using value_type = typename iterator::value_type;

  IListRef() : tag_(IListRefTag::None) {}
  IListRef(const boxed_type& boxed) : tag_(IListRefTag::Boxed) { payload_.boxed = &boxed; }
  IListRef(const unboxed_type& unboxed) : tag_(IListRefTag::Unboxed) { payload_.unboxed = unboxed; }
  IListRef(const std::initializer_list<T>& list) : tag_(IListRefTag::Unboxed) { payload_.unboxed = ArrayRef<T>(list); }
  template <typename... UnboxedConstructorArgs,
            typename = std::enable_if_t<std::is_constructible_v<unboxed_type, UnboxedConstructorArgs...>>>
  IListRef(UnboxedConstructorArgs&&... args) : tag_(IListRefTag::Unboxed) {
    payload_.unboxed = unboxed_type(std::forward<UnboxedConstructorArgs>(args)...);
  }
  IListRef(const materialized_type& materialized) : tag_(IListRefTag::Materialized) {
    payload_.materialized = &materialized;
  }

  size_t size() const {
    return visit([](const auto& list) -> size_t { return list.size(); });
  }
  bool empty() const { return size() == 0; }
  iterator begin() const {
    return visit([](const auto& list) { return iterator(list.begin()); });
  }
  iterator end() const {
    return visit([](const auto& list) { return iterator(list.end()); });
  }
  detail::IListRefConstRef<T> front() const { return *begin(); }

  detail::MaterializedIListRef<T> materialize() const {
    if (isMaterialized()) return toMaterialized();
    detail::MaterializedIListRef<T> materialized;
    materialized.reserve(size());
    for (const auto& t : *this) materialized.emplace_back(t);
    return materialized;
  }

  bool isUnboxed() const { return tag_ == IListRefTag::Unboxed; }
  bool isBoxed() const { return tag_ == IListRefTag::Boxed; }
  bool isMaterialized() const { return tag_ == IListRefTag::Materialized; }
  bool isNone() const { return tag_ == IListRefTag::None; }

  const unboxed_type& toUnboxed() const {
    TORCH_INTERNAL_ASSERT(isUnboxed());
    return payload_.unboxed;
  }
  const boxed_type& toBoxed() const {
    TORCH_INTERNAL_ASSERT(isBoxed());
    return *payload_.boxed;
  }
  const materialized_type& toMaterialized() const {
    TORCH_INTERNAL_ASSERT(isMaterialized());
    return *payload_.materialized;
  }

 private:
  template <class Body>
  auto visit(const Body& body) const {
    switch (tag_) {
      case IListRefTag::Unboxed:
        return body(payload_.unboxed);
      case IListRefTag::Boxed:
        return body(*payload_.boxed);
      case IListRefTag::Materialized:
        return body(*payload_.materialized);
      case IListRefTag::None:
        break;
    }
    detail::invalid_ilistref();
  }

  union Payload {
    const boxed_type* boxed;
    unboxed_type unboxed;
    const materialized_type* materialized;
    Payload() : boxed(nullptr) {}
  };
  Payload payload_;
  IListRefTag tag_;
};

}  // namespace c10

#include <ATen/core/IListRef_inl.h>
