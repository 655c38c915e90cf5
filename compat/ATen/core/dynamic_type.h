// Mirrors <ATen/core/dynamic_type.h> of PyTorch 2.13: one class that stands for any type, told apart by a bit set in
// which a supertype contains its subtypes' bits.
#pragma once

#include <ATen/core/jit_type_base.h>
#include <c10/util/light_std.h>

#include <cstdint>
#include <type_traits>

namespace c10 {

using DynamicTypeBits = std::uint32_t;
#define DYNAMIC_TYPE_BIT(x) (1u << x)

constexpr DynamicTypeBits kDynamicCovariantTypeBit = DYNAMIC_TYPE_BIT(31);
constexpr DynamicTypeBits kDynamicAnyTypeBit = DYNAMIC_TYPE_BIT(30);
constexpr DynamicTypeBits kDynamicNoneTypeBit = DYNAMIC_TYPE_BIT(1);
constexpr DynamicTypeBits kDynamicIntTypeBit = DYNAMIC_TYPE_BIT(3);
constexpr DynamicTypeBits kDynamicFloatTypeBit = DYNAMIC_TYPE_BIT(4);
constexpr DynamicTypeBits kDynamicComplexTypeBit = DYNAMIC_TYPE_BIT(5);
constexpr DynamicTypeBits kDynamicListTypeBit = DYNAMIC_TYPE_BIT(7);
constexpr DynamicTypeBits kDynamicTupleTypeBit = DYNAMIC_TYPE_BIT(8);
constexpr DynamicTypeBits kDynamicClassTypeBit = DYNAMIC_TYPE_BIT(10);

// name, bits, whether it contains no other types
#define FORALL_DYNAMIC_TYPES(_)                                                           \
  _(Tensor, DYNAMIC_TYPE_BIT(0), 1)                                                       \
  _(None, kDynamicNoneTypeBit, 1)                                                         \
  _(Bool, DYNAMIC_TYPE_BIT(2), 1)                                                         \
  _(Int, kDynamicIntTypeBit, 1)                                                           \
  _(Float, kDynamicFloatTypeBit, 1)                                                       \
  _(Complex, kDynamicComplexTypeBit, 1)                                                   \
  _(Number, (kDynamicIntTypeBit | kDynamicFloatTypeBit | kDynamicComplexTypeBit), 1)      \
  _(String, DYNAMIC_TYPE_BIT(6), 1)                                                       \
  _(List, kDynamicListTypeBit, 0)                                                         \
  _(Tuple, (kDynamicTupleTypeBit | kDynamicCovariantTypeBit), 0)                          \
  _(Dict, DYNAMIC_TYPE_BIT(9), 0)                                                         \
  _(Class, kDynamicClassTypeBit, 0)                                                       \
  _(Optional, (DYNAMIC_TYPE_BIT(11) | kDynamicNoneTypeBit | kDynamicCovariantTypeBit), 0) \
  _(AnyList, (kDynamicListTypeBit | kDynamicAnyTypeBit), 1)                               \
  _(AnyTuple, (kDynamicTupleTypeBit | kDynamicCovariantTypeBit | kDynamicAnyTypeBit), 1)  \
  _(DeviceObj, DYNAMIC_TYPE_BIT(12), 1)                                                   \
  _(StreamObj, DYNAMIC_TYPE_BIT(13), 1)                                                   \
  _(Capsule, DYNAMIC_TYPE_BIT(14), 1)                                                     \
  _(Generator, DYNAMIC_TYPE_BIT(15), 1)                                                   \
  _(Storage, DYNAMIC_TYPE_BIT(16), 1)                                                     \
  _(Var, DYNAMIC_TYPE_BIT(17), 0)                                                         \
  _(AnyClass, (kDynamicClassTypeBit | kDynamicAnyTypeBit), 1)                             \
  _(QScheme, DYNAMIC_TYPE_BIT(18), 1)                                                     \
  _(Quantizer, DYNAMIC_TYPE_BIT(19), 1)                                                   \
  _(AnyEnum, DYNAMIC_TYPE_BIT(20), 1)                                                     \
  _(RRef, DYNAMIC_TYPE_BIT(21), 0)                                                        \
  _(Future, DYNAMIC_TYPE_BIT(22), 0)                                                      \
  _(Await, DYNAMIC_TYPE_BIT(23), 0)                                                       \
  _(Any, 0xffffffff, 1)

// Types that stand as int here.
#define FORALL_DYNAMIC_TYPES_FAKE(_)   \
  _(ScalarType, kDynamicIntTypeBit, 1) \
  _(Layout, kDynamicIntTypeBit, 1)     \
  _(SymInt, kDynamicIntTypeBit, 1)     \
  _(SymBool, kDynamicIntTypeBit, 1)    \
  _(MemoryFormat, kDynamicIntTypeBit, 1)

#define FORWARD_DECL_TYPE(NAME, _, __) struct NAME##Type;
FORALL_DYNAMIC_TYPES(FORWARD_DECL_TYPE)
FORALL_DYNAMIC_TYPES_FAKE(FORWARD_DECL_TYPE)
#undef FORWARD_DECL_TYPE

class DynamicType;
using DynamicTypePtr = std::shared_ptr<DynamicType>;

class DynamicType : public SharedType {
  using ClassTypePtr = std::shared_ptr<const c10::ClassType>;

