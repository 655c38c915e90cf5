// Losses as composites. Reduction 0 keeps the elements, 1 takes their mean, 2 their sum.
#include <ATen/Functions.h>
#include <ATen/MemoryOverlap.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Reduction.h>
#include <ATen/native/composite.h>
#include <ATen/native/driver.h>

#include <cmath>
#include <numbers>

namespace at::native {
namespace {

Tensor reduced(const Tensor& loss, int64_t reduction) {
  if (reduction == Reduction::Mean) return loss.mean();
  return reduction == Reduction::Sum ? loss.sum() : loss;
}

bool given(const std::optional<Tensor>& t) { return t && t->defined(); }

/// Cross entropy with class indices, a share of it spread evenly over all classes.
Tensor smoothed_cross_entropy(const Tensor& logits, const Tensor& target, const std::optional<Tensor>& weight,
                              int64_t reduction, int64_t ignore_index, double smoothing) {
  const int64_t class_dim = logits.dim() == 1 ? 0 : 1, classes = logits.size(class_dim);
  const Tensor log_p = at::log_softmax(logits, class_dim, logits.scalar_type());
  const Tensor nll = at::nll_loss_nd(log_p, target, weight, reduction, ignore_index);
  Tensor smooth;
  if (given(weight)) {
    DimVector shape(log_p.dim(), 1);
    shape[class_dim] = weight->size(0);
    smooth = -(log_p * weight->view(shape)).sum(class_dim);
  } else {
    smooth = -log_p.sum(class_dim);
  }
  const Tensor ignored = target == ignore_index;
  smooth = smooth.masked_fill(ignored, 0.0);
  if (reduction == Reduction::Sum) smooth = smooth.sum();
  if (reduction == Reduction::Mean) {
    if (given(weight)) {
      const Tensor counted =
          weight->gather(0, target.masked_fill(ignored, 0).flatten()).masked_fill(ignored.flatten(), 0.0);
      smooth = smooth.sum() / counted.sum();
    } else {
      smooth = smooth.sum() / (target.numel() - ignored.sum());
    }
  }
  return nll * (1 - smoothing) + smooth * (smoothing / classes);
}

/// Cross entropy with a probability for each class.
Tensor probability_cross_entropy(const Tensor& logits, const Tensor& target, const std::optional<Tensor>& weight,
                                 int64_t reduction, double smoothing) {
  const int64_t class_dim = logits.dim() == 1 ? 0 : 1, classes = logits.size(class_dim);
  TORCH_CHECK(at::isFloatingType(target.scalar_type()),
              "Expected floating point type for target with class probabilities, got ", target.scalar_type());
  Tensor log_p = at::log_softmax(logits, class_dim, logits.scalar_type());
  const Tensor p = smoothing > 0 ? target * (1 - smoothing) + smoothing / classes : target;
  if (given(weight)) {
    DimVector shape(log_p.dim(), 1);
    shape[class_dim] = weight->size(0);
    log_p = log_p * weight->view(shape);
  }
  const Tensor loss = -(log_p * p).sum(class_dim);
  if (reduction != Reduction::Mean) return reduced(loss, reduction);
  return loss.numel() == 0 ? loss.sum() / 0 : loss.sum() / (log_p.numel() / classes);
}

}  // namespace

FLB_COMPOSITE(cross_entropy_loss)
Tensor cross_entropy_loss(const Tensor& self, const Tensor& target, const std::optional<Tensor>& weight,
                          int64_t reduction, int64_t ignore_index, double label_smoothing) {
  TORCH_CHECK(label_smoothing >= 0.0 && label_smoothing <= 1.0,
              "label_smoothing must be between 0.0 and 1.0. Got: ", label_smoothing);
  if (self.sizes() == target.sizes()) {
    TORCH_CHECK(ignore_index < 0, "ignore_index is not supported for floating point target");
    return probability_cross_entropy(self, target, weight, reduction, label_smoothing);
  }
  if (label_smoothing > 0.0)
    return smoothed_cross_entropy(self, target, weight, reduction, ignore_index, label_smoothing);
  const int64_t class_dim = self.dim() == 1 ? 0 : 1;
  return at::nll_loss_nd(at::log_softmax(self, class_dim, self.scalar_type()), target, weight, reduction, ignore_index);
}

FLB_COMPOSITE(nll_loss)
Tensor nll_loss(const Tensor& self, const Tensor& target, const std::optional<Tensor>& weight, int64_t reduction,
                int64_t ignore_index) {
  return std::get<0>(at::nll_loss_forward(self, target, weight, reduction, ignore_index));
}

FLB_COMPOSITE(nll_loss2d)
Tensor nll_loss2d(const Tensor& self, const Tensor& target, const std::optional<Tensor>& weight, int64_t reduction,
                  int64_t ignore_index) {
  return std::get<0>(at::nll_loss2d_forward(self, target, weight, reduction, ignore_index));
}

FLB_COMPOSITE(nll_loss_nd)
Tensor nll_loss_nd(const Tensor& self, const Tensor& target, const std::optional<Tensor>& weight, int64_t reduction,
                   int64_t ignore_index) {
  TORCH_CHECK_VALUE(self.dim() >= 1, "Expected 1 or more dimensions (got ", self.dim(), ")");
  TORCH_CHECK_VALUE(self.dim() == 1 || self.size(0) == target.size(0), "Expected input batch_size (", self.size(0),
                    ") to match target batch_size (", target.size(0), ").");
  if (self.dim() <= 2) return at::nll_loss(self, target, weight, reduction, ignore_index);
  if (self.dim() == 4) return at::nll_loss2d(self, target, weight, reduction, ignore_index);
  // More spatial dimensions than two, or one: as if they were [rows, 1].
  const int64_t n = self.size(0), c = self.size(1);
  DimVector expected(self.sizes().begin(), self.sizes().end());
  expected.erase(expected.begin() + 1);
  TORCH_CHECK_VALUE(target.sizes() == IntArrayRef(expected), "Expected target size ", IntArrayRef(expected), ", got ",
                    target.sizes());
  const int64_t spatial = self.numel() == 0 ? 0 : -1;
  const Tensor x = self.contiguous().view({n, c, 1, spatial}), y = target.contiguous().view({n, 1, spatial});
  const Tensor loss = at::nll_loss2d(x, y, weight, reduction, ignore_index);
  return reduction == Reduction::None ? loss.view(expected) : loss;
}

FLB_COMPOSITE(l1_loss)
Tensor l1_loss(const Tensor& self, const Tensor& target, int64_t reduction) {
  return reduced((self - target).abs(), reduction);
}

FLB_EXPLICIT(binary_cross_entropy_with_logits)
Tensor binary_cross_entropy_with_logits(const Tensor& self, const Tensor& target, const std::optional<Tensor>& weight,
                                        const std::optional<Tensor>& pos_weight, int64_t reduction) {
  // (1 - y) x - w log(sigmoid(x)), w being 1 + (pos_weight - 1) y where one is given.
  const Tensor log_sigmoid = at::log_sigmoid(self);
  Tensor loss;
  if (given(pos_weight)) {
    loss = (1 - target).mul_(self).sub_(((*pos_weight - 1).mul(target).add_(1)).mul_(log_sigmoid));
  } else {
    loss = (1 - target).mul_(self).sub_(log_sigmoid);
  }
  if (given(weight)) loss.mul_(*weight);
  return reduced(loss, reduction);
}

FLB_COMPOSITE(kl_div)
Tensor kl_div(const Tensor& self, const Tensor& target, int64_t reduction, bool log_target) {
  TORCH_CHECK(!self.is_complex() && !target.is_complex(), "kl_div: Complex inputs not supported.");
  if (log_target) return reduced(at::exp(target) * (target - self), reduction);
  return reduced(at::xlogy(target, target) - target * self, reduction);
}

FLB_COMPOSITE(hinge_embedding_loss)
Tensor hinge_embedding_loss(const Tensor& self, const Tensor& target, double margin, int64_t reduction) {
  const Tensor zero = at::zeros({1}, self.options());
  const Tensor apart = at::where(target != 1, (margin - self).clamp_min(0), zero);
  return reduced(apart + at::where(target != -1, self, zero), reduction);
}

FLB_COMPOSITE(margin_ranking_loss)
Tensor margin_ranking_loss(const Tensor& input1, const Tensor& input2, const Tensor& target, double margin,
                           int64_t reduction) {
  TORCH_CHECK(input1.dim() == input2.dim() && input1.dim() == target.dim(),
              "margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: ",
              input1.sizes(), ", input2: ", input2.sizes(), ", target: ", target.sizes(), " ");
  return reduced((-target * (input1 - input2) + margin).clamp_min(0), reduction);
}

FLB_COMPOSITE(triplet_margin_loss)
Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative, double margin,
                           double p, double eps, bool swap, int64_t reduction) {
  TORCH_CHECK(
      anchor.dim() == positive.dim() && positive.dim() == negative.dim(),
      "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but got: anchor ",
      anchor.dim(), "D, positive ", positive.dim(), "D, and negative ", negative.dim(), "D inputs");
  Tensor near = at::pairwise_distance(anchor, positive, p, eps), far = at::pairwise_distance(anchor, negative, p, eps);
  if (swap) far = at::min(far, at::pairwise_distance(positive, negative, p, eps));
  return reduced(at::clamp_min(margin + near - far, 0), reduction);
}

