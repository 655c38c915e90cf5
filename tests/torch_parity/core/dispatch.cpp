// Custom operators: registered, called boxed and unboxed, overridden, and the errors of each.
#include <torch/library.h>
#include <torch/torch.h>

#include <iostream>

using at::Tensor;

struct Counter : torch::CustomClassHolder {
  explicit Counter(int64_t start) : value(start) {}
  int64_t add(int64_t n) { return value += n; }
  int64_t get() const { return value; }
  int64_t value;
};

static Tensor scale(const Tensor& x, double by) { return x * by; }
static std::tuple<Tensor, int64_t> count(at::TensorList xs, std::string_view name, at::OptionalIntArrayRef dims) {
  std::cout << "count " << name << ' ' << xs.size() << ' ' << (dims ? static_cast<int64_t>(dims->size()) : -1) << '\n';
  return {xs[0], static_cast<int64_t>(xs.size())};
}
static Tensor& fill(Tensor& self, const at::Scalar& v, c10::SymInt n) {
  std::cout << "fill " << v << ' ' << n << '\n';
  return self.fill_(v);
}
static void boxed(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
  std::cout << "boxed " << op.operator_name() << ' ' << stack->size() << '\n';
  torch::jit::drop(*stack, op.schema().arguments().size());
  torch::jit::push(*stack, int64_t{42});
}

TORCH_LIBRARY(parity, m) {
  m.def("scale(Tensor x, float by=2.0) -> Tensor");
  m.def("count(Tensor[] xs, str name, int[]? dims=None) -> (Tensor, int)");
  m.def("fill_(Tensor(a!) self, Scalar v, SymInt n=1) -> Tensor(a!)");
  m.def("boxed(Tensor x, int[] sizes, *, ScalarType? dtype=None) -> int");
  m.def("inferred", [](int64_t a, const std::string& b) { return b + std::to_string(a); });
  m.def("no_kernel(Tensor x) -> Tensor", {at::Tag::pointwise});
  m.def("optionals(Tensor? a, Tensor?[] b, int? c, ScalarType d, Device e, bool[2] f) -> int",
        [](const std::optional<Tensor>& a, const c10::List<std::optional<Tensor>>& b, std::optional<int64_t> c,
           at::ScalarType d, at::Device e, std::array<bool, 2> f) -> int64_t {
          std::cout << a.has_value() << b.size() << c.value_or(-1) << d << e << f[0] << f[1] << '\n';
          return 7;
        });
  m.class_<Counter>("Counter")
      .def(torch::init<int64_t>())
      .def("add", &Counter::add, "adds", {torch::arg("n") = 5})
      .def("get", &Counter::get);
  m.def("use(__torch__.torch.classes.parity.Counter c) -> int",
        [](const c10::intrusive_ptr<Counter>& c) { return c->add(1); });
}
TORCH_LIBRARY_IMPL(parity, CPU, m) {
  m.impl("scale", scale);
  m.impl("count", TORCH_FN(count));
  m.impl("fill_", fill);
  m.impl("boxed", torch::CppFunction::makeFromBoxedFunction<&boxed>());
}

template <class F>
static void report(const char* what, const F& f) {
  try {
    f();
    std::cout << what << ": ok\n";
  } catch (const c10::Error& e) {
    std::string text = e.what_without_backtrace();
    std::cout << what << ": "
              << text.substr(0, std::min(text.find(" Available"), text.find("' is only available"))).substr(0, 300)
              << '\n';
  } catch (const std::exception& e) {
    std::cout << what << ": std " << std::string(e.what()).substr(0, 200) << '\n';
  }
}

