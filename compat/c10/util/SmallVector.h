// Mirrors <c10/util/SmallVector.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/light_std.h>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <ostream>
#include <type_traits>
#include <utility>

namespace c10 {

// A vector whose first elements live inside the object. Everything but the inline storage is independent of how many
// they are (SmallVectorImpl<T>), so that functions can take one by reference.
template <class Size_T>
class C10_API SmallVectorBase {
 protected:
  void* BeginX;
  Size_T Size = 0, Capacity;

  static constexpr size_t SizeTypeMax() { return std::numeric_limits<Size_T>::max(); }
  SmallVectorBase(void* FirstEl, size_t TotalCapacity)
      : BeginX(FirstEl), Capacity(static_cast<Size_T>(TotalCapacity)) {}

  /// Memory for at least MinSize elements, and more than now; NewCapacity says how many.
  void* mallocForGrow(size_t MinSize, size_t TSize, size_t& NewCapacity);
  /// The same for elements that may be moved as bytes.
#if defined(__GNUC__) && !defined(__clang__)
  // Only compared: without this g++ takes the inline elements to be read before they are written.
  __attribute__((access(none, 2)))
#endif
  void
  grow_pod(const void* FirstEl, size_t MinSize, size_t TSize);

 public:
  SmallVectorBase() = delete;
  size_t size() const { return Size; }
  size_t capacity() const { return Capacity; }
  [[nodiscard]] bool empty() const { return !Size; }
  void set_size(size_t N) {
    assert(N <= capacity());
    Size = static_cast<Size_T>(N);
  }
};

template <class T>
using SmallVectorSizeType = std::conditional_t<sizeof(T) < 4 && sizeof(void*) >= 8, uint64_t, uint32_t>;

// Where the inline elements begin.
template <class T, typename = void>
struct SmallVectorAlignmentAndSize {
  alignas(SmallVectorBase<SmallVectorSizeType<T>>) char Base[sizeof(SmallVectorBase<SmallVectorSizeType<T>>)];
  alignas(T) char FirstEl[sizeof(T)];
};

template <typename T, typename = void>
class SmallVectorTemplateCommon : public SmallVectorBase<SmallVectorSizeType<T>> {
  using Base = SmallVectorBase<SmallVectorSizeType<T>>;

  void* getFirstEl() const {
    return const_cast<char*>(reinterpret_cast<const char*>(this) + offsetof(SmallVectorAlignmentAndSize<T>, FirstEl));
  }

 protected:
  SmallVectorTemplateCommon(size_t Size) : Base(getFirstEl(), Size) {}
  void grow_pod(size_t MinSize, size_t TSize) { Base::grow_pod(getFirstEl(), MinSize, TSize); }
  bool isSmall() const { return this->BeginX == getFirstEl(); }
  void resetToSmall() {
    this->BeginX = getFirstEl();
    this->Size = this->Capacity = 0;
  }
  bool isReferenceToRange(const void* V, const void* First, const void* Last) const {
    std::less<> less;
    return !less(V, First) && less(V, Last);
  }
  bool isReferenceToStorage(const void* V) const { return isReferenceToRange(V, this->begin(), this->end()); }

 public:
  using size_type = size_t;
  using difference_type = ptrdiff_t;
  using value_type = T;
  using iterator = T*;
  using const_iterator = const T*;
  using const_reverse_iterator = std::reverse_iterator<const_iterator>;
  using reverse_iterator = std::reverse_iterator<iterator>;
  using reference = T&;
  using const_reference = const T&;
  using pointer = T*;
  using const_pointer = const T*;
  using Base::capacity;
  using Base::empty;
  using Base::size;

  iterator begin() { return static_cast<T*>(this->BeginX); }
  const_iterator begin() const { return static_cast<const T*>(this->BeginX); }
  iterator end() { return begin() + size(); }
  const_iterator end() const { return begin() + size(); }
  reverse_iterator rbegin() { return reverse_iterator(end()); }
  const_reverse_iterator rbegin() const { return const_reverse_iterator(end()); }
  reverse_iterator rend() { return reverse_iterator(begin()); }
  const_reverse_iterator rend() const { return const_reverse_iterator(begin()); }
  size_type size_in_bytes() const { return size() * sizeof(T); }
  constexpr size_type max_size() const { return std::min(this->SizeTypeMax(), size_type(-1) / sizeof(T)); }
  size_t capacity_in_bytes() const { return capacity() * sizeof(T); }
  pointer data() { return begin(); }
  const_pointer data() const { return begin(); }
  reference at(size_type idx) {
    assert(idx < size());
    return begin()[idx];
  }
  const_reference at(size_type idx) const {
    assert(idx < size());
    return begin()[idx];
  }
  reference operator[](size_type idx) {
    assert(idx < size());
    return begin()[idx];
  }
  const_reference operator[](size_type idx) const {
    assert(idx < size());
    return begin()[idx];
  }
  reference front() { return (*this)[0]; }
  const_reference front() const { return (*this)[0]; }
  reference back() { return (*this)[size() - 1]; }
  const_reference back() const { return (*this)[size() - 1]; }
};

template <typename T, bool = std::is_trivially_copy_constructible_v<T>&& std::is_trivially_move_constructible_v<T>&&
                          std::is_trivially_destructible_v<T>>
class SmallVectorTemplateBase : public SmallVectorTemplateCommon<T> {
 protected:
  static constexpr bool TakesParamByValue = false;
  using ValueParamT = const T&;

