// Mirrors <ATen/TensorIterator.h> of PyTorch 2.13: elementwise and reduction loops of extensions' own kernels over
// tensors of any strides, with broadcasting and type promotion. Flambeau's operators do not use it.
#pragma once

#include <ATen/TensorMeta.h>
#include <ATen/core/Range.h>
#include <ATen/core/TensorBase.h>
#include <c10/core/DynamicCast.h>
#include <c10/util/FunctionRef.h>
#include <c10/util/MaybeOwned.h>
#include <c10/util/SmallVector.h>
#include <c10/util/TypeCast.h>
#include <c10/util/irange.h>

#include <array>
#include <bitset>

namespace at {

class Tensor;
class OptionalTensorRef;

namespace internal {

/// Elements that are worth a thread.
constexpr int64_t GRAIN_SIZE = 32768;

/// An OptionalTensorRef in headers that know no Tensor.
class TORCH_API OpaqueOptionalTensorRef {
  alignas(alignof(TensorBase)) std::array<char, sizeof(TensorBase)> data_{};

 public:
  OpaqueOptionalTensorRef();
  OpaqueOptionalTensorRef(const OpaqueOptionalTensorRef&) = default;
  OpaqueOptionalTensorRef& operator=(const OpaqueOptionalTensorRef&) = default;
  OpaqueOptionalTensorRef(OpaqueOptionalTensorRef&&) noexcept = default;
  OpaqueOptionalTensorRef& operator=(OpaqueOptionalTensorRef&&) noexcept = default;
  ~OpaqueOptionalTensorRef();

  OptionalTensorRef* get() { return reinterpret_cast<OptionalTensorRef*>(data_.data()); }
  const OptionalTensorRef* get() const { return reinterpret_cast<const OptionalTensorRef*>(data_.data()); }
  OptionalTensorRef& operator*() { return *get(); }
  const OptionalTensorRef& operator*() const { return *get(); }
  OptionalTensorRef* operator->() { return get(); }
  const OptionalTensorRef* operator->() const { return get(); }
  const Tensor& getTensor() const;
};

}  // namespace internal

/// One input or output.
struct TORCH_API OperandInfo {
  using StrideVector = SmallVector<int64_t, 6>;
  OperandInfo() = default;
  C10_ALWAYS_INLINE explicit OperandInfo(c10::MaybeOwned<TensorBase>&& t) {
    if (t->defined()) {
      device = t->device();
      target_dtype = t->scalar_type();
      current_dtype = target_dtype;
    }
    tensor(std::move(t));
    validate();
  }
  C10_ALWAYS_INLINE OperandInfo(const OperandInfo&) = default;
  C10_ALWAYS_INLINE OperandInfo& operator=(const OperandInfo&) = default;
  C10_ALWAYS_INLINE OperandInfo(OperandInfo&&) noexcept = default;
  C10_ALWAYS_INLINE OperandInfo& operator=(OperandInfo&&) noexcept = default;
  C10_ALWAYS_INLINE ~OperandInfo() = default;

  void* data = nullptr;
  StrideVector stride_bytes;  ///< 0 where the operand is broadcast
  std::optional<Device> device = std::nullopt;
  ScalarType target_dtype = ScalarType::Undefined;
  ScalarType current_dtype = ScalarType::Undefined;

  bool is_device_defined() const { return device.has_value(); }
  bool is_type_defined() const { return target_dtype != ScalarType::Undefined; }
  TensorOptions options() const { return TensorOptions(target_dtype).device(device); }

  bool is_output = false;
  bool will_resize = false;
  bool is_read_write = false;
  bool is_const = false;

  void validate() {
    TORCH_CHECK(!tensor_base_->defined() || tensor_base_->layout() == kStrided,
                "unsupported tensor layout: ", tensor_base_->layout());
  }

  const Tensor& tensor() const { return tensor_storage_.getTensor(); }
  const TensorBase& tensor_base() const { return *tensor_base_; }
  void tensor(c10::MaybeOwned<TensorBase>&& tensor);

