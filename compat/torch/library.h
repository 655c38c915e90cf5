// Mirrors <torch/library.h> of PyTorch 2.13: TORCH_LIBRARY and its forms, by which operators and kernels are
// registered.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/enum_tag.h>
#include <ATen/core/op_registration/infer_schema.h>
#include <ATen/core/op_registration/op_allowlist.h>
#include <ATen/core/op_registration/op_registration.h>
#include <c10/core/DispatchKey.h>
#include <torch/csrc/jit/frontend/function_schema_parser.h>

namespace torch {

#define HAS_PT2_COMPLIANT_TAG
#define HAS_IMPL_ABSTRACT_PYSTUB

/// VERIFY: wait until another interpreter has registered the same.
enum class _RegisterOrVerify { REGISTER, VERIFY };

template <class CurClass>
class class_;

/// A kernel to be registered: made from a function, a TORCH_FN or a lambda.
class TORCH_API CppFunction final {
 public:
  template <typename Func>
  explicit CppFunction(Func* f, std::enable_if_t<c10::guts::is_function_type<Func>::value, std::nullptr_t> = nullptr)
      : func_(c10::KernelFunction::makeFromUnboxedRuntimeFunction(f)),
        cpp_signature_(c10::impl::CppSignature::make<Func>()),
        schema_(c10::detail::inferFunctionSchemaFromFunctor<std::decay_t<Func>>()) {}
  template <typename FuncPtr>
  explicit CppFunction(
      FuncPtr f, std::enable_if_t<c10::is_compile_time_function_pointer<FuncPtr>::value, std::nullptr_t> = nullptr)
      : func_(c10::KernelFunction::makeFromUnboxedFunction(f)),
        cpp_signature_(c10::impl::CppSignature::make<typename FuncPtr::FuncType>()),
        schema_(c10::detail::inferFunctionSchemaFromFunctor<typename FuncPtr::FuncType>()) {}
  template <typename Lambda>
  explicit CppFunction(Lambda&& f,
                       std::enable_if_t<c10::guts::is_functor<std::decay_t<Lambda>>::value, std::nullptr_t> = nullptr)
      : func_(c10::KernelFunction::makeFromUnboxedLambda(std::forward<Lambda>(f))),
        cpp_signature_(c10::impl::CppSignature::make<Lambda>()),
        schema_(c10::detail::inferFunctionSchemaFromFunctor<std::decay_t<Lambda>>()) {}
  ~CppFunction();
  CppFunction(const CppFunction&) = delete;
  CppFunction& operator=(const CppFunction&) = delete;
  CppFunction(CppFunction&&) noexcept = default;
  CppFunction& operator=(CppFunction&&) = default;

  FLB_ON_USE static CppFunction makeFromBoxedKernel(c10::BoxedKernel kernel) {
    return CppFunction(c10::KernelFunction::makeFromBoxedKernel(std::move(kernel)), std::nullopt, nullptr);
  }
  /// Skips the key.
  FLB_ON_USE static CppFunction makeFallthrough() { return makeFromBoxedKernel(c10::BoxedKernel::makeFallthrough()); }
  template <c10::BoxedKernel::BoxedKernelFunction* func>
  static CppFunction makeFromBoxedFunction() {
    return makeFromBoxedKernel(c10::BoxedKernel::makeFromFunction<func>());
  }
  template <c10::BoxedKernel::BoxedKernelFunction_withDispatchKeys* func>
  static CppFunction makeFromBoxedFunction() {
    return makeFromBoxedKernel(c10::BoxedKernel::makeFromFunction<func>());
  }
  template <class KernelFunctor>
  static CppFunction makeFromBoxedFunctor(std::unique_ptr<KernelFunctor> kernelFunctor) {
    return makeFromBoxedKernel(c10::BoxedKernel::makeFromFunctor(std::move(kernelFunctor)));
  }
  template <typename FuncPtr, std::enable_if_t<c10::guts::is_function_type<FuncPtr>::value, std::nullptr_t> = nullptr>
  static CppFunction makeFromUnboxedFunction(FuncPtr* f) {
    return CppFunction(f);
  }
  template <typename FuncPtr,
            std::enable_if_t<c10::is_compile_time_function_pointer<FuncPtr>::value, std::nullptr_t> = nullptr>
  static CppFunction makeFromUnboxedFunction(FuncPtr f) {
    return CppFunction(f);
  }
  FLB_ON_USE CppFunction&& debug(std::string d) && {
    debug_ = std::move(d);
    return std::move(*this);
  }

 private:
  std::optional<c10::DispatchKey> dispatch_key_;
  c10::KernelFunction func_;
  std::optional<c10::impl::CppSignature> cpp_signature_;
  std::unique_ptr<c10::FunctionSchema> schema_;
  std::string debug_;