  SmallVectorTemplateBase(size_t Size) : SmallVectorTemplateCommon<T>(Size) {}
  static void destroy_range(T* S, T* E) { std::destroy(S, E); }

  void grow(size_t MinSize = 0) {
    size_t NewCapacity = 0;
    T* NewElts = mallocForGrow(MinSize, NewCapacity);
    takeAllocationForGrow(NewElts, NewCapacity);
  }
  T* mallocForGrow(size_t MinSize, size_t& NewCapacity) {
    return static_cast<T*>(SmallVectorBase<SmallVectorSizeType<T>>::mallocForGrow(MinSize, sizeof(T), NewCapacity));
  }
  void takeAllocationForGrow(T* NewElts, size_t NewCapacity) {
    std::uninitialized_move(this->begin(), this->end(), NewElts);
    destroy_range(this->begin(), this->end());
    if (!this->isSmall()) free(this->begin());
    this->BeginX = NewElts;
    this->Capacity = static_cast<SmallVectorSizeType<T>>(NewCapacity);
  }
  template <typename... ArgTypes>
  T& growAndEmplaceBack(ArgTypes&&... Args) {
    // The arguments may refer to an element, so it is used before the old elements move.
    size_t NewCapacity = 0;
    T* NewElts = mallocForGrow(0, NewCapacity);
    ::new (static_cast<void*>(NewElts + this->size())) T(std::forward<ArgTypes>(Args)...);
    takeAllocationForGrow(NewElts, NewCapacity);
    this->set_size(this->size() + 1);
    return this->back();
  }

 public:
  void push_back(const T& Elt) { emplace(Elt); }
  void push_back(T&& Elt) { emplace(std::move(Elt)); }
  void pop_back() {
    this->set_size(this->size() - 1);
    std::destroy_at(this->end());
  }

 private:
  template <class Arg>
  void emplace(Arg&& Elt) {
    if (C10_UNLIKELY(this->size() >= this->capacity())) {
      growAndEmplaceBack(std::forward<Arg>(Elt));
      return;
    }
    ::new (static_cast<void*>(this->end())) T(std::forward<Arg>(Elt));
    this->set_size(this->size() + 1);
  }
};

template <typename T>
class SmallVectorTemplateBase<T, true> : public SmallVectorTemplateCommon<T> {
 protected:
  static constexpr bool TakesParamByValue = sizeof(T) <= 2 * sizeof(void*);
  using ValueParamT = std::conditional_t<TakesParamByValue, T, const T&>;

  SmallVectorTemplateBase(size_t Size) : SmallVectorTemplateCommon<T>(Size) {}
  static void destroy_range(T*, T*) {}
  void grow(size_t MinSize = 0) { this->grow_pod(MinSize, sizeof(T)); }
  template <typename... ArgTypes>
  T& growAndEmplaceBack(ArgTypes&&... Args) {
    push_back(T(std::forward<ArgTypes>(Args)...));
    return this->back();
  }

 public:
  void push_back(ValueParamT Elt) {
    const T copy = Elt;
    if (C10_UNLIKELY(this->size() >= this->capacity())) grow(this->size() + 1);
    memcpy(reinterpret_cast<void*>(this->end()), &copy, sizeof(T));
    this->set_size(this->size() + 1);
  }
  void pop_back() { this->set_size(this->size() - 1); }
};

namespace detail {
template <class It>
using RequireInputIterator = std::enable_if_t<
    std::is_convertible_v<typename std::iterator_traits<It>::iterator_category, std::input_iterator_tag>>;
template <class Container>
using RequireContainer = std::void_t<RequireInputIterator<decltype(std::declval<Container>().begin())>,
                                     RequireInputIterator<decltype(std::declval<Container>().end())>>;
}  // namespace detail

template <typename T>
class SmallVectorImpl : public SmallVectorTemplateBase<T> {
  using SuperClass = SmallVectorTemplateBase<T>;

