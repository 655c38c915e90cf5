// The forms that are derived from one definition: functional, out=, in-place, views, meta, lazy conjugation, through
// the stack, through the C shim; with PyTorch's errors where the arguments do not fit.
#include <torch/csrc/inductor/aoti_torch/c/shim.h>
#include <torch/csrc/inductor/aoti_torch/generated/c_shim_cpu.h>
#include <torch/torch.h>

#include <iostream>

namespace {

using at::Tensor;

at::Tensor range(at::IntArrayRef shape, at::ScalarType type = at::kFloat) {
  int64_t count = 1;
  for (const auto s : shape) count *= s;
  return at::arange(count, at::kLong).to(type).reshape(shape);
}

void show(const char* name, const Tensor& t) {
  std::cout << name << " " << t.dtype() << t.sizes() << t.strides() << "\n" << t << "\n";
}

template <class Body>
void report(const char* name, const Body& body) {
  try {
    show(name, body());
  } catch (const c10::IndexError& error) {
    std::cout << name << ": IndexError: " << error.what_without_backtrace() << "\n";
  } catch (const c10::NotImplementedError& error) {
    std::cout << name << ": NotImplementedError: " << error.what_without_backtrace() << "\n";
  } catch (const c10::Error& error) {
    std::cout << name << ": Error: " << error.what_without_backtrace() << "\n";
  }
}

void functional() {
  const Tensor a = range({2, 3}), b = range({3}), i = range({2, 3}, at::kLong);
  report("add", [&] { return at::add(a, b, 2); });
  report("promote", [&] { return i + 0.5; });
  report("half", [&] { return a.to(at::kHalf) * 2; });
  report("transposed", [&] { return a.t() + 1; });
  report("compare", [&] { return i > 2; });
  report("bool", [&] { return at::sub(i > 2, i > 1); });
  report("shapes", [&] { return a + range({4}); });
  report("where", [&] { return at::where(i > 2, a, a.neg()); });
  report("empty", [&] { return at::empty({0, 3}) + at::empty({1, 3}); });
}

void out_form() {
  const Tensor a = range({2, 3}), b = range({3});
  const auto into = [&](Tensor out) { return at::add_out(out, a, b); };
  report("out", [&] { return into(at::empty({0})); });
  report("out strided", [&] { return into(at::empty({3, 2}).t()); });
  report("out double", [&] { return into(at::empty({2, 3}, at::kDouble)); });
  report("out long", [&] { return into(at::empty({2, 3}, at::kLong)); });
  report("out expanded", [&] { return into(at::empty({1, 3}).expand({2, 3})); });
  report("out overlapping", [&] {
    Tensor memory = range({6});
    Tensor out = memory.slice(0, 1, 6);
    return at::add_out(out, memory.slice(0, 0, 5), 1);
  });
  report("out same", [&] {
    Tensor x = range({4});
    return at::mul_out(x, x, x);
  });
  report("mm out", [&] {
    Tensor out = at::empty({2, 2}, at::kDouble);
    return at::mm_out(out, a, a.t());
  });
  report("arange out", [&] {
    Tensor out = at::empty({0}, at::kDouble);
    return at::arange_out(out, 0, 4, 1);
  });
  Tensor values = at::empty({0}), indices = at::empty({0}, at::kLong);
  at::max_out(values, indices, a, 1);
  show("max values", values);
  show("max indices", indices);
}

void in_place() {
  report("add_", [] { return range({2, 3}).add_(range({3})); });
  report("add_ long", [] { return range({3}, at::kLong).add_(range({3})); });
  report("add_ shape", [] { return range({3}).add_(range({2, 3})); });
  report("add_ half", [] { return range({3}, at::kHalf).add_(range({3})); });
  report("add_ expanded", [] { return at::zeros({1}).expand({3}).add_(1); });
  report("add_ shifted", [] {
    const Tensor x = range({5});
    return x.slice(0, 1, 5).add_(x.slice(0, 0, 4));
  });
  report("add_ transposed", [] {
    Tensor x = range({3, 3});
    return x.t().add_(x);
  });
  report("t_", [] { return range({2, 3}).t_(); });
  report("unsqueeze_", [] { return range({2, 3}).unsqueeze_(1); });
  report("copy_", [] { return at::zeros({2, 3}, at::kLong).copy_(range({3}) + 0.7); });
  report("copy_ shape", [] { return at::zeros({3}).copy_(range({2, 3})); });
  report("clamp_", [] { return range({5}).clamp_(1, 3); });
  report("masked_fill_", [] { return range({5}).masked_fill_(range({5}) > 2, -1); });
  report("index_put_", [] { return range({5}).index_put_({at::tensor({0, 2})}, at::tensor({7.f, 8.f})); });
  report("resize_", [] { return range({4}).resize_({2, 2}); });
}

void views_and_storage() {
  const Tensor a = range({2, 3, 4});
  report("permute", [&] { return a.permute({2, 0, 1}).select(0, 1); });
  report("as_strided", [&] { return a.as_strided({2, 2}, {1, 3}, 2); });
  report("as_strided outside", [&] { return a.as_strided({20, 2}, {3, 1}); });
  report("view", [&] { return a.view({3, -1}); });
  report("view bad", [&] { return a.transpose(0, 2).view({24}); });
  report("view dtype", [&] { return at::ones({2}, at::kFloat).view(at::kInt); });
  report("view smaller", [&] { return at::ones({2}, at::kFloat).view(at::kShort); });
  report("view larger", [&] { return at::ones({3}, at::kFloat).view(at::kDouble); });
  report("select outside", [&] { return a.select(1, 5); });
  report("dimension", [&] { return a.sum(3); });
  report("expand bad", [&] { return a.expand({2, 3, 5}); });
  report("unbind", [&] { return a.unbind(1).at(2); });
  report("split", [&] { return a.split(3, 2).at(1); });
  report("channels last", [&] { return range({1, 2, 2, 2}).contiguous(at::MemoryFormat::ChannelsLast); });
  report("set_", [&] { return at::empty({0}).set_(a.storage(), 2, {3}, {4}); });
  report("permute_copy", [&] { return at::permute_copy(a, {1, 2, 0}).select(0, 0); });
  report("from_blob", [] {
    static float data[] = {1, 2, 3, 4};
    return torch::from_blob(data, {2, 2}).t();
  });
}

void meta_and_conj() {
  const Tensor m = at::empty({2, 3}, at::device(at::kMeta));
  std::cout << (m + at::empty({3}, at::device(at::kMeta))).sizes() << m.t().mm(m).sizes() << m.sum(1).device() << "\n";
  report("from meta", [&] { return at::empty({2, 3}).copy_(m); });
  const Tensor c = at::complex(range({3}), range({3}) + 1);
  report("conj", [&] { return c.conj() * c; });
  report("conj imag", [&] { return at::imag(c.conj()).clone(); });
  report("conj in place", [&] {
    Tensor x = c.clone();
    x.conj().mul_(2);
    return x;
  });
  report("neg view", [&] { return at::_neg_view(range({3})) + 1; });
}

void lists() {
  const std::vector<Tensor> all = {range({2}), range({3})};
  report("foreach", [&] { return at::_foreach_add(all, 2).at(1); });
  report("foreach list", [&] { return at::_foreach_mul(all, all).at(1); });
  report("foreach scalars", [&] { return at::_foreach_sub(all, std::vector<at::Scalar>{1, 2}).at(1); });
  report("cat", [&] { return at::cat(all); });
  report("stack", [&] { return at::stack({all[0], all[0]}, 1); });
  report("index", [&] { return range({3, 3}).index({at::tensor({0, 2}), torch::indexing::Slice(1)}); });
}

/// Calls an operator with everything on the stack.
c10::Stack boxed(const char* name, const char* overload, c10::Stack stack) {
  c10::Dispatcher::singleton().findSchemaOrThrow(name, overload).callBoxed(stack);
  return stack;
}

void through_the_stack() {
  const Tensor a = range({2, 3});
  report("boxed add", [&] { return boxed("aten::add", "Tensor", {a, a, 2}).at(0).toTensor(); });
  report("boxed sum", [&] {
    return boxed("aten::sum", "dim_IntList", {a, c10::List<int64_t>({1}), true, c10::IValue()}).at(0).toTensor();
  });
  report("boxed empty", [&] {
    const c10::IValue none;
    return boxed("aten::zeros", "",
                 {c10::List<int64_t>({2, 2}), static_cast<int64_t>(at::kLong), none, at::Device("cpu"), none})
        .at(0)
        .toTensor();
  });
  report("boxed cat", [&] { return boxed("aten::cat", "", {c10::List<Tensor>({a, a}), 1}).at(0).toTensor(); });
  report("boxed index", [&] {
    c10::List<std::optional<Tensor>> indices;
    indices.push_back(std::nullopt);
    indices.push_back(at::tensor({2, 0}));
    return boxed("aten::index", "Tensor", {a, indices}).at(0).toTensor();
  });
  report("boxed max", [&] { return boxed("aten::max", "dim", {a, 1, false}).at(1).toTensor(); });
  report("boxed out", [&] { return boxed("aten::mul", "out", {a, a, at::empty({0})}).at(0).toTensor(); });
  report("boxed in place", [&] { return boxed("aten::add_", "Scalar", {a.clone(), 1.5, 2}).at(0).toTensor(); });
  report("boxed div", [&] { return boxed("aten::div", "Tensor_mode", {a, a + 1, "floor"}).at(0).toTensor(); });
  report("boxed to", [&] {
    return boxed("aten::to", "dtype", {a, static_cast<int64_t>(at::kInt), false, true, c10::IValue()}).at(0).toTensor();
  });
  report("boxed split", [&] { return boxed("aten::split", "Tensor", {a, 2, 1}).at(0).toTensorVector().at(1); });
  std::cout << boxed("aten::item", "", {a.select(0, 1).select(0, 2)}).at(0).toScalar() << " "
            << boxed("aten::equal", "", {a, a}).at(0).toBool() << " "
            << boxed("aten::size", "int", {a, 1}).at(0).toInt() << "\n";
}

void c_shim() {
  const auto handle = [](Tensor& t) { return reinterpret_cast<AtenTensorHandle>(&t); };
  Tensor a = range({2, 3}), b = range({3});
  AtenTensorHandle sum = nullptr;
  std::cout << aoti_torch_cpu_add_Tensor(handle(a), handle(b), 2.0, &sum);
  int64_t dim = 0, *sizes = nullptr;
  int32_t dtype = 0;
  aoti_torch_get_dim(sum, &dim);
  aoti_torch_get_sizes(sum, &sizes);
  aoti_torch_get_dtype(sum, &dtype);
  std::cout << dim << sizes[1] << (dtype == aoti_torch_dtype_float32()) << *reinterpret_cast<Tensor*>(sum) << "\n";
  aoti_torch_delete_tensor_object(sum);
  const int64_t kernel[] = {2, 2}, stride[] = {1, 1}, padding[] = {0, 0};
  Tensor image = range({1, 1, 3, 3});
  AtenTensorHandle pooled = nullptr;
  aoti_torch_cpu_avg_pool2d(handle(image), kernel, 2, stride, 2, padding, 2, 0, 1, nullptr, &pooled);
  std::cout << *reinterpret_cast<Tensor*>(pooled) << "\n";
  aoti_torch_delete_tensor_object(pooled);
  Tensor wrong = range({4});
  std::cout << aoti_torch_cpu_add_Tensor(handle(a), handle(wrong), 1.0, &sum) << "\n";
}

}  // namespace

int main() {
  c10::WarningUtils::set_warnAlways(false);
  functional();
  out_form();
  in_place();
  views_and_storage();
  meta_and_conj();
  lists();
  through_the_stack();
  c_shim();
}
