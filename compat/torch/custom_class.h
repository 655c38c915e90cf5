// Mirrors <torch/custom_class.h> of PyTorch 2.13: makes a C++ class known to script and Python.
#pragma once

#include <ATen/core/builtin_function.h>
#include <ATen/core/class_type.h>
#include <ATen/core/function_schema.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/op_registration/infer_schema.h>
#include <ATen/core/stack.h>
#include <c10/util/Metaprogramming.h>
#include <c10/util/TypeList.h>
#include <c10/util/TypeTraits.h>
#include <torch/custom_class_detail.h>
#include <torch/library.h>

#include <functional>
#include <sstream>

namespace torch {

/// The constructor with these parameters: .def(torch::init<int64_t, std::string>()).
template <class... Types>
detail::types<void, Types...> init() {
  return detail::types<void, Types...>{};
}
template <typename Func, typename... ParameterTypeList>
struct InitLambda {
  Func f;
};
/// A function that makes the object.
template <typename Func>
decltype(auto) init(Func&& f) {
  using Parameters = typename c10::guts::infer_function_traits_t<std::decay_t<Func>>::parameter_types;
  return InitLambda<Func, Parameters>{std::forward<Func>(f)};
}

/// torch::class_<Foo>("ns", "Foo").def(torch::init<>()).def("method", &Foo::method)
template <class CurClass>
class class_ : public ::torch::detail::class_base {
  static_assert(std::is_base_of_v<CustomClassHolder, CurClass>,
                "torch::class_<T> requires T to inherit from CustomClassHolder");
  using Self = c10::tagged_capsule<CurClass>;
  using Pointer = c10::intrusive_ptr<CurClass>;
  using Defaults = std::initializer_list<arg>;

 public:
  explicit class_(const std::string& namespaceName, const std::string& className, std::string doc_string = "")
      : class_base(namespaceName, className, std::move(doc_string), typeid(Pointer), typeid(Self)) {}

  template <typename... Types>
  class_& def(torch::detail::types<void, Types...>, std::string doc_string = "", Defaults default_args = {}) {
    auto construct = [](Self self, Types... args) { fill(self, c10::make_intrusive<CurClass>(args...)); };
    defineMethod("__init__", std::move(construct), std::move(doc_string), default_args);
    return *this;
  }
  template <typename Func, typename... Parameters>
  class_& def(InitLambda<Func, c10::guts::typelist::typelist<Parameters...>> init, std::string doc_string = "",
              Defaults default_args = {}) {
    auto construct = [make = std::move(init.f)](Self self, Parameters... args) {
      fill(self, std::invoke(make, std::forward<Parameters>(args)...));
    };
    defineMethod("__init__", std::move(construct), std::move(doc_string), default_args);
    return *this;
  }
  /// A method: a member function, or a function whose first parameter is the object.
  template <typename Func>
  class_& def(std::string name, Func f, std::string doc_string = "", Defaults default_args = {}) {
    defineMethod(std::move(name), detail::wrap_func<CurClass, Func>(std::move(f)), std::move(doc_string), default_args);
    return *this;
  }
  template <typename Func>
  class_& def_static(std::string name, Func func, std::string doc_string = "", Defaults default_args = {}) {
    const auto qualified = qualClassName + "." + name;
    auto schema = c10::inferFunctionSchemaSingleReturn<Func>(std::move(name), "");
    TORCH_CHECK(default_args.size() == 0 || default_args.size() == schema.arguments().size(),
                "Default values must be specified for none or all arguments");
    if (default_args.size() > 0) schema = withNewArgumentsStatic(schema, default_args);
    auto method = make_method(qualified, std::move(schema), std::move(func), std::move(doc_string));
    classTypePtr->addStaticMethod(method.get());
    registerCustomClassMethod(std::move(method));
    return *this;
  }

  template <typename GetterFunc, typename SetterFunc>
  class_& def_property(const std::string& name, GetterFunc getter_func, SetterFunc setter_func,
                       std::string doc_string = "") {
    auto* getter =
        defineMethod(name + "_getter", detail::wrap_func<CurClass, GetterFunc>(std::move(getter_func)), doc_string);
    auto* setter =
        defineMethod(name + "_setter", detail::wrap_func<CurClass, SetterFunc>(std::move(setter_func)), doc_string);
    classTypePtr->addProperty(name, getter, setter);
    return *this;
  }
  template <typename GetterFunc>
  class_& def_property(const std::string& name, GetterFunc getter_func, std::string doc_string = "") {
    auto* getter =
        defineMethod(name + "_getter", detail::wrap_func<CurClass, GetterFunc>(std::move(getter_func)), doc_string);
    classTypePtr->addProperty(name, getter, nullptr);
    return *this;
  }
  template <typename T>
  class_& def_readwrite(const std::string& name, T CurClass::*field) {
    return def_property(
        name, [field](const Pointer& self) { return self.get()->*field; },
        [field](const Pointer& self, T value) { self.get()->*field = value; });
  }
  template <typename T>
  class_& def_readonly(const std::string& name, T CurClass::*field) {
    return def_property(name, [field](const Pointer& self) { return self.get()->*field; });
  }

  /// A method that works on the stack.
  class_& _def_unboxed(const std::string& name, std::function<void(jit::Stack&)> func, c10::FunctionSchema schema,
                       std::string doc_string = "") {
    std::unique_ptr<flambeau::on_use<jit::Function, CurClass>> method(new jit::BuiltinOpFunction(
        qualClassName + "." + name, std::move(schema), std::move(func), std::move(doc_string)));
    classTypePtr->addMethod(method.get());
    registerCustomClassMethod(std::move(method));
    return *this;
  }

