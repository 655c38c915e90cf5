// What the headers of the C++ frontend do inline: torch::tensor in all its forms, options, devices, DLPack, exceptions.
#include <ATen/DLConvertor.h>
#include <torch/csrc/jit/runtime/jit_exception.h>
#include <torch/torch.h>

#include <iostream>

namespace {

void show(const char* what, const at::Tensor& t) {
  std::cout << what << ": " << t.dtype() << " " << t.sizes() << " " << t.requires_grad() << "\n" << t << "\n";
}

template <class Body>
void report(const char* what, const Body& body) {
  try {
    body();
    std::cout << what << ": no error\n";
  } catch (const c10::Error& error) {
    std::cout << what << ": " << error.what_without_backtrace() << "\n";
  } catch (const std::exception& error) {
    std::cout << what << ": " << error.what() << "\n";
  }
}

void tensors() {
  show("int", torch::tensor(3));
  show("double", torch::tensor(2.5));
  show("bool", torch::tensor({true, false}));
  show("ints", torch::tensor({1, 2, 3}));
  show("floats", torch::tensor({1.5f, -2.f}, torch::requires_grad()));
  show("nested", torch::tensor({{1, 2, 3}, {4, 5, 6}}));
  show("deep", torch::tensor({{{1.0}, {2.0}}, {{3.0}, {4.0}}}, torch::kFloat64));
  show("to float", torch::tensor({{1, 2}, {3, 4}}, torch::kFloat32));
  show("to short", torch::tensor({{1, 2}, {3, 4}}, torch::kInt16));
  show("to half", torch::tensor({0.1, 1e4}, torch::kHalf));
  show("to bool", torch::tensor({0.0, 0.5}, torch::kBool));
  show("complex", torch::tensor({c10::complex<double>(1, 2), c10::complex<double>(3, -4)}));
  show("empty", torch::tensor({}));
  show("empty rows", torch::tensor({{}, {}}));
  show("vector", torch::tensor(std::vector<double>{1, 2, 3}));
  show("array of bool", torch::tensor(at::ArrayRef<bool>({true, false})));
  show("array to int", torch::tensor(at::ArrayRef<float>({1.75f, -1.75f}), torch::kInt32));
  report("ragged", [] { return torch::tensor({{1, 2}, {3}}); });
  report("mixed", [] { return torch::tensor({{1, 2}, {3.0, 4.0}}); });
  report("too large", [] { return torch::tensor({1, 300}, torch::kUInt8); });
  report("too large for float", [] { return torch::tensor({1e300}, torch::kFloat32); });
  report("complex to real", [] { return torch::tensor(std::vector<c10::complex<float>>{{1, 2}}, torch::kFloat32); });
}

void options() {
  using Mode = std::variant<torch::enumtype::kMean, torch::enumtype::kSum, torch::enumtype::kNone>;
  for (const Mode& mode : {Mode(torch::kMean), Mode(torch::kSum), Mode(torch::kNone)}) {
    std::cout << torch::enumtype::get_enum_name(mode) << " " << torch::enumtype::reduction_get_enum(mode) << "\n";
  }
  std::cout << "cuda " << torch::cuda::is_available() << int(torch::cuda::device_count())
            << torch::cuda::cudnn_is_available();
  std::cout << ", mps " << torch::mps::is_available() << ", xpu " << torch::xpu::is_available() << "\n";
  torch::cuda::manual_seed_all(1);
  report("synchronize", [] { torch::cuda::synchronize(); });
  const torch::jit::JITException raised("message", "Class", "original");
  std::cout << raised.what() << " " << *raised.getPythonClassName() << " " << *raised.getOriginalMsg() << "\n";
  torch::jit::JITException::setCaughtOriginalMsg("caught");
  std::cout << torch::jit::JITException::getCaughtOriginalMsg() << "\n";
}

void exchange() {
  const at::Tensor rows = torch::arange(12, torch::kInt32).view({3, 4}).slice(1, 1, 3);
  DLManagedTensorVersioned* managed = at::toDLPackVersioned(rows);
  std::cout << managed->version.major << " " << managed->dl_tensor.ndim << " " << int(managed->dl_tensor.dtype.bits)
            << "\n";
  const at::Tensor back = at::fromDLPackVersioned(managed);
  show("back", back);
  std::cout << "same memory " << (back.data_ptr() == rows.data_ptr()) << ", strides " << back.strides() << "\n";
  DLDataType odd{kDLInt, 24, 1};
  report("24 bits", [&] { return at::toScalarType(odd); });
  report("meta", [] { return at::toDLPack(at::empty({2}, at::kMeta)); });
  report("no copy", [&] { return at::maybeCopyTensor(rows, DLDevice{kDLExtDev, 0}, false); });
}

}  // namespace

int main() {
  tensors();
  options();
  exchange();
}
