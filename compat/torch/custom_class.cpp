#include <torch/custom_class.h>

#include <mutex>

namespace {

// All classes registered by torch::class_, and the methods they own. Never destroyed: types are shared with users.
struct CustomClasses {
  std::mutex mutex;
  std::unordered_map<std::string, c10::ClassTypePtr> by_name;
  std::unordered_map<std::type_index, c10::ClassTypePtr> by_cpp_type;
  std::vector<std::unique_ptr<torch::jit::Function>> methods;
};
CustomClasses& classes() {
  static auto& all = *new CustomClasses;
  return all;
}

}  // namespace

namespace c10 {

c10::ClassTypePtr getCustomClassTypeImpl(const std::type_index& tindex) {
  auto& all = classes();
  std::lock_guard<std::mutex> lock(all.mutex);
  auto it = all.by_cpp_type.find(tindex);
  if (it == all.by_cpp_type.end()) {
    // The same class may have a type_info in each library.
    it = std::find_if(all.by_cpp_type.begin(), all.by_cpp_type.end(),
                      [&](const auto& entry) { return strcmp(tindex.name(), entry.first.name()) == 0; });
  }
  TORCH_CHECK(it != all.by_cpp_type.end(), "Can't find class id in custom class type map for ", tindex.name());
  return it->second;
}

}  // namespace c10

namespace torch {

namespace detail {

class_base::class_base(const std::string& namespaceName, const std::string& className, std::string doc_string,
                       const std::type_info& intrusivePtrClassTypeid, const std::type_info& taggedCapsuleClassTypeid) {
  checkValidIdent(namespaceName, "Namespace name");
  checkValidIdent(className, "Class name");
  qualClassName = "__torch__.torch.classes." + namespaceName + "." + className;
  classTypePtr = at::ClassType::create(c10::QualifiedName(qualClassName), std::weak_ptr<jit::CompilationUnit>(),
                                       /*is_module=*/false, std::move(doc_string));
  classTypePtr->addAttribute("capsule", c10::TypeFactory::get<c10::CapsuleType>());
  {
    auto& all = classes();
    std::lock_guard<std::mutex> lock(all.mutex);
    all.by_cpp_type.insert({std::type_index(intrusivePtrClassTypeid), classTypePtr});
    all.by_cpp_type.insert({std::type_index(taggedCapsuleClassTypeid), classTypePtr});
  }
  registerCustomClass(classTypePtr);
}

static c10::FunctionSchema with_defaults(const c10::FunctionSchema& schema, std::initializer_list<arg> default_args,
                                         size_t first) {
  const auto& old = schema.arguments();
  std::vector<c10::Argument> arguments(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(first));
  size_t position = first;
  for (const auto& given : default_args) {
    const auto& argument = old[position++];
    arguments.emplace_back(given.name_, argument.type(), argument.real_type(), argument.N(), given.value_);
  }
  return schema.cloneWithArguments(std::move(arguments));
}
c10::FunctionSchema class_base::withNewArguments(const c10::FunctionSchema& schema,
                                                 std::initializer_list<arg> default_args) {
  return with_defaults(schema, default_args, 1);
}
c10::FunctionSchema class_base::withNewArgumentsStatic(const c10::FunctionSchema& schema,
                                                       std::initializer_list<arg> default_args) {
  return with_defaults(schema, default_args, 0);
}

}  // namespace detail

void registerCustomClass(at::ClassTypePtr class_type) {
  TORCH_INTERNAL_ASSERT(class_type->name());
  const auto name = class_type->name()->qualifiedName();
  auto& all = classes();
  std::lock_guard<std::mutex> lock(all.mutex);
  TORCH_CHECK(all.by_name.emplace(name, std::move(class_type)).second, "Custom class with name ", name,
              " is already registered. Ensure that registration with torch::class_ is only called once.");
}

at::ClassTypePtr getCustomClass(const std::string& class_name) {
  auto& all = classes();
  std::lock_guard<std::mutex> lock(all.mutex);
  auto it = all.by_name.find(class_name);
  return it == all.by_name.end() ? nullptr : it->second;
}

const std::unordered_set<std::string> getAllCustomClassesNames() {
  auto& all = classes();
  std::lock_guard<std::mutex> lock(all.mutex);
  std::unordered_set<std::string> names;
  for (const auto& entry : all.by_name) names.insert(entry.first);
  return names;
}

bool isCustomClass(const c10::IValue& v) {
  if (!v.isObject()) return false;
  const auto& name = v.toObject()->type()->name();
  return name && getCustomClass(name->qualifiedName());
}

void registerCustomClassMethod(std::unique_ptr<jit::Function> fn) {
  auto& all = classes();
  std::lock_guard<std::mutex> lock(all.mutex);
  all.methods.emplace_back(std::move(fn));
}

std::vector<c10::FunctionSchema> customClassSchemasForBCCheck() {
  auto& all = classes();
  std::lock_guard<std::mutex> lock(all.mutex);
  return c10::fmap(all.methods, [](const auto& fn) { return fn->getSchema(); });
}

}  // namespace torch
