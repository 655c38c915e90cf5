// Calls at::_ops functions of any C++ type with Python arguments. One instance of `thunk` for each type; see
// codegen/python.py.
#pragma once

#include <ATen/core/IListRef.h>
#include <ATen/core/List.h>
#include <c10/core/SymIntArrayRef.h>
#include <c10/util/SmallVector.h>

#include <array>
#include <bit>
#include <tuple>

#include "pyshim/csrc/table.h"
#include "pyshim/csrc/tensor.h"
#include "pyshim/csrc/values.h"

namespace flambeau::python {

// Below this many elements keeping the GIL costs others less than handing it over costs us.
constexpr int64_t kGilElements = 4096;

/// One C++ argument made from a Python object, or from the parameter's default when there is none (null).
template <class T>
struct Arg;

inline bool is_big(const at::Tensor& t) { return t.defined() && (t.numel() >= kGilElements || !t.is_cpu()); }

template <class T>
struct PlainArg {
  T value;
  const T& get() const { return value; }
  bool big() const { return false; }
};

template <>
struct Arg<const at::Tensor&> {
  at::Tensor made;
  const at::Tensor* given = nullptr;
  Arg(PyObject* o, const Param&) {
    if (!o) return;
    if (is_tensor(o)) {
      given = &tensor_of(o);
    } else {
      made = to_tensor_of_number(o);
    }
  }
  const at::Tensor& get() const { return given ? *given : made; }
  bool big() const { return is_big(get()); }
};

template <>
struct Arg<at::Tensor&> {
  at::Tensor* tensor;
  Arg(PyObject* o, const Param&) : tensor(const_cast<at::Tensor*>(&tensor_of(o))) {}
  at::Tensor& get() const { return *tensor; }
  bool big() const { return is_big(*tensor); }
};

template <>
struct Arg<const std::optional<at::Tensor>&> : PlainArg<std::optional<at::Tensor>> {
  Arg(PyObject* o, const Param&) {
    if (o) value = is_tensor(o) ? tensor_of(o) : to_tensor_of_number(o);
  }
};

/// The tensors of a tuple or list; raises a TypeError that names the first item that is none.
void tensors_of(PyObject* sequence, const Param& param, bool optional, c10::SmallVectorImpl<at::Tensor>& into);

struct TensorsArg {
  c10::SmallVector<at::Tensor, 4> items;
  TensorsArg(PyObject* o, const Param& p, bool optional = false) {
    if (o) tensors_of(o, p, optional, items);
  }
  bool big() const {
    for (auto& t : items) {
      if (is_big(t)) return true;
    }
    return false;
  }
};
template <>
struct Arg<at::TensorList> : TensorsArg {
  Arg(PyObject* o, const Param& p) : TensorsArg(o, p) {}
  at::TensorList get() const { return items; }
};
template <>
struct Arg<const at::ITensorListRef&> : TensorsArg {
  mutable at::ITensorListRef ref;  // made when all arguments have their final place
  Arg(PyObject* o, const Param& p) : TensorsArg(o, p) {}
  const at::ITensorListRef& get() const { return ref = at::ITensorListRef(at::TensorList(items)); }
};
template <>
struct Arg<const c10::List<std::optional<at::Tensor>>&> : PlainArg<c10::List<std::optional<at::Tensor>>> {
  Arg(PyObject* o, const Param& p) {
    TensorsArg all(o, p, true);
    for (auto& t : all.items) value.push_back(t.defined() ? std::optional<at::Tensor>(t) : std::nullopt);
  }
};

inline at::Scalar default_scalar(const Param& p) {
  return p.flags & kReal ? at::Scalar(std::bit_cast<double>(p.value)) : at::Scalar(p.value);
}
template <>
struct Arg<const at::Scalar&> : PlainArg<at::Scalar> {
  Arg(PyObject* o, const Param& p) : PlainArg{o ? to_scalar(o) : default_scalar(p)} {}
};
template <>
struct Arg<const std::optional<at::Scalar>&> : PlainArg<std::optional<at::Scalar>> {
  Arg(PyObject* o, const Param& p) {
    if (o) {
      value = to_scalar(o);
    } else if (!(p.flags & kAbsent)) {
      value = default_scalar(p);
    }
  }
};

/// How one plain value is made from an object and from a default.
template <class T>
struct Convert;
template <>
struct Convert<int64_t> {
  static int64_t from(PyObject* o) { return to_int64(o); }
  static int64_t fixed(const Param& p) { return p.value; }
};
template <>
struct Convert<at::DeviceIndex> {
  static at::DeviceIndex from(PyObject* o) { return static_cast<at::DeviceIndex>(to_int64(o)); }
  static at::DeviceIndex fixed(const Param& p) { return static_cast<at::DeviceIndex>(p.value); }
};
template <>
struct Convert<c10::SymInt> {
  static c10::SymInt from(PyObject* o) { return to_int64(o); }
  static c10::SymInt fixed(const Param& p) { return p.value; }
};
template <>
struct Convert<double> {
  static double from(PyObject* o) { return to_double(o); }
  static double fixed(const Param& p) { return std::bit_cast<double>(p.value); }
};
template <>
struct Convert<bool> {
  static bool from(PyObject* o) { return to_bool(o); }
  static bool fixed(const Param& p) { return p.value != 0; }
};
template <>
struct Convert<at::ScalarType> {
  static at::ScalarType from(PyObject* o) { return to_dtype(o); }
  static at::ScalarType fixed(const Param& p) { return static_cast<at::ScalarType>(p.value); }
};
template <>
struct Convert<at::Layout> {
  static at::Layout from(PyObject* o) { return to_layout(o); }
  static at::Layout fixed(const Param& p) { return static_cast<at::Layout>(p.value); }
};
template <>
struct Convert<at::Device> {
  static at::Device from(PyObject* o) { return to_device(o); }
  static at::Device fixed(const Param&) { return at::kCPU; }
};
template <>
struct Convert<at::MemoryFormat> {
  static at::MemoryFormat from(PyObject* o) { return to_memory_format(o); }
  static at::MemoryFormat fixed(const Param& p) { return static_cast<at::MemoryFormat>(p.value); }
};
template <>
struct Convert<at::Generator> {
  static at::Generator from(PyObject* o) { return to_generator(o); }
  static at::Generator fixed(const Param&) { return {}; }
};
template <>
struct Convert<c10::string_view> {
  static c10::string_view from(PyObject* o) { return text_of(o); }
  static c10::string_view fixed(const Param& p) { return kText + p.value; }
};
template <>
struct Convert<at::Storage> {
  static at::Storage from(PyObject* o) { return to_storage(o); }
  static at::Storage fixed(const Param&) { return {}; }
};
template <>
struct Convert<at::Stream> {
  static at::Stream from(PyObject* o) { return to_stream(o); }
  static at::Stream fixed(const Param&) { return at::Stream(at::Stream::DEFAULT, at::kCPU); }
};

template <class T>
struct Arg : PlainArg<T> {
  Arg(PyObject* o, const Param& p) : PlainArg<T>{o ? Convert<T>::from(o) : Convert<T>::fixed(p)} {}
};
template <class T>
struct Arg<std::optional<T>> : PlainArg<std::optional<T>> {
  Arg(PyObject* o, const Param& p) {
    if (o) {
      this->value = Convert<T>::from(o);
    } else if (!(p.flags & kAbsent)) {
      this->value = Convert<T>::fixed(p);
    }
  }
};

/// Integers of a sequence, of one int (int[N]) or of the default.
void integers_of(PyObject* object, const Param& param, c10::SmallVectorImpl<int64_t>& into);
void reals_of(PyObject* object, const Param& param, c10::SmallVectorImpl<double>& into);

template <class Item, class Ref, void (*fill)(PyObject*, const Param&, c10::SmallVectorImpl<Item>&), class Optional>
struct ListArg {
  c10::SmallVector<Item, 6> items;
  bool given = true;
  ListArg(PyObject* o, const Param& p) {
    if (o || !(p.flags & kAbsent)) {
      fill(o, p, items);
    } else {
      given = false;
    }
  }
  Optional get() const {
    if constexpr (std::is_same_v<Ref, c10::SymIntArrayRef>) {
      return given ? Optional(c10::fromIntArrayRefSlow(items)) : Optional();
    } else {
      return given ? Optional(Ref(items)) : Optional();
    }
  }
  bool big() const { return false; }
};
template <>
struct Arg<at::IntArrayRef> : ListArg<int64_t, at::IntArrayRef, integers_of, at::IntArrayRef> {
  using ListArg::ListArg;
};
template <>
struct Arg<at::OptionalIntArrayRef> : ListArg<int64_t, at::IntArrayRef, integers_of, at::OptionalIntArrayRef> {
  using ListArg::ListArg;
};
template <>
struct Arg<c10::SymIntArrayRef> : ListArg<int64_t, c10::SymIntArrayRef, integers_of, c10::SymIntArrayRef> {
  using ListArg::ListArg;
};
template <>
struct Arg<at::OptionalSymIntArrayRef>
    : ListArg<int64_t, c10::SymIntArrayRef, integers_of, at::OptionalSymIntArrayRef> {
  using ListArg::ListArg;
};
template <>
struct Arg<at::ArrayRef<double>> : ListArg<double, at::ArrayRef<double>, reals_of, at::ArrayRef<double>> {
  using ListArg::ListArg;
};
template <>
struct Arg<std::optional<at::ArrayRef<double>>>
    : ListArg<double, at::ArrayRef<double>, reals_of, std::optional<at::ArrayRef<double>>> {
  using ListArg::ListArg;
};

template <>
struct Arg<at::ArrayRef<at::Scalar>> {
  std::vector<at::Scalar> items;
  Arg(PyObject* o, const Param&) {
    if (!o) return;
    Object sequence = checked(PySequence_Fast(o, "expected a sequence"));
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(sequence.get()); ++i) {
      items.push_back(to_scalar(PySequence_Fast_GET_ITEM(sequence.get(), i)));
    }
  }
  at::ArrayRef<at::Scalar> get() const { return items; }
  bool big() const { return false; }
};
template <size_t N>
struct Arg<std::array<bool, N>> : PlainArg<std::array<bool, N>> {
  Arg(PyObject* o, const Param&) {
    this->value = {};
    if (!o) return;
    Object sequence = checked(PySequence_Fast(o, "expected a sequence"));
    for (size_t i = 0; i < N && i < size_t(PySequence_Fast_GET_SIZE(sequence.get())); ++i) {
      this->value[i] = to_bool(PySequence_Fast_GET_ITEM(sequence.get(), i));
    }
  }
};

