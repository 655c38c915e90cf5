// The C shim's objects other than tensors: errors, values, lists, strings, threads, devices, generators.
#include <ATen/Parallel.h>
#include <ATen/core/ivalue.h>
#include <ATen/record_function.h>
#include <c10/core/Stream.h>
#include <c10/util/Exception.h>
#include <torch/csrc/inductor/aoti_torch/c/shim.h>
#include <torch/csrc/inductor/aoti_torch/shim_values.h>
#include <torch/csrc/shim_exception_state.h>
#include <torch/csrc/stable/c/shim.h>

namespace shim = flambeau::shim;
using shim::guarded;

namespace torch::csrc::shim::details {

namespace {
struct LastError {
  std::string what, without_backtrace;
};
LastError& last_error() {
  static thread_local LastError error;
  return error;
}
}  // namespace

void set_torch_exception_what(const std::string& our_message) { last_error().what = our_message; }
void set_torch_exception_what_without_backtrace(const std::string& our_message) {
  last_error().without_backtrace = our_message;
}
const std::string& get_torch_exception_what() { return last_error().what; }
const std::string& get_torch_exception_what_without_backtrace() { return last_error().without_backtrace; }

}  // namespace torch::csrc::shim::details

namespace flambeau::shim {

namespace {
void keep(const char* what, const char* without_backtrace) {
  torch::csrc::shim::details::set_torch_exception_what(what);
  torch::csrc::shim::details::set_torch_exception_what_without_backtrace(without_backtrace);
}
}  // namespace

AOTITorchError keep_exception() noexcept {
  try {
    throw;
  } catch (const c10::Error& error) {
    keep(error.what(), error.what_without_backtrace());
  } catch (const std::exception& error) {
    keep(error.what(), error.what());
  } catch (...) {
    keep("UNKNOWN", "UNKNOWN");
  }
  return AOTI_TORCH_FAILURE;
}

}  // namespace flambeau::shim

const char* torch_exception_get_what() { return torch::csrc::shim::details::get_torch_exception_what().c_str(); }
const char* torch_exception_get_what_without_backtrace() {
  return torch::csrc::shim::details::get_torch_exception_what_without_backtrace().c_str();
}

uint64_t aoti_torch_abi_version() { return TORCH_ABI_VERSION; }

void aoti_torch_check(bool cond, const char* func, const char* file, uint32_t line, const char* msg) {
  if (!cond) c10::detail::torchCheckFail(func, file, line, msg);
}
void aoti_torch_warn(const char* func, const char* file, uint32_t line, const char* msg) {
  c10::warn(c10::Warning(c10::UserWarning(), {func, file, line}, msg, /*verbatim=*/false));
}

// ---- IValues

namespace {
c10::IValue& value_of(C10IValueHandle handle) { return *reinterpret_cast<c10::IValue*>(handle); }
C10IValueHandle new_value(c10::IValue value) {
  return reinterpret_cast<C10IValueHandle>(new c10::IValue(std::move(value)));
}
}  // namespace

AOTITorchError aoti_torch_int64_to_ivalue(int64_t val, C10IValueHandle* ivalue) {
  return guarded([&] { *ivalue = new_value(val); });
}
AOTITorchError aoti_torch_str_to_ivalue(const char* val, C10IValueHandle* ivalue) {
  return guarded([&] { *ivalue = new_value(std::string(val)); });
}
AOTITorchError aoti_torch_strlist_to_ivalue(const char** val, int64_t len, C10IValueHandle* ivalue) {
  return guarded([&] {
    c10::List<std::string> list;
    for (int64_t i = 0; i < len; ++i) list.push_back(val[i]);
    *ivalue = new_value(std::move(list));
  });
}
AOTITorchError aoti_torch_tensor_to_ivalue(AtenTensorHandle val, C10IValueHandle* ivalue) {
  return guarded([&] { *ivalue = new_value(shim::tensor(val)); });
}
AOTITorchError aoti_torch_delete_c10_value_object(C10IValueHandle handle) {
  return guarded([&] { delete &value_of(handle); });
}

// ---- lists, strings and boxed optionals of the stable interface

namespace {
using StableList = std::vector<StableIValue>;
StableList& list_of(StableListHandle handle) { return *reinterpret_cast<StableList*>(handle); }
std::string& string_of(StringHandle handle) { return *reinterpret_cast<std::string*>(handle); }
}  // namespace

AOTITorchError torch_new_list_reserve_size(size_t size, StableListHandle* ret) {
  return guarded([&] {
    auto list = std::make_unique<StableList>();
    list->reserve(size);
    *ret = reinterpret_cast<StableListHandle>(list.release());
  });
}
AOTITorchError torch_list_size(StableListHandle list, size_t* size) {
  return guarded([&] { *size = list_of(list).size(); });
}
AOTITorchError torch_list_get_item(StableListHandle list, size_t index, StableIValue* element) {
  return guarded([&] { *element = list_of(list).at(index); });
}
AOTITorchError torch_list_set_item(StableListHandle list, size_t index, StableIValue element) {
  return guarded([&] { list_of(list).at(index) = element; });
}
AOTITorchError torch_list_push_back(StableListHandle list, StableIValue element) {
  return guarded([&] { list_of(list).push_back(element); });
}
AOTITorchError torch_delete_list(StableListHandle list) {
  return guarded([&] { delete &list_of(list); });
}

