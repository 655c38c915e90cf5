"""Types of sparse CUDA tensors."""

from .. import _tensor_types

globals().update(_tensor_types.by_module["torch.cuda.sparse"])
