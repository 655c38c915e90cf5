// Mirrors <torch/headeronly/util/HeaderOnlyArrayRef.h> of PyTorch 2.13.
#pragma once

#include <torch/headeronly/macros/Macros.h>
#include <torch/headeronly/util/Exception.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <type_traits>
#include <vector>

namespace c10 {

// A borrowed, read-only array.
template <typename T>
class HeaderOnlyArrayRef {
 public:
  using iterator = const T*;
  using const_iterator = const T*;
  using size_type = size_t;
  using value_type = T;
  using reverse_iterator = std::reverse_iterator<iterator>;

 protected:
  const T* Data;
  size_type Length;

 public:
  constexpr HeaderOnlyArrayRef() : Data(nullptr), Length(0) {}
  constexpr HeaderOnlyArrayRef(const T& OneElt) : Data(&OneElt), Length(1) {}
  constexpr HeaderOnlyArrayRef(const T* data, size_t length) : Data(data), Length(length) {}
  constexpr HeaderOnlyArrayRef(const T* begin, const T* end) : Data(begin), Length(end - begin) {}
  template <typename Container, typename U = decltype(std::declval<Container>().data()),
            typename = std::enable_if_t<(std::is_same_v<U, T*> || std::is_same_v<U, T const*>)>>
  HeaderOnlyArrayRef(const Container& container) : Data(container.data()), Length(container.size()) {}
  template <typename A>
  HeaderOnlyArrayRef(const std::vector<T, A>& Vec) : Data(Vec.data()), Length(Vec.size()) {
    static_assert(!std::is_same_v<T, bool>, "std::vector<bool> has no array of bool to refer to");
  }
  template <size_t N>
  constexpr HeaderOnlyArrayRef(const std::array<T, N>& Arr) : Data(Arr.data()), Length(N) {}
  template <size_t N>
  constexpr HeaderOnlyArrayRef(const T (&Arr)[N]) : Data(Arr), Length(N) {}
  // std::data where begin() would do: g++ warns of the latter, and from a precompiled header no pragma can quiet it.
  constexpr HeaderOnlyArrayRef(const std::initializer_list<T>& Vec)
      : Data(Vec.size() == 0 ? nullptr : std::data(Vec)), Length(Vec.size()) {}

  constexpr iterator begin() const { return this->Data; }
  constexpr iterator end() const { return this->Data + this->Length; }
  constexpr const_iterator cbegin() const { return this->Data; }
  constexpr const_iterator cend() const { return this->Data + this->Length; }
  constexpr reverse_iterator rbegin() const { return reverse_iterator(end()); }
  constexpr reverse_iterator rend() const { return reverse_iterator(begin()); }
  constexpr bool allMatch(const std::function<bool(const T&)>& pred) const {
    return std::all_of(cbegin(), cend(), pred);
  }
  constexpr bool empty() const { return this->Length == 0; }
  constexpr const T* data() const { return this->Data; }
  constexpr size_t size() const { return this->Length; }
  constexpr const T& front() const {
    STD_TORCH_CHECK(!this->empty(), "HeaderOnlyArrayRef: attempted to access front() of empty list");
    return this->Data[0];
  }
  constexpr const T& back() const {
    STD_TORCH_CHECK(!this->empty(), "HeaderOnlyArrayRef: attempted to access back() of empty list");
    return this->Data[this->Length - 1];
  }
  constexpr bool equals(HeaderOnlyArrayRef RHS) const {
    return this->Length == RHS.Length && std::equal(begin(), end(), RHS.begin());
  }
  constexpr HeaderOnlyArrayRef<T> slice(size_t N, size_t M) const {
    STD_TORCH_CHECK(N + M <= this->size(), "HeaderOnlyArrayRef: invalid slice, N = ", N, "; M = ", M,
                    "; size = ", this->size());
    return HeaderOnlyArrayRef<T>(this->data() + N, M);
  }
  constexpr HeaderOnlyArrayRef<T> slice(size_t N) const {
    STD_TORCH_CHECK(N <= this->size(), "HeaderOnlyArrayRef: invalid slice, N = ", N, "; size = ", this->size());
    return slice(N, this->size() - N);
  }
  constexpr const T& operator[](size_t Index) const { return this->Data[Index]; }
  constexpr const T& at(size_t Index) const {
    STD_TORCH_CHECK(Index < this->Length, "HeaderOnlyArrayRef: invalid index Index = ", Index,
                    "; Length = ", this->Length);
    return this->Data[Index];
  }

  // Assigning from a temporary would dangle.
  template <typename U>
  std::enable_if_t<std::is_same_v<U, T>, HeaderOnlyArrayRef<T>>& operator=(U&& Temporary) = delete;
  template <typename U>
  std::enable_if_t<std::is_same_v<U, T>, HeaderOnlyArrayRef<T>>& operator=(std::initializer_list<U>) = delete;

  std::vector<T> vec() const { return std::vector<T>(this->Data, this->Data + this->Length); }
  friend bool operator==(HeaderOnlyArrayRef a1, HeaderOnlyArrayRef a2) { return a1.equals(a2); }
  friend bool operator!=(HeaderOnlyArrayRef a1, HeaderOnlyArrayRef a2) { return !a1.equals(a2); }
};

}  // namespace c10

namespace torch::headeronly {
using c10::HeaderOnlyArrayRef;
using IntHeaderOnlyArrayRef = HeaderOnlyArrayRef<int64_t>;
}  // namespace torch::headeronly