  template <typename Func>
  friend CppFunction dispatch(c10::DispatchKey, Func&&);
  friend class Library;

  CppFunction(c10::KernelFunction func, std::optional<c10::impl::CppSignature> cpp_signature,
              std::unique_ptr<c10::FunctionSchema> schema);
};

/// The kernel for one key.
template <typename Func>
inline CppFunction dispatch(c10::DispatchKey k, Func&& raw_f) {
  CppFunction f(std::forward<Func>(raw_f));
  if (k == c10::DispatchKey::CatchAll) {
    f.dispatch_key_ = std::nullopt;
  } else {
    f.dispatch_key_ = k;
  }
  return f;
}

namespace detail {
FLB_ON_USE inline c10::DispatchKey deviceTypeToDispatchKey(c10::DeviceType t) {
  using c10::DeviceType;
  using c10::DispatchKey;
  switch (t) {
    case DeviceType::CPU:
      return DispatchKey::CPU;
    case DeviceType::CUDA:
      return DispatchKey::CUDA;
    case DeviceType::IPU:
      return DispatchKey::IPU;
    case DeviceType::XLA:
      return DispatchKey::XLA;
    case DeviceType::Lazy:
      return DispatchKey::Lazy;
    case DeviceType::XPU:
      return DispatchKey::XPU;
    case DeviceType::MPS:
      return DispatchKey::MPS;
    case DeviceType::Meta:
      return DispatchKey::Meta;
    case DeviceType::HIP:
      return DispatchKey::HIP;
    case DeviceType::MAIA:
      return DispatchKey::MAIA;
    case DeviceType::HPU:
      return DispatchKey::HPU;
    case DeviceType::MTIA:
      return DispatchKey::MTIA;
    case DeviceType::PrivateUse1:
      return DispatchKey::PrivateUse1;
    default:
      TORCH_CHECK(false, "Device type ", t, " cannot be overloaded at dispatch time, ",
                  "please file a bug report explaining what you were trying to do.");
  }
}
}  // namespace detail

template <typename Func>
inline CppFunction dispatch(c10::DeviceType type, Func&& raw_f) {
  return dispatch(detail::deviceTypeToDispatchKey(type), std::forward<Func>(raw_f));
}

FLB_ON_USE inline c10::FunctionSchema schema(const char* str, c10::AliasAnalysisKind k, bool allow_typevars = false) {
  c10::FunctionSchema s = torch::jit::parseSchema(str, allow_typevars);
  s.setAliasAnalysis(k);
  return s;
}
FLB_ON_USE inline c10::FunctionSchema schema(const char* s, bool allow_typevars = false) {
  return schema(s, c10::AliasAnalysisKind::FROM_SCHEMA, allow_typevars);
}
inline c10::FunctionSchema&& schema(c10::FunctionSchema&& s) { return std::move(s); }

namespace detail {

FLB_ON_USE inline std::variant<c10::OperatorName, c10::FunctionSchema> constructSchemaOrName(c10::FunctionSchema&& s) {
  return std::move(s);
}
FLB_ON_USE inline std::variant<c10::OperatorName, c10::FunctionSchema> constructSchemaOrName(c10::OperatorName&& n) {
  return std::move(n);
}
FLB_ON_USE inline std::variant<c10::OperatorName, c10::FunctionSchema> constructSchemaOrName(const char* str) {
  auto s = torch::jit::parseSchemaOrName(str);
  if (auto* full = std::get_if<c10::FunctionSchema>(&s)) full->setAliasAnalysis(c10::AliasAnalysisKind::FROM_SCHEMA);
  return s;
}

class TorchLibraryInit;

// Names that a selective build may leave out. Here none is.
class ClassNotSelected {
 public:
  ClassNotSelected& def_pickle(...) { return *this; }
  ClassNotSelected& def(...) { return *this; }
};
template <bool enabled>
class SelectiveStr {
 public:
  constexpr explicit SelectiveStr(const char* name) : name_(name) {}
  constexpr operator const char*() { return name_; }

 private:
  const char* name_;
};
#define TORCH_SELECTIVE_CLASS(n) torch::detail::SelectiveStr<c10::impl::custom_class_allowlist_check(n)>(n)
#define TORCH_SELECTIVE_NAME(n) torch::detail::SelectiveStr<c10::impl::op_allowlist_check(n)>(n)
#define TORCH_SELECTIVE_SCHEMA(n) torch::detail::SelectiveStr<c10::impl::schema_allowlist_check(n)>(n)

}  // namespace detail

/// What TORCH_LIBRARY's block receives as `m`. Its registrations end with it.
class TORCH_API Library final {
 public:
  enum Kind {
    DEF,       ///< TORCH_LIBRARY: one for each namespace
    IMPL,      ///< TORCH_LIBRARY_IMPL
    FRAGMENT,  ///< TORCH_LIBRARY_FRAGMENT
  };
  Library(Kind kind, std::string ns, std::optional<c10::DispatchKey> k, const char* file, uint32_t line);
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  Library(Library&&) = default;
  Library& operator=(Library&&) = default;
  ~Library() = default;

