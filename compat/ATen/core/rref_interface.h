// Mirrors <ATen/core/rref_interface.h> of PyTorch 2.13: a reference to a value owned by another process.
#pragma once

#include <ATen/core/jit_type_base.h>
#include <c10/util/intrusive_ptr.h>

namespace c10 {

struct Type;
using worker_id_t = int16_t;

class C10_EXPORT RRefInterface : public c10::intrusive_ptr_target {
 public:
  RRefInterface() = default;
  RRefInterface(const RRefInterface&) = delete;
  RRefInterface(RRefInterface&&) = delete;
  RRefInterface& operator=(const RRefInterface&) = delete;
  RRefInterface& operator=(RRefInterface&&) = delete;
  ~RRefInterface() override = default;

  virtual worker_id_t owner() const = 0;
  virtual std::string ownerName() const = 0;
  virtual bool isOwner() const = 0;
  virtual bool confirmedByOwner() const = 0;
  virtual const TypePtr type() const = 0;
};

}  // namespace c10