 public:
  using iterator = typename SuperClass::iterator;
  using const_iterator = typename SuperClass::const_iterator;
  using reference = typename SuperClass::reference;
  using size_type = typename SuperClass::size_type;

 protected:
  using SmallVectorTemplateBase<T>::TakesParamByValue;
  using ValueParamT = typename SuperClass::ValueParamT;

  explicit SmallVectorImpl(unsigned N) : SmallVectorTemplateBase<T>(N) {}

 public:
  SmallVectorImpl(const SmallVectorImpl&) = delete;
  ~SmallVectorImpl() {
    // The elements themselves are the derived class's.
    if (!this->isSmall()) free(this->begin());
  }

  void clear() {
    this->destroy_range(this->begin(), this->end());
    this->Size = 0;
  }
  void resize(size_type N) {
    if (N < this->size()) return pop_back_n(this->size() - N);
    reserve(N);
    std::uninitialized_value_construct(this->end(), this->begin() + N);
    this->set_size(N);
  }
  void resize_for_overwrite(size_type N) {
    if (N < this->size()) return pop_back_n(this->size() - N);
    reserve(N);
    std::uninitialized_default_construct(this->end(), this->begin() + N);
    this->set_size(N);
  }
  void resize(size_type N, ValueParamT NV) {
    if (N < this->size()) return pop_back_n(this->size() - N);
    append(N - this->size(), NV);
  }
  void reserve(size_type N) {
    if (this->capacity() < N) this->grow(N);
  }
  void pop_back_n(size_type NumItems) {
    assert(this->size() >= NumItems);
    this->destroy_range(this->end() - NumItems, this->end());
    this->set_size(this->size() - NumItems);
  }
  [[nodiscard]] T pop_back_val() {
    T Result = std::move(this->back());
    this->pop_back();
    return Result;
  }

  void swap(SmallVectorImpl& RHS) noexcept {
    if (this == &RHS) return;
    if (!this->isSmall() && !RHS.isSmall()) {
      std::swap(this->BeginX, RHS.BeginX);
      std::swap(this->Size, RHS.Size);
      std::swap(this->Capacity, RHS.Capacity);
      return;
    }
    SmallVectorImpl &longer = this->size() >= RHS.size() ? *this : RHS, &shorter = &longer == this ? RHS : *this;
    const size_t shared = shorter.size(), excess = longer.size() - shared;
    shorter.reserve(longer.size());
    std::swap_ranges(shorter.begin(), shorter.end(), longer.begin());
    std::uninitialized_move(longer.begin() + shared, longer.end(), shorter.end());
    shorter.set_size(shared + excess);
    longer.pop_back_n(excess);
  }

  template <typename in_iter, typename = detail::RequireInputIterator<in_iter>>
  void append(in_iter in_start, in_iter in_end) {
    const auto NumInputs = static_cast<size_type>(std::distance(in_start, in_end));
    reserve(this->size() + NumInputs);
    std::uninitialized_copy(in_start, in_end, this->end());
    this->set_size(this->size() + NumInputs);
  }
  void append(size_type NumInputs, ValueParamT Elt) {
    const T copy = Elt;
    reserve(this->size() + NumInputs);
    std::uninitialized_fill_n(this->end(), NumInputs, copy);
    this->set_size(this->size() + NumInputs);
  }
  void append(std::initializer_list<T> IL) { append(IL.begin(), IL.end()); }
  void append(const SmallVectorImpl& RHS) { append(RHS.begin(), RHS.end()); }

  void assign(size_type NumElts, ValueParamT Elt) {
    const T copy = Elt;
    clear();
    append(NumElts, copy);
  }
  template <typename in_iter, typename = detail::RequireInputIterator<in_iter>>
  void assign(in_iter in_start, in_iter in_end) {
    clear();
    append(in_start, in_end);
  }
  void assign(std::initializer_list<T> IL) { assign(IL.begin(), IL.end()); }
  void assign(const SmallVectorImpl& RHS) { assign(RHS.begin(), RHS.end()); }

  iterator erase(iterator I) { return erase(I, I + 1); }
  iterator erase(iterator S, iterator E) {
    T* NewEnd = std::move(E, this->end(), S);
    this->destroy_range(NewEnd, this->end());
    this->set_size(static_cast<size_t>(NewEnd - this->begin()));
    return S;
  }

