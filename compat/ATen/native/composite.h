// Markers by which codegen finds operators that are written in at:: terms. Each stands beside a function
// at::native::<name>, <name> being the schema's id with _ for the dot; codegen/README.md has the rules.
#pragma once

#define FLB_COMPOSITE(name)  // differentiated through: CompositeImplicitAutograd
#define FLB_EXPLICIT(name)   // has a derivative formula, or needs none: CompositeExplicitAutograd
#define FLB_CPU(name)        // for tensors on the CPU alone
#define FLB_META(name)       // for tensors on the meta device alone