  /// Declares an operator: m.def("mul(Tensor a, float b) -> Tensor").
  FLB_ON_USE Library& def(c10::FunctionSchema&& s, const std::vector<at::Tag>& tags = {},
                          _RegisterOrVerify rv = _RegisterOrVerify::REGISTER) & {
    return _def(std::move(s), nullptr, tags, rv);
  }
  FLB_ON_USE Library& def(const char* raw_schema, const std::vector<at::Tag>& tags = {},
                          _RegisterOrVerify rv = _RegisterOrVerify::REGISTER) & {
    return _def(schema(raw_schema), nullptr, tags, rv);
  }
  /// Where the operators defined from here on have their Python part.
  FLB_ON_USE Library& set_python_module(const char* pymodule, const char* context = "") {
    python_module_ = {pymodule, context};
    return *this;
  }
  FLB_ON_USE Library& impl_abstract_pystub(const char* pymodule, const char* context = "") {
    return set_python_module(pymodule, context);
  }
  /// Declares and implements for all keys; a name alone takes the schema of the function.
  template <typename NameOrSchema, typename Func>
  Library& def(NameOrSchema&& raw_name_or_schema, Func&& raw_f, const std::vector<at::Tag>& tags = {}) & {
    CppFunction f(std::forward<Func>(raw_f));
    return _def(detail::constructSchemaOrName(std::forward<NameOrSchema>(raw_name_or_schema)), std::move(f), tags);
  }

  /// Implements for the block's key, or that of dispatch(key, function).
  template <typename Name, typename Func>
  Library& impl(Name name, Func&& raw_f, _RegisterOrVerify rv = _RegisterOrVerify::REGISTER) & {
    CppFunction f(std::forward<Func>(raw_f));
    return _impl(name, std::move(f), rv);
  }
  template <typename Name, typename Dispatch, typename Func>
  Library& impl(Name name, Dispatch&& key, Func&& raw_f) & {
    return impl(name, dispatch(std::forward<Dispatch>(key), std::forward<Func>(raw_f)));
  }
  c10::OperatorName _resolve(const char* name) const;

  template <typename Name, typename Func>
  Library& impl_UNBOXED(Name, Func*) & {
    static_assert(c10::guts::false_t<Func>(), ".impl_UNBOXED(...) was removed. Please use .impl(...) instead.");
    return *this;
  }

  // Selective names
  Library& def(detail::SelectiveStr<false>, const std::vector<at::Tag>& = {}) & { return *this; }
  FLB_ON_USE Library& def(detail::SelectiveStr<true> raw_schema, const std::vector<at::Tag>& tags = {}) & {
    return def(raw_schema.operator const char*(), tags);
  }
  template <typename Func>
  Library& def(detail::SelectiveStr<false>, Func&&, const std::vector<at::Tag>& = {}) & {
    return *this;
  }
  template <typename Func>
  Library& def(detail::SelectiveStr<true> raw_name_or_schema, Func&& raw_f, const std::vector<at::Tag>& tags = {}) & {
    return def(raw_name_or_schema.operator const char*(), std::forward<Func>(raw_f), tags);
  }
  template <typename Func>
  Library& impl(detail::SelectiveStr<false>, Func&&) & {
    return *this;
  }
  template <typename Dispatch, typename Func>
  Library& impl(detail::SelectiveStr<false>, Dispatch&&, Func&&) & {
    return *this;
  }
  template <typename Func>
  Library& impl(detail::SelectiveStr<true> name, Func&& raw_f) & {
    return impl(name.operator const char*(), std::forward<Func>(raw_f));
  }
  template <typename Dispatch, typename Func>
  Library& impl(detail::SelectiveStr<true> name, Dispatch&& key, Func&& raw_f) & {
    return impl(name.operator const char*(), std::forward<Dispatch>(key), std::forward<Func>(raw_f));
  }

  /// For all operators without a kernel for the block's key; in a block of the namespace _.
  template <typename Func>
  Library& fallback(Func&& raw_f) & {
    CppFunction f((std::forward<Func>(raw_f)));
    return _fallback(std::move(f));
  }