FLB_COMPOSITE(cosine_embedding_loss)
Tensor cosine_embedding_loss(const Tensor& input1, const Tensor& input2, const Tensor& target, double margin,
                             int64_t reduction) {
  TORCH_CHECK(target.dim() == 0 || target.dim() == 1, "0D or 1D target tensor expected, multi-target not supported");
  constexpr double kEpsilon = 1e-12;
  const int64_t dim = target.dim();
  const Tensor products = (input1 * input2).sum(dim), a = (input1 * input1).sum(dim) + kEpsilon,
               b = (input2 * input2).sum(dim) + kEpsilon;
  const Tensor cosine = products / (a * b).sqrt();
  const Tensor same = at::where(target == 1, 1 - cosine, at::zeros_like(cosine));
  const Tensor apart = at::where(target == -1, (cosine - margin).clamp_min(0), at::zeros_like(cosine));
  return reduced(same + apart, reduction);
}

FLB_COMPOSITE(poisson_nll_loss)
Tensor poisson_nll_loss(const Tensor& input, const Tensor& target, bool log_input, bool full, double eps,
                        int64_t reduction) {
  Tensor loss = log_input ? at::exp(input) - target * input : input - target * at::log(input + eps);
  if (full) {
    // Stirling's approximation of log(target!) where the target exceeds 1.
    const Tensor stirling = target * at::log(target) - target + 0.5 * at::log(2 * std::numbers::pi * target);
    loss = loss + stirling.masked_fill(target <= 1, 0);
  }
  return reduced(loss, reduction);
}

