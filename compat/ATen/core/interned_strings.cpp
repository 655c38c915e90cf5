#include <ATen/core/interned_strings.h>
#include <ATen/core/interned_strings_class.h>

namespace c10 {

namespace {

struct KnownSymbol {
  const char* qualified;
  const char* unqualified;
  unique_t ns;
};
constexpr KnownSymbol kKnown[] = {
#define ROW(ns, s) {#ns "::" #s, #s, static_cast<unique_t>(_keys::namespaces_##ns)},
    FORALL_NS_SYMBOLS(ROW)
#undef ROW
};
constexpr size_t kCount = static_cast<size_t>(_keys::num_symbols);

InternedStrings& table() {
  static auto& strings = *new InternedStrings;
  return strings;
}

}  // namespace

const std::string& domain_prefix() {
  static const auto& prefix = *new std::string("org.pytorch.");
  return prefix;
}

InternedStrings::InternedStrings() : sym_to_info_(kCount) {
  string_to_sym_.reserve(kCount);
  for (size_t i = 0; i < kCount; i++) string_to_sym_.emplace(kKnown[i].qualified, Symbol(static_cast<unique_t>(i)));
}

Symbol InternedStrings::symbol(const std::string& s) {
  std::lock_guard<std::mutex> lock(mutex_);
  return _symbol(s);
}

std::pair<const char*, const char*> InternedStrings::string(Symbol sym) {
  if (static_cast<unique_t>(sym) < kCount) return {kKnown[sym].qualified, kKnown[sym].unqualified};
  return customString(sym);
}

Symbol InternedStrings::ns(Symbol sym) {
  if (static_cast<unique_t>(sym) < kCount) return Symbol(kKnown[sym].ns);
  std::lock_guard<std::mutex> lock(mutex_);
  return sym_to_info_.at(sym).ns;
}

Symbol InternedStrings::_symbol(const std::string& s) {
  if (auto it = string_to_sym_.find(s); it != string_to_sym_.end()) return it->second;
  const auto colons = s.find("::");
  TORCH_CHECK(colons != std::string::npos, "all symbols must have a namespace, <namespace>::<string>, but found: ", s);
  // A namespace is itself a symbol, so this may add one first.
  const Symbol ns = _symbol("namespaces::" + s.substr(0, colons));
  const Symbol added(static_cast<unique_t>(sym_to_info_.size()));
  string_to_sym_.emplace(s, added);
  sym_to_info_.push_back({ns, s, s.substr(colons + 2)});
  return added;
}

std::pair<const char*, const char*> InternedStrings::customString(Symbol sym) {
  std::lock_guard<std::mutex> lock(mutex_);
  // The strings move when the vector grows, but their characters only if they are short: hand out interned ones
  // instead.
  const auto& info = sym_to_info_.at(sym);
  const auto& qualified = string_to_sym_.find(info.qual_name)->first;
  return {qualified.c_str(), qualified.c_str() + (qualified.size() - info.unqual_name.size())};
}

Symbol Symbol::fromQualString(const std::string& s) { return table().symbol(s); }
Symbol Symbol::fromDomainAndUnqualString(const std::string& d, const std::string& s) {
  const auto& prefix = domain_prefix();
  TORCH_CHECK(d.compare(0, prefix.size(), prefix) == 0, "Symbol: domain string is expected to be prefixed with '",
              prefix, "', e.g. 'org.pytorch.aten'");
  return fromQualString(d.substr(prefix.size()) + "::" + s);
}
std::string Symbol::domainString() const { return domain_prefix() + ns().toUnqualString(); }
Symbol Symbol::ns() const { return table().ns(*this); }
const char* Symbol::toQualString() const { return table().string(*this).first; }
const char* Symbol::toUnqualString() const { return table().string(*this).second; }
const char* Symbol::toDisplayString() const { return toQualString(); }

bool Symbol::is_attr() const { return ns() == namespaces::attr; }
bool Symbol::is_aten() const { return ns() == namespaces::aten; }
bool Symbol::is_cuda() const { return ns() == namespaces::cuda; }
bool Symbol::is_prim() const { return ns() == namespaces::prim; }
bool Symbol::is_prims() const { return ns() == namespaces::prims; }
bool Symbol::is_nvprims() const { return ns() == namespaces::nvprims; }
bool Symbol::is_onnx() const { return ns() == namespaces::onnx; }
bool Symbol::is_user() const { return ns() == namespaces::user; }
bool Symbol::is_caffe2() const { return ns() == namespaces::_caffe2; }

}  // namespace c10
