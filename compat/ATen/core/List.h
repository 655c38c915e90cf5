// Mirrors <ATen/core/List.h> of PyTorch 2.13: a typed view of a list of IValues. Copies share the list, as in Python.
#pragma once

#include <ATen/core/ivalue_to.h>
#include <ATen/core/jit_type_base.h>
#include <c10/macros/Export.h>
#include <c10/macros/Macros.h>
#include <c10/util/ArrayRef.h>
#include <c10/util/TypeList.h>
#include <c10/util/TypeTraits.h>
#include <c10/util/intrusive_ptr.h>
#include <c10/util/light_std.h>

#include <vector>

namespace at {
class Tensor;
}

namespace c10 {
struct IValue;
template <class T>
class List;
struct Type;

namespace detail {

struct ListImpl final : public c10::intrusive_ptr_target {
  using list_type = std::vector<IValue>;

  explicit TORCH_API ListImpl(list_type list_, TypePtr elementType_);

  list_type list;
  TypePtr elementType;

  FLB_ON_USE intrusive_ptr<ListImpl> copy() const { return make_intrusive<ListImpl>(list, elementType); }
  friend TORCH_API bool operator==(const ListImpl& lhs, const ListImpl& rhs);
};

}  // namespace detail

namespace impl {

template <class T, class Iterator>
class ListIterator;
template <class T, class Iterator>
class ListElementReference;

template <class T, class Iterator>
void swap(ListElementReference<T, Iterator>&& lhs, ListElementReference<T, Iterator>&& rhs) noexcept;
template <class T, class Iterator>
bool operator==(const ListElementReference<T, Iterator>& lhs, const T& rhs);
template <class T, class Iterator>
bool operator==(const T& lhs, const ListElementReference<T, Iterator>& rhs);

template <class T>
struct ListElementConstReferenceTraits {
  using const_reference = typename c10::detail::ivalue_to_const_ref_overload_return<T>::type;
};
template <>
struct ListElementConstReferenceTraits<std::optional<std::string>> {
  using const_reference = std::optional<std::reference_wrapper<const std::string>>;
};

/// What `list[i] = x` assigns to: converts to and from the element type.
template <class T, class Iterator>
class ListElementReference final {
 public:
  operator std::conditional_t<std::is_reference_v<typename c10::detail::ivalue_to_const_ref_overload_return<T>::type>,
                              const T&, T>() const;

  ListElementReference& operator=(T&& new_value) &&;
  ListElementReference& operator=(const T& new_value) &&;
  ListElementReference& operator=(ListElementReference&& rhs) && noexcept;

  const IValue& get() const& { return *iterator_; }

  friend void swap<T, Iterator>(ListElementReference&& lhs, ListElementReference&& rhs) noexcept;

  ListElementReference(const ListElementReference&) = delete;
  ListElementReference& operator=(const ListElementReference&) = delete;
  ~ListElementReference() = default;

 private:
  ListElementReference(Iterator iter) : iterator_(iter) {}
  ListElementReference(ListElementReference&&) noexcept = default;
  ListElementReference& operator=(ListElementReference&& rhs) & noexcept {
    iterator_ = std::move(rhs.iterator_);
    return *this;
  }

  friend class List<T>;
  friend class ListIterator<T, Iterator>;

  Iterator iterator_;
};

template <class T, class Iterator>
class ListIterator final {
 public:
  using iterator_category = std::random_access_iterator_tag;
  using value_type = T;
  using difference_type = std::ptrdiff_t;
  using pointer = T*;
  using reference = ListElementReference<T, Iterator>;
  using offset_type = typename c10::detail::ListImpl::list_type::size_type;

  explicit ListIterator() = default;
  ~ListIterator() = default;
  ListIterator(const ListIterator&) = default;
  ListIterator(ListIterator&&) noexcept = default;
  ListIterator& operator=(const ListIterator&) = default;
  ListIterator& operator=(ListIterator&&) noexcept = default;

  ListIterator& operator++() { return ++iterator_, *this; }
  ListIterator operator++(int) { return ListIterator(iterator_++); }
  ListIterator& operator--() { return --iterator_, *this; }
  ListIterator operator--(int) { return ListIterator(iterator_--); }
  ListIterator& operator+=(offset_type offset) { return iterator_ += offset, *this; }
  ListIterator& operator-=(offset_type offset) { return iterator_ -= offset, *this; }
  ListIterator operator+(offset_type offset) const { return ListIterator{iterator_ + offset}; }
  ListIterator operator-(offset_type offset) const { return ListIterator{iterator_ - offset}; }
  friend difference_type operator-(const ListIterator& lhs, const ListIterator& rhs) {
    return lhs.iterator_ - rhs.iterator_;
  }
  reference operator*() const { return {iterator_}; }
  reference operator[](offset_type offset) const { return {iterator_ + offset}; }