  /// The tensor that a temporary of another type stands for.
  const Tensor& original_tensor() const { return original_tensor_storage_.getTensor(); }
  const TensorBase& original_tensor_base() const { return *original_tensor_base_; }
  void exchange_tensor(c10::MaybeOwned<TensorBase>&& new_tensor);
  void restore_original_tensor();

 private:
  c10::MaybeOwned<TensorBase> tensor_base_;
  c10::MaybeOwned<TensorBase> original_tensor_base_ = c10::MaybeOwned<TensorBase>::owned(std::in_place);
  internal::OpaqueOptionalTensorRef tensor_storage_;
  internal::OpaqueOptionalTensorRef original_tensor_storage_;
};

struct SplitUntil32Bit;
class TensorIteratorConfig;
struct TensorIterator;

enum class FastSetupType : uint8_t { NONE, CONTIGUOUS, CHANNELS_LAST, NON_OVERLAPPING_DENSE };

// Borrowing builders do not accept temporaries, which would be gone before the loop.
#define TORCH_DISALLOW_TEMPORARIES_IMPL(methodname, maybestatic)                                    \
  maybestatic void methodname(TensorBase&& out, const TensorBase& a, const TensorBase& b) = delete; \
  maybestatic void methodname(const TensorBase& out, TensorBase&& a, const TensorBase& b) = delete; \
  maybestatic void methodname(const TensorBase& out, const TensorBase& a, TensorBase&& b) = delete; \
  maybestatic void methodname(TensorBase&& out, TensorBase&& a, const TensorBase& b) = delete;      \
  maybestatic void methodname(TensorBase&& out, const TensorBase& a, TensorBase&& b) = delete;      \
  maybestatic void methodname(const TensorBase& out, TensorBase&& a, TensorBase&& b) = delete;      \
  maybestatic void methodname(TensorBase&& out, TensorBase&& a, TensorBase&& b) = delete;

/// Dimension 0 of the iteration space is the innermost; strides are in bytes.
struct TORCH_API TensorIteratorBase : public impl::MetaBase {
  using DimMask = std::bitset<64>;
  using PtrVector = SmallVector<char*, 4>;
  using StrideVector = SmallVector<int64_t, 6>;

  void build(TensorIteratorConfig&);

  /// data and the inner strides of all operands, then their outer strides.
  using loop2d_t = c10::function_ref<void(char** data, const int64_t* strides, int64_t size0, int64_t size1)>;
  using loop_subiter_t = c10::function_ref<void(TensorIteratorBase& subiter)>;

  void foreach_reduced_elt(loop_subiter_t loop, bool parallelize = true);

  int ndim() const { return static_cast<int>(shape_.size()); }
  IntArrayRef shape() const { return shape_; }
  int64_t numel() const;
  int ntensors() const { return static_cast<int>(operands_.size()); }
  int noutputs() const { return num_outputs_; }
  int ninputs() const { return ntensors() - noutputs(); }
  IntArrayRef view_offsets() const { return view_offsets_; }

  int64_t num_output_elements() const;
  int num_reduce_dims() const;
  bool is_trivial_1d() const;
  bool is_contiguous() const;
  bool is_dim_reduced(int dim) const;

  IntArrayRef strides(int64_t arg) const { return operands_[arg].stride_bytes; }
  void* data_ptr(int64_t arg) const;
  ScalarType dtype(int64_t arg = 0) const { return operands_[arg].current_dtype; }
  ScalarType common_dtype() const {
    TORCH_INTERNAL_ASSERT(common_dtype_ != ScalarType::Undefined, "Queried for invalid common dtype!");
    return common_dtype_;
  }
  std::optional<ScalarType> maybe_common_dtype() const {
    return common_dtype_ == ScalarType::Undefined ? std::nullopt : std::optional<ScalarType>(common_dtype_);
  }
  ScalarType input_dtype(int64_t arg = 0) const { return operands_[num_outputs_ + arg].current_dtype; }
  Device device(int64_t arg = 0) const { return operands_[arg].device.value(); }
  c10::DeviceType device_type(int64_t arg = 0) const { return device(arg).type(); }
  int64_t element_size(int64_t arg) const { return static_cast<int64_t>(elementSize(dtype(arg))); }
  bool is_scalar(int64_t arg) const;
  bool is_cpu_scalar(int64_t arg) const;

