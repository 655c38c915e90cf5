// Mirrors <ATen/core/QuantizerBase.h> of PyTorch 2.13: the interface of quantizers; none is built.
#pragma once

#include <c10/core/QScheme.h>
#include <c10/core/ScalarType.h>
#include <c10/util/intrusive_ptr.h>

namespace at {

class Tensor;
struct QTensorImpl;
struct Quantizer;
using ConstQuantizerPtr = const c10::intrusive_ptr<Quantizer>&;
using QuantizerPtr = c10::intrusive_ptr<Quantizer>;

struct TORCH_API Quantizer : public c10::intrusive_ptr_target {
  const ScalarType scalar_type_;
  explicit Quantizer(ScalarType scalar_type) : scalar_type_(scalar_type) {}
  ~Quantizer() override;

  QuantizerPtr intrusive_from_this() {
    c10::raw::intrusive_ptr::incref(this);
    return c10::intrusive_ptr<Quantizer>::reclaim(this);
  }

  virtual QScheme qscheme() const = 0;
  ScalarType scalar_type() const { return scalar_type_; }
  virtual Tensor quantize(const Tensor& t) = 0;
  virtual Tensor dequantize(const Tensor& t) = 0;
  virtual Tensor& dequantize_out(Tensor& out, const Tensor& t) = 0;
  virtual bool equalTo(QuantizerPtr other) const = 0;
};

}  // namespace at
