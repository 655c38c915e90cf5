// Mirrors <ATen/core/class_type.h> of PyTorch 2.13: a class of script or of C++ (torch::class_).
#pragma once

#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type_base.h>
#include <c10/util/light_std.h>

namespace torch::jit {
struct CompilationUnit;
struct Function;
}  // namespace torch::jit

namespace c10 {

struct FunctionSchema;

enum class AttributeKind { BUFFER, PARAMETER, REGULAR_ATTRIBUTE };

struct TORCH_API ClassAttribute {
 public:
  FLB_ON_USE ClassAttribute(AttributeKind kind, TypePtr attributeType, std::string attributeName)
      : kind_(kind), attributeType_(std::move(attributeType)), attributeName_(std::move(attributeName)) {}
  AttributeKind getKind() const { return kind_; }
  const TypePtr& getType() const { return attributeType_; }
  const std::string& getName() const { return attributeName_; }

 private:
  AttributeKind kind_;
  TypePtr attributeType_;
  std::string attributeName_;
};

struct ClassType;
using ClassTypePtr = std::shared_ptr<ClassType>;
using ::torch::jit::CompilationUnit;

struct TORCH_API ClassType : public NamedType {
  struct Property {
    std::string name;
    torch::jit::Function* getter;
    torch::jit::Function* setter;
  };

  static ClassTypePtr create(std::optional<QualifiedName> qualifiedName, std::weak_ptr<CompilationUnit> cu,
                             bool is_module = false, std::string doc_string = "",
                             std::vector<std::string> unresolved_class_attributes = {});

  bool equals(const Type& rhs) const override {
    if (this == &rhs) return true;
    auto* other = rhs.castRaw<ClassType>();
    return other && name().has_value() && name() == other->name() && compilation_unit() == other->compilation_unit();
  }
  std::string str() const override { return annotation_str(); }
  std::string repr_str() const override {
    std::stringstream text;
    text << str() << " (of Python compilation unit at: " << compilation_unit().get() << ')';
    return std::move(text).str();
  }

  // Attributes; each has a slot in the Object.
  FLB_ON_USE TypePtr findAttribute(const std::string& name) const {
    auto slot = findAttributeSlot(name);
    return slot ? attributes_[*slot].getType() : nullptr;
  }
  const TypePtr& getAttribute(const std::string& name) const { return attributes_[getAttributeSlot(name)].getType(); }
  size_t numAttributes() const { return attributes_.size(); }
  FLB_ON_USE const TypePtr& getAttribute(size_t slot) const {
    AT_ASSERT(slot < attributes_.size());
    return attributes_[slot].getType();
  }
  FLB_ON_USE const std::string getAttributeName(size_t slot) const {
    AT_ASSERT(slot < attributes_.size());
    return attributes_[slot].getName();
  }
  void checkNotExist(const std::string& name, const std::string& what) const;
  FLB_ON_USE std::optional<size_t> findAttributeSlot(const std::string& name) const {
    for (size_t slot = 0; slot < attributes_.size(); ++slot) {
      if (name == attributes_[slot].getName()) return slot;
    }
    return std::nullopt;
  }
  FLB_ON_USE size_t getAttributeSlot(const std::string& name) const {
    auto slot = findAttributeSlot(name);
    TORCH_CHECK(slot, repr_str(), " does not have an attribute with name '", name, "'");
    return *slot;
  }
  FLB_ON_USE bool hasAttribute(const std::string& name) const { return findAttributeSlot(name).has_value(); }
  bool isUnresolvedClassAttribute(const std::string& name) const;
  at::ArrayRef<TypePtr> containedTypes() const override { return attributeTypes_; }
  size_t addAttribute(const std::string& name, TypePtr type, bool is_parameter = false, bool is_buffer = false);
  void unsafeRemoveAttribute(const std::string& name);
  void unsafeChangeAttributeType(const std::string& name, const TypePtr& new_ty);
  FLB_ON_USE size_t addOrCheckAttribute(const std::string& name, TypePtr ty, bool is_parameter = false,
                                        bool is_buffer = false) {
    auto slot = findAttributeSlot(name);
    if (!slot) return addAttribute(name, std::move(ty), is_parameter, is_buffer);
    TORCH_CHECK(is_parameter == this->is_parameter(*slot), "Parameter field mismatch for the field '", name, "'");
    const TypePtr& have = getAttribute(*slot);
    TORCH_CHECK(ty->isSubtypeOf(*have), ty->repr_str(), " is not compatible with the type ", have->repr_str(),
                " for the field '", name, "'");
    return *slot;
  }

  std::optional<ClassType::Property> getProperty(const std::string& name);
  void addProperty(const std::string& name, torch::jit::Function* getter, torch::jit::Function* setter);
  const std::vector<Property>& properties() const { return properties_; }