  const TensorBase& tensor_base(int64_t arg) const { return operands_[arg].tensor_base(); }
  const Tensor& tensor(int64_t arg) const { return operands_[arg].tensor(); }
  const TensorBase& output_base(int64_t arg = 0) const {
    AT_ASSERT(arg < num_outputs_);
    return tensor_base(arg);
  }
  const Tensor& output(int64_t arg = 0) const {
    AT_ASSERT(arg < num_outputs_);
    return tensor(arg);
  }
  const TensorBase& input_base(int64_t arg = 0) const {
    AT_ASSERT(arg >= 0 && arg < ntensors() - num_outputs_);
    return tensor_base(num_outputs_ + arg);
  }
  const Tensor& input(int64_t arg = 0) const {
    AT_ASSERT(arg >= 0 && arg < ntensors() - num_outputs_);
    return tensor(num_outputs_ + arg);
  }

  /// Copies outputs that were computed in another type to where they belong.
  void cast_outputs();

  void remove_operand(int64_t arg);
  void narrow(int dim, int64_t start, int64_t size);
  void select_all_keeping_dim(int start_dim, IntArrayRef starts);
  void unsafe_replace_operand(int64_t arg, void* data);
  /// Halves the iteration along dim: returns the first half and becomes the second.
  std::unique_ptr<TensorIterator> split(int dim);
  int get_dim_to_split() const;

  template <typename T>
  T scalar_value(int64_t arg) {
    auto& op = operands_[arg];
    return c10::fetch_and_cast<T>(op.tensor_base().scalar_type(), op.data);
  }
  template <typename T>
  T original_scalar_value(int64_t arg) {
    auto& original = operands_[arg].original_tensor_base();
    if (!original.defined()) return scalar_value<T>(arg);
    TORCH_INTERNAL_ASSERT(original.scalar_type() != common_dtype());
    return c10::fetch_and_cast<T>(original.scalar_type(), original.const_data_ptr());
  }

 private:
  template <typename loop1d_t>
  auto loop_2d_from_1d(const loop1d_t& loop) {
    return [loop, ntensor = ntensors()](char** base, const int64_t* strides, int64_t size0, int64_t size1) {
      PtrVector data(base, base + ntensor);
      const int64_t* outer_strides = &strides[ntensor];
      for (const auto i : c10::irange(size1)) {
        if (i > 0) {
          for (const auto arg : c10::irange(ntensor)) data[arg] += outer_strides[arg];
        }
        loop(data.data(), strides, size0);
      }
    };
  }

 public:
  template <typename loop1d_t,
            std::enable_if_t<
                std::is_convertible_v<loop1d_t, c10::function_ref<void(char**, const int64_t* strides, int64_t size)>>,
                int> = 0>
  void for_each(loop1d_t loop, int64_t grain_size = at::internal::GRAIN_SIZE) {
    for_each(loop_2d_from_1d(loop), grain_size);
  }
  void for_each(loop2d_t loop, int64_t grain_size = at::internal::GRAIN_SIZE);

  void parallel_reduce(loop2d_t loop);

  template <typename loop1d_t,
            std::enable_if_t<
                std::is_convertible_v<loop1d_t, c10::function_ref<void(char**, const int64_t* strides, int64_t size)>>,
                int> = 0>
  void serial_for_each(loop1d_t loop, Range range) {
    serial_for_each(loop_2d_from_1d(loop), range);
  }
  void serial_for_each(loop2d_t loop, Range range) const;

  StrideVector compatible_stride(int64_t element_size) const;
  DimVector invert_perm(IntArrayRef input) const;
  DimVector apply_perm_and_mul(IntArrayRef input, int mul) const;
  StrideVector get_dim_strides(int dim) const;
  StrideVector get_strides() const;
  StrideVector get_inner_strides() const { return get_dim_strides(0); }
  PtrVector get_base_ptrs() const;

