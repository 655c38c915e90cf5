// By these codegen finds functions at::native::<schema's id with _ for the dot>; codegen/README.md has the rules.
#pragma once

#define FLB_COMPOSITE(name)    // differentiated through: CompositeImplicitAutograd
#define FLB_ELEMENTWISE(name)  // the same, element by element, where PyTorch has no tag "pointwise" that says so
#define FLB_EXPLICIT(name)     // has a derivative formula, or needs none: CompositeExplicitAutograd
#define FLB_CPU(name)          // for tensors on the CPU alone
#define FLB_META(name)         // for tensors on the meta device alone