  struct LabeledDynamicType {
    std::optional<std::string> label;
    DynamicTypePtr ty;
    FLB_ON_USE explicit LabeledDynamicType(DynamicTypePtr t) : ty(std::move(t)) {}
    bool equals(const LabeledDynamicType& other) const;
    bool isSubtypeOf(const LabeledDynamicType& other) const;
  };

 public:
  using Ptr = TypePtr;
  using ElementType = DynamicType;
  ~DynamicType() override;

  struct Arguments {
    Arguments() = default;
    Arguments(c10::ArrayRef<TypePtr>);
    Arguments(const std::vector<std::string_view>&, c10::ArrayRef<TypePtr>);
    std::vector<LabeledDynamicType> elems;
  };

  enum class Tag : DynamicTypeBits {
#define DYNAMIC_TYPE_ITEM(NAME, VAL, _) NAME = VAL,
    FORALL_DYNAMIC_TYPES(DYNAMIC_TYPE_ITEM) FORALL_DYNAMIC_TYPES_FAKE(DYNAMIC_TYPE_ITEM)
#undef DYNAMIC_TYPE_ITEM
  };

  bool equals(const Type& rhs) const override;
  bool isSubtypeOfExt(const Type& rhs, std::ostream* why_not) const override;
  std::string str() const override;
  static const TypeKind Kind = TypeKind::DynamicType;
  static TORCH_API DynamicTypePtr create(Type& ty);

  explicit DynamicType(Tag, Arguments);
  explicit DynamicType(Tag, std::string_view, Arguments);
  DynamicType(DynamicType&&) = delete;
  DynamicType(const DynamicType&) = delete;
  DynamicType& operator=(const DynamicType&) = delete;
  DynamicType& operator=(DynamicType&&) = delete;

  TypePtr containedType(size_t) const override;
  size_t containedTypeSize() const override;
  Tag tag() const { return tag_; }
  const std::optional<std::string>& name() const { return name_; }
  const Arguments& arguments() const { return arguments_; }
  TORCH_API TypeKind dynamicKind() const;
  /// The static type that this one stands for.
  TORCH_API TypePtr fallback() const;

 private:
  bool symmetric() const override { return false; }
  friend struct Type;
  static SingletonOrSharedTypePtr<const DynamicType> create(const Type& ty);
  DynamicType(const Type& other);
  bool equals(const DynamicType& other) const;

  template <typename F>
  bool compareArguments(const DynamicType& other, const F& f) const {
    const auto &mine = arguments_.elems, &theirs = other.arguments_.elems;
    return std::equal(mine.begin(), mine.end(), theirs.begin(), theirs.end(), f);
  }

  Tag tag_;
  std::optional<std::string> name_;
  union {
    Arguments arguments_;
    ClassTypePtr class_;
  };
};

template <typename T>
struct DynamicTypeTrait {
  C10_NOINLINE static auto tagValue() {
    TORCH_CHECK(false);
    return DynamicType::Tag::Any;
  }
};

namespace detail {
C10_NOINLINE DynamicTypePtr makeBaseType(DynamicType::Tag tag);
}

#define DYNAMIC_TYPE_TAG_VALUE(NAME, _, IS_BASE_TYPE)                   \
  template <>                                                           \
  struct TORCH_API DynamicTypeTrait<NAME##Type> {                       \
    C10_ERASE static auto tagValue() { return DynamicType::Tag::NAME; } \
    static constexpr bool isBaseType = IS_BASE_TYPE;                    \
    template <typename T = const DynamicTypePtr&>                       \
    static std::enable_if_t<isBaseType, T> getBaseType() {              \
      static auto type = detail::makeBaseType(tagValue());              \
      return type;                                                      \
    }                                                                   \
  };
FORALL_DYNAMIC_TYPES(DYNAMIC_TYPE_TAG_VALUE)
FORALL_DYNAMIC_TYPES_FAKE(DYNAMIC_TYPE_TAG_VALUE)
#undef DYNAMIC_TYPE_TAG_VALUE

}  // namespace c10
