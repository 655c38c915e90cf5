// Prints what an expression gives or the first line of what it throws.
#pragma once

#include <torch/torch.h>

#include <iostream>
#include <sstream>
#include <string>

inline std::string numbers(const at::Tensor& t) {
  if (!t.defined()) return "undefined";
  std::ostringstream text;
  text << t.scalar_type() << t.sizes() << " ";
  const at::Tensor flat = t.detach().to(at::kDouble).contiguous().view(-1);
  for (int64_t i = 0; i < flat.numel(); ++i) text << (i ? " " : "") << flat[i].item<double>();
  return text.str();
}

template <class F>
void report(const char* what, const F& body) {
  std::cout << what << ": ";
  try {
    body();
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    std::cout << "throws " << text.substr(0, text.find('\n'));
  } catch (const std::exception& error) {
    const std::string text = error.what();
    std::cout << "throws " << text.substr(0, text.find('\n'));
  }
  std::cout << std::endl;
}
