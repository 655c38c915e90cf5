// What a tensor's history refers to, for Python's garbage collector: hooks, and the objects of its grad_fn.
#include <torch/csrc/autograd/variable.h>

#include "pyshim/csrc/autograd.h"
#include "pyshim/csrc/hooks.h"

namespace flambeau::python {

using torch::autograd::AutogradMeta;
using torch::autograd::Node;

namespace {

/// The tensor's grad_fn if nothing but the tensor, and the node's own Python object, holds it. Looks only: grad_fn()
/// could make a new node.
Node* own_node(const AutogradMeta& meta) {
  Node* node = meta.grad_fn_.get();
  if (!node) return nullptr;
  const bool has_object = node->pyobj_slot()->load_pyobj() != nullptr;
  return meta.grad_fn_.use_count() == (has_object ? 2u : 1u) ? node : nullptr;
}

/// Null unless the tensor's Python object alone keeps it: C++ owners would keep that object, too.
AutogradMeta* own_history(const at::Tensor& tensor) {
  return tensor.defined() && tensor.use_count() == 1 ? torch::autograd::impl::get_autograd_meta(tensor) : nullptr;
}

}  // namespace

int traverse_autograd(const at::Tensor& tensor, visitproc visit, void* arg) {
  AutogradMeta* meta = own_history(tensor);
  if (!meta) return 0;
  if (int stop = traverse_hooks(meta->hooks_, visit, arg)) return stop;
  if (int stop = traverse_hook(meta->post_acc_grad_hooks_.get(), visit, arg)) return stop;
  Node* node = own_node(*meta);
  if (!node) return 0;
  // A node's object speaks for the node's hooks.
  if (PyObject* object = node->pyobj_slot()->load_pyobj()) {
    Py_VISIT(object);
    return 0;
  }
  return traverse_hooks(*node, visit, arg);
}

void clear_autograd(const at::Tensor& tensor) {
  AutogradMeta* meta = own_history(tensor);
  if (!meta) return;
  const auto hooks = std::move(meta->hooks_);
  const auto accumulated = std::move(meta->post_acc_grad_hooks_);
  if (Node* node = own_node(*meta)) clear_hooks(*node);
}

}  // namespace flambeau::python
