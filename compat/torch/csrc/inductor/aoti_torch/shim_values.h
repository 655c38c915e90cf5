// Values of the C shim as PyTorch's types and back, and the frame that keeps exceptions from crossing into C.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/IListRef.h>
#include <ATen/core/List.h>
#include <ATen/core/Tensor.h>
#include <torch/csrc/inductor/aoti_torch/c/shim.h>

#include <array>
#include <exception>

namespace flambeau::shim {

/// Keeps the text of the exception that is being handled for torch_exception_get_what(), and returns
/// AOTI_TORCH_FAILURE.
AOTITorchError keep_exception() noexcept;

template <class Body>
AOTITorchError guarded(const Body& body) noexcept {
  try {
    body();
    return AOTI_TORCH_SUCCESS;
  } catch (...) {
    return keep_exception();
  }
}

inline at::Tensor& tensor(AtenTensorHandle handle) { return *reinterpret_cast<at::Tensor*>(handle); }
inline AtenTensorHandle handle(at::Tensor value) {
  return reinterpret_cast<AtenTensorHandle>(new at::Tensor(std::move(value)));
}

inline std::optional<at::Tensor> optional_tensor(const AtenTensorHandle* handle) {
  return handle ? std::optional<at::Tensor>(tensor(*handle)) : std::nullopt;
}

inline std::vector<at::Tensor> tensors(const AtenTensorHandle* handles, int64_t count) {
  std::vector<at::Tensor> result;
  for (int64_t i = 0; i < count; ++i) result.push_back(tensor(handles[i]));
  return result;
}

inline c10::List<std::optional<at::Tensor>> optional_tensors(const AtenTensorHandle** handles, int64_t count) {
  c10::List<std::optional<at::Tensor>> result;
  for (int64_t i = 0; i < count; ++i) result.push_back(optional_tensor(handles[i]));
  return result;
}

inline at::IntArrayRef integers(const int64_t* items, int64_t count) { return {items, static_cast<size_t>(count)}; }
inline std::vector<c10::SymInt> symints(const int64_t* items, int64_t count) { return {items, items + count}; }
inline at::ArrayRef<double> reals(const double* items, int64_t count) { return {items, static_cast<size_t>(count)}; }

template <size_t N>
std::array<bool, N> flags(const int32_t* items, int64_t count) {
  TORCH_CHECK(count == static_cast<int64_t>(N), "expected ", N, " flags, got ", count);
  std::array<bool, N> result;
  for (size_t i = 0; i < N; ++i) result[i] = items[i] != 0;
  return result;
}

inline at::OptionalIntArrayRef optional_integers(const int64_t** items, int64_t count) {
  return items ? at::OptionalIntArrayRef(integers(*items, count)) : std::nullopt;
}
inline std::optional<at::ArrayRef<double>> optional_reals(const double** items, int64_t count) {
  return items ? std::optional(reals(*items, count)) : std::nullopt;
}

/// An optional list of SymInt that owns its items while the call lasts.
class OptionalSymInts {
 public:
  OptionalSymInts(const int64_t** items, int64_t count) : given_(items != nullptr) {
    if (items) items_ = symints(*items, count);
  }
  operator at::OptionalSymIntArrayRef() const {
    return given_ ? at::OptionalSymIntArrayRef(c10::SymIntArrayRef(items_)) : std::nullopt;
  }

 private:
  bool given_;
  std::vector<c10::SymInt> items_;
};
inline OptionalSymInts optional_symints(const int64_t** items, int64_t count) { return {items, count}; }

template <class To, class From>
std::optional<To> optional(const From* value) {
  return value ? std::optional<To>(static_cast<To>(*value)) : std::nullopt;
}

inline at::Device device(int32_t type, int32_t index) {
  const auto kind = static_cast<c10::DeviceType>(type);
  return {kind, kind == c10::kCPU ? c10::DeviceIndex(-1) : static_cast<c10::DeviceIndex>(index)};
}
inline std::optional<at::Device> optional_device(const int32_t* type, int32_t index) {
  return type ? std::optional(device(*type, index)) : std::nullopt;
}
inline std::optional<at::Generator> generator(const AtenGeneratorHandle* handle) {
  return handle ? std::optional(*reinterpret_cast<at::Generator*>(*handle)) : std::nullopt;
}

inline void put(AtenTensorHandle* out, at::Tensor value) { *out = handle(std::move(value)); }
inline void put(int64_t* out, int64_t value) { *out = value; }
inline void put(int64_t* out, const c10::SymInt& value) { *out = value.guard_int(__FILE__, __LINE__); }
inline void put(int32_t* out, bool value) { *out = value; }
inline void put(double* out, double value) { *out = value; }

}  // namespace flambeau::shim
