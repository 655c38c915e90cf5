// Mirrors <ATen/core/interned_strings_class.h> of PyTorch 2.13: the table behind Symbol.
#pragma once

#include <ATen/core/symbol.h>
#include <c10/util/Exception.h>

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace c10 {

struct TORCH_API InternedStrings {
  InternedStrings();
  Symbol symbol(const std::string& s);
  /// Qualified and unqualified name.
  std::pair<const char*, const char*> string(Symbol sym);
  Symbol ns(Symbol sym);

 private:
  Symbol _symbol(const std::string& s);
  std::pair<const char*, const char*> customString(Symbol sym);

  std::unordered_map<std::string, Symbol> string_to_sym_;
  struct SymbolInfo {
    Symbol ns;
    std::string qual_name;
    std::string unqual_name;
  };
  std::vector<SymbolInfo> sym_to_info_;
  std::mutex mutex_;
};

}  // namespace c10
