// Prints what c10 answers, to be compared between PyTorch and Flambeau: tables and messages that nothing else covers.
#include <c10/core/Allocator.h>
#include <c10/core/Backend.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/DefaultDtype.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/DispatchKeySet.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/Scalar.h>
#include <c10/core/Storage.h>
#include <c10/core/StorageImpl.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/TensorImpl.h>
#include <c10/core/TensorOptions.h>
#include <c10/core/UndefinedTensorImpl.h>
#include <c10/core/impl/COW.h>
#include <c10/core/impl/FakeGuardImpl.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <c10/util/Exception.h>
#include <c10/util/OptionalArrayRef.h>
#include <c10/util/StringUtil.h>
#include <c10/util/typeid.h>

#include <cstdio>
#include <iostream>

namespace {

using namespace c10;

// The first line of a message: the backtrace below it differs from machine to machine.
template <class F>
void caught(const char* what, const F& f) {
  try {
    f();
    std::cout << what << ": no error\n";
  } catch (const Error& e) {
    const std::string text = e.what_without_backtrace();
    // An internal assertion names the place in the library's source.
    std::cout << what << ": " << demangle(typeid(e).name()) << ": "
              << (text.find("INTERNAL ASSERT") == std::string::npos ? text : "internal assertion") << '\n';
  } catch (const std::exception& e) {
    std::cout << what << ": " << demangle(typeid(e).name()) << ": " << e.what() << '\n';
  }
}

void scalar_types() {
  for (int i = 0; i < NumScalarTypes; ++i) {
    const auto t = static_cast<ScalarType>(i);
    std::cout << t << ' ' << caffe2::TypeMeta::fromScalarType(t).name() << ' '
              << caffe2::TypeMeta::fromScalarType(t).itemsize() << isFloatingType(t) << isIntegralType(t, true)
              << isComplexType(t) << isBarebonesUnsignedType(t) << isReducedFloatingType(t);
    caught("names", [&] {
      const auto names = getDtypeNames(t);
      std::cout << " [" << names.first << ',' << names.second << "] ";
    });
    caught("abbreviation", [&] { std::cout << " [" << getScalarTypeAbbr(t) << "] "; });
    caught("signed", [&] { std::cout << isSignedType(t) << ' '; });
    caught("complex", [&] { std::cout << toComplexType(t) << ' '; });
  }
  for (int i = 0; i < NumScalarTypes; ++i) {
    for (int j = 0; j < NumScalarTypes; ++j) {
      const auto a = static_cast<ScalarType>(i), b = static_cast<ScalarType>(j);
      std::cout << canCast(a, b) << ' ';
      caught("promote", [&] { std::cout << promoteTypes(a, b) << ' '; });
    }
  }
  std::cout << caffe2::TypeMeta::Make<std::string>().itemsize() << caffe2::TypeMeta::Make<float*>().name() << ' '
            << caffe2::TypeMeta::Id<std::vector<int64_t>>() << ' ' << caffe2::TypeMeta::Id<c10::Half>() << ' '
            << caffe2::TypeMeta::Make<std::string>().id() << '\n';
  caught("dtype", [] { caffe2::TypeMeta::Make<std::string>().toScalarType(); });
}

void devices() {
  for (int i = 0; i < 23; ++i) {
    const auto t = static_cast<DeviceType>(i);
    caught("name",
           [&] { std::cout << DeviceTypeName(t) << ' ' << DeviceTypeName(t, true) << isValidDeviceType(t) << ' '; });
    if (t == kFPGA) caught("guard", [&] { impl::getDeviceGuardImpl(t); });
  }
  for (const char* text : {"cpu",
                           "cpu:0",
                           "cuda:3",
                           "cuda:03",
                           "cuda:",
                           "Cuda",
                           "",
                           ":1",
                           "cuda:x",
                           "cuda:128",
                           "meta",
                           "xpu",
                           "privateuseone:1",
                           "mkldnn",
                           "opengl",
                           "opencl",
                           "ideep",
                           "hip",
                           "fpga",
                           "maia",
                           "xla",
                           "lazy",
                           "vulkan",
                           "mps",
                           "metal",
                           "ve",
                           "ipu",
                           "hpu",
                           "mtia",
                           "cuda:1:2",
                           "cpu:1",
                           "cuda:-1",
                           "cpux"}) {
    caught(text, [&] { std::cout << Device(text) << ' '; });
  }
  std::cout << Stream(Stream::DEFAULT, Device(kCUDA, 1)) << ' ' << Stream(Stream::UNSAFE, Device(kCPU), 7).hash()
            << '\n';
  impl::DeviceGuardImplRegistrar registrar(kXLA, new impl::FakeGuardImpl<kXLA>());
  DeviceGuard guard{Device(kXLA, 2)};
  guard.reset_device(Device(kXLA, 3));
  std::cout << guard.current_device() << guard.original_device() << '\n';
  StreamGuard stream{Stream(Stream::UNSAFE, Device(kXLA, 1), 5)};
  std::cout << stream.current_stream() << '\n';
}

void dispatch_keys() {
  for (int i = 0; i <= static_cast<int>(DispatchKey::EndOfAliasKeys); ++i) {
    const auto k = static_cast<DispatchKey>(i);
    std::cout << i << ' ' << k << ' ' << toBackendComponent(k) << ' ' << toFunctionalityKey(k) << ' '
              << DispatchKeySet(k).raw_repr() << ' ' << isBackendDispatchKey(k) << ' ';
    caught("runtime", [&] { std::cout << getRuntimeDispatchKeySet(k).raw_repr() << ' '; });
    std::cout << getBackendKeySetFromAutograd(k).raw_repr() << ' ';
    for (int j = 0; j <= static_cast<int>(DispatchKey::EndOfAliasKeys); ++j) {
      const auto other = static_cast<DispatchKey>(j);
      if (k != DispatchKey::Undefined && other != DispatchKey::Undefined && runtimeDispatchKeySetHas(k, other))
        std::cout << 'r' << j;
      if (isAliasDispatchKey(other) && k != DispatchKey::Undefined && isIncludedInAlias(k, other))
        std::cout << 'i' << j;
    }
    if (i > 0 && i < static_cast<int>(DispatchKey::EndOfRuntimeBackendKeys) && i != num_functionality_keys) {
      std::cout << ' ' << getDispatchTableIndexForDispatchKey(k);
    }
    std::cout << '\n';
  }
  caught("parse", [] { parseDispatchKey("Nonsense"); });
  for (const char* k : {"CPU", "AutogradCPU", "CompositeImplicitAutograd", "Undefined", "Meta", "PrivateUse1"}) {
    caught(k, [&] { std::cout << parseDispatchKey(k); });
  }
  for (int b = 0; b <= num_backends; ++b) {
    const auto c = static_cast<BackendComponent>(b);
    std::cout << c << getAutogradRelatedKeySetFromBackend(c) << getAutocastRelatedKeySetFromBackend(c)
              << getAutogradKeyFromBackend(c) << '\n';
  }
  std::cout << DispatchKeySet(DispatchKeySet::FULL) << after_autograd_keyset << after_func_keyset << DispatchKeySet()
            << '\n';
  std::cout << impl::tls_local_dispatch_key_set().included_ << impl::tls_local_dispatch_key_set().excluded_ << '\n';
  {
    impl::ExcludeDispatchKeyGuard exclude(autograd_dispatch_keyset);
    impl::IncludeDispatchKeyGuard include(DispatchKey::Tracer);
    InferenceMode inference;
    std::cout << impl::tls_local_dispatch_key_set().included_ << impl::tls_local_dispatch_key_set().excluded_
              << InferenceMode::is_enabled() << GradMode::is_enabled() << '\n';
  }
  impl::tls_set_dispatch_key_excluded(DispatchKey::Python, true);
  std::cout << impl::tls_is_dispatch_key_excluded(DispatchKey::Python)
            << impl::tls_is_dispatch_key_included(DispatchKey::Tracer) << GradMode::is_enabled() << '\n';
  impl::tls_set_dispatch_key_excluded(DispatchKey::Python, false);
  for (int b = 0; b < static_cast<int>(Backend::NumOptions); ++b) {
    const auto backend = static_cast<Backend>(b);
    std::cout << toString(backend) << isSparse(backend) << isSparseCsr(backend) << ' ';
    caught("layout", [&] { std::cout << layout_from_backend(backend) << ' '; });
    caught("device", [&] { std::cout << backendToDeviceType(backend) << ' '; });
    caught("key", [&] {
      std::cout << (backend == Backend::QuantizedXPU ? DispatchKey::Undefined : backendToDispatchKey(backend)) << ' ';
    });
  }
}

void scalars() {
  for (const Scalar& s : {Scalar(3), Scalar(-2.5), Scalar(true), Scalar(c10::complex<double>(1, -2)),
                          Scalar(uint64_t(1) << 63), Scalar(c10::Half(1.5)), Scalar(1e300), Scalar(int64_t(-1))}) {
    std::cout << s.type() << ' ' << s.equal(3) << s.equal(-2.5) << s.equal(true) << s.isIntegral(false)
              << s.isUnsigned() << ' ';
    caught("int", [&] { std::cout << s.toInt() << ' '; });
    caught("byte", [&] { std::cout << int(s.toByte()) << ' '; });
    caught("float", [&] { std::cout << s.toFloat() << ' '; });
    caught("bool", [&] { std::cout << s.toBool() << ' '; });
    caught("neg", [&] { std::cout << (-s).toComplexDouble() << ' '; });
    caught("log",
           [&] { std::cout << std::abs(s.log().toComplexDouble().real()) << s.conj().toComplexDouble() << ' '; });
  }
  SymInt a(5), b(int64_t(7));
  std::cout << a + b << ' ' << a * 3 << ' ' << (a < b) << ' ' << (2 - a) << ' ' << a / b << ' ' << a % 3 << ' '
            << a.min(b) << ' ' << -a << ' ' << SymFloat(2.5) * SymFloat(2) << ' ' << (a + 0.5) << ' ' << SymBool(true)
            << ' ' << a.clone() << '\n';
  SymInt large(int64_t(-1) << 62);
  std::cout << large.is_heap_allocated() << large.is_symbolic() << ' ' << large << ' ' << large.guard_int("f", 1) << ' '
            << (large == large) << (large < a) << ' ' << *large.maybe_as_int() << '\n';
}

void dims() {
  for (int64_t n : {0, 1, 3}) {
    for (int64_t d = -4; d < 5; ++d) {
      caught("dim", [&] { std::cout << maybe_wrap_dim(d, n) << ' '; });
      caught("dim", [&] { std::cout << maybe_wrap_dim(d, n, false) << ' '; });
    }
  }
  caught("negative", [] { maybe_wrap_dim(0, -1); });
}

void tensors() {
  auto* allocator = GetCPUAllocator();
  auto empty = allocator->allocate(0);
  std::cout << (empty.get() == nullptr) << empty.device() << static_cast<bool>(empty) << '\n';
  Storage storage(Storage::use_byte_size_t(), size_t(96), allocator->allocate(96), allocator, true);
  std::cout << storage.nbytes() << storage.device() << storage.resizable() << storage.use_count() << '\n';
  auto tensor = make_intrusive<TensorImpl>(Storage(storage), DispatchKey::CPU, caffe2::TypeMeta::Make<float>());
  const auto show = [&](const TensorImpl& t) {
    std::cout << t.sizes() << t.strides() << t.numel() << t.dim() << t.is_contiguous()
              << t.is_contiguous(MemoryFormat::ChannelsLast) << t.is_strides_like_channels_last()
              << t.is_strides_like_channels_last_3d() << t.is_non_overlapping_and_dense() << t.key_set() << t.layout()
              << t.device() << t.storage_offset() << '\n';
  };
  show(*tensor);
  for (const std::vector<int64_t>& sizes :
       std::vector<std::vector<int64_t>>{{}, {3}, {2, 0, 4}, {2, 3, 4}, {1, 2, 3, 4}, {1, 2, 1, 1, 2, 3}}) {
    tensor->set_sizes_contiguous(sizes);
    show(*tensor);
  }
  tensor->set_sizes_and_strides(IntArrayRef{1, 2, 3, 4}, IntArrayRef{24, 1, 8, 2});
  show(*tensor);
  tensor->set_sizes_contiguous({1, 2, 2, 2, 3});
  tensor->empty_tensor_restride(MemoryFormat::ChannelsLast3d);
  show(*tensor);
  tensor->set_sizes_and_strides(IntArrayRef{2, 3}, IntArrayRef{1, 2}, 4);
  show(*tensor);
  auto view = tensor->shallow_copy_and_detach(tensor->version_counter(), false);
  show(*view);
  tensor->bump_version();
  std::cout << view->version_counter().current_version() << view->allow_tensor_metadata_change() << '\n';
  caught("data", [&] {
    std::cout << (tensor->data_ptr_impl<float>() == static_cast<const float*>(storage.data()) + 4) << ' ';
  });
  caught("type", [&] { tensor->data_dtype_initialized<int>(); });
  caught("size", [&] { tensor->size(2); });
  caught("numel", [&] { tensor->set_sizes_contiguous({int64_t(1) << 40, int64_t(1) << 40}); });
  auto* undefined = UndefinedTensorImpl::singleton();
  std::cout << undefined->sizes() << undefined->dim() << undefined->has_storage() << undefined->numel()
            << undefined->key_set() << '\n';
  caught("undefined strides", [&] { undefined->strides(); });
  caught("undefined offset", [&] { undefined->set_storage_offset(1); });
  caught("undefined device", [&] { undefined->device(); });
  caught("undefined device type", [&] { undefined->device_type(); });
  caught("undefined data", [&] { undefined->data(); });
  {
    InferenceMode mode;
    auto inference = make_intrusive<TensorImpl>(Storage(storage), DispatchKey::CPU, caffe2::TypeMeta::Make<float>());
    std::cout << inference->is_inference() << inference->key_set() << inference->version_counter().enabled() << '\n';
    caught("version", [&] { inference->version_counter().current_version(); });
  }
  auto lazy = impl::cow::lazy_clone_storage(*storage.unsafeGetStorageImpl());
  std::cout << (lazy->data() == storage.data()) << impl::cow::is_cow_data_ptr(lazy->data_ptr()) << '\n';
  std::cout << (lazy->mutable_data() == storage.data()) << impl::cow::is_cow_data_ptr(lazy->data_ptr()) << '\n';
  weak_intrusive_ptr<TensorImpl> weak(view);
  view.reset();
  std::cout << weak.expired() << weak.lock().defined() << '\n';
  caught("storage", [&] {
    storage.unsafeGetStorageImpl()->release_data_and_set_meta_custom_data_ptr_error_msg_("gone"), storage.data();
  });
  caught("no device", [] { TensorImpl(DispatchKey::CPU, caffe2::TypeMeta::Make<float>(), std::nullopt); });
}

void options() {
  for (const TensorOptions& o : {TensorOptions(), TensorOptions(kDouble).device("cuda:1").requires_grad(true),
                                 dtype(kHalf).layout(kSparse).pinned_memory(true),
                                 TensorOptions(MemoryFormat::ChannelsLast), device(kMeta).dtype(kInt)}) {
    std::cout << o << ' ' << o.computeDispatchKey() << ' ' << toString(o.backend()) << '\n';
  }
  caught("layout", [] { TensorOptions(kMkldnn).device(kCUDA).computeDispatchKey(); });
  caught("device", [] { TensorOptions(kSparse).device(kVulkan).computeDispatchKey(); });
  std::cout << get_default_dtype() << get_default_complex_dtype() << '\n';
  set_default_dtype(caffe2::TypeMeta::Make<double>());
  std::cout << get_default_dtype() << get_default_complex_dtype() << get_default_dtype_as_scalartype() << '\n';
  set_default_dtype(caffe2::TypeMeta::Make<float>());
}

void errors() {
  caught("check", [] { TORCH_CHECK(1 == 2); });
  caught("message", [] { TORCH_CHECK(1 == 2, "a", 3, std::optional<int>(4), std::optional<int>(), kFloat); });
  caught("index", [] { TORCH_CHECK_INDEX(false, "i"); });
  caught("value", [] { TORCH_CHECK_VALUE(false, "v"); });
  caught("type", [] { TORCH_CHECK_TYPE(false, "t"); });
  caught("not implemented", [] { TORCH_CHECK_NOT_IMPLEMENTED(false, "n"); });
  caught("linalg", [] { TORCH_CHECK_LINALG(false, "l"); });
  caught("context", [] {
    try {
      TORCH_CHECK(false, "inner");
    } catch (Error& e) {
      e.add_context("one");
      TORCH_RETHROW(e, "two");
    }
  });
  caught("one context", [] {
    try {
      TORCH_CHECK(false, "inner");
    } catch (Error& e) {
      TORCH_RETHROW(e, "only");
    }
  });
  caught("enforce", [] { throw Error("dir/file.cc", 12, "x > 0", "msg", nullptr); });
  caught("front", [] { IntArrayRef().front(); });
  std::cout << str("a\n", 1, 2.5, std::vector<int>{}.size(), L"wide") << detail::StripBasename("a/b/c.x")
            << detail::ExcludeFileExtension("a.b/c") << detail::ExcludeFileExtension("c.x")
            << Join("-", std::vector<int>{1, 2, 3}) << '\n';
  std::string s = "aXbXc";
  std::cout << ReplaceAll(s, "X", "--") << s << tryToNumber<int64_t>("0x10").value_or(-1)
            << tryToNumber<int64_t>("1x").has_value() << tryToNumber<double>("2.5").value()
            << split("a,b,,c", ',').size() << '\n';
  printQuotedString(std::cout, "q\"\n\x01");
  std::cout << ArrayRef<int>({1, 2}) << SmallVector<int, 2>{3, 4, 5} << CachingAllocator::format_size(1536) << '\n';
  const std::vector<int64_t> kept = {1, 2};
  OptionalIntArrayRef none, some{IntArrayRef(kept)};
  std::cout << none.has_value() << some.value() << '\n';
}

}  // namespace

int main() {
  scalar_types();
  devices();
  dispatch_keys();
  scalars();
  dims();
  tensors();
  options();
  errors();
}
