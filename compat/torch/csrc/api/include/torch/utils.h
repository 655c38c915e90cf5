// Mirrors <torch/utils.h> of PyTorch 2.13.
#pragma once

#include <ATen/Parallel.h>
#include <ATen/record_function.h>
#include <torch/csrc/api/include/torch/types.h>
#include <torch/csrc/autograd/grad_mode.h>

namespace torch {

/// While it lives, results do not require gradients.
using NoGradGuard = at::NoGradGuard;
using AutoGradMode = at::AutoGradMode;

using at::get_num_interop_threads;
using at::get_num_threads;
using at::init_num_threads;
using at::manual_seed;
using at::set_num_interop_threads;
using at::set_num_threads;

FLB_ON_USE inline bool equal_if_defined(const Tensor& t1, const Tensor& t2) {
  return t1.defined() == t2.defined() && (!t1.defined() || torch::equal(t1, t2));
}

using at::addGlobalCallback;
using at::addThreadLocalCallback;
using at::CallbackHandle;
using at::clearCallbacks;
using at::clearGlobalCallbacks;
using at::clearThreadLocalCallbacks;
using at::DisableRecordFunctionGuard;
using at::enableRecordFunction;
using at::hasCallbacks;
using at::hasGlobalCallbacks;
using at::hasThreadLocalCallbacks;
using at::isRecordFunctionEnabled;
using at::RecordFunction;
using at::RecordFunctionCallback;
using at::RecordFunctionGuard;
using at::removeCallback;

}  // namespace torch