  template <class CurClass>
  inline torch::class_<CurClass> class_(const std::string& className);
  template <class CurClass>
  inline torch::class_<CurClass> class_(detail::SelectiveStr<true> className);
  template <class CurClass>
  inline detail::ClassNotSelected class_(detail::SelectiveStr<false> className);

  /// Undoes all registrations.
  void reset();

 private:
  Kind kind_;
  std::optional<std::string> ns_;  // none: the wildcard _
  std::optional<c10::DispatchKey> dispatch_key_;
  std::optional<std::pair<const char*, const char*>> python_module_;
  const char* file_;
  uint32_t line_;
  std::vector<c10::RegistrationHandleRAII> registrars_;

  friend class detail::TorchLibraryInit;

  Library& _def(c10::FunctionSchema&& schema, c10::OperatorName* out_name = nullptr,
                const std::vector<at::Tag>& tags = {}, _RegisterOrVerify rv = _RegisterOrVerify::REGISTER) &;
  Library& _def(std::variant<c10::OperatorName, c10::FunctionSchema>&&, CppFunction&& f,
                const std::vector<at::Tag>& tags = {}) &;
  Library& _impl(const char* name, CppFunction&& f, _RegisterOrVerify rv = _RegisterOrVerify::REGISTER) &;
  Library& _fallback(CppFunction&& f) &;
  at::OperatorName _parseNameForLib(const char* name_str) const;
};

namespace detail {
class TorchLibraryInit final {
 private:
  using InitFn = void(Library&);
  Library lib_;

 public:
  FLB_ON_USE TorchLibraryInit(Library::Kind kind, InitFn* fn, const char* ns, std::optional<c10::DispatchKey> k,
                              const char* file, uint32_t line)
      : lib_(kind, ns, k, file, line) {
    fn(lib_);
  }
};
}  // namespace detail

}  // namespace torch

#define TORCH_LIBRARY(ns, m)                                                                               \
  static void TORCH_LIBRARY_init_##ns(torch::Library&);                                                    \
  static const torch::detail::TorchLibraryInit TORCH_LIBRARY_static_init_##ns(                             \
      torch::Library::DEF, &TORCH_LIBRARY_init_##ns, C10_STRINGIZE(ns), std::nullopt, __FILE__, __LINE__); \
  void TORCH_LIBRARY_init_##ns(torch::Library& m)

#define TORCH_LIBRARY_FRAGMENT(ns, m) _TORCH_LIBRARY_FRAGMENT(ns, m, C10_UID)
#define _TORCH_LIBRARY_FRAGMENT(ns, m, uid)                                                                      \
  static void C10_CONCATENATE(TORCH_LIBRARY_FRAGMENT_init_##ns##_, uid)(torch::Library&);                        \
  static const torch::detail::TorchLibraryInit C10_CONCATENATE(TORCH_LIBRARY_FRAGMENT_static_init_##ns##_, uid)( \
      torch::Library::FRAGMENT, &C10_CONCATENATE(TORCH_LIBRARY_FRAGMENT_init_##ns##_, uid), C10_STRINGIZE(ns),   \
      std::nullopt, __FILE__, __LINE__);                                                                         \
  void C10_CONCATENATE(TORCH_LIBRARY_FRAGMENT_init_##ns##_, uid)(torch::Library & m)

#define TORCH_LIBRARY_IMPL(ns, k, m) _TORCH_LIBRARY_IMPL(ns, k, m, C10_UID)
#define _TORCH_LIBRARY_IMPL(ns, k, m, uid)                                                                         \
  static void C10_CONCATENATE(TORCH_LIBRARY_IMPL_init_##ns##_##k##_, uid)(torch::Library&);                        \
  static const torch::detail::TorchLibraryInit C10_CONCATENATE(TORCH_LIBRARY_IMPL_static_init_##ns##_##k##_, uid)( \
      torch::Library::IMPL, &C10_CONCATENATE(TORCH_LIBRARY_IMPL_init_##ns##_##k##_, uid), C10_STRINGIZE(ns),       \
      std::make_optional(c10::DispatchKey::k), __FILE__, __LINE__);                                                \
  void C10_CONCATENATE(TORCH_LIBRARY_IMPL_init_##ns##_##k##_, uid)(torch::Library & m)

#define MAKE_TORCH_LIBRARY(ns) torch::Library(torch::Library::DEF, #ns, std::nullopt, __FILE__, __LINE__)
#define MAKE_TORCH_LIBRARY_IMPL(ns, k) \
  torch::Library(torch::Library::IMPL, #ns, std::make_optional(c10::DispatchKey::k), __FILE__, __LINE__)

#include <torch/custom_class.h>  // IWYU pragma: keep