  FLB_ON_USE bool hasConstant(const std::string& name) const {
    return std::find(constantNames_.begin(), constantNames_.end(), name) != constantNames_.end();
  }
  size_t addConstant(const std::string& name, const IValue& value);
  std::optional<size_t> findConstantSlot(const std::string& name) const;
  FLB_ON_USE size_t getConstantSlot(const std::string& name) const {
    auto slot = findConstantSlot(name);
    TORCH_CHECK(slot, repr_str(), " does not have constant field with the name '", name, "'");
    return *slot;
  }
  const std::string& getConstantName(size_t slot) const;
  const std::string& doc_string() const { return doc_string_; }
  IValue getConstant(const std::string& name) const;
  IValue getConstant(size_t slot) const;
  std::optional<IValue> findConstant(const std::string& name) const;
  size_t numConstants() const;
  at::ArrayRef<std::string> constantNames() const { return constantNames_; }
  at::ArrayRef<IValue> constantValues() const;
  void unsafeRemoveConstant(const std::string& name);

  TypePtr createWithContained(std::vector<TypePtr> contained_types) const override {
    auto copy = ClassType::create(name(), compilation_unit_, is_module());
    AT_ASSERT(numAttributes() == contained_types.size());
    for (size_t i = 0; i < attributes_.size(); ++i) {
      AT_ASSERT(attributes_[i].getType()->isSubtypeOf(*contained_types[i]));
      copy->addAttribute(attributes_[i].getName(), std::move(contained_types[i]));
    }
    for (const auto& method : methods()) copy->addMethod(method);
    return copy;
  }
  bool is_module() const override { return isModule_; }
  const std::vector<ClassAttribute>& getAttributes() const { return attributes_; }
  FLB_ON_USE bool is_parameter(size_t slot) const {
    TORCH_INTERNAL_ASSERT(is_module(), "asking for parameterSlots of non-Module");
    return attributes_.at(slot).getKind() == AttributeKind::PARAMETER;
  }
  FLB_ON_USE bool is_buffer(size_t slot) const {
    TORCH_INTERNAL_ASSERT(is_module(), "asking for bufferWrittenSlots of non-Module");
    return attributes_.at(slot).getKind() == AttributeKind::BUFFER;
  }

  // Hooks and methods; functions are owned by the compilation unit.
  void addForwardPreHook(torch::jit::Function* pre_hook_ptr);
  void addForwardHook(torch::jit::Function* hook_ptr);
  torch::jit::Function* findForwardPreHook(const std::string& name) const;
  torch::jit::Function* findForwardHook(const std::string& name) const;
  const std::vector<torch::jit::Function*>& getForwardHooks() const;
  const std::vector<torch::jit::Function*>& getForwardPreHooks() const;
  void checkForwardPreHookSchema(size_t pre_hook_idx, const FunctionSchema& pre_hook_schema) const;
  void checkForwardHookSchema(size_t hook_idx, const FunctionSchema& hook_schema) const;
  const std::vector<torch::jit::Function*>& methods() const;
  void addMethod(torch::jit::Function* method);
  torch::jit::Function* findMethod(const std::string& name) const;
  torch::jit::Function& getMethod(const std::string& name) const;
  torch::jit::Function* findHook(const std::string& name) const;
  torch::jit::Function& getHook(const std::string& name) const;
  bool hasMethod(const std::string& name) const;
  torch::jit::Function* findStaticMethod(const std::string& name) const;
  void addStaticMethod(torch::jit::Function* method);
  void unsafeRemoveMethod(const std::string& name);

  std::shared_ptr<CompilationUnit> compilation_unit();
  std::shared_ptr<const CompilationUnit> compilation_unit() const;
  /// A copy whose attributes have narrower types.
  ClassTypePtr refine(at::ArrayRef<TypePtr> refined_slots) const;
  bool isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const override;
  static const TypeKind Kind = TypeKind::ClassType;

 private:
  ClassType(std::optional<QualifiedName> name, std::weak_ptr<CompilationUnit> cu, bool is_module = false,
            std::string doc_string = "", std::vector<std::string> unresolved_class_attributes = {});
  std::string annotation_str_impl(const TypePrinter& = nullptr) const override { return name()->qualifiedName(); }
  void addAttribute(ClassAttribute classAttribute);
  std::string getForwardPreHookErrorMessage(size_t pre_hook_idx) const;
  std::string getForwardHookErrorMessage(size_t hook_idx) const;

  std::vector<std::string> constantNames_;
  std::vector<IValue> constantValues_;
  std::weak_ptr<CompilationUnit> compilation_unit_;
  std::vector<ClassAttribute> attributes_;
  std::vector<TypePtr> attributeTypes_;  // those of attributes_ again, for containedTypes()
  std::vector<torch::jit::Function*> methods_;
  std::vector<torch::jit::Function*> staticmethods_;
  std::vector<torch::jit::Function*> forward_hooks_;
  std::vector<torch::jit::Function*> forward_pre_hooks_;
  std::vector<Property> properties_;
  bool isModule_ = false;
  std::string doc_string_;
  std::vector<std::string> unresolved_class_attributes_;
};

}  // namespace c10
