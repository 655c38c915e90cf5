// Prints what the helpers of c10 do, to be compared between PyTorch and Flambeau.
#include <c10/core/CPUAllocator.h>
#include <c10/core/ConstantSymNodeImpl.h>
#include <c10/core/RefcountedDeleter.h>
#include <c10/core/SymFloat.h>
#include <c10/core/SymIntArrayRef.h>
#include <c10/core/TensorImpl.h>
#include <c10/core/thread_pool.h>
#include <c10/mobile/CPUCachingAllocator.h>
#include <c10/mobile/CPUProfilingAllocator.h>
#include <c10/util/ApproximateClock.h>
#include <c10/util/Flags.h>
#include <c10/util/LeftRight.h>
#include <c10/util/Logging.h>
#include <c10/util/NetworkFlow.h>
#include <c10/util/ThreadLocalDebugInfo.h>
#include <c10/util/WaitCounter.h>
#include <c10/util/flat_hash_map.h>
#include <c10/util/hash.h>
#include <c10/util/int128.h>
#include <c10/util/order_preserving_flat_hash_map.h>
#include <c10/util/tempfile.h>
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <iostream>

C10_DEFINE_int(own_number, 3, "a number");
C10_DEFINE_string(own_text, "abc", "a text");
C10_DEFINE_bool(own_switch, false, "a switch");
C10_DEFINE_double(own_fraction, 0.5, "a fraction");