 private:
  explicit ListIterator(Iterator iterator) : iterator_(std::move(iterator)) {}

  Iterator iterator_;

  friend bool operator==(const ListIterator& a, const ListIterator& b) { return a.iterator_ == b.iterator_; }
  friend bool operator!=(const ListIterator& a, const ListIterator& b) { return !(a == b); }
  friend bool operator<(const ListIterator& a, const ListIterator& b) { return a.iterator_ < b.iterator_; }
  friend bool operator<=(const ListIterator& a, const ListIterator& b) { return a.iterator_ <= b.iterator_; }
  friend bool operator>(const ListIterator& a, const ListIterator& b) { return a.iterator_ > b.iterator_; }
  friend bool operator>=(const ListIterator& a, const ListIterator& b) { return a.iterator_ >= b.iterator_; }

  friend class ListIterator<T, typename c10::detail::ListImpl::list_type::iterator>;
  friend class List<T>;
};

template <class T>
List<T> toTypedList(List<IValue> list);
template <class T>
List<IValue> toList(List<T>&& list);
template <class T>
List<IValue> toList(const List<T>& list);
const IValue* ptr_to_first_element(const List<IValue>& list);

}  // namespace impl

template <class T>
class List final {
 private:
  c10::intrusive_ptr<c10::detail::ListImpl> impl_;

  using internal_reference_type = impl::ListElementReference<T, typename c10::detail::ListImpl::list_type::iterator>;
  using internal_const_reference_type = typename impl::ListElementConstReferenceTraits<T>::const_reference;

 public:
  using value_type = T;
  using size_type = typename c10::detail::ListImpl::list_type::size_type;
  using iterator = impl::ListIterator<T, typename c10::detail::ListImpl::list_type::iterator>;
  using const_iterator = iterator;
  using reverse_iterator = impl::ListIterator<T, typename c10::detail::ListImpl::list_type::reverse_iterator>;

  explicit List();
  List(std::initializer_list<T> initial_values);
  explicit List(ArrayRef<T> initial_values);
  /// For lists whose element type is known only at run time.
  explicit List(TypePtr elementType);
  List(const List&) = default;
  List& operator=(const List&) = default;
  ~List() = default;

  /// A new list with the same elements.
  List copy() const;

  // Access; out of range throws std::out_of_range.
  internal_const_reference_type get(size_type pos) const;
  /// Moves the element out and leaves T{} in its place.
  value_type extract(size_type pos) const;
  internal_const_reference_type operator[](size_type pos) const;
  internal_reference_type operator[](size_type pos);
  void set(size_type pos, const value_type& value) const;
  void set(size_type pos, value_type&& value) const;

  iterator begin() const;
  iterator end() const;
  bool empty() const;
  size_type size() const;
  void reserve(size_type new_cap) const;
  void clear() const;

  iterator insert(iterator pos, const T& value) const;
  iterator insert(iterator pos, T&& value) const;
  template <class... Args>
  iterator emplace(iterator pos, Args&&... value) const;
  void push_back(const T& value) const;
  void push_back(T&& value) const;
  void append(List<T> lst) const;
  template <class... Args>
  void emplace_back(Args&&... args) const;
  iterator erase(iterator pos) const;
  iterator erase(iterator first, iterator last) const;
  void pop_back() const;
  void resize(size_type count) const;
  void resize(size_type count, const T& value) const;

  template <class T_>
  friend bool operator==(const List<T_>& lhs, const List<T_>& rhs);
  template <class T_>
  friend bool operator!=(const List<T_>& lhs, const List<T_>& rhs);
  /// Whether both share one list.
  bool is(const List<T>& rhs) const;
  std::vector<T> vec() const;
  size_t use_count() const;
  TypePtr elementType() const;
  void unsafeSetElementType(TypePtr t);

 private:
  explicit List(c10::intrusive_ptr<c10::detail::ListImpl>&& elements);
  explicit List(const c10::intrusive_ptr<c10::detail::ListImpl>& elements);
  friend struct IValue;
  template <class T_>
  friend List<T_> impl::toTypedList(List<IValue>);
  template <class T_>
  friend List<IValue> impl::toList(List<T_>&&);
  template <class T_>
  friend List<IValue> impl::toList(const List<T_>&);
  friend const IValue* impl::ptr_to_first_element(const List<IValue>& list);
};

namespace impl {
using GenericList = List<IValue>;
}

}  // namespace c10

namespace torch {
template <class T>
using List = c10::List<T>;
}

#include <ATen/core/List_inl.h>  // IWYU pragma: keep
