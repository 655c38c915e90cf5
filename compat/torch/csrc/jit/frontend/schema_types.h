// The types in a schema:
//
//   type     = base ["(" alias ")"] { "[" [N] "]" ["(" alias ")"] | "?" }
//   alias    = set {"|" set} ["!"] ["->" set {"|" set}]
#pragma once

#include <ATen/core/alias_info.h>
#include <c10/util/light_std.h>
#include <torch/csrc/jit/frontend/schema_text.h>

namespace flambeau {

// A type as operators see it, as script sees it (int for SymInt and the like), and its aliasing.
struct ParsedType {
  c10::TypePtr real, fake;
  std::optional<c10::AliasInfo> alias;
};

class SchemaTypes : protected SchemaText {
 protected:
  SchemaTypes(std::string_view text, bool allow_typevars) : SchemaText(text), allow_typevars_(allow_typevars) {}

  ParsedType parse_type();

  std::optional<int32_t> fixed_size_;  // N of the last "[N]" parsed

 private:
  ParsedType parse_base_type();
  std::string dotted(size_t begin);
  ParsedType parse_tuple();
  ParsedType parse_union();
  ParsedType parse_class(size_t begin);
  std::optional<c10::AliasInfo> parse_alias();
  template <class T>
  ParsedType parse_wrapper();

  bool allow_typevars_;
  int next_fresh_set_ = 0;
};

}  // namespace flambeau