namespace {

using namespace c10;

// Writes down what is asked of it; knows its number only when guarded.
class Written : public SymNodeImpl {
 public:
  enum Kind { INT, FLOAT, BOOL };
  Written(std::string text, double value, Kind kind) : text_(std::move(text)), value_(value), kind_(kind) {}
  bool is_int() override { return kind_ == INT; }
  bool is_float() override { return kind_ == FLOAT; }
  bool is_bool() override { return kind_ == BOOL; }
  std::string str() override { return text_; }
  SymNode clone() override { return make(text_ + "'", value_, kind_); }
  SymNode wrap_int(int64_t n) override { return make(std::to_string(n), static_cast<double>(n), INT); }
  SymNode wrap_float(double n) override { return make(std::to_string(n), n, FLOAT); }
  SymNode wrap_bool(bool b) override { return make(b ? "true" : "false", b, BOOL); }
  SymNode sym_float() override { return make("float(" + text_ + ")", value_, FLOAT); }
  SymNode sym_not() override { return make("!" + text_, value_ == 0, BOOL); }
  SymNode neg() override { return make("-" + text_, -value_, kind_); }
  SymNode sym_ite(const SymNode& a, const SymNode& b) override {
    return make("(" + text_ + "?" + a->str() + ":" + b->str() + ")", of(value_ != 0 ? a : b), INT);
  }
#define BINARY(name, expression, kind)                                           \
  SymNode name(const SymNode& other) override {                                  \
    const double a = value_, b = of(other);                                      \
    return make(#name "(" + text_ + "," + other->str() + ")", expression, kind); \
  }
  BINARY(add, a + b, kind_)
  BINARY(sub, a - b, kind_)
  BINARY(mul, a* b, kind_)
  BINARY(truediv, a / b, FLOAT)
  BINARY(floordiv, std::floor(a / b), INT)
  BINARY(mod, std::fmod(a, b), INT)
  BINARY(pow, std::pow(a, b), FLOAT)
  BINARY(eq, a == b, BOOL)
  BINARY(ne, a != b, BOOL)
  BINARY(lt, a < b, BOOL)
  BINARY(le, a <= b, BOOL)
  BINARY(gt, a > b, BOOL)
  BINARY(ge, a >= b, BOOL)
  BINARY(sym_min, std::min(a, b), kind_)
  BINARY(sym_max, std::max(a, b), kind_)
  BINARY(sym_and, a != 0 && b != 0, BOOL)
  BINARY(sym_or, a != 0 || b != 0, BOOL)
#undef BINARY
#define SHAPE(name)                                                           \
  SymNode name(ArrayRef<SymNode> sizes, ArrayRef<SymNode> strides) override { \
    std::string text = #name;                                                 \
    for (const auto& n : sizes) text += "," + n->str();                       \
    for (const auto& n : strides) text += ";" + n->str();                     \
    return make(text, 1, BOOL);                                               \
  }
  SHAPE(is_contiguous)
  SHAPE(is_channels_last_contiguous_2d)
  SHAPE(is_channels_last_contiguous_3d)
  SHAPE(is_channels_last_strides_2d)
  SHAPE(is_channels_last_strides_3d)
  SHAPE(is_non_overlapping_and_dense)
#undef SHAPE
  int64_t guard_int(const char*, int64_t) override { return static_cast<int64_t>(value_); }
  double guard_float(const char*, int64_t) override { return value_; }
  bool guard_bool(const char*, int64_t) override { return value_ != 0; }
  bool has_hint() override { return true; }

  static SymNode make(std::string text, double value, Kind kind) {
    return make_intrusive<Written>(std::move(text), value, kind);
  }

 private:
  static double of(const SymNode& n) {
    if (auto* w = dynamic_cast<Written*>(n.get())) return w->value_;
    return static_cast<double>(n->constant_int().value_or(0));
  }
  std::string text_;
  double value_;
  Kind kind_;
};

void symbols() {
  const SymInt s(Written::make("s", 6, Written::INT)), t(Written::make("t", 4, Written::INT)), big(INT64_MIN);
  std::cout << s + 1 << ' ' << 1 - s << ' ' << s * t << ' ' << s / 2 << ' ' << 7 % s << ' ' << s.min(t) << ' '
            << s.max(3) << '\n';
  std::cout << s.sym_eq(t) << ' ' << s.sym_lt(9) << ' ' << (s == 6) << (s != t) << (s < t) << (t <= 4) << (2 > s)
            << (s >= 6) << '\n';
  std::cout << -s << ' ' << s.clone() << ' ' << static_cast<SymFloat>(s) << ' ' << s.is_symbolic() << s.has_hint()
            << s.guard_int(__FILE__, __LINE__) << s.is_same(s) << s.is_same(t) << SymInt(3).is_same(3) << '\n';
  SymInt u = s;
  u += t;
  u *= 2;
  std::cout << u << ' ' << s + 0.5 << ' ' << 2.0 * s << ' ' << (s < 6.5) << ' ' << big << ' ' << big.is_heap_allocated()
            << big.is_symbolic() << big + 1 << ' ' << (big < 0) << multiply_integers(std::vector<SymInt>{2, s, 3})
            << '\n';
  const SymFloat f = static_cast<SymFloat>(s);
  std::cout << f + 1.0 << ' ' << SymFloat(3) / f << ' ' << f.sqrt() << ' ' << f.min(2.0) << ' ' << f.max(SymFloat(9))
            << ' ' << f.sym_ge(2.0) << ' ' << (f > 1.0) << f.guard_float(__FILE__, __LINE__) << ' '
            << SymFloat(16).sqrt() << '\n';
  const SymBool b = s.sym_gt(t);
  std::cout << b.sym_and(true) << ' ' << b.sym_or(SymBool(false)) << ' ' << ~b << ' ' << b.toSymInt() << ' '
            << b.guard_bool(__FILE__, __LINE__) << b.expect_true(__FILE__, __LINE__) << b.maybe_as_bool().has_value()
            << SymBool(true).toSymInt() << (SymBool(true) & SymBool(false)) << '\n';

  auto* allocator = GetCPUAllocator();
  Storage storage(Storage::use_byte_size_t(), size_t(0), allocator->allocate(0), allocator, true);
  auto tensor = make_intrusive<TensorImpl>(std::move(storage), DispatchKey::CPU, caffe2::TypeMeta::Make<float>());
  const std::vector<SymInt> sizes{2, s, 1, 5}, strides{s * 5, 5, 5, 1};
  tensor->set_sizes_and_strides(sizes, strides, SymInt(7));
  std::cout << tensor->sym_sizes() << tensor->sym_strides() << tensor->sym_numel() << ' '
            << tensor->sym_storage_offset() << ' ' << tensor->dim() << tensor->sym_size(-3)
            << tensor->has_symbolic_sizes_strides() << '\n';
  std::cout << tensor->sym_is_contiguous() << ' ' << tensor->sym_is_contiguous(MemoryFormat::ChannelsLast) << ' '
            << tensor->sym_is_non_overlapping_and_dense() << ' ' << tensor->is_strides_like_channels_last() << '\n';
  tensor->generic_set_sizes_contiguous(std::vector<SymInt>{s, 3});
  std::cout << tensor->sym_strides() << tensor->sym_numel() << tensor->is_contiguous() << '\n';
  const auto copy = tensor->shallow_copy_and_detach(VariableVersion(0), true);
  std::cout << copy->sym_sizes() << copy->sym_numel() << '\n';
  try {
    tensor->sizes();
  } catch (const Error& e) {
    std::cout << e.what_without_backtrace() << '\n';
  }
}

void tables() {
  ska_ordered::order_preserving_flat_hash_map<std::string, int> ordered;
  ska::flat_hash_map<int, int> plain;
  for (int i = 0; i < 40; ++i) {
    ordered[std::to_string(i * 37 % 41)] = i;
    plain[i * 7] = i;
  }
  for (int i = 0; i < 40; i += 3) {
    ordered.erase(std::to_string(i));
    plain.erase(i * 7);
  }
  for (const auto& [k, v] : ordered) std::cout << k << '=' << v << ' ';
  for (const auto& [k, v] : plain) std::cout << k << '=' << v << ' ';
  std::cout << ordered.size() << plain.count(7) << plain.bucket_count() << (plain.find(14) != plain.end()) << '\n';
  std::cout << sha1("The quick brown fox").str() << ' ' << get_hash(1, 2L, std::string("x").size()) << ' '
            << c10::hash<std::vector<int>>()({1, 2, 3}) << ' ' << twang_mix64(42) << '\n';
  LeftRight<int> shared;
  shared.write([](int& i) { i += 5; });
  std::cout << shared.read([](const int& i) { return i; }) << '\n';
  uint128 wide = uint128(1) << 100;
  wide += 12345;
  std::cout << wide << ' ' << wide / 1000 << ' ' << wide % 1000 << ' ' << std::hex << wide * 3 << ' ' << (wide >> 64)
            << std::dec << ' ' << (wide < wide - 1) << -wide << ' ' << uint128(kuint128max) << '\n';
  NetworkFlowGraph graph;
  graph.add_edge("s", "a", 3);
  graph.add_edge("s", "b", 2);
  graph.add_edge("a", "t", 2);
  graph.add_edge("b", "t", 4);
  graph.add_edge("a", "b", 5);
  auto cut = graph.minimum_cut("s", "t");
  std::sort(cut.reachable.begin(), cut.reachable.end());
  std::sort(cut.unreachable.begin(), cut.unreachable.end());
  std::cout << static_cast<int>(cut.status) << cut.max_flow << cut.reachable << cut.unreachable << '\n';
  graph.add_edge("a", "b", NetworkFlowGraph::INF);
  graph.add_edge("s", "a", NetworkFlowGraph::INF);
  graph.add_edge("b", "t", NetworkFlowGraph::INF);
  NetworkFlowGraph endless;
  endless.add_edge("s", "a", NetworkFlowGraph::INF);
  endless.add_edge("a", "t", NetworkFlowGraph::INF);
  std::cout << static_cast<int>(endless.minimum_cut("s", "t").status)
            << static_cast<int>(graph.minimum_cut("s", "t").status)
            << static_cast<int>(graph.minimum_cut("s", "x").status) << '\n';
}

void flags() {
  std::vector<std::string> words = {"program",
                                    "--own_number=17",
                                    "rest",
                                    "--own_text",
                                    "x y",
                                    "--own_switch=true",
                                    "--own_fraction",
                                    "2.25",
                                    "--caffe2_cpu_allocator_do_zero_fill=1"};
  std::vector<char*> pointers;
  for (auto& w : words) pointers.push_back(w.data());
  int argc = static_cast<int>(pointers.size());
  char** argv = pointers.data();
  std::cout << ParseCommandLineFlags(&argc, &argv) << argc << argv[1] << FLAGS_own_number << FLAGS_own_text
            << FLAGS_own_switch << FLAGS_own_fraction << CommandLineFlagsHasBeenParsed() << '\n';
  try {
    CAFFE_ENFORCE_EQ(1 + 1, 3, "sum ", 4);
  } catch (const Error& e) {
    std::cout << e.msg() << '\n';
  }
  try {
    CAFFE_ENFORCE_FINITE(false, "not finite");
  } catch (const EnforceFiniteError& e) {
    std::cout << e.msg() << '\n';
  }
  struct Handler : WarningHandler {
    void process(const Warning& w) override { std::cout << "warned: " << w.msg() << w.verbatim() << '\n'; }
  } handler;
  const WarningUtils::WarningHandlerGuard guard(&handler);
  for (int i = 0; i < 2; ++i) TORCH_WARN_ONCE("once ", i);
  TORCH_WARN("each");
}

void memory() {
  CPUCachingAllocator caching;
  {
    const WithCPUCachingAllocatorGuard guard(&caching);
    auto* mobile = GetDefaultMobileCPUAllocator();
    void* first = mobile->allocate(100).get();
    std::cout << (mobile->allocate(100).get() == first) << (mobile->allocate(104).get() == first) << '\n';
  }
  AllocationPlan plan;
  const auto run = [](Allocator* a) {
    auto x = a->allocate(1000);
    auto y = a->allocate(500);
    x.clear();
    auto z = a->allocate(900);
    return static_cast<char*>(y.get()) - static_cast<char*>(z.get());
  };
  {
    const WithProfileAllocationsGuard guard(&plan);
    run(GetDefaultMobileCPUAllocator());
  }
  bool success = false;
  {
    const WithValidateAllocationPlanGuard guard(&plan, &success);
    run(GetDefaultMobileCPUAllocator());
  }
  CPUProfilingAllocator profiling;
  std::ptrdiff_t apart = 0;
  {
    const WithProfilingAllocatorGuard guard(&profiling, &plan);
    apart = run(GetDefaultMobileCPUAllocator());
  }
  std::cout << success << (apart >= 900 || apart <= -500) << '\n';

  auto* allocator = GetCPUAllocator();
  const Storage storage(Storage::use_byte_size_t(), size_t(64), allocator->allocate(64), allocator, true);
  const auto second = newStorageImplFromRefcountedDataPtr(storage);
  std::cout << second.is_alias_of(storage) << (second.data() == storage.data()) << isSharedStorageAlias(second, storage)
            << second.nbytes() << '\n';
  std::string name;
  {
    const auto file = make_tempfile("flambeau-");
    name = file.name;
    struct stat s {};
    std::cout << (file.fd >= 0) << (stat(name.c_str(), &s) == 0) << (name.find("flambeau-") != std::string::npos)
              << '\n';
  }
  struct stat s {};
  std::cout << (stat(name.c_str(), &s) == 0) << '\n';
}

void threads() {
  std::atomic<int> sum = 0;
  TaskThreadPool pool(3);
  for (int i = 0; i < 100; ++i) pool.run([&, i] { sum += i; });
  pool.runTaskWithID([&](std::size_t id) { sum += id < 3 ? 1000 : 0; });
  pool.waitWorkComplete();
  std::cout << sum << pool.size() << pool.inThreadPool() << '\n';
  struct Info : DebugInfoBase {
    int value = 4;
  };
  {
    const DebugInfoGuard guard(DebugInfoKind::TEST_INFO, std::make_shared<Info>());
    std::cout << static_cast<Info*>(ThreadLocalDebugInfo::get(DebugInfoKind::TEST_INFO))->value << '\n';
  }
  std::cout << (ThreadLocalDebugInfo::get(DebugInfoKind::TEST_INFO) == nullptr) << '\n';
  ApproximateClockToUnixTimeConverter clock;
  const auto before = getTime();
  const auto ticks = getApproximateTime();
  const auto measured = clock.makeConverter()(ticks);
  std::cout << (std::abs(measured - before) < 50'000'000) << '\n';
  { STATIC_SCOPED_WAIT_COUNTER(nothing); }
}

}  // namespace

int main() {
  symbols();
  tables();
  flags();
  memory();
  threads();
}