  iterator insert(iterator I, T&& Elt) {
    T copy(std::move(Elt));
    return insertWith(I, 1, [&](T* at) { *at = std::move(copy); });
  }
  iterator insert(iterator I, const T& Elt) {
    T copy(Elt);
    return insertWith(I, 1, [&](T* at) { *at = std::move(copy); });
  }
  iterator insert(iterator I, size_type NumToInsert, ValueParamT Elt) {
    const T copy = Elt;
    return insertWith(I, NumToInsert, [&](T* at) { std::fill_n(at, NumToInsert, copy); });
  }
  template <typename ItTy, typename = detail::RequireInputIterator<ItTy>>
  iterator insert(iterator I, ItTy From, ItTy To) {
    return insertWith(I, static_cast<size_t>(std::distance(From, To)), [&](T* at) { std::copy(From, To, at); });
  }
  void insert(iterator I, std::initializer_list<T> IL) { insert(I, IL.begin(), IL.end()); }

  template <typename... ArgTypes>
  reference emplace_back(ArgTypes&&... Args) {
    if (C10_UNLIKELY(this->size() >= this->capacity())) {
      return this->growAndEmplaceBack(std::forward<ArgTypes>(Args)...);
    }
    ::new (static_cast<void*>(this->end())) T(std::forward<ArgTypes>(Args)...);
    this->set_size(this->size() + 1);
    return this->back();
  }

  SmallVectorImpl& operator=(const SmallVectorImpl& RHS) {
    if (this != &RHS) assignElements(RHS.begin(), RHS.end());
    return *this;
  }
  SmallVectorImpl& operator=(SmallVectorImpl&& RHS) noexcept(
      std::is_nothrow_move_constructible_v<T>&& std::is_nothrow_destructible_v<T>) {
    if (this == &RHS) return *this;
    if (RHS.isSmall()) {
      assignElements(std::make_move_iterator(RHS.begin()), std::make_move_iterator(RHS.end()));
      RHS.clear();
      return *this;
    }
    this->destroy_range(this->begin(), this->end());
    if (!this->isSmall()) free(this->begin());
    this->BeginX = RHS.BeginX;
    this->Size = RHS.Size;
    this->Capacity = RHS.Capacity;
    RHS.resetToSmall();
    return *this;
  }

  bool operator==(const SmallVectorImpl& RHS) const {
    return this->size() == RHS.size() && std::equal(this->begin(), this->end(), RHS.begin());
  }
  bool operator!=(const SmallVectorImpl& RHS) const { return !(*this == RHS); }
  bool operator<(const SmallVectorImpl& RHS) const {
    return std::lexicographical_compare(this->begin(), this->end(), RHS.begin(), RHS.end());
  }

 private:
  template <class It>
  void assignElements(It first, It last) {
    const auto count = static_cast<size_t>(last - first);
    if (this->capacity() < count) {
      clear();
      this->grow(count);
    }
    const size_t kept = std::min(count, this->size());
    std::copy(first, first + static_cast<ptrdiff_t>(kept), this->begin());
    this->destroy_range(this->begin() + kept, this->end());
    std::uninitialized_copy(first + static_cast<ptrdiff_t>(kept), last, this->begin() + kept);
    this->set_size(count);
  }

