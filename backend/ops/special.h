// Special functions that other operators are made of.
#pragma once

namespace flambeau::ops {

/// The logarithmic derivative of the gamma function.
double digamma_of(double x);

}  // namespace flambeau::ops
