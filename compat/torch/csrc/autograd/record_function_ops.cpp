#include <torch/csrc/autograd/record_function_ops.h>

#include <ATen/core/dispatch/late_operators.h>
#include <ATen/ops/from_blob.h>
#include <torch/library.h>

namespace torch::autograd::profiler {

namespace {

void begin(at::RecordFunction& record, const std::string& name, const std::optional<std::string>& args) {
  if (!record.isActive()) return;
  const std::string_view shown = name;
  if (!record.needsInputs() || !args) return record.before(shown);
  const c10::IValue values[] = {c10::IValue(*args)};
  record.before(shown, c10::ArrayRef<const c10::IValue>(values, 1));
}

void leave_new(const c10::intrusive_ptr<PythonRecordFunction>& handle) { handle->record.end(); }

/// The older form hands the region out as the memory of a tensor.
at::Tensor enter(const std::string& name, const std::optional<std::string>& args) {
  auto* record = new at::RecordFunction(at::RecordScope::USER_SCOPE);
  begin(*record, name, args);
  const auto release = [](void* memory) { delete static_cast<at::RecordFunction*>(memory); };
  return at::from_blob(record, {static_cast<int64_t>(sizeof *record)}, release, at::TensorOptions(at::kByte));
}
void leave(const at::Tensor& handle) {
  TORCH_CHECK(handle.scalar_type() == at::kByte && handle.numel() == sizeof(at::RecordFunction),
              "profiler::_record_function_exit: expected what profiler::_record_function_enter gave");
  static_cast<at::RecordFunction*>(handle.data_ptr())->end();
}

}  // namespace

c10::intrusive_ptr<PythonRecordFunction> record_function_enter_new(const std::string& name,
                                                                   const std::optional<std::string>& args) {
  auto region = c10::make_intrusive<PythonRecordFunction>(at::RecordScope::USER_SCOPE);
  begin(region->record, name, args);
  return region;
}

}  // namespace torch::autograd::profiler

namespace flambeau {

void register_profiler_operators() {
  using namespace torch::autograd::profiler;
  [[maybe_unused]] static const auto* registered = [] {
    auto* library = new torch::Library(torch::Library::FRAGMENT, "profiler", std::nullopt, __FILE__, __LINE__);
    library->class_<PythonRecordFunction>("_RecordFunction");
    constexpr auto kAnywhere = c10::DispatchKey::CompositeExplicitAutograd;
    library->def(
        "_record_function_enter_new(str name, str? args=None) -> __torch__.torch.classes.profiler._RecordFunction",
        torch::dispatch(kAnywhere, &record_function_enter_new));
    library->def("_record_function_exit._RecordFunction(__torch__.torch.classes.profiler._RecordFunction handle) -> ()",
                 torch::dispatch(kAnywhere, &leave_new));
    library->def("_record_function_enter(str name, str? args=None) -> Tensor", torch::dispatch(kAnywhere, &enter));
    library->def("_record_function_exit(Tensor handle) -> ()", torch::dispatch(kAnywhere, &leave));
    return library;
  }();
}

}  // namespace flambeau
