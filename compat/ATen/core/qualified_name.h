// Mirrors <ATen/core/qualified_name.h> of PyTorch 2.13: a dotted name, kept as its atoms and joined forms.
#pragma once

#include <c10/util/ArrayRef.h>
#include <c10/util/Exception.h>
#include <c10/util/StringUtil.h>
#include <c10/util/irange.h>

#include <string>
#include <vector>

namespace c10 {

struct QualifiedName {
  QualifiedName() = default;
  FLB_ON_USE QualifiedName(const std::string& name) {
    TORCH_CHECK(!name.empty());
    for (size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
      end = name.find(delimiter_, begin);
      atoms_.push_back(name.substr(begin, end == std::string::npos ? end : end - begin));
      TORCH_INTERNAL_ASSERT(!atoms_.back().empty(), "Invalid name for qualified name: '", name, "'");
    }
    cacheAccessors();
  }
  FLB_ON_USE explicit QualifiedName(std::vector<std::string> atoms) : atoms_(std::move(atoms)) {
    for (const auto& atom : atoms_) {
      TORCH_CHECK(!atom.empty(), "Atom cannot be empty");
      TORCH_CHECK(atom.find(delimiter_) == std::string::npos, "Delimiter not allowed in atom");
    }
    cacheAccessors();
  }
  FLB_ON_USE QualifiedName(const char* name) : QualifiedName(std::string(name)) {}
  FLB_ON_USE explicit QualifiedName(const QualifiedName& prefix, std::string name) : atoms_(prefix.atoms_) {
    TORCH_INTERNAL_ASSERT(!name.empty());
    TORCH_INTERNAL_ASSERT(name.find(delimiter_) == std::string::npos);
    atoms_.push_back(std::move(name));
    cacheAccessors();
  }

  FLB_ON_USE bool isPrefixOf(const QualifiedName& other) const {
    return atoms_.size() <= other.atoms_.size() && std::equal(atoms_.begin(), atoms_.end(), other.atoms_.begin());
  }
  const std::string& qualifiedName() const { return qualifiedName_; }  ///< "a.b.c"
  const std::string& prefix() const { return prefix_; }                ///< "a.b"
  const std::string& name() const { return name_; }                    ///< "c"
  const std::vector<std::string>& atoms() const { return atoms_; }
  bool operator==(const QualifiedName& other) const { return qualifiedName_ == other.qualifiedName_; }
  bool operator!=(const QualifiedName& other) const { return !(*this == other); }

 private:
  static constexpr char delimiter_ = '.';

  FLB_ON_USE void cacheAccessors() {
    for (const auto& atom : atoms_) {
      if (&atom == &atoms_.back()) prefix_ = qualifiedName_;
      if (&atom != &atoms_.front()) qualifiedName_ += delimiter_;
      qualifiedName_ += atom;
    }
    if (!atoms_.empty()) name_ = atoms_.back();
  }

  std::vector<std::string> atoms_;
  std::string qualifiedName_;
  std::string prefix_;
  std::string name_;
};

}  // namespace c10

template <>
struct std::hash<c10::QualifiedName> {
  size_t operator()(const c10::QualifiedName& n) const noexcept { return std::hash<std::string>()(n.qualifiedName()); }
};