  void _unsafe_set_arg_strides(const int64_t arg, IntArrayRef strides) { operands_[arg].stride_bytes = strides; }
  void _unsafe_set_arg_data(const int64_t arg, void* data) { operands_[arg].data = data; }

  const OperandInfo& operand(int arg = 0) const { return operands_[arg]; }
  OperandInfo& operand(int arg = 0) { return operands_[arg]; }

  bool can_use_32bit_indexing() const;
  SplitUntil32Bit with_32bit_indexing() const;
  bool should_accumulate() const { return accumulate_; }
  bool is_final_output() const { return final_output_; }

  bool has_contiguous_first_dim() const {
    if (ndim() == 0) return true;
    for (const auto i : c10::irange(ntensors())) {
      if (strides(i)[0] != element_size(i)) return false;
    }
    return true;
  }

  void set_output_raw_strided(int64_t output_idx, IntArrayRef sizes, IntArrayRef strides,
                              TensorOptions options) override;

#define TORCH_DISALLOW_TEMPORARIES(methodname) TORCH_DISALLOW_TEMPORARIES_IMPL(methodname, )
  void build_binary_float_op(const TensorBase& out, const TensorBase& a, const TensorBase& b);
  void build_borrowing_binary_float_op(const TensorBase& out, const TensorBase& a, const TensorBase& b);
  TORCH_DISALLOW_TEMPORARIES(build_borrowing_binary_float_op)
  void build_binary_op(const TensorBase& out, const TensorBase& a, const TensorBase& b);
  void build_borrowing_binary_op(const TensorBase& out, const TensorBase& a, const TensorBase& b);
  TORCH_DISALLOW_TEMPORARIES(build_borrowing_binary_op)
  void build_unary_float_op(const TensorBase& out, const TensorBase& a);
  void build_borrowing_unary_float_op(const TensorBase& out, const TensorBase& a);
  TORCH_DISALLOW_TEMPORARIES(build_borrowing_unary_float_op)
  void build_unary_op(const TensorBase& out, const TensorBase& a);
  void build_output_borrowing_argument_owning_unary_op(const TensorBase& out, const TensorBase& a);
  void build_borrowing_unary_op(const TensorBase& out, const TensorBase& a);
  TORCH_DISALLOW_TEMPORARIES(build_borrowing_unary_op)
  void build_borrowing_unary_force_boolean_op(const TensorBase& out, const TensorBase& a);
  TORCH_DISALLOW_TEMPORARIES(build_borrowing_unary_force_boolean_op)
  void build_comparison_op(const TensorBase& out, const TensorBase& a, const TensorBase& b);
  void build_borrowing_comparison_op(const TensorBase& out, const TensorBase& a, const TensorBase& b);
  TORCH_DISALLOW_TEMPORARIES(build_borrowing_comparison_op)
  void build_borrowing_except_last_argument_comparison_op(const TensorBase& out, const TensorBase& a,
                                                          const TensorBase& b);
  void build_ternary_op(const TensorBase& out, const TensorBase& a, const TensorBase& b, const TensorBase& c);
#undef TORCH_DISALLOW_TEMPORARIES

 protected:
  void populate_operands(TensorIteratorConfig&);
  void mark_outputs();
  void mark_resize_outputs(const TensorIteratorConfig&);
  void compute_mem_overlaps(const TensorIteratorConfig&);
  void compute_shape(const TensorIteratorConfig&);
  void compute_strides(const TensorIteratorConfig&);
  void reorder_dimensions();
  void permute_dimensions(IntArrayRef perm);
  void compute_types(const TensorIteratorConfig&);
  ScalarType compute_common_dtype();
  void allocate_or_resize_outputs();
  bool fast_set_up(const TensorIteratorConfig&);
  FastSetupType compute_fast_setup_type(const TensorIteratorConfig&);
  void coalesce_dimensions();

