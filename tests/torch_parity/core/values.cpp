// An IValue of every tag: kind, type, text, equality, copies, conversions; lists, dictionaries, tuples, futures.
#include <ATen/core/enum_type.h>
#include <torch/torch.h>

#include <iostream>

using c10::IValue;

struct Thing : torch::CustomClassHolder {};

static void show(const char* what, const IValue& v) {
  std::cout << what << ": " << v.tagKind() << ' ' << v.isIntrusivePtr() << v.isPtrType() << v.isScalar();
  try {
    std::cout << ' ' << v.type()->str() << ' ' << v.type()->annotation_str() << ' '
              << static_cast<int>(v.type()->kind());
  } catch (const std::exception&) {
    std::cout << " no type";
  }
  IValue copy = v, moved = std::move(copy), other = IValue(7);
  other.swap(moved);
  std::cout << ' ' << other.is(v) << copy.isNone() << moved.toInt() << other.isAliasOf(v);
  const bool text = !v.isBlob() && !v.isObject() && !v.isPyObject() && !v.isStorage() && !v.isStream();
  if (text) std::cout << ' ' << v;
  try {
    std::cout << ' ' << (v == other);
  } catch (const std::exception&) {
    std::cout << " no ==";
  }
  try {
    std::ostringstream repr;
    v.repr(repr, [](std::ostream&, const IValue&) { return false; });
    std::cout << " repr " << repr.str();
  } catch (const std::exception&) {
    std::cout << " no repr";
  }
  std::cout << '\n';
}

template <class F>
static void fails(const char* what, const F& f) {
  try {
    f();
    std::cout << what << ": no error\n";
  } catch (const c10::Error& e) {
    const std::string text = e.what_without_backtrace();
    std::cout << what << ": " << text.substr(0, text.find(" INTERNAL ASSERT")) << '\n';
  } catch (const std::exception& e) {
    std::cout << what << ": std\n";
  }
}

