// Mirrors <ATen/core/symbol.h> of PyTorch 2.13: an interned "namespace::name".
#pragma once

#include <c10/macros/Export.h>
#include <c10/macros/Macros.h>

#include <cstdint>
#include <functional>
#include <string>

namespace c10 {

using unique_t = uint32_t;

const std::string& domain_prefix();

struct TORCH_API Symbol {
  explicit constexpr Symbol() : value(0) {}
  explicit constexpr Symbol(unique_t uniq) : value(uniq) {}

  static Symbol fromQualString(const std::string& s);
  static Symbol fromDomainAndUnqualString(const std::string& d, const std::string& s);

  FLB_ON_USE static Symbol attr(const std::string& s) { return fromQualString("attr::" + s); }
  FLB_ON_USE static Symbol aten(const std::string& s) { return fromQualString("aten::" + s); }
  FLB_ON_USE static Symbol cuda(const std::string& s) { return fromQualString("cuda::" + s); }
  FLB_ON_USE static Symbol onnx(const std::string& s) { return fromQualString("onnx::" + s); }
  FLB_ON_USE static Symbol prim(const std::string& s) { return fromQualString("prim::" + s); }
  FLB_ON_USE static Symbol user(const std::string& s) { return fromQualString("user::" + s); }
  FLB_ON_USE static Symbol caffe2(const std::string& s) { return fromQualString("_caffe2::" + s); }
  FLB_ON_USE static Symbol scope(const std::string& s) { return fromQualString("scope::" + s); }

  bool is_attr() const;
  bool is_aten() const;
  bool is_cuda() const;
  bool is_prim() const;
  bool is_prims() const;
  bool is_nvprims() const;
  bool is_onnx() const;
  bool is_user() const;
  bool is_caffe2() const;

  constexpr operator unique_t() const noexcept { return value; }

  Symbol ns() const;
  const char* toUnqualString() const;
  const char* toQualString() const;
  const char* toDisplayString() const;
  std::string domainString() const;

 private:
  explicit Symbol(Symbol ns, const std::string& s);
  unique_t value;
};

inline bool operator==(Symbol a, Symbol b) { return static_cast<unique_t>(a) == static_cast<unique_t>(b); }

}  // namespace c10

template <>
struct std::hash<c10::Symbol> {
  size_t operator()(c10::Symbol s) const noexcept { return std::hash<uint32_t>()(static_cast<uint32_t>(s)); }
};