  DimVector shape_;  ///< of the iteration, innermost first
  DimVector perm_;   ///< dimension i of the iteration is dimension perm_[i] of the (reversed) tensors
  bool has_coalesced_dimensions_ = false;
  bool enforce_linear_iteration_ = false;
  DimVector view_offsets_;
  SmallVector<OperandInfo, 4> operands_;  ///< outputs first
  int num_outputs_ = 0;
  bool all_ops_same_shape_ = false;
  bool all_ops_are_scalars_ = false;
  ScalarType common_dtype_ = ScalarType::Undefined;
  Device common_device_ = kCPU;
  bool accumulate_ = false;
  bool final_output_ = true;
  bool is_reduction_ = false;
  bool is_meta_ = false;
};

struct TORCH_API TensorIterator final : public TensorIteratorBase {
  TensorIterator() = default;
  TensorIterator(const TensorIteratorBase& iter) : TensorIteratorBase(iter) {}

#define TORCH_DISALLOW_TEMPORARIES(methodname) TORCH_DISALLOW_TEMPORARIES_IMPL(methodname, static)
  static TensorIterator binary_float_op(TensorBase& out, const TensorBase& a, const TensorBase& b);
  static TensorIterator binary_op(TensorBase& out, const TensorBase& a, const TensorBase& b);
  static TensorIterator borrowing_binary_op(const TensorBase& out, const TensorBase& a, const TensorBase& b);
  TORCH_DISALLOW_TEMPORARIES(borrowing_binary_op)
  static TensorIterator comparison_op(TensorBase& out, const TensorBase& a, const TensorBase& b);
  static TensorIterator unary_op(TensorBase& out, const TensorBase& a);
  static TensorIterator unary_float_op(TensorBase& out, const TensorBase& a);
  static TensorIterator nullary_op(TensorBase& out);
  static TensorIterator borrowing_nullary_op(const TensorBase& out);
  static TensorIterator borrowing_nullary_op(TensorBase&& out) = delete;
  static TensorIterator reduce_op(TensorBase& out, const TensorBase& a);
  static TensorIterator reduce_op(TensorBase& out1, TensorBase& out2, const TensorBase& a);
#undef TORCH_DISALLOW_TEMPORARIES
#undef TORCH_DISALLOW_TEMPORARIES_IMPL

  const Tensor& maybe_get_output(int64_t output_idx) override;
  void set_output_raw_strided(int64_t output_idx, IntArrayRef sizes, IntArrayRef strides,
                              TensorOptions options) override;
};

/// Outputs first, then inputs, then options, then build().
class TORCH_API TensorIteratorConfig final {
 public:
  friend struct TensorIteratorBase;
  friend struct TensorIterator;

  TensorIteratorConfig() = default;
  C10_DISABLE_COPY_AND_ASSIGN(TensorIteratorConfig);
  TensorIteratorConfig(TensorIteratorConfig&&) = default;
  TensorIteratorConfig& operator=(TensorIteratorConfig&&) = default;
  ~TensorIteratorConfig() = default;

  TensorIteratorConfig& add_output(const TensorBase& output) { return add_borrowed_output(output); }
  TensorIteratorConfig& add_input(const TensorBase& input) { return add_borrowed_input(input); }
  TensorIteratorConfig& add_const_input(const TensorBase& input) { return add_borrowed_const_input(input); }
  TensorIteratorConfig& add_output(TensorBase&& output) = delete;
  TensorIteratorConfig& add_input(TensorBase&& input) = delete;
  TensorIteratorConfig& add_const_input(TensorBase&& input) = delete;

  TensorIteratorConfig& add_owned_output(const TensorBase& output);
  TensorIteratorConfig& add_owned_input(const TensorBase& input);
  TensorIteratorConfig& add_owned_const_input(const TensorBase& input);
  TensorIteratorConfig& add_borrowed_output(const TensorBase& output);
  TensorIteratorConfig& add_borrowed_input(const TensorBase& input);
  TensorIteratorConfig& add_borrowed_const_input(const TensorBase& input);
  TensorIteratorConfig& add_borrowed_output(TensorBase&& output) = delete;
  TensorIteratorConfig& add_borrowed_input(TensorBase&& input) = delete;
  TensorIteratorConfig& add_borrowed_const_input(TensorBase&& input) = delete;

