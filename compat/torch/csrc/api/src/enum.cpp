#include <torch/enum.h>

TORCH_FORALL_ENUMS(TORCH_ENUM_DEFINE)
