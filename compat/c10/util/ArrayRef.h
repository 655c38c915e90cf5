// Mirrors <c10/util/ArrayRef.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/Exception.h>
#include <c10/util/SmallVector.h>
#include <torch/headeronly/util/HeaderOnlyArrayRef.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <ostream>
#include <type_traits>
#include <vector>

namespace c10 {

// A borrowed, read-only array: of a vector, an initializer list, one element. It does not own what it refers to.
template <typename T>
class ArrayRef : public HeaderOnlyArrayRef<T> {
 public:
  using HeaderOnlyArrayRef<T>::HeaderOnlyArrayRef;
  template <typename U>
  ArrayRef(const SmallVectorTemplateCommon<T, U>& Vec) : HeaderOnlyArrayRef<T>(Vec.data(), Vec.size()) {}

  constexpr const T& front() const {
    TORCH_CHECK(!this->empty(), "ArrayRef: attempted to access front() of empty list");
    return this->Data[0];
  }
  constexpr const T& back() const {
    TORCH_CHECK(!this->empty(), "ArrayRef: attempted to access back() of empty list");
    return this->Data[this->Length - 1];
  }
  constexpr ArrayRef<T> slice(size_t N, size_t M) const {
    TORCH_CHECK(N + M <= this->size(), "ArrayRef: invalid slice, N = ", N, "; M = ", M, "; size = ", this->size());
    return ArrayRef<T>(this->data() + N, M);
  }
  constexpr ArrayRef<T> slice(size_t N) const {
    TORCH_CHECK(N <= this->size(), "ArrayRef: invalid slice, N = ", N, "; size = ", this->size());
    return slice(N, this->size() - N);
  }
  constexpr const T& at(size_t Index) const {
    TORCH_CHECK(Index < this->Length, "ArrayRef: invalid index Index = ", Index, "; Length = ", this->Length);
    return this->Data[Index];
  }

  // Assigning from a temporary would dangle.
  template <typename U>
  std::enable_if_t<std::is_same_v<U, T>, ArrayRef<T>>& operator=(U&& Temporary) = delete;
  template <typename U>
  std::enable_if_t<std::is_same_v<U, T>, ArrayRef<T>>& operator=(std::initializer_list<U>) = delete;
};

template <typename T>
ArrayRef(const T&) -> ArrayRef<T>;
template <typename T>
ArrayRef(const T*, size_t) -> ArrayRef<T>;
template <typename T>
ArrayRef(const T*, const T*) -> ArrayRef<T>;
template <typename Container>
ArrayRef(const Container&) -> ArrayRef<std::remove_pointer_t<decltype(std::declval<Container>().data())>>;
template <typename T, typename A>
ArrayRef(const std::vector<T, A>&) -> ArrayRef<T>;
template <typename T, size_t N>
ArrayRef(const std::array<T, N>&) -> ArrayRef<T>;
template <typename T, size_t N>
ArrayRef(const T (&)[N]) -> ArrayRef<T>;
template <typename T>
ArrayRef(const std::initializer_list<T>&) -> ArrayRef<T>;

template <typename T>
std::ostream& operator<<(std::ostream& out, ArrayRef<T> list) {
  int i = 0;
  out << '[';
  for (const auto& e : list) {
    if (i++ > 0) out << ", ";
    out << e;
  }
  return out << ']';
}

template <typename T>
ArrayRef<T> makeArrayRef(const T& OneElt) {
  return OneElt;
}
template <typename T>
ArrayRef<T> makeArrayRef(const T* data, size_t length) {
  return ArrayRef<T>(data, length);
}
template <typename T>
ArrayRef<T> makeArrayRef(const T* begin, const T* end) {
  return ArrayRef<T>(begin, end);
}
template <typename T>
ArrayRef<T> makeArrayRef(const SmallVectorImpl<T>& Vec) {
  return Vec;
}
template <typename T, unsigned N>
ArrayRef<T> makeArrayRef(const SmallVector<T, N>& Vec) {
  return Vec;
}
template <typename T>
ArrayRef<T> makeArrayRef(const std::vector<T>& Vec) {
  return Vec;
}
template <typename T, std::size_t N>
ArrayRef<T> makeArrayRef(const std::array<T, N>& Arr) {
  return Arr;
}
template <typename T>
ArrayRef<T> makeArrayRef(const ArrayRef<T>& Vec) {
  return Vec;
}
template <typename T>
ArrayRef<T>& makeArrayRef(ArrayRef<T>& Vec) {
  return Vec;
}
template <typename T, size_t N>
ArrayRef<T> makeArrayRef(const T (&Arr)[N]) {
  return ArrayRef<T>(Arr);
}

using IntArrayRef = ArrayRef<int64_t>;
using IntList [[deprecated("Use IntArrayRef: it says that it does not own")]] = ArrayRef<int64_t>;

}  // namespace c10
