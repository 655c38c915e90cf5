// Mirrors <ATen/core/alias_info.h> of PyTorch 2.13: the "(a! -> b)" of a schema.
#pragma once

#include <ATen/core/symbol.h>
#include <c10/util/Exception.h>
#include <c10/util/hash.h>

#include <ostream>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

namespace c10 {

/// Which sets of memory a value belongs to before and after the call, and whether the call writes to it.
class AliasInfo {
 public:
  AliasInfo() = default;
  FLB_ON_USE AliasInfo(bool is_write, const std::set<std::string>& before_qual_strings,
                       const std::set<std::string>& after_qual_strings)
      : isWrite_(is_write) {
    for (const auto& s : before_qual_strings) beforeSets_.insert(Symbol::fromQualString(s));
    for (const auto& s : after_qual_strings) afterSets_.insert(Symbol::fromQualString(s));
  }

  /// "*": may be anything.
  FLB_ON_USE static Symbol wildcardSet() {
    static const Symbol wc = Symbol::fromQualString("alias::*");
    return wc;
  }
  void setIsWrite(bool isWrite) { isWrite_ = isWrite; }
  bool isWrite() const { return isWrite_; }
  FLB_ON_USE void addBeforeSet(Symbol aliasSet) { beforeSets_.insert(aliasSet); }
  FLB_ON_USE void addAfterSet(Symbol aliasSet) { afterSets_.insert(aliasSet); }
  const std::unordered_set<Symbol>& beforeSets() const { return beforeSets_; }
  const std::unordered_set<Symbol>& afterSets() const { return afterSets_; }
  FLB_ON_USE Symbol beforeSet() const {
    AT_ASSERT(beforeSets_.size() == 1);
    return *beforeSets_.begin();
  }
  FLB_ON_USE bool isWildcardBefore() const { return beforeSets_.count(wildcardSet()) != 0; }
  FLB_ON_USE bool isWildcardAfter() const { return afterSets_.count(wildcardSet()) != 0; }
  FLB_ON_USE void addContainedType(AliasInfo aliasInfo) { containedTypes_.push_back(std::move(aliasInfo)); }
  const std::vector<AliasInfo>& containedTypes() const { return containedTypes_; }

 private:
  std::unordered_set<Symbol> beforeSets_;
  std::unordered_set<Symbol> afterSets_;
  std::vector<AliasInfo> containedTypes_;
  bool isWrite_ = false;
};

FLB_ON_USE inline bool operator==(const AliasInfo& a, const AliasInfo& b) {
  return a.isWrite() == b.isWrite() && a.beforeSets() == b.beforeSets() && a.afterSets() == b.afterSets() &&
         a.containedTypes() == b.containedTypes();
}

FLB_ON_USE inline std::ostream& operator<<(std::ostream& out, const AliasInfo& info) {
  const auto print = [&](const std::unordered_set<Symbol>& sets) {
    const char* separator = "";
    for (const auto& set : sets) {
      out << separator << set.toUnqualString();
      separator = "|";
    }
  };
  out << '(';
  print(info.beforeSets());
  if (info.isWrite()) out << '!';
  if (info.beforeSets() != info.afterSets()) {
    out << " -> ";
    print(info.afterSets());
  }
  return out << ')';
}

}  // namespace c10

template <>
struct std::hash<c10::AliasInfo> {
  size_t operator()(const c10::AliasInfo& info) const {
    // Sets are unordered: their members' hashes are joined by an operation that is, too.
    const auto of_set = [](const std::unordered_set<c10::Symbol>& sets) {
      size_t seed = 0;
      for (const auto& s : sets) seed ^= std::hash<c10::Symbol>()(s);
      return seed;
    };
    auto seed = std::hash<bool>()(info.isWrite());
    seed = c10::hash_combine(seed, of_set(info.beforeSets()));
    seed = c10::hash_combine(seed, of_set(info.afterSets()));
    for (const auto& contained : info.containedTypes()) seed = c10::hash_combine(seed, (*this)(contained));
    return seed;
  }
};