  /// get_state: object to a value that can be saved; set_state: from it to a new object.
  template <typename GetStateFn, typename SetStateFn>
  class_& def_pickle(GetStateFn&& get_state, SetStateFn&& set_state) {
    static_assert(c10::guts::is_stateless_lambda<std::decay_t<GetStateFn>>::value &&
                      c10::guts::is_stateless_lambda<std::decay_t<SetStateFn>>::value,
                  "def_pickle() takes lambdas without captures");
    def("__getstate__", std::forward<GetStateFn>(get_state));

    using State = c10::guts::typelist::head_t<
        typename c10::guts::infer_function_traits_t<std::decay_t<SetStateFn>>::parameter_types>;
    auto restore = [set_state = std::forward<SetStateFn>(set_state)](Self self, State state) {
      fill(self, std::invoke(set_state, std::move(state)));
    };
    defineMethod("__setstate__", std::move(restore));
    check_pickle();
    return *this;
  }

 private:
  static void fill(Self& self, Pointer object) {
    self.ivalue.toObject()->setSlot(0, c10::IValue::make_capsule(std::move(object)));
  }

  void check_pickle() {
    const auto& get_schema = classTypePtr->getMethod("__getstate__").getSchema();
    TORCH_CHECK(get_schema.arguments().size() == 1,
                "__getstate__ should take exactly one argument: self. Got: ", toString(get_schema));
    const auto self_type = get_schema.arguments().at(0).type();
    TORCH_CHECK(*self_type == *classTypePtr, "self argument of __getstate__ must be the custom class type. Got ",
                self_type->repr_str());
    TORCH_CHECK(get_schema.returns().size() == 1,
                "__getstate__ should return exactly one value for serialization. Got: ", toString(get_schema));
    const auto saved = get_schema.returns().at(0).type();
    const auto restored = classTypePtr->getMethod("__setstate__").getSchema().arguments().at(1).type();
    TORCH_CHECK(saved->isSubtypeOf(*restored), "__getstate__'s return type should be a subtype of ",
                "input argument of __setstate__. Got ", saved->repr_str(), " but expected ", restored->repr_str());
  }

  template <typename Func>
  static std::unique_ptr<jit::BuiltinOpFunction> make_method(const std::string& qualified, c10::FunctionSchema schema,
                                                             Func func, std::string doc_string) {
    auto on_stack = [func = std::move(func)](jit::Stack& stack) mutable -> void {
      using RetType = typename c10::guts::infer_function_traits_t<Func>::return_type;
      detail::BoxedProxy<RetType, Func>()(stack, func);
    };
    return std::make_unique<jit::BuiltinOpFunction>(qualified, std::move(schema), std::move(on_stack),
                                                    std::move(doc_string));
  }

  template <typename Func>
  torch::jit::Function* defineMethod(std::string name, Func func, std::string doc_string = "",
                                     Defaults default_args = {}) {
    const auto qualified = qualClassName + "." + name;
    auto schema = c10::inferFunctionSchemaSingleReturn<Func>(std::move(name), "");
    TORCH_CHECK(default_args.size() == 0 || default_args.size() == schema.arguments().size() - 1,
                "Default values must be specified for none or all arguments");
    if (default_args.size() > 0) schema = withNewArguments(schema, default_args);
    auto method = make_method(qualified, std::move(schema), std::move(func), std::move(doc_string));
    auto* defined = method.get();
    classTypePtr->addMethod(defined);
    registerCustomClassMethod(std::move(method));
    return defined;
  }
};

/// A value that holds a new object of the class.
template <typename CurClass, typename... CtorArgs>
c10::IValue make_custom_class(CtorArgs&&... args) {
  return c10::IValue(c10::make_intrusive<CurClass>(std::forward<CtorArgs>(args)...));
}

template <class CurClass>
inline class_<CurClass> selective_class_(const std::string& namespace_name, detail::SelectiveStr<true> className) {
  return torch::class_<CurClass>(namespace_name, std::string(className.operator const char*()));
}
template <class CurClass>
inline detail::ClassNotSelected selective_class_(const std::string&, detail::SelectiveStr<false>) {
  return detail::ClassNotSelected();
}

namespace jit {
using ::torch::class_;
using ::torch::getCustomClass;
using ::torch::init;
using ::torch::isCustomClass;
}  // namespace jit

template <class CurClass>
inline class_<CurClass> Library::class_(const std::string& className) {
  TORCH_CHECK(kind_ == DEF || kind_ == FRAGMENT, "class_(\"", className,
              "\"): Cannot define a class inside of a TORCH_LIBRARY_IMPL block.  ",
              "All class_()s should be placed in the (unique) TORCH_LIBRARY block for their namespace.  ",
              "(Error occurred at ", file_, ":", line_, ")");
  TORCH_INTERNAL_ASSERT(ns_.has_value(), file_, ":", line_);
  return torch::class_<CurClass>(*ns_, className);
}
template <class CurClass>
inline class_<CurClass> Library::class_(detail::SelectiveStr<true> className) {
  return this->template class_<CurClass>(std::string(className.operator const char*()));
}
template <class CurClass>
inline detail::ClassNotSelected Library::class_(detail::SelectiveStr<false>) {
  return detail::ClassNotSelected();
}

const std::unordered_set<std::string> getAllCustomClassesNames();

}  // namespace torch
