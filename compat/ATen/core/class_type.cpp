#include <ATen/core/class_type.h>

#include <ATen/core/Dict.h>
#include <ATen/core/function.h>
#include <ATen/core/function_schema.h>
#include <ATen/core/jit_type.h>

namespace c10 {

using torch::jit::Function;

ClassTypePtr ClassType::create(std::optional<QualifiedName> qualifiedName, std::weak_ptr<CompilationUnit> cu,
                               bool is_module, std::string doc_string,
                               std::vector<std::string> unresolved_class_attributes) {
  return ClassTypePtr(new ClassType(std::move(qualifiedName), std::move(cu), is_module, std::move(doc_string),
                                    std::move(unresolved_class_attributes)));
}

ClassType::ClassType(std::optional<QualifiedName> name, std::weak_ptr<CompilationUnit> cu, bool is_module,
                     std::string doc_string, std::vector<std::string> unresolved_class_attributes)
    : NamedType(TypeKind::ClassType, std::move(name)),
      compilation_unit_(std::move(cu)),
      isModule_(is_module),
      doc_string_(std::move(doc_string)),
      unresolved_class_attributes_(std::move(unresolved_class_attributes)) {}

namespace {

Function* find_function(const std::vector<Function*>& functions, const std::string& name) {
  for (auto* function : functions) {
    if (name == function->name()) return function;
  }
  return nullptr;
}

}  // namespace

// --- methods ---

const std::vector<Function*>& ClassType::methods() const { return methods_; }
Function* ClassType::findMethod(const std::string& name) const { return find_function(methods_, name); }
Function& ClassType::getMethod(const std::string& name) const {
  auto* method = findMethod(name);
  TORCH_CHECK(method != nullptr, "Couldn't find method: '", name, "' on class: '", repr_str(), "'");
  return *method;
}
bool ClassType::hasMethod(const std::string& name) const { return findMethod(name) != nullptr; }
Function* ClassType::findStaticMethod(const std::string& name) const { return find_function(staticmethods_, name); }
void ClassType::addMethod(Function* method) {
  TORCH_CHECK(findMethod(method->name()) == nullptr, "Can't redefine method: ", method->name(),
              " on class: ", repr_str());
  methods_.push_back(method);
}
void ClassType::addStaticMethod(Function* method) {
  TORCH_CHECK(findStaticMethod(method->name()) == nullptr && findMethod(method->name()) == nullptr,
              "Can't redefine method: ", method->name(), " on class: ", repr_str());
  staticmethods_.emplace_back(method);
}
void ClassType::unsafeRemoveMethod(const std::string& name) {
  auto* method = findMethod(name);
  TORCH_CHECK(method, "Can't delete undefined method ", name, " on class: ", repr_str());
  methods_.erase(std::find(methods_.begin(), methods_.end(), method));
}

// --- hooks ---

Function* ClassType::findForwardPreHook(const std::string& name) const {
  return find_function(forward_pre_hooks_, name);
}
Function* ClassType::findForwardHook(const std::string& name) const { return find_function(forward_hooks_, name); }
const std::vector<Function*>& ClassType::getForwardHooks() const { return forward_hooks_; }
const std::vector<Function*>& ClassType::getForwardPreHooks() const { return forward_pre_hooks_; }
void ClassType::addForwardPreHook(Function* pre_hook_ptr) { forward_pre_hooks_.emplace_back(pre_hook_ptr); }
void ClassType::addForwardHook(Function* hook_ptr) { forward_hooks_.emplace_back(hook_ptr); }
Function* ClassType::findHook(const std::string& name) const {
  auto* hook = findForwardHook(name);
  return hook ? hook : findForwardPreHook(name);
}
Function& ClassType::getHook(const std::string& name) const {
  auto* hook = findHook(name);
  TORCH_CHECK(hook, "Couldn't find: '", name, "' on class: '", repr_str(), "'as forward hook or forward pre_hook.");
  return *hook;
}

std::string ClassType::getForwardPreHookErrorMessage(size_t pre_hook_idx) const {
  const auto& name = forward_pre_hooks_[pre_hook_idx]->name();
  const FunctionSchema& forward = getMethod("forward").getSchema();
  std::string inputs, outputs, single;
  for (size_t i = 1; i < forward.arguments().size(); ++i) {
    inputs += (i > 1 ? ", " : "") + forward.arguments()[i].type()->annotation_str();
  }
  const std::string types = inputs.empty() ? "()" : inputs;
  return "This error occurred while scripting the forward pre-hook '" + name + "' on module '" + this->name()->name() +
         "'. If you did not want to script this pre-hook remove it from the original NN module " +
         "before scripting. Pre-hooks for module '" + this->name()->name() + "' are expected to have the following " +
         "signature: " + name + "(self, input: Tuple[" + types + "]) and to return either 'None' or 'Tuple[" + types +
         "]'" + (forward.arguments().size() == 2 ? " or '" + types + "'" : "") + ". ";
}
std::string ClassType::getForwardHookErrorMessage(size_t hook_idx) const {
  const auto& name = forward_hooks_[hook_idx]->name();
  const FunctionSchema& forward = getMethod("forward").getSchema();
  std::string inputs;
  for (size_t i = 1; i < forward.arguments().size(); ++i) {
    inputs += (i > 1 ? ", " : "") + forward.arguments()[i].type()->annotation_str();
  }
  const auto result = forward.returns().at(0).type()->annotation_str();
  return "This error occurred while scripting the forward hook '" + name + "' on module " + this->name()->name() +
         ". If you did not want to script this hook remove it from the original NN module before scripting. This "
         "hook " +
         "was expected to have the following signature: " + name + "(self, input: Tuple[" +
         (inputs.empty() ? "()" : inputs) + "], output: " + result + "). ";
}

void ClassType::checkForwardPreHookSchema(size_t pre_hook_idx, const FunctionSchema& pre_hook_schema) const {
  const auto message = getForwardPreHookErrorMessage(pre_hook_idx);
  TORCH_CHECK(pre_hook_schema.arguments().size() == 2, "Pre-hook '", pre_hook_schema.name(), "' was expected to only ",
              "have exactly 2 inputs but it had ", pre_hook_schema.arguments().size(), " inputs. ", message);
  const FunctionSchema& forward = getMethod("forward").getSchema();
  std::vector<TypePtr> inputs;
  for (size_t i = 1; i < forward.arguments().size(); ++i) inputs.push_back(forward.arguments()[i].type());
  const TypePtr as_tuple = TupleType::create(inputs);
  TORCH_CHECK(*pre_hook_schema.arguments()[1].type() == *as_tuple, "Pre-hook '", pre_hook_schema.name(),
              "' has the wrong type for its input. ", message);
  TORCH_CHECK(pre_hook_schema.returns().size() == 1, "Pre-hook '", pre_hook_schema.name(),
              "' was expected to return one value. ", message);
  const auto& returned = *pre_hook_schema.returns()[0].type();
  const bool fits = returned == *NoneType::get() || returned == *as_tuple ||
                    (inputs.size() == 1 && returned == *inputs[0] && inputs[0]->kind() != TupleType::Kind);
  TORCH_CHECK(fits, "Pre-hook '", pre_hook_schema.name(), "' returned the wrong type of: '", returned.annotation_str(),
              "'. ", message);
}
void ClassType::checkForwardHookSchema(size_t hook_idx, const FunctionSchema& hook_schema) const {
  const auto message = getForwardHookErrorMessage(hook_idx);
  TORCH_CHECK(hook_schema.arguments().size() == 3, "Hook '", hook_schema.name(), "' was expected to only have ",
              "exactly 3 inputs but it had ", hook_schema.arguments().size(), " inputs. ", message);
  const FunctionSchema& forward = getMethod("forward").getSchema();
  std::vector<TypePtr> inputs;
  for (size_t i = 1; i < forward.arguments().size(); ++i) inputs.push_back(forward.arguments()[i].type());
  TORCH_CHECK(*hook_schema.arguments()[1].type() == *TupleType::create(inputs), "Hook '", hook_schema.name(),
              "' has the wrong type for its input. ", message);
  const auto& output = *forward.returns().at(0).type();
  TORCH_CHECK(*hook_schema.arguments()[2].type() == output, "Hook '", hook_schema.name(), "' has the wrong type for ",
              "the output argument. Received type: '", hook_schema.arguments()[2].type()->annotation_str(),
              "'. Expected type: '", output.annotation_str(), "'. ", message);
  TORCH_CHECK(hook_schema.returns().size() == 1, "Hook '", hook_schema.name(), "' was expected to return one value. ",
              message);
  const auto& returned = *hook_schema.returns()[0].type();
  TORCH_CHECK(returned == *NoneType::get() || returned == output, "Hook '", hook_schema.name(),
              "' returned the wrong type of: '", returned.annotation_str(), "'. Expected return type: '",
              output.annotation_str(), "'. ", message);
}

// --- attributes, properties, constants ---

bool ClassType::isUnresolvedClassAttribute(const std::string& name) const {
  return std::find(unresolved_class_attributes_.begin(), unresolved_class_attributes_.end(), name) !=
         unresolved_class_attributes_.end();
}

void ClassType::checkNotExist(const std::string& name, const std::string& what) const {
  for (const auto& constant : constantNames_) {
    TORCH_CHECK(name != constant, "attempting to add ", what, " '", name, "' to ", repr_str(),
                " but a constant field of the same name already exists with value ", getConstant(name));
  }
  for (const auto& attribute : attributes_) {
    TORCH_CHECK(name != attribute.getName(), "attempting to add ", what, " '", name, "' to ", repr_str(),
                " but an attribute field of the same name already exists with type ", attribute.getType()->repr_str());
  }
}

void ClassType::addAttribute(ClassAttribute classAttribute) {
  attributeTypes_.push_back(classAttribute.getType());
  attributes_.push_back(std::move(classAttribute));
  AT_ASSERT(attributes_.size() == attributeTypes_.size());
}

size_t ClassType::addAttribute(const std::string& name, TypePtr type, bool is_parameter, bool is_buffer) {
  TORCH_CHECK(!(is_parameter && is_buffer), "Attribute cannot be both a parameter and a buffer!");
  const std::string what = is_parameter ? "parameter" : is_buffer ? "buffer" : "attribute";
  checkNotExist(name, what);
  const size_t slot = attributes_.size();
  const auto kind = is_parameter ? AttributeKind::PARAMETER
                    : is_buffer  ? AttributeKind::BUFFER
                                 : AttributeKind::REGULAR_ATTRIBUTE;
  if (is_parameter || is_buffer) {
    TORCH_INTERNAL_ASSERT(is_module(), "adding a parameter or buffer to a non module");
    TORCH_CHECK((type->kind() == TensorType::Kind) ||
                    (type->kind() == OptionalType::Kind &&
                     type->expectRef<OptionalType>().getElementType()->kind() == TensorType::Kind) ||
                    (type->kind() == NoneType::Kind),
                "Expecting parameter or buffer to have either None, Tensor or Optional[Tensor] type, but got: ",
                toString(type));
  }
  addAttribute(ClassAttribute(kind, std::move(type), name));
  return slot;
}

void ClassType::unsafeRemoveAttribute(const std::string& name) {
  const auto slot = static_cast<std::ptrdiff_t>(getAttributeSlot(name));
  attributes_.erase(attributes_.begin() + slot);
  attributeTypes_.erase(attributeTypes_.begin() + slot);
}

void ClassType::unsafeChangeAttributeType(const std::string& name, const TypePtr& new_ty) {
  const auto slot = getAttributeSlot(name);
  const auto& old = attributes_[slot];
  AT_ASSERT(old.getKind() == AttributeKind::REGULAR_ATTRIBUTE);
  attributes_[slot] = ClassAttribute(old.getKind(), new_ty, old.getName());
  attributeTypes_[slot] = new_ty;
}

std::optional<ClassType::Property> ClassType::getProperty(const std::string& name) {
  for (auto& property : properties_) {
    if (name == property.name) return property;
  }
  return std::nullopt;
}
void ClassType::addProperty(const std::string& name, Function* getter, Function* setter) {
  TORCH_INTERNAL_ASSERT(!getProperty(name), "Property named ", name, " already exists!");
  properties_.push_back({name, getter, setter});
}

size_t ClassType::addConstant(const std::string& name, const IValue& value) {
  checkNotExist(name, "constant");
  constantNames_.emplace_back(name);
  constantValues_.emplace_back(value);
  return constantNames_.size() - 1;
}
std::optional<size_t> ClassType::findConstantSlot(const std::string& name) const {
  TORCH_CHECK(constantNames_.size() == constantValues_.size());
  for (size_t i = 0; i < constantNames_.size(); i++) {
    if (name == constantNames_[i]) return i;
  }
  return std::nullopt;
}
const std::string& ClassType::getConstantName(size_t slot) const { return constantNames_.at(slot); }
size_t ClassType::numConstants() const { return constantNames_.size(); }
IValue ClassType::getConstant(const std::string& name) const { return constantValues_[getConstantSlot(name)]; }
IValue ClassType::getConstant(size_t slot) const { return constantValues_.at(slot); }
std::optional<IValue> ClassType::findConstant(const std::string& name) const {
  auto slot = findConstantSlot(name);
  return slot ? std::make_optional(constantValues_[*slot]) : std::nullopt;
}
at::ArrayRef<IValue> ClassType::constantValues() const { return constantValues_; }
void ClassType::unsafeRemoveConstant(const std::string& name) {
  const auto slot = static_cast<std::ptrdiff_t>(getConstantSlot(name));
  constantNames_.erase(constantNames_.begin() + slot);
  constantValues_.erase(constantValues_.begin() + slot);
}

// --- the type itself ---

std::shared_ptr<CompilationUnit> ClassType::compilation_unit() { return compilation_unit_.lock(); }
std::shared_ptr<const CompilationUnit> ClassType::compilation_unit() const { return compilation_unit_.lock(); }

ClassTypePtr ClassType::refine(at::ArrayRef<TypePtr> refined_slots) const {
  auto refined = ClassType::create(name(), compilation_unit_);
  AT_ASSERT(numAttributes() == refined_slots.size());
  for (size_t i = 0; i < attributes_.size(); ++i) {
    AT_ASSERT(refined_slots[i]->isSubtypeOf(*attributes_[i].getType()));
    refined->addAttribute(attributes_[i].getName(), refined_slots[i],
                          attributes_[i].getKind() == AttributeKind::PARAMETER,
                          attributes_[i].getKind() == AttributeKind::BUFFER);
  }
  for (auto* method : methods()) refined->addMethod(method);
  return refined;
}

bool ClassType::isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const {
  if (rhs.castRaw<AnyClassType>()) return true;
  auto* interface = rhs.castRaw<InterfaceType>();
  if (!interface) return Type::isSubtypeOfExt(rhs, why_not);
  if (!is_module() && interface->is_module()) {
    if (why_not) {
      *why_not << "Class '" << repr_str() << "' is not a subtype of the module interface '" << rhs.repr_str()
               << "' , only ScriptModule class can be subtype of module interface.\n";
    }
    return false;
  }
  for (const FunctionSchema& wanted : interface->methods()) {
    auto* method = findMethod(wanted.name());
    if (!method) {
      if (why_not) {
        *why_not << "Class '" << repr_str() << "' does not have method '" << wanted.name() << "' but '"
                 << rhs.repr_str() << "' does.\n";
      }
      return false;
    }
    if (!method->getSchema().isSubtypeOf(wanted, /*as_method=*/true, why_not)) {
      if (why_not) {
        *why_not << "Method on class '" << repr_str() << "' (1) is not compatible with interface '" << rhs.repr_str()
                 << "' (2)\n  (1) " << method->getSchema() << "\n  (2) " << wanted << "\n";
      }
      return false;
    }
  }
  return true;
}

}  // namespace c10