FLB_COMPOSITE(pairwise_distance)
Tensor pairwise_distance(const Tensor& x1, const Tensor& x2, double p, double eps, bool keepdim) {
  const int64_t dim = std::max(x1.dim(), x2.dim());
  return at::norm(x1 - x2 + eps, p, IntArrayRef{dim == 0 ? 0 : dim - 1}, keepdim);
}

FLB_COMPOSITE(cosine_similarity)
Tensor cosine_similarity(const Tensor& x1, const Tensor& x2, int64_t dim, double eps) {
  const ScalarType type = at::result_type(x1, x2);
  TORCH_CHECK(at::isFloatingType(type), "expected common dtype to be floating point, yet common dtype is ", type);
  const auto pair = at::broadcast_tensors({x1.to(type), x2.to(type)});
  const Tensor &a = pair[0], &b = pair[1];
  const Tensor norm_a = at::linalg_vector_norm(a, 2, IntArrayRef{dim}, true).clamp_min(eps);
  const Tensor norm_b = at::linalg_vector_norm(b, 2, IntArrayRef{dim}, true).clamp_min(eps);
  return ((a / norm_a) * (b / norm_b)).sum(dim);
}

// ---- margins ----

FLB_EXPLICIT(soft_margin_loss)
Tensor soft_margin_loss(const Tensor& self, const Tensor& target, int64_t reduction) {
  const Tensor losses = at::log1p(at::exp(-target * self));
  TORCH_CHECK(losses.sizes() == self.sizes(), "output with shape ", self.sizes(), " doesn't match the broadcast shape ",
              losses.sizes());
  return reduced(losses, reduction);
}
FLB_EXPLICIT(soft_margin_loss_out)
Tensor& soft_margin_loss_out(const Tensor& self, const Tensor& target, int64_t reduction, Tensor& out) {
  at::assert_no_partial_overlap(out, self), at::assert_no_partial_overlap(out, target);
  flambeau::store_result("aten::soft_margin_loss", out, at::soft_margin_loss(self, target, reduction),
                         /*elementwise=*/true);
  return out;
}