inline PyObject* wrap_result(at::Tensor t) { return wrap(std::move(t)); }
inline PyObject* wrap_result(bool v) { return from_bool(v); }
inline PyObject* wrap_result(int64_t v) { return PyLong_FromLongLong(v); }
inline PyObject* wrap_result(const c10::SymInt& v) { return PyLong_FromLongLong(v.guard_int(__FILE__, __LINE__)); }
inline PyObject* wrap_result(double v) { return PyFloat_FromDouble(v); }
inline PyObject* wrap_result(at::ScalarType v) { return from_dtype(v); }
inline PyObject* wrap_result(at::QScheme v) { return from_qscheme(v); }
inline PyObject* wrap_result(const at::Scalar& v) { return from_scalar(v); }
PyObject* wrap_result(std::vector<at::Tensor> tensors);

/// A tuple, or the named tuple torch.return_types.<function> where the signature names its fields. Steals the items.
PyObject* wrap_tuple(const Site& site, PyObject** items, int count);

template <class... Ts>
PyObject* wrap_results(const Site& site, std::tuple<Ts...>&& values) {
  return std::apply(
      [&](auto&&... v) {
        PyObject* items[] = {wrap_result(std::forward<decltype(v)>(v))...};
        return wrap_tuple(site, items, sizeof...(Ts));
      },
      std::move(values));
}
template <class T>
PyObject* wrap_results(const Site&, T&& value) {
  return wrap_result(std::forward<T>(value));
}

