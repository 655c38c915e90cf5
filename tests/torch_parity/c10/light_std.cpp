// Prints what std::optional and std::unique_ptr of c10's types do, which are libstdc++'s with PyTorch's headers.
#include <c10/core/Device.h>
#include <c10/core/Layout.h>
#include <c10/core/Scalar.h>
#include <c10/core/ScalarType.h>
#include <c10/core/StorageImpl.h>
#include <c10/core/Stream.h>
#include <c10/core/SymInt.h>
#include <c10/core/TensorImpl.h>
#include <c10/util/ArrayRef.h>
#include <c10/util/typeid.h>

#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unordered_set>
#include <vector>

namespace {

using c10::Device;
using c10::IntArrayRef;
using c10::Scalar;
using c10::ScalarType;
using c10::SymInt;
using Symbols = std::vector<SymInt>;

template <class T>
void traits(const char* name) {
  using O = std::optional<T>;
  std::cout << name
            << ": " << sizeof(O) << ' ' << alignof(O) << ' ' << std::is_trivially_copyable_v<O> << std::is_trivially_destructible_v<O> << std::is_trivially_copy_constructible_v<O> << std::is_trivially_move_assignable_v<O> << std::is_nothrow_default_constructible_v<O> << std::is_nothrow_move_constructible_v<O> << std::is_nothrow_move_assignable_v<O> << std::is_nothrow_swappable_v<O> << std::is_copy_constructible_v<O> << std::is_copy_assignable_v<O> << std::is_standard_layout_v<O> << '\n';
}

template <class T, class... Sources>
void conversions(const char* name) {
  using O = std::optional<T>;
  std::cout << name;
  ((std::cout << ' '
              << std::
                     is_constructible_v<
                         O,
                         Sources> << std::is_convertible_v<Sources, O> << std::is_assignable_v<O&, Sources> << std::is_constructible_v<O, std::optional<Sources>> << std::is_convertible_v<std::optional<Sources>, O> << std::is_assignable_v<O&, std::optional<Sources>> << std::is_constructible_v<O, const std::optional<Sources>&> << std::is_assignable_v<O&, const std::optional<Sources>&>),
   ...);
  std::cout
      << ' '
      << std::is_constructible_v<
             O,
             std::
                 nullopt_t> << std::is_assignable_v<O&, std::nullopt_t> << std::is_constructible_v<O, std::in_place_t> << std::is_constructible_v<O, std::in_place_t, int> << '\n';
}

template <class T>
void values(const T& one, const T& two) {
  std::optional<T> none, a(one), b = two;
  std::cout << none.has_value() << bool(a) << (a == b) << (a != none) << (none == std::nullopt) << (a == one)
            << (*b == two) << (none.value_or(two) == two) << (std::optional<T>(one).value_or(two) == one);
  try {
    (void)none.value();
  } catch (const std::bad_optional_access& error) {
    std::cout << ' ' << error.what() << ' ';
  }
  a.swap(b);
  std::cout << (a == two) << (b == one);
  swap(a, none);
  std::cout << a.has_value() << (none == two);
  a = b;
  std::optional<T> moved = std::move(b);
  std::cout << (a == one) << b.has_value() << (moved == one) << (*a.operator->() == one);
  a = std::nullopt;
  none = {};
  std::cout << a.has_value() << none.has_value();
  a.emplace(two);
  b = two;
  a = std::move(b);
  a = two;
  a = std::optional<T>();
  b.reset();
  std::cout << a.has_value() << b.has_value() << (std::make_optional(one) == std::optional(one)) << '\n';
}

struct Meta : c10::AutogradMetaInterface {
  explicit Meta(int number) : number(number) {}
  ~Meta() override { std::cout << " ~" << number; }
  void set_requires_grad(bool, at::TensorImpl*) override {}
  bool requires_grad() const override { return false; }
  at::Tensor& mutable_grad() override { std::abort(); }
  const at::Tensor& grad() const override { std::abort(); }
  const at::Tensor& fw_grad(uint64_t, const at::TensorBase&) const override { std::abort(); }
  void set_fw_grad(const at::TensorBase&, const at::TensorBase&, uint64_t, bool) override {}
  int number;
};

void pointers() {
  using P = std::unique_ptr<c10::AutogradMetaInterface>;
  using Q = std::unique_ptr<Meta>;
  std::cout
      << sizeof(P)
      << std::
             is_constructible_v<P,
                                Q> << std::is_convertible_v<Q, P> << std::is_constructible_v<Q, P> << std::is_copy_constructible_v<P> << std::is_convertible_v<Meta*, P> << std::is_constructible_v<P, Meta*> << std::is_assignable_v<P&, Q> << std::is_assignable_v<P&, Meta*> << std::is_assignable_v<P&, std::nullptr_t> << std::is_nothrow_move_constructible_v<P> << std::is_constructible_v<P, std::unique_ptr<Meta[]>> << std::is_same_v<P::deleter_type, std::default_delete<c10::AutogradMetaInterface>>;
  P p, q(nullptr), r = std::make_unique<Meta>(1);
  std::cout << bool(p) << (p == q) << (p == nullptr) << (r != p) << (p < r) << (r->requires_grad());
  p = std::move(r);
  std::cout << bool(r) << bool(p) << (std::hash<P>()(p) == std::hash<c10::AutogradMetaInterface*>()(p.get()));
  p.reset(new Meta(2));
  q = Q(new Meta(3));
  swap(p, q);
  p.swap(r);
  std::cout << ' ' << static_cast<Meta&>(*r).number << static_cast<Meta*>(q.get())->number;
  std::unique_ptr<c10::AutogradMetaInterface> kept(q.release());
  kept.get_deleter()(kept.release());
  std::shared_ptr<c10::AutogradMetaInterface> shared = std::move(r);
  std::cout << ' ' << shared.use_count() << bool(r);
  std::vector<P> many;
  for (int i = 4; i < 8; ++i) many.push_back(std::make_unique<Meta>(i));
  many.erase(many.begin());
  many[0] = nullptr;
  std::unique_ptr<c10::StorageExtraMeta> meta = std::make_unique<c10::StorageExtraMeta>();
  meta = nullptr;
  std::cout << ' ' << many.size() << '\n';
}

// Passed in registers or not as libstdc++'s is: the callee is another translation unit's in spirit.
template <class T>
__attribute__((noinline)) bool passed(std::optional<T> value, const T& expected) {
  return value == expected;
}

constexpr std::optional<ScalarType> kNone, kSome = ScalarType::Half;
static_assert(!kNone && *kSome == ScalarType::Half && kSome.value_or(ScalarType::Byte) == ScalarType::Half);
constexpr ScalarType assigned() {
  std::optional<ScalarType> value;
  value = ScalarType::Int;
  value.emplace(ScalarType::Long);
  return value.value();
}
static_assert(assigned() == ScalarType::Long);

}  // namespace