int main() {
  auto& d = c10::Dispatcher::singleton();
  const auto find = [&](const char* name) { return d.findSchemaOrThrow(name, ""); };
  const Tensor x = torch::arange(4).to(torch::kDouble);

  auto op = find("parity::scale").typed<Tensor(const Tensor&, double)>();
  std::cout << op.call(x, 3.0) << '\n' << op.schema() << '\n';
  torch::jit::Stack stack{x, 0.5};
  op.callBoxed(stack);
  std::cout << stack.size() << ' ' << stack[0].toTensor() << '\n';

  stack = {std::vector<Tensor>{x, x}, "n", c10::IValue()};
  find("parity::count").callBoxed(stack);
  std::cout << stack.size() << ' ' << stack[1] << '\n';
  auto [t, n] = find("parity::count")
                    .typed<std::tuple<Tensor, int64_t>(at::TensorList, std::string_view, at::OptionalIntArrayRef)>()
                    .call(std::vector<Tensor>{x}, "u", std::vector<int64_t>{1, 2});
  std::cout << n << '\n';

  Tensor y = torch::zeros({2});
  auto& same = find("parity::fill_").typed<Tensor&(Tensor&, const at::Scalar&, c10::SymInt)>().call(y, 5, 3);
  std::cout << same.is_same(y) << y << '\n';
  stack = {y, 2.5, 8};
  find("parity::fill_").callBoxed(stack);
  std::cout << stack[0].toTensor().is_same(y) << '\n';

  std::cout << find("parity::boxed")
                   .typed<int64_t(const Tensor&, at::IntArrayRef, std::optional<at::ScalarType>)>()
                   .call(x, {1, 2}, at::kInt)
            << '\n';
  std::cout << find("parity::inferred").schema() << '\n';
  stack = {3, "s"};
  find("parity::inferred").callBoxed(stack);
  std::cout << stack[0] << '\n';
  stack = {x,
           c10::List<std::optional<Tensor>>({x, std::nullopt}),
           c10::IValue(),
           at::kHalf,
           at::Device("cpu"),
           std::array<bool, 2>{true, false}};
  find("parity::optionals").callBoxed(stack);
  std::cout << stack[0] << ' ' << find("parity::no_kernel").hasTag(at::Tag::pointwise) << '\n';

  auto counter = c10::IValue(c10::make_intrusive<Counter>(10));
  stack = {counter};
  find("parity::use").callBoxed(stack);
  std::cout << stack[0] << ' ' << counter.toCustomClass<Counter>()->value << ' '
            << counter.type()->repr_str().substr(0, 40) << '\n';
  auto type = torch::getCustomClass("__torch__.torch.classes.parity.Counter");
  std::cout << type->getMethod("add").getSchema() << ' ' << type->getMethod("add")({counter}).toInt() << '\n';

  report("no schema", [&] { find("parity::nothing"); });
  report("no kernel", [&] { find("parity::no_kernel").typed<Tensor(const Tensor&)>().call(x); });
  report("meta", [&] { find("parity::scale").typed<Tensor(const Tensor&, double)>().call(x.to(at::kMeta), 1); });
  report("signature", [&] { find("parity::scale").typed<Tensor(const Tensor&, int64_t)>(); });
  report("duplicate", [] {
    torch::Library m(torch::Library::FRAGMENT, "parity", std::nullopt, "f", 1);
    m.def("scale(Tensor x) -> Tensor");
  });
  report("second library", [] { torch::Library m(torch::Library::DEF, "parity", std::nullopt, "f", 2); });
  report("wrong kernel", [] {
    torch::Library m(torch::Library::FRAGMENT, "parity2", std::nullopt, "f", 3);
    m.def("g(Tensor x) -> int", scale);
  });
  report("wrong namespace", [] {
    torch::Library m(torch::Library::FRAGMENT, "parity3", std::nullopt, "f", 4);
    m.def("other::g(Tensor x) -> int");
  });
  report("def in impl", [] {
    torch::Library m(torch::Library::IMPL, "parity", c10::DispatchKey::CPU, "f", 5);
    m.def("g(Tensor x) -> int");
  });
  report("types", [&] {
    std::vector<c10::IValue> s{1};
    find("parity::scale").schema().checkAndNormalizeInputs(s);
  });
  report("kwargs", [&] {
    std::vector<c10::IValue> s{x};
    find("parity::scale").schema().checkAndNormalizeInputs(s, {{"by", 3.0}, {"z", 1}});
  });
  report("defaults", [&] {
    std::vector<c10::IValue> s{x};
    find("parity::scale").schema().checkAndNormalizeInputs(s);
    std::cout << s[1] << '\n';
  });

  {
    torch::Library m(torch::Library::IMPL, "parity", c10::DispatchKey::Meta, "f", 6);
    m.impl("scale", [](const Tensor& t, double) {
      std::cout << "meta kernel\n";
      return at::empty_like(t);
    });
    std::cout << find("parity::scale").typed<Tensor(const Tensor&, double)>().call(x.to(at::kMeta), 1).sizes() << '\n';
  }
  report("meta gone", [&] { find("parity::scale").typed<Tensor(const Tensor&, double)>().call(x.to(at::kMeta), 1); });
  std::cout << find("aten::relu").schema() << '\n'
            << d.findSchema({"aten::add", "Tensor"})->schema() << '\n'
            << d.findOp({"aten::add", "nothing"}).has_value() << '\n';
  std::cout << d.findSchemaOrThrow("aten::add", "Tensor")
                   .typed<Tensor(const Tensor&, const Tensor&, const at::Scalar&)>()
                   .call(x, x, 2)
            << '\n';
}
