// Gradients too long for a line of codegen/derivatives.toml. `grad` is the gradient of the result.
#pragma once

#include <ATen/TensorGeometry.h>
#include <ATen/core/Tensor.h>
#include <c10/util/light_std.h>
#include <torch/csrc/autograd/function.h>

#include <array>
#include <tuple>
#include <vector>

namespace torch::autograd::generated::details {

using at::IntArrayRef;
using at::OptionalIntArrayRef;
using at::Scalar;
using at::ScalarType;
using at::Tensor;
using OptionalTensor = std::optional<Tensor>;
using Mask2 = std::array<bool, 2>;
using Mask3 = std::array<bool, 3>;
using Tensors2 = std::tuple<Tensor, Tensor>;
using Tensors3 = std::tuple<Tensor, Tensor, Tensor>;

// Small pieces (FunctionsManual.cpp).
Tensor maybe_multiply(const Tensor& t, const Scalar& s);  ///< t * s, or t itself where s is 1
Tensor keep(const Tensor& grad, const Tensor& mask);      ///< zero where mask is false
Tensor real_part(const Tensor& t);
Tensor imag_part(const Tensor& t);
Tensor reduce(const Tensor& t, int64_t reduction);                 ///< a loss's mean, sum or neither
Tensor spread(const Tensor& t, int64_t reduction, int64_t count);  ///< its gradient's factor
Tensor to_options(const Tensor& grad, const at::TensorOptions& options);
double dropout_scale(double p, std::optional<bool> train);
Tensor not_implemented(const char* name, const char* reason = "");  ///< throws: PyTorch has no such derivative either

// Pointwise.
Tensor pow_self_backward(const Tensor& grad, const Tensor& self, const Scalar& exponent);
Tensor pow_self_backward(const Tensor& grad, const Tensor& self, const Tensor& exponent);
Tensor pow_exponent_backward(const Tensor& grad, const Tensor& self, const Tensor& exponent, const Tensor& result);
Tensor pow_exponent_backward(const Tensor& grad, const Scalar& self, const Tensor& exponent, const Tensor& result);
Tensor angle_backward(const Tensor& grad, const Tensor& self);
Tensor sgn_backward(const Tensor& grad, const Tensor& self, const Tensor& sgn);
Tensor sinc_backward(const Tensor& grad, const Tensor& self);
Tensor copysign_backward(const Tensor& grad, const Tensor& self, const Tensor& result);
Tensor clamp_backward(const Tensor& grad, const Tensor& self, const std::optional<Scalar>& min,
                      const std::optional<Scalar>& max);
Tensor clamp_backward(const Tensor& grad, const Tensor& self, const OptionalTensor& min, const OptionalTensor& max);
Tensors2 clamp_bounds_backward(const Tensor& grad, const Tensor& self, const OptionalTensor& min,
                               const OptionalTensor& max, Mask2 wanted);
Tensor gelu_double_backward(const Tensor& grad, const Tensor& self, std::string_view approximate);
Tensor silu_double_backward(const Tensor& grad, const Tensor& self);
Tensor mish_double_backward(const Tensor& grad, const Tensor& self);
Tensor logit_double_backward(const Tensor& grad, const Tensor& self, std::optional<double> eps);
Tensor softplus_double_backward(const Tensor& grad, const Tensor& self, const Scalar& beta, const Scalar& threshold);
Tensor elu_double_backward(const Tensor& grad, const Scalar& alpha, const Scalar& scale, const Scalar& input_scale,
                           bool is_result, const Tensor& self_or_result);

// Reductions (FunctionsManual_reductions.cpp).
Tensor restore_dims(const Tensor& t, OptionalIntArrayRef dim, bool keepdim, int64_t ndim);  ///< undoes keepdim=false
Tensor sum_backward(const Tensor& grad, IntArrayRef sizes, OptionalIntArrayRef dim, bool keepdim);
Tensor mean_backward(const Tensor& grad, IntArrayRef sizes, OptionalIntArrayRef dim, bool keepdim);
Tensor nanmean_backward(const Tensor& grad, const Tensor& self, OptionalIntArrayRef dim, bool keepdim);
Tensor prod_backward(const Tensor& grad, const Tensor& self, const Tensor& result);
Tensor prod_backward(const Tensor& grad, const Tensor& self, const Tensor& result, int64_t dim, bool keepdim);
Tensor cumsum_backward(const Tensor& grad, int64_t dim);
Tensor cumprod_backward(const Tensor& grad, const Tensor& self, const Tensor& result, int64_t dim);
Tensor logcumsumexp_backward(const Tensor& grad, const Tensor& self, const Tensor& result, int64_t dim);
Tensor logsumexp_backward(const Tensor& grad, const Tensor& self, const Tensor& result, IntArrayRef dim, bool keepdim);
Tensor var_backward(const Tensor& grad, const Tensor& self, OptionalIntArrayRef dim,
                    const std::optional<Scalar>& correction, bool keepdim);
Tensor std_backward(const Tensor& grad, const Tensor& self, const Tensor& result, OptionalIntArrayRef dim,
                    const std::optional<Scalar>& correction, bool keepdim);
Tensor var_mean_backward(const Tensor& grad_var, const Tensor& grad_mean, const Tensor& self, OptionalIntArrayRef dim,
                         const std::optional<Scalar>& correction, bool keepdim);
Tensor std_mean_backward(const Tensor& grad_std, const Tensor& grad_mean, const Tensor& self, const Tensor& std,
                         OptionalIntArrayRef dim, const std::optional<Scalar>& correction, bool keepdim);
/// Gradient of a reduction or sort that picked self.gather(dim, indices).
Tensor select_along_backward(const Tensor& grad, int64_t dim, const Tensor& indices, IntArrayRef sizes,
                             bool keepdim = true);
/// Gradient of an extremum: shared by all elements equal to it.
Tensor spread_evenly(const Tensor& grad, const Tensor& self, const Tensor& value);
Tensor spread_evenly(const Tensor& grad, const Tensor& self, const Tensor& value, IntArrayRef dim, bool keepdim);
Tensor aminmax_backward(const Tensor& grad_min, const Tensor& grad_max, const Tensor& self, const Tensor& min,
                        const Tensor& max, std::optional<int64_t> dim, bool keepdim);
Tensor renorm_backward(const Tensor& grad, const Tensor& self, const Scalar& p, int64_t dim, const Scalar& maxnorm);
Tensor norm_backward(const Tensor& grad, const Tensor& self, const std::optional<Scalar>& p, const Tensor& norm);
Tensor norm_backward(const Tensor& grad, const Tensor& self, const std::optional<Scalar>& p, const Tensor& norm,
                     OptionalIntArrayRef dim, bool keepdim);

// Products, shapes and indexing (FunctionsManual_shape.cpp).
Tensor mm_left_backward(const Tensor& grad, const Tensor& right, IntArrayRef sizes, IntArrayRef strides,
                        const Scalar& alpha);
Tensor mm_right_backward(const Tensor& grad, const Tensor& left, IntArrayRef sizes, IntArrayRef strides,
                         const Scalar& alpha);
Tensor expand_front(const Tensor& t, int64_t count);
Tensor trace_grad(const Tensor& grad, IntArrayRef sizes);
Tensor sum_to(const Tensor& grad, IntArrayRef sizes);
Tensor permute_backward(const Tensor& grad, IntArrayRef dims);
Tensor unsqueeze_to(const Tensor& grad, IntArrayRef sizes);
Tensor unsqueeze_to(const Tensor& grad, int64_t dim, IntArrayRef sizes);
Tensor unsqueeze_to(const Tensor& grad, IntArrayRef dims, IntArrayRef sizes);
Tensor slice_of_backward(const Tensor& grad, IntArrayRef sizes, int64_t dim, std::optional<int64_t> start,
                         std::optional<int64_t> end, int64_t step);
Tensor split_backward(const variable_list& grads, int64_t split_size, int64_t dim, IntArrayRef sizes,
                      const at::TensorOptions& options);
Tensor split_with_sizes_backward(const variable_list& grads, IntArrayRef split_sizes, int64_t dim, IntArrayRef sizes,
                                 const at::TensorOptions& options);
Tensor unbind_backward(const variable_list& grads, int64_t dim);
std::vector<Tensor> cat_backward(const Tensor& grad, const std::vector<std::vector<int64_t>>& sizes,
                                 const std::vector<ScalarType>& types, int64_t dim);
std::vector<Tensor> stack_backward(const Tensor& grad, const std::vector<ScalarType>& types, int64_t dim);
Tensor as_strided_backward(const Tensor& grad, const at::TensorGeometry& base, IntArrayRef sizes, IntArrayRef strides,
                           std::optional<int64_t> offset);
Tensor repeat_backward(const Tensor& grad, IntArrayRef repeats, IntArrayRef sizes);
Tensor roll_backward(const Tensor& grad, IntArrayRef shifts, IntArrayRef dims);
Tensor constant_pad_nd_backward(const Tensor& grad, IntArrayRef pad);
Tensor index_select_grad(const Tensor& grad, IntArrayRef sizes, int64_t dim, const Tensor& index);
Tensor index_backward(const Tensor& grad, IntArrayRef sizes, const c10::List<OptionalTensor>& indices);
Tensor masked_select_grad(const Tensor& grad, IntArrayRef sizes, const Tensor& mask);
Tensor masked_scatter_source_backward(const Tensor& grad, const Tensor& mask, IntArrayRef sizes);
Tensor take_backward(const Tensor& grad, IntArrayRef sizes, const Tensor& index);
Tensors2 scatter_reduce_backward(const Tensor& grad, const Tensor& self, const Tensor& src, const Tensor& index,
                                 int64_t dim, std::string_view reduce, bool include_self, const Tensor& result);
Tensor embedding_double_backward(const Tensor& grad, const Tensor& indices, int64_t padding_idx);

// Factorisations and Fourier transforms (FunctionsManual_factors.cpp).
Tensor det_backward(const Tensor& grad, const Tensor& det, const Tensor& a, const Tensor& lu, const Tensor& pivots);
Tensor slogdet_backward(const Tensor& grad_sign, const Tensor& grad_log, const Tensor& a, const Tensor& sign,
                        const Tensor& lu, const Tensor& pivots);
Tensors2 solve_triangular_backward(const Tensor& grad, const Tensor& x, const Tensor& a, const Tensor& b, bool upper,
                                   bool left, bool unitriangular);
Tensor cholesky_inverse_backward(const Tensor& grad, const Tensor& factor, bool upper, const Tensor& inverse);
Tensor qr_backward(const Tensor& grad_q, const Tensor& grad_r, const Tensor& q, const Tensor& r, std::string_view mode);
Tensor svd_backward(const Tensor& grad_u, const Tensor& grad_s, const Tensor& grad_vh, const Tensor& u, const Tensor& s,
                    const Tensor& vh);
Tensor eig_backward(const Tensor& grad_values, const Tensor& grad_vectors, const Tensor& values, const Tensor& vectors);
Tensor lu_factor_backward(const Tensor& grad, const Tensor& lu, const Tensor& pivots);
Tensor pinv_backward(const Tensor& grad, const Tensor& pinv, const Tensor& a);
Tensor fft_r2c_backward(const Tensor& grad, IntArrayRef dim, bool onesided, int64_t normalization, int64_t last);
Tensor fft_c2r_backward(const Tensor& grad, IntArrayRef dim, int64_t normalization);
Tensors3 group_norm_backward(const Tensor& grad, const Tensor& grad_mean, const Tensor& grad_rstd, const Tensor& input,
                             const Tensor& mean, const Tensor& rstd, const OptionalTensor& weight, int64_t n, int64_t c,
                             int64_t hxw, int64_t group, Mask3 wanted);

// Linear algebra (FunctionsManual_linalg.cpp).
Tensors2 solve_backward(const Tensor& grad, const Tensor& x, const Tensor& a, const Tensor& b, bool left);
Tensor cholesky_backward(const Tensor& grad, const Tensor& factor, bool upper);
Tensor eigh_backward(const Tensor& grad_values, const Tensor& grad_vectors, const Tensor& values,
                     const Tensor& vectors);

// Neural network layers and losses (FunctionsManual_nn.cpp).
Tensor softmax_double_backward(const Tensor& grad, const Tensor& grad_output, const Tensor& output, int64_t dim);
Tensor bce_target_backward(const Tensor& grad, const Tensor& self, const OptionalTensor& weight, int64_t reduction);
Tensor bce_with_logits_backward(const Tensor& grad, const Tensor& self, const Tensor& target,
                                const OptionalTensor& weight, const OptionalTensor& pos_weight, int64_t reduction);
Tensor bce_with_logits_target_backward(const Tensor& grad, const Tensor& self, const OptionalTensor& weight,
                                       const OptionalTensor& pos_weight, int64_t reduction);
Tensor max_pool_double_backward(const Tensor& grad, const Tensor& indices, int64_t spatial_dims);
Tensors3 convolution_double_backward(const Tensor& gg_input, const Tensor& gg_weight, const Tensor& gg_bias,
                                     const Tensor& grad_output, const Tensor& input, const Tensor& weight,
                                     IntArrayRef stride, IntArrayRef padding, IntArrayRef dilation, bool transposed,
                                     IntArrayRef output_padding, int64_t groups, Mask3 wanted);
Tensors3 batch_norm_double_backward(const Tensor& gg_input, const Tensor& gg_weight, const Tensor& gg_bias,
                                    const Tensor& grad_out, const Tensor& input, const OptionalTensor& weight,
                                    const OptionalTensor& running_mean, const OptionalTensor& running_var, bool train,
                                    double eps);
Tensors3 layer_norm_double_backward(const Tensor& gg_input, const Tensor& gg_weight, const Tensor& gg_bias,
                                    const Tensor& grad_out, const Tensor& input, IntArrayRef normalized_shape,
                                    const OptionalTensor& weight, const Tensor& rstd);
Tensors3 group_norm_double_backward(const Tensor& gg_input, const Tensor& gg_weight, const Tensor& gg_bias,
                                    const Tensor& grad_out, const Tensor& input, const OptionalTensor& weight,
                                    const Tensor& mean, const Tensor& rstd, int64_t n, int64_t c, int64_t hxw,
                                    int64_t group);

}  // namespace torch::autograd::generated::details
