// From an operator's C++ signature to the engine's call record and back. The kernels of the static table are instances
// of Functional, OutForm and InPlace below: they pack their arguments and leave the rest to the three generic drivers
// in driver.cpp.
#pragma once

#include <ATen/core/IListRef.h>
#include <ATen/core/List.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/boxing/OperatorKernel.h>
#include <c10/core/DispatchKeySet.h>
#include <c10/core/SymIntArrayRef.h>

#include <array>
#include <tuple>
#include <type_traits>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "backend/op.h"

namespace flambeau {

/// Makes `view` the engine's view of a defined tensor, which must outlive it, unchanged.
void set_view(View& view, const at::TensorBase& tensor);
/// The same; of an undefined tensor, an undefined view.
inline View view_of(const at::TensorBase& tensor) {
  View view;
  if (tensor.defined()) {
    set_view(view, tensor);
  } else {  // one dimension without elements, which shows where it is a member of a list
    static constexpr int64_t kSize = 0, kStride = 1;
    view.sizes_ = &kSize, view.strides_ = &kStride, view.dim_ = 1;
  }
  return view;
}
/// The engine's generator behind an at::Generator. Throws for one of another device.
Generator* engine_generator(const at::Generator& generator);
void set_scalar(Scalar& scalar, const at::Scalar& value);
inline Scalar engine_scalar(const at::Scalar& value) {
  Scalar scalar;
  set_scalar(scalar, value);
  return scalar;
}
/// A new tensor as the spec says; not for alias specs.
at::Tensor allocate_tensor(const Spec& spec);
/// A tensor on the storage of `base`, as the alias spec says.
at::Tensor alias_tensor(const at::TensorBase& base, const Spec& spec);
/// dst[...] = src[...], broadcast and converted; both dense on the CPU (on the meta device nothing happens).
void copy_values(const at::TensorBase& dst, const at::TensorBase& src);
/// Rethrows an engine's error as PyTorch's exception of that kind.
[[noreturn]] void raise(const Error& error);

/// For calls of an operator's definition alone; their tensors are known to be defined.
inline constexpr int kNoRow = -1;

/// A packed call: what the drivers work on. `tensors[i]` is the tensor at position i, if there is one and it is a
/// single one.
struct PackedCall {
  const OpDef& op;
  Arg* args;
  int num_args;
  const at::TensorBase* const* tensors;
  int row;         ///< of the operator in static_ops(), or kNoRow
  bool has_lists;  ///< some argument is a list of tensors
};

at::Tensor run_functional(const PackedCall& call);
void run_functional(const PackedCall& call, at::Tensor* results, int count);
std::vector<at::Tensor> run_functional_list(const PackedCall& call);
void run_out(const PackedCall& call, const at::Tensor* const* outputs, int count);
void run_in_place(const PackedCall& call, const at::Tensor& self);
/// out <- result, as the out= form of `op` where that is made of the functional one. Operators that work element by
/// element look at an output before they resize it.
void store_result(const char* op, const at::Tensor& out, const at::Tensor& result, bool elementwise = false);

namespace pack {

// Memory that an argument needs while the call lasts. Most need none. A view is written when it is known to be needed.
template <class T>
struct Holder {};
struct ViewHolder {
  ViewHolder() {}
  union {
    View view;
  };
};
template <>
struct Holder<at::Tensor> : ViewHolder {};
template <>
struct Holder<std::optional<at::Tensor>> : ViewHolder {};
using Views = absl::InlinedVector<View, 4>;
template <>
struct Holder<at::TensorList> {
  Views views;
};
template <>
struct Holder<at::ITensorListRef> {
  Views views;
};
template <>
struct Holder<c10::List<std::optional<at::Tensor>>> {
  Views views;
};
template <>
struct Holder<at::ArrayRef<at::Scalar>> {
  absl::InlinedVector<Scalar, 4> scalars;
};

template <class T>
void list(Arg& arg, ArgKind kind, const T* items, size_t count) {
  arg.kind = kind;
  arg.list = {items, static_cast<int64_t>(count)};
}

inline void tensor(Arg& arg, View& view, const at::TensorBase& value) {
  if (!value.defined()) return;
  set_view(view, value);
  arg.kind = ArgKind::tensor;
  arg.tensor = &view;
}
inline void number(Arg& arg, int64_t value) {
  arg.kind = ArgKind::integer;
  arg.integer = value;
}

inline void put(Arg& arg, Holder<at::Tensor>& h, const at::Tensor& v) { tensor(arg, h.view, v); }
inline void put(Arg& arg, Holder<std::optional<at::Tensor>>& h, const std::optional<at::Tensor>& v) {
  if (v) tensor(arg, h.view, *v);
}
inline void put(Arg& arg, Holder<at::TensorList>& h, at::TensorList v) {
  for (const auto& t : v) h.views.push_back(view_of(t));
  list(arg, ArgKind::tensors, h.views.data(), h.views.size());
}
inline void put(Arg& arg, Holder<at::ITensorListRef>& h, const at::ITensorListRef& v) {
  for (const auto& t : v) h.views.push_back(view_of(t));
  list(arg, ArgKind::tensors, h.views.data(), h.views.size());
}
void put(Arg& arg, Holder<c10::List<std::optional<at::Tensor>>>& h, const c10::List<std::optional<at::Tensor>>& v);
inline void put(Arg& arg, Holder<at::Scalar>&, const at::Scalar& v) {
  arg.kind = ArgKind::scalar;
  set_scalar(arg.scalar, v);
}
inline void put(Arg& arg, Holder<at::ArrayRef<at::Scalar>>& h, at::ArrayRef<at::Scalar> v) {
  for (const auto& s : v) h.scalars.push_back(engine_scalar(s));
  list(arg, ArgKind::scalars, h.scalars.data(), h.scalars.size());
}
inline void put(Arg& arg, Holder<int64_t>&, int64_t v) { number(arg, v); }
inline void put(Arg& arg, Holder<bool>&, bool v) {
  arg.kind = ArgKind::boolean;
  arg.integer = v;
}
inline void put(Arg& arg, Holder<double>&, double v) {
  arg.kind = ArgKind::real;
  arg.real = v;
}
inline void put(Arg& arg, Holder<c10::SymInt>&, const c10::SymInt& v) { number(arg, v.guard_int(__FILE__, __LINE__)); }
inline void put(Arg& arg, Holder<at::ScalarType>&, at::ScalarType v) { number(arg, static_cast<int64_t>(v)); }
inline void put(Arg& arg, Holder<at::Layout>&, at::Layout v) { number(arg, static_cast<int64_t>(v)); }
inline void put(Arg& arg, Holder<at::MemoryFormat>&, at::MemoryFormat v) { number(arg, static_cast<int64_t>(v)); }
inline void put(Arg& arg, Holder<at::Device>&, at::Device v) { number(arg, static_cast<int64_t>(v.type())); }
inline void put(Arg& arg, Holder<at::IntArrayRef>&, at::IntArrayRef v) {
  list(arg, ArgKind::integers, v.data(), v.size());
}
inline void put(Arg& arg, Holder<c10::SymIntArrayRef>&, c10::SymIntArrayRef v) {
  const auto plain = C10_AS_INTARRAYREF_SLOW(v);
  list(arg, ArgKind::integers, plain.data(), plain.size());
}
inline void put(Arg& arg, Holder<at::ArrayRef<double>>&, at::ArrayRef<double> v) {
  list(arg, ArgKind::reals, v.data(), v.size());
}
template <size_t N>
void put(Arg& arg, Holder<std::array<bool, N>>&, const std::array<bool, N>& v) {
  list(arg, ArgKind::booleans, v.data(), N);
}
inline void put(Arg& arg, Holder<c10::string_view>&, c10::string_view v) {
  list(arg, ArgKind::string, v.data(), v.size());
}
inline void put(Arg& arg, Holder<at::Generator>&, const at::Generator& v) {
  if (!v.defined()) return;
  arg.kind = ArgKind::generator;
  arg.generator = engine_generator(v);
}
inline void put(Arg& arg, Holder<at::OptionalIntArrayRef>&, at::OptionalIntArrayRef v) {
  if (v) list(arg, ArgKind::integers, v->data(), v->size());
}
inline void put(Arg& arg, Holder<at::OptionalSymIntArrayRef>&, at::OptionalSymIntArrayRef v) {
  Holder<c10::SymIntArrayRef> none;
  if (v) put(arg, none, *v);
}
template <class T>
void put(Arg& arg, Holder<std::optional<T>>&, const std::optional<T>& v) {
  Holder<T> none;
  static_assert(std::is_empty_v<Holder<T>>);
  if (v) put(arg, none, *v);
}

inline const at::TensorBase* source(const at::Tensor& v) { return &v; }
inline const at::TensorBase* source(const std::optional<at::Tensor>& v) { return v ? &*v : nullptr; }
template <class T>
const at::TensorBase* source(const T&) {
  return nullptr;
}
template <class T>
inline constexpr bool is_tensor_list = std::is_same_v<T, at::TensorList> || std::is_same_v<T, at::ITensorListRef> ||
                                       std::is_same_v<T, c10::List<std::optional<at::Tensor>>>;

/// dtype, layout, device and pin_memory of a factory whose out= form has none of them: they are those of `out`.
inline constexpr int kNoOptions = -1;

/// Arguments in schema order. With Options >= 0 four more arguments stand before that position.
template <int Options, class... T>
class Frame {
  static constexpr int kCount = sizeof...(T) + (Options >= 0 ? 4 : 0);

