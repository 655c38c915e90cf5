#include <torch/csrc/autograd/linear_history.h>

#include <torch/csrc/autograd/generated/Functions.h>
#include <torch/csrc/autograd/generated_support.h>

#include <algorithm>

namespace flambeau {

namespace {

using torch::autograd::Edge;
using torch::autograd::edge_list;
using torch::autograd::generated::AddmmBackward0;
using torch::autograd::generated::MmBackward0;
using torch::autograd::generated::TBackward0;
using torch::autograd::impl::gradient_edge;

/// The weight of a layer and, as far as it is needed, its transposed view.
struct Turned {
  const at::Tensor& weight;
  at::Tensor view;
  Edge edge;

  Turned(const at::Tensor& w, bool as_tensor) : weight(w) {
    if (as_tensor) {
      view = w.t();
      edge = gradient_edge(view);
    } else if (w.requires_grad()) {
      auto node = make_node<TBackward0>();
      node->set_next_edges(edges_of(w));
      node->add_input_metadata(w);
      auto& metadata = node->mutable_input_metadata(0);
      std::reverse(metadata.mutable_shape_as_dim_vector().begin(), metadata.mutable_shape_as_dim_vector().end());
      metadata.set_grad_dtype(w.scalar_type());
      edge = {std::move(node), 0};
    }
  }
};

/// What both nodes keep of the product's operands; mm calls the first of them self. Strides give a gradient its layout.
template <class Node>
void keep(Node& node, std::vector<int64_t> Node::*sizes, std::vector<int64_t> Node::*strides,
          SavedVariable Node::*saved, const at::Tensor& input, const Turned& turned) {
  const at::Tensor& w = turned.weight;
  node.*sizes = input.sizes().vec();
  node.mat2_sym_sizes = {w.size(1), w.size(0)};
  if (turned.view.defined()) {
    node.*strides = input.strides().vec();
    node.mat2_ = SavedVariable(turned.view, false);
  }
  if (turned.edge.is_valid()) {
    node.mat2_sym_strides = {w.stride(1), w.stride(0)};
    node.*saved = SavedVariable(input, false);
  }
}

template <class... Edges>
edge_list edges(Edges... each) {
  edge_list all;
  all.reserve(sizeof...(each));
  (all.push_back(std::move(each)), ...);
  return all;
}

}  // namespace

void record_linear(const at::Tensor& result, const at::Tensor& input, const at::Tensor& weight,
                   const at::Tensor& bias) {
  if (!torch::autograd::compute_requires_grad(input, weight, bias)) return;
  Turned turned(weight, input.requires_grad());
  if (bias.defined()) {
    auto node = make_node<AddmmBackward0>();
    keep(*node, &AddmmBackward0::mat1_sym_sizes, &AddmmBackward0::mat1_sym_strides, &AddmmBackward0::mat1_, input,
         turned);
    node->alpha = node->beta = 1;
    node->set_next_edges(edges(gradient_edge(bias), gradient_edge(input), std::move(turned.edge)));
    attach(result, std::move(node));
  } else {
    auto node = make_node<MmBackward0>();
    keep(*node, &MmBackward0::self_sym_sizes, &MmBackward0::self_sym_strides, &MmBackward0::self_, input, turned);
    node->set_next_edges(edges(gradient_edge(input), std::move(turned.edge)));
    attach(result, std::move(node));
  }
}

}  // namespace flambeau