AOTITorchError torch_new_string_handle(const char* data, size_t length, StringHandle* handle) {
  return guarded([&] { *handle = reinterpret_cast<StringHandle>(new std::string(data, length)); });
}
AOTITorchError torch_delete_string(StringHandle handle) {
  return guarded([&] { delete &string_of(handle); });
}
AOTITorchError torch_string_length(StringHandle handle, size_t* length) {
  return guarded([&] { *length = string_of(handle).size(); });
}
AOTITorchError torch_string_c_str(StringHandle handle, const char** data) {
  return guarded([&] { *data = string_of(handle).c_str(); });
}

AOTITorchError torch_new_stable_ivalue(StableIValue** ret) {
  return guarded([&] { *ret = new StableIValue(0); });
}
AOTITorchError torch_delete_stable_ivalue(StableIValue* value) {
  return guarded([&] { delete value; });
}

// ---- threads, devices, streams, generators

AOTITorchError torch_parallel_for(int64_t begin, int64_t end, int64_t grain_size, ParallelFunc func, void* ctx) {
  return guarded(
      [&] { at::parallel_for(begin, end, grain_size, [=](int64_t from, int64_t to) { func(from, to, ctx); }); });
}
AOTITorchError torch_get_thread_idx(uint32_t* ret) {
  return guarded([&] { *ret = static_cast<uint32_t>(at::get_thread_num()); });
}
AOTITorchError torch_get_num_threads(uint32_t* ret) {
  return guarded([&] { *ret = static_cast<uint32_t>(at::get_num_threads()); });
}

AOTITorchError torch_parse_device_string(const char* device_string, uint32_t* type, int32_t* index) {
  return guarded([&] {
    const c10::Device device{std::string(device_string)};
    *type = static_cast<uint32_t>(device.type());
    *index = device.index();
  });
}

namespace {
c10::Stream& stream_of(StreamHandle handle) { return *reinterpret_cast<c10::Stream*>(handle); }
at::Generator& generator_of(AtenGeneratorHandle handle) { return *reinterpret_cast<at::Generator*>(handle); }
[[noreturn]] void no_accelerator(const char* name) {
  TORCH_CHECK(false, name, ": Cannot access accelerator device when none is available.");
}
}  // namespace

AOTITorchError aoti_torch_create_device_guard(int32_t, DeviceGuardHandle*) {
  return guarded([] { no_accelerator("aoti_torch_create_device_guard"); });
}
AOTITorchError aoti_torch_delete_device_guard(DeviceGuardHandle) {
  return guarded([] { no_accelerator("aoti_torch_delete_device_guard"); });
}
AOTITorchError aoti_torch_device_guard_set_index(DeviceGuardHandle, int32_t) {
  return guarded([] { no_accelerator("aoti_torch_device_guard_set_index"); });
}
AOTITorchError aoti_torch_get_current_stream(int32_t, StreamHandle*) {
  return guarded([] { no_accelerator("aoti_torch_get_current_stream"); });
}
AOTITorchError aoti_torch_get_current_device_index(int32_t*) {
  return guarded([] { no_accelerator("aoti_torch_get_current_device_index"); });
}
AOTITorchError aoti_torch_delete_stream(StreamHandle stream) {
  return guarded([&] { delete &stream_of(stream); });
}
AOTITorchError aoti_torch_stream_id(StreamHandle stream, int64_t* ret) {
  return guarded([&] { *ret = stream_of(stream).id(); });
}

AOTITorchError torch_new_generator_handle(AtenGeneratorHandle self, AtenGeneratorHandle* ret) {
  return guarded([&] { *ret = reinterpret_cast<AtenGeneratorHandle>(new at::Generator(generator_of(self))); });
}
AOTITorchError torch_delete_generator(AtenGeneratorHandle generator) {
  return guarded([&] { delete &generator_of(generator); });
}
AOTITorchError torch_generator_get_device(AtenGeneratorHandle generator, int32_t* type, int32_t* index) {
  return guarded([&] {
    const c10::Device device = generator_of(generator).device();
    *type = static_cast<int32_t>(device.type());
    *index = device.index();
  });
}

// ---- profiling

AOTITorchError aoti_record_function_start(const char* name, IValueMapHandle, const C10IValueHandle* inputs,
                                          const uint64_t n_inputs, AtenRecordFunctionHandle* guard) {
  return guarded([&] {
    auto record = std::make_unique<at::RecordFunction>(at::RecordScope::FUNCTION);
    std::vector<c10::IValue> values;
    for (uint64_t i = 0; i < n_inputs; ++i) values.push_back(value_of(inputs[i]));
    if (record->isActive()) record->before(name, c10::ArrayRef<const c10::IValue>(values.data(), values.size()));
    *guard = reinterpret_cast<AtenRecordFunctionHandle>(record.release());
  });
}
AOTITorchError aoti_record_function_end(AtenRecordFunctionHandle guard) {
  return guarded([&] { delete reinterpret_cast<at::RecordFunction*>(guard); });
}