 public:
  explicit Frame(const T&... values) { fill(std::index_sequence_for<T...>{}, values...); }
  Frame(const Frame&) = delete;

  void set_options_of(const at::Tensor& out) requires(Options >= 0) {
    number(args_[Options], static_cast<int64_t>(out.scalar_type()));
    number(args_[Options + 2], static_cast<int64_t>(out.device().type()));
  }
  PackedCall call(const OpDef& op, int row = kNoRow) {
    return {op, args_.data(), kCount, tensors_.data(), row, (is_tensor_list<T> || ...)};
  }
  Arg& operator[](int i) { return args_[i]; }

 private:
  static constexpr size_t at(size_t i) { return Options >= 0 && i >= static_cast<size_t>(Options) ? i + 4 : i; }
  template <size_t... I>
  void fill(std::index_sequence<I...>, const T&... values) {
    (put(args_[at(I)], std::get<I>(holders_), values), ...);
    ((tensors_[at(I)] = source(values)), ...);
  }

  std::array<Arg, kCount + 1> args_;
  std::array<const at::TensorBase*, kCount + 1> tensors_{};
  std::tuple<Holder<T>...> holders_;
};

}  // namespace pack

/// The functional form. `Row` is that of the functional operator in all three.
template <const OpDef& Op, int Row, class Signature>
struct Functional;

template <const OpDef& Op, int Row, class Ret, class... Args>
struct Functional<Op, Row, Ret(Args...)> {
  static Ret call(c10::OperatorKernel*, c10::DispatchKeySet, Args... args) {
    pack::Frame<pack::kNoOptions, std::remove_cvref_t<Args>...> frame(args...);
    if constexpr (std::is_same_v<Ret, at::Tensor>) {
      return run_functional(frame.call(Op, Row));
    } else if constexpr (std::is_same_v<Ret, std::vector<at::Tensor>>) {
      return run_functional_list(frame.call(Op, Row));
    } else if constexpr (std::is_void_v<Ret>) {
      run_functional(frame.call(Op, Row), nullptr, 0);
    } else {
      std::array<at::Tensor, std::tuple_size_v<Ret>> results;
      run_functional(frame.call(Op, Row), results.data(), static_cast<int>(results.size()));
      return std::apply([](auto&... t) { return Ret(std::move(t)...); }, results);
    }
  }
};

/// The out= form: its last Outs parameters are the outputs. `Dtype` is the position of an optional dtype argument that
/// defaults to the output's, or -1.
template <const OpDef& Op, int Row, class Signature, int Outs, int Options = pack::kNoOptions, int Dtype = -1>
struct OutForm;

template <const OpDef& Op, int Row, class Ret, class... Args, int Outs, int Options, int Dtype>
struct OutForm<Op, Row, Ret(Args...), Outs, Options, Dtype> {
  static Ret call(c10::OperatorKernel*, c10::DispatchKeySet, Args... args) {
    return run(std::make_index_sequence<sizeof...(Args) - Outs>{}, std::make_index_sequence<Outs>{}, std::tie(args...));
  }