/// The object for argument `i` of the call, borrowed; null when absent. Sets the parameter that describes it.
inline PyObject* source(const Site& site, int i, const Param*& param) {
  static constexpr Param one{0, 0, 1, Kind::number, kOptional, 0};
  uint8_t from = site.sources[i];
  if (from < kOutItem) [[likely]] {
    param = site.params + from;
    return site.slots[from];
  }
  param = &one;
  if (from == kFixedOne) return nullptr;
  int out_at = site.signature->count - (site.signature->flags & kFactory ? 6 : 1);
  param = site.params + out_at;
  PyObject* out = site.slots[out_at];
  if (site.signature->outs == 1) return out;
  return PyTuple_Check(out) ? PyTuple_GET_ITEM(out, from - kOutItem) : PyList_GET_ITEM(out, from - kOutItem);
}

template <class Result, class... Args, size_t... I>
PyObject* run(Result (*target)(Args...), const Site& site, std::index_sequence<I...>) {
  [[maybe_unused]] const Param* params[sizeof...(Args) + 1];
  [[maybe_unused]] PyObject* objects[] = {source(site, I, params[I])..., nullptr};
  std::tuple<Arg<Args>...> arguments{Arg<Args>(objects[I], *params[I])...};
  bool release =
      (std::get<I>(arguments).big() || ... || !(std::is_base_of_v<at::TensorBase, std::remove_cvref_t<Args>> || ...));
  if constexpr (std::is_void_v<Result>) {
    {
      GilRelease gil(release);
      target(std::get<I>(arguments).get()...);
    }
    return Py_NewRef(Py_None);
  } else {
    auto call = [&]() -> Result {
      GilRelease gil(release);
      return target(std::get<I>(arguments).get()...);
    };
    return wrap_results(site, call());
  }
}

template <class Function>
struct Call;
template <class Result, class... Args>
struct Call<Result(Args...)> {
  static PyObject* make(void* target, const Site& site) {
    return run(reinterpret_cast<Result (*)(Args...)>(target), site, std::index_sequence_for<Args...>());
  }
};
template <class Function>
PyObject* thunk(void* target, const Site& site) {
  return Call<Function>::make(target, site);
}

}  // namespace flambeau::python
