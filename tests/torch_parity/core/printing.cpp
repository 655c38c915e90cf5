// Prints tensors of every dtype, size of numbers and rank.
#include <torch/torch.h>

#include <iostream>
#include <limits>

int main() {
  const double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::vector<double>> rows = {
      {1, 2, 3, -4},         {0.5, 1.25, -3, 100},     {1e-5, 1, 2, 3},        {1e6, 2.5, 3, 4},
      {123456789, 1, 2, 3},  {1e12, 1, 2, 3},          {0, 0, 0, 0},           {inf, nan, 1, -inf},
      {inf, nan, inf, nan},  {1e-3, 2e-3, 3e-3, 4e-3}, {12345.678, 1.5, 2, 3}, {1e-120, 1e120, 1.5, -1},
      {0.1, 0.2, 0.3, 0.04}, {99999.5, 1, 2, 3},       {-0.0, 1, 2, 1e-9}};
  for (const auto& row : rows) {
    auto t = torch::tensor(row, torch::kDouble);
    std::cout << t << '\n'
              << t.reshape({2, 2}) << '\n'
              << t[0] << '\n'
              << t.to(torch::kFloat).reshape({1, 2, 2, 1}) << '\n';
  }
  for (auto type : {torch::kByte, torch::kChar, torch::kShort, torch::kInt, torch::kLong, torch::kHalf,
                    torch::kBFloat16, torch::kFloat, torch::kDouble, torch::kBool}) {
    auto t = torch::ones({2, 3}, type);
    std::cout << t << '\n' << t[0] << '\n' << t[0][0] << '\n';
  }
  std::cout << torch::ones({2, 2}, torch::kComplexFloat) << '\n' << torch::ones({}, torch::kComplexDouble) << '\n';
  std::cout << torch::empty({0}) << '\n'
            << torch::empty({2, 0}) << '\n'
            << torch::empty({2, 0, 3}) << '\n'
            << torch::Tensor() << '\n';
  std::cout << torch::arange(60).reshape({2, 30}) << '\n'
            << torch::arange(60).to(torch::kFloat).div(7).reshape({2, 30}) << '\n';
  std::cout << torch::arange(24).reshape({2, 3, 4}) << '\n' << torch::arange(3).expand({2, 3}).t() << '\n';
  std::cout << (torch::arange(40) * 1e5).reshape({1, 2, 20}) << '\n';
  std::cout << torch::ones({2}, torch::requires_grad()) << '\n'
            << c10::Scalar(1.5) << ' ' << c10::Scalar(2) << ' ' << c10::Scalar(true) << '\n';
  std::cout << at::kCPU << ' ' << c10::Backend::CPU << ' ' << c10::toString(c10::Scalar(c10::complex<double>(1, 2)))
            << '\n';
  at::print(torch::arange(30).to(torch::kFloat).div(3).reshape({3, 10}), 40);
  std::cout << '\n' << std::setprecision(3) << torch::tensor({1.23456, 2.0}) << '\n' << 1.23456 << '\n';
  for (double x : {0.1, 1.0 / 3, 1e16, 1e15, 1e-4, 9e-5, -2.5e-300, 123456789012345678.0, 0.0, -0.0, nan, -inf}) {
    std::cout << torch::tensor(x, torch::kDouble) << '\n' << torch::tensor(x, torch::kFloat) << '\n';
  }
  std::cout << torch::tensor({123456, 7}) << '\n' << torch::tensor({123456.5, 7.25}) << '\n';
  at::set_printoption_sci_mode(true);
  for (const auto& row : rows) std::cout << torch::tensor(row, torch::kDouble).reshape({2, 2}) << '\n';
  std::cout << torch::tensor({1.5, 2.0}) << '\n'
            << torch::arange(4).reshape({2, 2}) << '\n'
            << torch::tensor(3.5) << '\n';
}