 private:
  using All = std::tuple<std::remove_cvref_t<Args>&...>;
  template <size_t... I, size_t... O>
  static Ret run(std::index_sequence<I...>, std::index_sequence<O...>,
                 std::tuple<std::remove_reference_t<Args>&...> all) {
    constexpr size_t first = sizeof...(I);
    pack::Frame<Options, std::remove_cvref_t<std::tuple_element_t<I, All>>...> frame(std::get<I>(all)...);
    const at::Tensor* outputs[] = {&std::get<first + O>(all)...};
    if constexpr (Options >= 0) frame.set_options_of(*outputs[0]);
    if constexpr (Dtype >= 0) {
      if (frame[Dtype].kind == ArgKind::none && outputs[0]->defined()) {
        pack::number(frame[Dtype], static_cast<int64_t>(outputs[0]->scalar_type()));
      }
    }
    run_out(frame.call(Op, Row), outputs, Outs);
    if constexpr (Outs == 1) {
      return std::get<first>(all);
    } else {
      return Ret(std::get<first + O>(all)...);
    }
  }
};

/// The in-place form: writes its first parameter.
template <const OpDef& Op, int Row, class Signature>
struct InPlace;

template <const OpDef& Op, int Row, class Ret, class Self, class... Args>
struct InPlace<Op, Row, Ret(Self, Args...)> {
  static Ret call(c10::OperatorKernel*, c10::DispatchKeySet, Self self, Args... args) {
    pack::Frame<pack::kNoOptions, at::Tensor, std::remove_cvref_t<Args>...> frame(self, args...);
    run_in_place(frame.call(Op, Row), self);
    return self;
  }
};

}  // namespace flambeau