  TensorIteratorConfig& set_check_mem_overlap(bool value) { return set(check_mem_overlap_, value); }
  TensorIteratorConfig& check_all_same_dtype(const bool value) { return set(check_all_same_dtype_, value); }
  TensorIteratorConfig& check_all_same_device(const bool value) { return set(check_all_same_device_, value); }
  TensorIteratorConfig& enforce_safe_casting_to_output(const bool value) {
    return set(enforce_safe_casting_to_output_, value);
  }
  TensorIteratorConfig& enforce_linear_iteration(const bool value = true) {
    return set(enforce_linear_iteration_, value);
  }
  TensorIteratorConfig& promote_inputs_to_common_dtype(const bool value) {
    if (value) check_all_same_dtype_ = false;
    return set(promote_inputs_to_common_dtype_, value);
  }
  TensorIteratorConfig& promote_integer_inputs_to_float(const bool value) {
    set(promote_integer_inputs_to_float_, value);
    TORCH_INTERNAL_ASSERT(!promote_integer_inputs_to_float_ || promote_inputs_to_common_dtype_);
    return *this;
  }
  TensorIteratorConfig& is_reduction(const bool value) { return set(is_reduction_, value); }
  TensorIteratorConfig& allow_cpu_scalars(const bool value) { return set(allow_cpu_scalars_, value); }
  TensorIteratorConfig& cast_common_dtype_to_outputs(const bool value) {
    if (value) check_all_same_dtype_ = false;
    return set(cast_common_dtype_to_outputs_, value);
  }
  TensorIteratorConfig& resize_outputs(bool value) { return set(resize_outputs_, value); }

  TensorIteratorConfig& declare_static_dtype_and_device(ScalarType dtype, Device device);
  TensorIteratorConfig& declare_static_dtype(ScalarType dtype);
  TensorIteratorConfig& declare_static_device(Device device);
  TensorIteratorConfig& declare_static_shape(IntArrayRef shape);
  TensorIteratorConfig& declare_static_shape(IntArrayRef shape, IntArrayRef squash_dims);

  TensorIterator build() {
    TensorIterator iter;
    iter.build(*this);
    return iter;
  }

 private:
  TensorIteratorConfig& set(bool& option, bool value) {
    option = value;
    return *this;
  }
  bool is_tensor_const(size_t idx);

  SmallVector<c10::MaybeOwned<TensorBase>, 4> tensors_;
  int num_outputs_ = 0;
  int num_inputs_ = 0;
  std::optional<DimVector> static_shape_ = std::nullopt;
  std::optional<ScalarType> static_dtype_ = std::nullopt;
  std::optional<Device> static_device_ = std::nullopt;
  bool check_mem_overlap_ = true;
  bool allow_cpu_scalars_ = false;
  bool is_reduction_ = false;
  bool resize_outputs_ = true;
  bool check_all_same_dtype_ = true;
  bool check_all_same_device_ = true;
  bool enforce_safe_casting_to_output_ = false;
  bool enforce_linear_iteration_ = false;
  bool promote_inputs_to_common_dtype_ = false;
  bool promote_integer_inputs_to_float_ = false;
  bool cast_common_dtype_to_outputs_ = false;
  SmallVector<size_t, 4> const_tensor_indices_;
};

/// The parts of an iterator that 32-bit offsets reach.
struct TORCH_API SplitUntil32Bit {
  struct TORCH_API iterator {
    iterator() = default;
    iterator(const TensorIteratorBase& iter);
    iterator(iterator&&) = default;
    iterator& operator=(iterator&&) = default;
    ~iterator() = default;

    TensorIterator& operator*() const;
    iterator& operator++();
    bool operator==(const iterator& other) const { return this == &other || (vec.empty() && other.vec.empty()); }
    bool operator!=(const iterator& other) const { return !(*this == other); }

    std::vector<std::unique_ptr<TensorIterator>> vec;
  };

  SplitUntil32Bit(const TensorIteratorBase& iter) : iter(iter) {}
  iterator begin() const;
  iterator end() const;

 private:
  const TensorIteratorBase& iter;
};

}  // namespace at