FLB_EXPLICIT(soft_margin_loss_backward)
Tensor soft_margin_loss_backward(const Tensor& grad_output, const Tensor& self, const Tensor& target,
                                 int64_t reduction) {
  const Tensor z = at::exp(-target * self), slope = -target * z / (1 + z) * grad_output;
  return reduction == Reduction::Mean ? slope / self.numel() : slope;
}

// The targets of a sample are the classes before the first -1. Each of them is compared with each class that is none.
FLB_COMPOSITE(multilabel_margin_loss_forward)
std::tuple<Tensor, Tensor> multilabel_margin_loss_forward(const Tensor& self, const Tensor& target, int64_t reduction) {
  TORCH_CHECK(self.dim() <= 2 && (self.dim() < 2 || self.size(1) != 0),
              "Expected non-empty vector or matrix with optional 0-dim batch size, but got: ", self.sizes());
  TORCH_CHECK(target.sizes() == self.sizes() || (self.dim() <= 1 && target.numel() == self.numel()),
              "inconsistent target size: ", target.sizes(), " for input of size: ", self.sizes());
  const Tensor x = self.dim() == 0 ? self.reshape({1}) : self, y = target.reshape(x.sizes());
  TORCH_CHECK(y.numel() == 0 || (y.min().item<int64_t>() >= -1 && y.max().item<int64_t>() < x.size(-1)),
              "target is out of range");
  const Tensor valid = (y < 0).cumsum(-1) == 0, at = y.masked_fill(valid.logical_not(), 0);
  const Tensor is_target = at::zeros_like(x).scatter_add(-1, at, valid.to(x.scalar_type())) > 0;
  const Tensor gaps = (1 - x.gather(-1, at).unsqueeze(-1) + x.unsqueeze(-2)).clamp_min(0);
  const Tensor counted = valid.unsqueeze(-1).logical_and(is_target.logical_not().unsqueeze(-2));
  const Tensor loss = (gaps * counted).sum({-2, -1}) / x.size(-1);
  return {reduced(loss, reduction), is_target.to(self.scalar_type()).reshape(target.sizes())};
}

FLB_COMPOSITE(multilabel_margin_loss)
Tensor multilabel_margin_loss(const Tensor& self, const Tensor& target, int64_t reduction) {
  return std::get<0>(at::multilabel_margin_loss_forward(self, target, reduction));
}

// ---- CTC ----

namespace {

template <class Lengths>
Tensor ctc(const Tensor& log_probs, const Tensor& targets, const Lengths& input_lengths, const Lengths& target_lengths,
           const Tensor& lengths, int64_t blank, int64_t reduction, bool zero_infinity) {
  const bool is_batched = log_probs.dim() == 3;
  Tensor loss = std::get<0>(at::_ctc_loss(is_batched ? log_probs : log_probs.unsqueeze(1), targets, input_lengths,
                                          target_lengths, blank, zero_infinity));
  if (zero_infinity) loss = loss.masked_fill(loss == std::numeric_limits<double>::infinity(), 0);
  if (reduction == Reduction::Mean) return (loss / lengths.clamp_min(1).to(loss.options())).mean();
  if (reduction == Reduction::Sum) return loss.sum();
  return is_batched ? loss : loss.squeeze(0);
}

}  // namespace

FLB_COMPOSITE(ctc_loss_IntList)
Tensor ctc_loss_IntList(const Tensor& log_probs, const Tensor& targets, IntArrayRef input_lengths,
                        IntArrayRef target_lengths, int64_t blank, int64_t reduction, bool zero_infinity) {
  const Tensor lengths = at::empty({static_cast<int64_t>(target_lengths.size())}, TensorOptions().dtype(kLong));
  std::copy(target_lengths.begin(), target_lengths.end(), lengths.mutable_data_ptr<int64_t>());
  return ctc(log_probs, targets, input_lengths, target_lengths, lengths, blank, reduction, zero_infinity);
}

FLB_COMPOSITE(ctc_loss_Tensor)
Tensor ctc_loss_Tensor(const Tensor& log_probs, const Tensor& targets, const Tensor& input_lengths,
                       const Tensor& target_lengths, int64_t blank, int64_t reduction, bool zero_infinity) {
  return ctc(log_probs, targets, input_lengths, target_lengths, target_lengths, blank, reduction, zero_infinity);
}

}  // namespace at::native
