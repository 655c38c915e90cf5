// Futures: the storages in their values, and futures of several.
#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type.h>

#include <atomic>

namespace c10 {

namespace ivalue {

std::vector<Future::WeakStorage> Future::extractStorages(const at::IValue& value) {
  std::vector<at::Tensor> tensors;
  if (value.isPyObject()) {
    tensors = value.toPyObjectHolder()->extractTensors();
  } else {
    at::IValue::HashAliasedIValues parts;
    value.getSubValues(parts);
    for (const auto& part : parts) {
      if (part.isTensor()) tensors.push_back(part.toTensor());
    }
  }
  std::vector<WeakStorage> storages;
  for (const at::Tensor& tensor : tensors) {
    if (tensor.is_sparse()) {
      storages.emplace_back(tensor.indices().storage().getWeakStorageImpl());
      storages.emplace_back(tensor.values().storage().getWeakStorageImpl());
    } else {
      storages.emplace_back(tensor.storage().getWeakStorageImpl());
    }
  }
  return storages;
}

std::ostream& operator<<(std::ostream& out, const Future& v) {
  return out << "Future" << (v.completed() ? "(completed)" : "(pending)");
}
std::ostream& operator<<(std::ostream& out, const Await&) { return out << "Await"; }

}  // namespace ivalue

namespace {

// Completes when the last of them does; with the first error as soon as there is one.
struct CollectAll {
  std::atomic<size_t> remaining{0};
  List<intrusive_ptr<ivalue::Future>> sources;
  intrusive_ptr<ivalue::Future> joined;
  explicit CollectAll(const List<intrusive_ptr<ivalue::Future>>& s) : sources(s) {}
};

std::vector<c10::Device> devices_of(const List<intrusive_ptr<ivalue::Future>>& sources) {
  return sources.empty() ? std::vector<c10::Device>() : sources.get(0)->devices();
}

}  // namespace

intrusive_ptr<ivalue::Future> collectAll(const List<intrusive_ptr<ivalue::Future>>& srcs) {
  auto state = std::make_shared<CollectAll>(srcs);
  state->remaining = srcs.size();
  state->joined = make_intrusive<ivalue::Future>(ListType::create(srcs.elementType()), devices_of(srcs));
  if (srcs.empty()) {
    state->joined->markCompleted(srcs);
    return state->joined;
  }
  for (size_t i = 0; i < srcs.size(); i++) {
    srcs.get(i)->addCallback([state](ivalue::Future& done) {
      if (done.hasError()) state->joined->setErrorIfNeeded(done.exception_ptr());
      if (--state->remaining == 0 && !state->joined->hasError()) state->joined->markCompleted(state->sources);
    });
  }
  return state->joined;
}

intrusive_ptr<ivalue::Future> collectAny(const List<intrusive_ptr<ivalue::Future>>& srcs) {
  if (srcs.empty()) {
    auto result = make_intrusive<ivalue::Future>(NoneType::get());
    result->markCompleted();
    return result;
  }
  const TypePtr type = srcs.get(0)->elementType();
  for (size_t i = 0; i < srcs.size(); i++) {
    if (srcs.get(i)->completed()) return srcs.get(i);
    TORCH_CHECK_TYPE(i == 0 || *type == *srcs.get(i)->elementType(),
                     "Expected all futures to have the same type, but found ", *type, " in position 0 and ",
                     *srcs.get(i)->elementType(), " in position ", i);
  }
  auto result = make_intrusive<ivalue::Future>(type, devices_of(srcs));
  auto decided = std::make_shared<std::atomic<bool>>(false);
  for (size_t i = 0; i < srcs.size(); i++) {
    srcs.get(i)->addCallback([result, decided](ivalue::Future& done) {
      if (decided->exchange(true)) return;
      if (done.hasError()) {
        result->setError(done.exception_ptr());
      } else {
        result->markCompleted(done.constValue());
      }
    });
  }
  return result;
}

}  // namespace c10
