// Mirrors <c10/core/UndefinedTensorImpl.h> of PyTorch 2.13.
#pragma once

#include <c10/core/MemoryFormat.h>
#include <c10/core/SymIntArrayRef.h>
#include <c10/core/TensorImpl.h>
#include <c10/macros/Export.h>
#include <c10/util/ArrayRef.h>

#include <cstdint>

namespace c10 {

// What an undefined tensor refers to, so that its pointer is never null.
struct C10_API UndefinedTensorImpl final : public TensorImpl {
 public:
  static constexpr inline TensorImpl* singleton() { return &_singleton; }
#ifdef DEBUG
  bool has_storage() const override;
#endif
  void set_storage_offset(int64_t offset) override;

 protected:
  c10::SymBool sym_is_contiguous_custom(MemoryFormat format) const override;
  IntArrayRef strides_custom() const override;
  SymIntArrayRef sym_strides_custom() const override;

 private:
  UndefinedTensorImpl();
  static UndefinedTensorImpl _singleton;
  const char* tensorimpl_type_name() const override;
};

}  // namespace c10