int main() {
  std::cout << std::boolalpha;
  traits<Device>("Device");
  traits<ScalarType>("ScalarType");
  traits<c10::Layout>("Layout");
  traits<IntArrayRef>("IntArrayRef");
  traits<Scalar>("Scalar");
  traits<SymInt>("SymInt");
  traits<c10::Stream>("Stream");
  traits<caffe2::TypeMeta>("TypeMeta");
  traits<Symbols>("vector<SymInt>");
  conversions<Device, Device, std::string, c10::DeviceType, int>("Device");
  conversions<ScalarType, ScalarType, int, c10::Layout>("ScalarType");
  conversions<Scalar, Scalar, int, double, SymInt, std::string>("Scalar");
  conversions<SymInt, SymInt, int64_t, int, double>("SymInt");
  conversions<IntArrayRef, IntArrayRef, std::vector<int64_t>, int64_t, std::initializer_list<int64_t>>("IntArrayRef");
  conversions<Symbols, Symbols, std::initializer_list<SymInt>, size_t>("vector<SymInt>");
  values<Device>(Device(c10::kCPU), Device(c10::kCUDA, 1));
  values<ScalarType>(ScalarType::Float, ScalarType::Bool);
  values<caffe2::TypeMeta>(caffe2::TypeMeta::Make<int>(), caffe2::TypeMeta::Make<double>());
  values<Symbols>({1, 2}, {3});
  std::cout << passed<Device>(Device(c10::kMeta), Device(c10::kMeta)) << passed<Symbols>(Symbols{1}, Symbols{1}) << ' '
            << std::hash<std::optional<ScalarType>>()(ScalarType::Half) << ' '
            << std::unordered_set<std::optional<ScalarType>>{ScalarType::Half, std::nullopt, ScalarType::Half}.size()
            << std::optional<Symbols>(std::in_place, {SymInt(1), SymInt(2)})->size()
            << std::make_optional<Symbols>(3, SymInt(7))->size() << '\n';
  std::optional<Device> device("cuda:2");
  std::optional<SymInt> symbol = std::optional<int64_t>(5);
  symbol = std::optional<int64_t>();
  device = std::optional<std::string>("cpu");
  std::cout << *device << symbol.has_value() << std::move(device).value() << (std::optional<Scalar>(2)->toInt())
            << '\n';
  pointers();
}