  // Opens a gap of `count` elements before I; fill assigns to them.
  template <class Fill>
  iterator insertWith(iterator I, size_t count, const Fill& fill) {
    const auto index = static_cast<size_t>(I - this->begin());
    const size_t tail = this->size() - index;
    reserve(this->size() + count);
    T* const at = this->begin() + index;
    T* const old_end = this->end();
    if (tail >= count) {
      std::uninitialized_move(old_end - count, old_end, old_end);
      std::move_backward(at, old_end - count, old_end);
    } else {
      std::uninitialized_default_construct(old_end, at + count);
      std::uninitialized_move(at, old_end, at + count);
    }
    this->set_size(this->size() + count);
    fill(at);
    return at;
  }
};

template <typename T, unsigned N>
struct SmallVectorStorage {
  alignas(T) char InlineElts[N * sizeof(T)];
};
template <typename T>
struct alignas(T) SmallVectorStorage<T, 0> {};

template <typename T, unsigned N>
class SmallVector;

// As many as make the whole vector 64 bytes, at least one.
template <typename T>
struct CalculateSmallVectorDefaultInlinedElements {
  static constexpr size_t kPreferredSmallVectorSizeof = 64;
  static_assert(sizeof(T) <= 256, "give SmallVector an explicit number of inlined elements for so large a type");
  static constexpr size_t PreferredInlineBytes = kPreferredSmallVectorSizeof - sizeof(SmallVector<T, 0>);
  static constexpr size_t NumElementsThatFit = PreferredInlineBytes / sizeof(T);
  static constexpr size_t value = NumElementsThatFit == 0 ? 1 : NumElementsThatFit;
};

template <typename T, unsigned N = CalculateSmallVectorDefaultInlinedElements<T>::value>
class SmallVector : public SmallVectorImpl<T>, SmallVectorStorage<T, N> {
 public:
  SmallVector() : SmallVectorImpl<T>(N) {}
  ~SmallVector() { this->destroy_range(this->begin(), this->end()); }
  explicit SmallVector(size_t Size, const T& Value = T()) : SmallVectorImpl<T>(N) { this->assign(Size, Value); }
  template <typename ItTy, typename = detail::RequireInputIterator<ItTy>>
  SmallVector(ItTy S, ItTy E) : SmallVectorImpl<T>(N) {
    this->append(S, E);
  }
  template <typename Container, typename = detail::RequireContainer<Container>>
  explicit SmallVector(Container&& c) : SmallVectorImpl<T>(N) {
    this->append(c.begin(), c.end());
  }
  SmallVector(std::initializer_list<T> IL) : SmallVectorImpl<T>(N) { this->assign(IL); }
  SmallVector(const SmallVector& RHS) : SmallVectorImpl<T>(N) {
    if (!RHS.empty()) SmallVectorImpl<T>::operator=(RHS);
  }
  SmallVector& operator=(const SmallVector& RHS) {
    SmallVectorImpl<T>::operator=(RHS);
    return *this;
  }
  SmallVector(SmallVector&& RHS) noexcept(std::is_nothrow_move_assignable_v<SmallVectorImpl<T>>)
      : SmallVectorImpl<T>(N) {
    if (!RHS.empty()) SmallVectorImpl<T>::operator=(std::move(RHS));
  }
  SmallVector(SmallVectorImpl<T>&& RHS) noexcept(std::is_nothrow_move_assignable_v<SmallVectorImpl<T>>)
      : SmallVectorImpl<T>(N) {
    if (!RHS.empty()) SmallVectorImpl<T>::operator=(std::move(RHS));
  }
  SmallVector& operator=(SmallVector&& RHS) noexcept(std::is_nothrow_move_assignable_v<SmallVectorImpl<T>>) {
    SmallVectorImpl<T>::operator=(std::move(RHS));
    return *this;
  }
  SmallVector& operator=(SmallVectorImpl<T>&& RHS) noexcept(std::is_nothrow_move_constructible_v<SmallVectorImpl<T>>) {
    SmallVectorImpl<T>::operator=(std::move(RHS));
    return *this;
  }
  template <typename Container, typename = detail::RequireContainer<Container>>
  SmallVector& operator=(const Container& RHS) {
    this->assign(RHS.begin(), RHS.end());
    return *this;
  }
  template <typename Container, typename = detail::RequireContainer<Container>>
  SmallVector& operator=(Container&& C) {
    this->assign(C.begin(), C.end());
    return *this;
  }
  SmallVector& operator=(std::initializer_list<T> IL) {
    this->assign(IL);
    return *this;
  }
};

template <typename T, unsigned N>
inline size_t capacity_in_bytes(const SmallVector<T, N>& X) {
  return X.capacity_in_bytes();
}

template <typename T, unsigned N>
std::ostream& operator<<(std::ostream& out, const SmallVector<T, N>& list) {
  const char* separator = "[";
  for (const auto& e : list) {
    out << separator << e;
    separator = ", ";
  }
  return out << (list.empty() ? "[]" : "]");
}

template <typename RangeType>
using ValueTypeFromRangeType =
    std::remove_const_t<std::remove_reference_t<decltype(*std::begin(std::declval<RangeType&>()))>>;

template <unsigned Size, typename R>
SmallVector<ValueTypeFromRangeType<R>, Size> to_vector(R&& Range) {
  return {std::begin(Range), std::end(Range)};
}
template <typename R>
SmallVector<ValueTypeFromRangeType<R>, CalculateSmallVectorDefaultInlinedElements<ValueTypeFromRangeType<R>>::value>
to_vector(R&& Range) {
  return {std::begin(Range), std::end(Range)};
}

}  // namespace c10

namespace std {
template <typename T>
inline void swap(c10::SmallVectorImpl<T>& LHS, c10::SmallVectorImpl<T>& RHS) noexcept {
  LHS.swap(RHS);
}
template <typename T, unsigned N>
inline void swap(c10::SmallVector<T, N>& LHS, c10::SmallVector<T, N>& RHS) noexcept {
  LHS.swap(RHS);
}
}  // namespace std