int main() {
  torch::Library library(torch::Library::FRAGMENT, "values", std::nullopt, __FILE__, 0);
  library.class_<Thing>("Thing").def(torch::init<>());

  const auto x = torch::ones({2});
  show("none", IValue());
  show("tensor", x);
  show("undefined", at::Tensor());
  show("storage", x.storage());
  show("double", 1.5);
  show("double whole", 2.0);
  show("complex", c10::complex<double>(1, -2));
  show("int", 3);
  show("uint", std::numeric_limits<uint64_t>::max());
  show("symint", c10::SymInt(4));
  show("bool", true);
  show("tuple", std::make_tuple(1, 2.5, std::string("a")));
  show("one tuple", std::make_tuple(1));
  show("big tuple", c10::ivalue::Tuple::create(std::vector<IValue>{1, 2, 3, 4, 5}));
  show("string", "quo\"te\n");
  show("capsule", IValue::make_capsule(c10::make_intrusive<Thing>()));
  show("int list", std::vector<int64_t>{1, 2, 3});
  show("symint list", std::vector<c10::SymInt>{1, 2});
  show("double list", std::vector<double>{1, 2.5});
  show("bool list", c10::List<bool>({true, false}));
  show("string list", std::vector<std::string>{"a", "b"});
  show("tensor list", std::vector<at::Tensor>{});
  show("optional tensor list", c10::List<std::optional<at::Tensor>>());
  show("complex list", c10::List<c10::complex<double>>({c10::complex<double>(0, 1)}));
  show("array", std::array<bool, 3>{true, false, true});
  show("nested list", c10::List<c10::List<int64_t>>({c10::List<int64_t>({1})}));
  c10::Dict<std::string, int64_t> dict;
  dict.insert("b", 2);
  dict.insert("a", 1);
  show("dict", dict);
  show("empty dict", c10::Dict<int64_t, at::Tensor>());
  auto future = c10::make_intrusive<c10::ivalue::Future>(c10::IntType::get());
  show("device", at::Device("cpu"));
  show("stream", c10::Stream(c10::Stream::DEFAULT, at::Device("cpu")));
  show("object", c10::make_intrusive<Thing>());
  show("uninitialized", IValue::uninitialized());
  show("generator", at::detail::createCPUGenerator(5));
  show("scalar type", at::kHalf);
  show("optional", std::optional<int64_t>());
  show("blob", c10::make_intrusive<caffe2::Blob>());
  auto enumeration = c10::EnumType::create(c10::QualifiedName("m.Color"), c10::IntType::get(), {{"RED", 1}}, {});
  show("enum", IValue(c10::make_intrusive<c10::ivalue::EnumHolder>(enumeration, "RED", IValue(1))));

  std::cout << IValue(3).toScalar().toDouble() << IValue(std::vector<int64_t>{4, 5}).toIntVector()
            << IValue(std::vector<int64_t>{6}).toDimVector() << IValue(2).to<std::optional<int64_t>>().value()
            << IValue("s").to<std::string>() << IValue(dict).toGenericDict().size() << '\n';
  const auto [a, b] = IValue(std::make_tuple(1, "t")).to<std::tuple<int64_t, std::string>>();
  std::cout << a << b << c10::get_hash(IValue(5) == IValue(5)) << IValue::hash(IValue(5)) << (IValue(1) == IValue(1.0))
            << '\n';
  c10::List<int64_t> list({1, 2, 3}), alias = list, copy = list.copy();
  alias.push_back(4);
  list[0] = 9;
  list.erase(list.begin() + 1);
  std::cout << list.size() << copy.size() << list.is(alias) << (list == alias) << (list == copy) << list.get(0)
            << list.extract(1) << list.get(1) << list.elementType()->str() << '\n';
  std::cout << dict.at("a") << dict.contains("z") << dict.begin()->key() << dict.erase("b") << dict.size()
            << dict.keyType()->str() << '\n';
  int64_t called = 0;
  future->addCallback([&](c10::ivalue::Future& f) { called = f.value().toInt(); });
  auto then = future->then([](c10::ivalue::Future& f) { return IValue(f.value().toInt() * 2); }, c10::IntType::get());
  future->markCompleted(21);
  std::cout << called << then->value() << future->completed() << future->hasError() << '\n';
  auto failed =
      future->then([](c10::ivalue::Future&) -> IValue { TORCH_CHECK_VALUE(false, "bad"); }, c10::IntType::get());
  std::cout << failed->hasError() << '\n';
  const auto all =
      c10::collectAll(c10::List<c10::intrusive_ptr<c10::ivalue::Future>>(c10::FutureType::create(c10::IntType::get())));
  std::cout << all->completed() << '\n';
  c10::WeakIValue weak{IValue("weak")};
  std::cout << weak.lock().isNone() << '\n';
  const IValue nested(c10::ivalue::Tuple::create({IValue(std::vector<int64_t>{1}), IValue(dict)}));
  const IValue deep = nested.deepcopy();
  IValue::HashAliasedIValues parts;
  nested.getSubValues(parts);
  std::cout << (deep == nested) << deep.is(nested) << deep.overlaps(nested) << nested.overlaps(nested) << parts.size()
            << '\n';

  fails("to tensor", [] { IValue(1).toTensor(); });
  fails("to list", [] { IValue(1).toIntVector(); });
  fails("wrong list", [] { IValue(std::vector<int64_t>{1}).to<std::vector<double>>(); });
  fails("wrong array", [] { IValue(std::vector<int64_t>{1}).to<std::array<int64_t, 2>>(); });
  fails("hash", [] { IValue::hash(IValue(std::vector<int64_t>{1})); });
  fails("custom class", [] { IValue(1).toCustomClass<Thing>(); });
  fails("out of range", [&] { list.get(100); });
  fails("no key", [&] { dict.at("q"); });

  using namespace c10;
  const auto optional = OptionalType::create(IntType::get());
  std::cout << optional->str() << *UnionType::create({IntType::get(), NoneType::get()})
            << *UnionType::create({StringType::get(), IntType::get()}) << IntType::get()->isSubtypeOf(*optional)
            << NoneType::get()->isSubtypeOf(*optional) << optional->isSubtypeOf(*IntType::get())
            << IntType::get()->isSubtypeOf(*NumberType::get()) << ListType::ofInts()->isSubtypeOf(*AnyListType::get())
            << TupleType::create({IntType::get(), optional})->annotation_str()
            << (*getTypePtr<std::vector<int64_t>>() == *ListType::ofInts())
            << getTypePtr<std::tuple<int64_t, std::optional<at::Tensor>>>()->str()
            << getFakeTypePtr<c10::SymInt>()->str() << '\n';
  std::cout << *TensorType::create(x) << ' ' << *TensorType::create(torch::ones({2, 3}, torch::kInt)) << ' '
            << *TensorType::get() << ' ' << TensorType::create(x)->isSubtypeOf(*TensorType::get())
            << TensorType::get()->isSubtypeOf(*TensorType::create(x)) << ' '
            << *TensorType::createContiguous(at::kFloat, at::kCPU, {2, 3})->dimensionedOnly() << '\n';
  std::cout << (*unifyTypes(IntType::get(), NoneType::get()))->str()
            << unifyTypes(IntType::get(), StringType::get()).has_value()
            << (*unifyTypes(TensorType::get(), TensorType::create(x)))->str() << '\n';
  const auto named = TupleType::createNamed(QualifiedName("m.P"), std::vector<std::string>{"a", "b"},
                                            {IntType::get(), TensorType::get()});
  std::cout << named->str() << ' ' << named->annotation_str() << ' ' << *named << named->names()->size() << '\n';
  TypeEnv env;
  const auto match = matchTypeVariables(ListType::create(VarType::create("t")), ListType::ofInts(), env);
  std::cout << match.success() << env["t"]->str()
            << tryEvalTypeVariables(OptionalType::create(VarType::create("t")), env)->str() << '\n';
  const auto dynamic = DynamicType::create(*optional);
  std::cout << dynamic->str() << (*dynamic == *optional) << dynamic->fallback()->str() << '\n';
  std::cout << Symbol::fromQualString("foo::bar").toUnqualString() << Symbol::aten("add").toQualString()
            << Symbol::fromQualString("x::y").ns().toQualString()
            << (Symbol::aten("mul") == c10::Symbol::fromQualString("aten::mul")) << Symbol::prim("If").is_prim()
            << '\n';
}
