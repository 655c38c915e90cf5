#include <ATen/CPUGeneratorImpl.h>

#include <ATen/EmptyTensor.h>
#include <ATen/core/Tensor.h>
#include <ATen/native/driver.h>

#include <bit>
#include <cstring>
#include <unordered_map>

#include "backend/random.h"

namespace at {

struct CPUGeneratorAccess {
  static void bind(CPUGeneratorImpl& impl, flambeau::Generator& stream) {
    auto data = impl.engine_.data();
    data.seed_ = std::bit_cast<uint64_t>(&stream);
    impl.engine_.set_data(data);
  }
  static flambeau::Generator& stream(const CPUGeneratorImpl& impl) { return impl.stream(); }
};

namespace {

// The destructor is inline in users' binaries, so it cannot free a stream: a stream belongs to an address instead, and
// the next generator made there takes it over.
flambeau::Generator& stream_at(const void* address) {
  static auto& mutex = *new std::mutex;
  static auto& streams = *new std::unordered_map<const void*, std::unique_ptr<flambeau::Generator>>;
  std::lock_guard<std::mutex> lock(mutex);
  auto& stream = streams[address];
  if (!stream) stream = std::make_unique<flambeau::Generator>();
  return *stream;
}

}  // namespace

flambeau::Generator& CPUGeneratorImpl::stream() const { return *std::bit_cast<flambeau::Generator*>(engine_.seed()); }

CPUGeneratorImpl::CPUGeneratorImpl(uint64_t seed_in)
    : c10::GeneratorImpl{Device(DeviceType::CPU), DispatchKeySet(c10::DispatchKey::CPU)}, engine_(0) {
  CPUGeneratorAccess::bind(*this, stream_at(this));
  set_current_seed(seed_in);
}

void CPUGeneratorImpl::set_current_seed(uint64_t seed) { stream().set_seed(seed); }
void CPUGeneratorImpl::set_offset(uint64_t) { TORCH_CHECK(false, "CPU Generator does not use offset"); }
uint64_t CPUGeneratorImpl::get_offset() const { TORCH_CHECK(false, "CPU Generator does not use offset"); }
uint64_t CPUGeneratorImpl::current_seed() const { return stream().seed(); }
uint64_t CPUGeneratorImpl::seed() {
  const auto random = c10::detail::getNonDeterministicRandom();
  set_current_seed(random);
  return random;
}

void CPUGeneratorImpl::set_state(const c10::TensorImpl& new_state) {
  detail::check_rng_state(new_state);
  try {
    stream().set_state({static_cast<const uint8_t*>(new_state.data()), static_cast<size_t>(new_state.numel())});
  } catch (const flambeau::Error& error) {
    flambeau::raise(error);
  }
}
c10::intrusive_ptr<c10::TensorImpl> CPUGeneratorImpl::get_state() const {
  auto tensor = at::detail::empty_cpu({flambeau::Generator::kStateBytes}, at::kByte);
  stream().get_state({static_cast<uint8_t*>(tensor.data_ptr()), static_cast<size_t>(flambeau::Generator::kStateBytes)});
  return tensor.getIntrusivePtr();
}

DeviceType CPUGeneratorImpl::device_type() { return DeviceType::CPU; }
uint32_t CPUGeneratorImpl::random() { return stream().random(); }
uint64_t CPUGeneratorImpl::random64() { return stream().random64(); }
std::optional<float> CPUGeneratorImpl::next_float_normal_sample() { return stream().next_float_normal; }
std::optional<double> CPUGeneratorImpl::next_double_normal_sample() { return stream().next_double_normal; }
void CPUGeneratorImpl::set_next_float_normal_sample(std::optional<float> randn) { stream().next_float_normal = randn; }
void CPUGeneratorImpl::set_next_double_normal_sample(std::optional<double> randn) {
  stream().next_double_normal = randn;
}

namespace {
// The head of a saved state, which is the twister's.
struct SavedEngine {
  uint64_t seed;
  int32_t left, seeded;
  uint64_t next;
  uint64_t state[MERSENNE_STATE_N];
};
}  // namespace

at::mt19937 CPUGeneratorImpl::engine() {
  uint8_t bytes[flambeau::Generator::kStateBytes];
  stream().get_state(bytes);
  SavedEngine saved;
  std::memcpy(&saved, bytes, sizeof(saved));
  mt19937_data_pod data{};
  data.seed_ = saved.seed;
  data.left_ = saved.left;
  data.seeded_ = saved.seeded != 0;
  data.next_ = static_cast<uint32_t>(saved.next);
  for (int i = 0; i < MERSENNE_STATE_N; ++i)
    data.state_[static_cast<size_t>(i)] = static_cast<uint32_t>(saved.state[i]);
  at::mt19937 engine;
  engine.set_data(data);
  return engine;
}
void CPUGeneratorImpl::set_engine(at::mt19937 engine) {
  uint8_t bytes[flambeau::Generator::kStateBytes];
  stream().get_state(bytes);
  const auto data = engine.data();
  SavedEngine saved{data.seed_, data.left_, data.seeded_, data.next_, {}};
  for (int i = 0; i < MERSENNE_STATE_N; ++i) saved.state[i] = data.state_[static_cast<size_t>(i)];
  std::memcpy(bytes, &saved, sizeof(saved));
  stream().set_state(bytes);
}

std::shared_ptr<CPUGeneratorImpl> CPUGeneratorImpl::clone() const {
  return std::shared_ptr<CPUGeneratorImpl>(clone_impl());
}
CPUGeneratorImpl* CPUGeneratorImpl::clone_impl() const {
  auto* copy = new CPUGeneratorImpl();
  uint8_t bytes[flambeau::Generator::kStateBytes];
  stream().get_state(bytes);
  copy->stream().set_state(bytes);
  return copy;
}

namespace detail {

const Generator& getDefaultCPUGenerator() {
  static const auto& generator = *[] {
    auto impl = c10::make_intrusive<CPUGeneratorImpl>();
    CPUGeneratorAccess::bind(*impl, flambeau::default_generator());
    flambeau::default_generator().set_seed(c10::detail::getNonDeterministicRandom());
    return new Generator(std::move(impl));
  }();
  return generator;
}

Generator createCPUGenerator(uint64_t seed_val) { return make_generator<CPUGeneratorImpl>(seed_val); }

}  // namespace detail

void Generator::set_state(const at::Tensor& new_state) {
  TORCH_CHECK(new_state.defined(), "Undefined tensor is not allowed");
  impl_->set_state(*new_state.unsafeGetTensorImpl());
}
at::Tensor Generator::get_state() const { return at::Tensor::wrap_tensor_impl(impl_->get_state()); }
void Generator::graphsafe_set_state(const Generator& new_state) {
  impl_->graphsafe_set_state(new_state.getIntrusivePtr());
}
Generator Generator::graphsafe_get_state() const { return Generator(impl_->graphsafe_get_state()); }

}  // namespace at

namespace flambeau {

Generator* engine_generator(const at::Generator& generator) {
  if (!generator.defined()) return nullptr;
  auto* impl = at::check_generator<at::CPUGeneratorImpl>(generator);
  return &at::CPUGeneratorAccess::stream(*impl);
}

}  // namespace flambeau
