#include "backend/iteration.h"

#include <algorithm>
#include <numeric>

namespace flambeau {
namespace {

[[noreturn, gnu::cold]] void fail_to_stretch(const View& v, std::span<const int64_t> shape) {
  fail(ErrorKind::runtime, "shape ", shape_text(v.sizes()), " cannot be broadcast to ", shape_text(shape));
}

/// A view's strides stretched over `shape`, in units of `unit` bytes; 0 where it is broadcast.
Dims stretched(const View& v, std::span<const int64_t> shape, int64_t unit) {
  Dims strides(shape.size(), 0);
  const int64_t lead = static_cast<int64_t>(shape.size()) - v.dim();
  if (lead < 0) fail_to_stretch(v, shape);
  for (int d = 0; d < v.dim(); ++d) {
    if (v.size(d) != shape[d + lead] && v.size(d) != 1) fail_to_stretch(v, shape);
    if (v.size(d) != 1 || shape[d + lead] == 1) strides[d + lead] = v.stride(d) * unit;
  }
  return strides;
}

/// Positive if dimension a should lie outside b, negative if inside, 0 if no operand decides.
template <class Strides>
int compare(int a, int b, std::span<const int64_t> shape, const Strides& operands) {
  for (const auto& strides : operands) {
    const int64_t x = strides[a], y = strides[b];
    if (x == 0 || y == 0) continue;
    if (x != y) return x < y ? -1 : 1;
    if (shape[a] > shape[b]) return 1;
  }
  return 0;
}

/// Dimensions from fastest to slowest. An insertion sort, since "undecided" is not transitive.
template <class Strides>
absl::InlinedVector<int, 6> dimension_order(std::span<const int64_t> shape, const Strides& operands) {
  const int dim = static_cast<int>(shape.size());
  absl::InlinedVector<int, 6> order(dim);
  for (int i = 0; i < dim; ++i) order[i] = dim - 1 - i;
  for (int i = 1; i < dim; ++i) {
    int moving = i;
    for (int j = i - 1; j >= 0; --j) {
      const int c = compare(order[j], order[moving], shape, operands);
      if (c < 0) break;
      if (c > 0) {
        std::swap(order[j], order[moving]);
        moving = j;
      }
    }
  }
  return order;
}

bool same(std::span<const int64_t> a, std::span<const int64_t> b) { return std::ranges::equal(a, b); }

bool is_dense(const View& v) {
  absl::InlinedVector<int, 6> order(v.dim());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    return v.size(a) < 2 ? false : v.size(b) < 2 ? true : v.stride(a) < v.stride(b);
  });
  int64_t expected = 1;
  for (int d : order) {
    if (v.size(d) < 2) return true;
    if (v.stride(d) != expected) return false;
    expected *= v.size(d);
  }
  return true;
}

bool is_channels_last(const View& v, int dim) {
  if (v.dim() != dim) return false;
  int64_t expected = 1;
  const auto check = [&](int d) {
    const bool ok = v.size(d) == 1 || v.stride(d) == expected;
    expected *= v.size(d);
    return ok;
  };
  if (v.numel() == 0 || !check(1)) return false;
  for (int d = dim - 1; d >= 2; --d) {
    if (!check(d)) return false;
  }
  return check(0);
}

Dims channels_last_strides(std::span<const int64_t> shape) {
  Dims strides(shape.size());
  int64_t step = 1;
  const auto set = [&](int d) { strides[d] = step, step *= std::max<int64_t>(shape[d], 1); };
  set(1);
  for (int d = static_cast<int>(shape.size()) - 1; d >= 2; --d) set(d);
  set(0);
  return strides;
}

template <class Test>
bool all_of(std::span<const View* const> views, const Test& test) {
  return std::ranges::all_of(views, [&](const View* v) { return !v || !v->defined() || test(*v); });
}

}  // namespace

std::string shape_text(std::span<const int64_t> sizes) {
  std::string text = "[";
  for (size_t i = 0; i < sizes.size(); ++i) text += (i ? ", " : "") + std::to_string(sizes[i]);
  return text + "]";
}

Dims contiguous_strides(std::span<const int64_t> sizes) {
  Dims strides(sizes.size());
  int64_t step = 1;
  for (int d = static_cast<int>(sizes.size()) - 1; d >= 0; --d)
    strides[d] = step, step *= std::max<int64_t>(sizes[d], 1);
  return strides;
}

Dims broadcast(std::span<const int64_t> a, std::span<const int64_t> b) {
  if (same(a, b)) return Dims(a.begin(), a.end());
  Dims out(std::max(a.size(), b.size()));
  for (size_t i = 1; i <= out.size(); ++i) {
    const int64_t x = i <= a.size() ? a[a.size() - i] : 1, y = i <= b.size() ? b[b.size() - i] : 1;
    FLB_CHECK(x == y || x == 1 || y == 1, "The size of tensor a (", x, ") must match the size of tensor b (", y,
              ") at non-singleton dimension ", out.size() - i);
    out[out.size() - i] = x == 1 ? y : x;
  }
  return out;
}

Dims output_strides(std::span<const int64_t> shape, std::span<const View* const> inputs) {
  if (shape.size() < 2) return {};
  const View* first = nullptr;
  for (const View* v : inputs) {
    if (v && v->defined() && !first) first = v;
  }
  if (!first) return {};
  if (all_of(inputs, [&](const View& v) { return same(v.sizes(), shape); })) {
    if (all_of(inputs, [](const View& v) { return v.is_contiguous(); })) return {};
    const int dim = static_cast<int>(shape.size());
    if (dim == 4 && all_of(inputs, [&](const View& v) { return is_channels_last(v, dim); }))
      return channels_last_strides(shape);
    if (is_dense(*first) && all_of(inputs, [&](const View& v) { return same(v.strides(), first->strides()); })) {
      return Dims(first->strides().begin(), first->strides().end());
    }
  }
  absl::InlinedVector<Dims, 4> strides;
  for (const View* v : inputs) {
    if (v && v->defined()) strides.push_back(stretched(*v, shape, 1));
  }
  const auto order = dimension_order(shape, strides);
  Dims out(shape.size());
  int64_t step = 1;
  bool row_major = true;
  for (size_t i = 0; i < order.size(); ++i) {
    row_major &= order[i] == static_cast<int>(order.size() - 1 - i);
    out[order[i]] = step;
    step *= shape[order[i]];
  }
  return row_major ? Dims{} : out;
}

Walk::Walk(std::span<const int64_t> shape, std::span<const View* const> views) {
  absl::InlinedVector<Dims, 4> strides;
  for (const View* v : views)
    strides.push_back(v ? stretched(*v, shape, static_cast<int64_t>(itemsize(v->dtype()))) : Dims(shape.size(), 0));
  operands.resize(views.size());
  for (size_t i = 0; i < views.size(); ++i) operands[i].data = views[i] ? views[i]->ptr<char>() : nullptr;
  const auto order = dimension_order(shape, strides);
  for (int64_t s : shape) numel *= s;
  for (int d : order) {
    if (shape[d] == 1) continue;
    bool merges = !sizes.empty();
    for (size_t i = 0; i < views.size() && merges; ++i)
      merges = operands[i].strides.back() * sizes.back() == strides[i][d];
    if (merges) {
      sizes.back() *= shape[d];
      continue;
    }
    sizes.push_back(shape[d]);
    for (size_t i = 0; i < views.size(); ++i) operands[i].strides.push_back(strides[i][d]);
  }
  if (sizes.empty()) {
    sizes.push_back(1);
    for (Operand& o : operands) o.strides.push_back(0);
  }
}

bool Walk::dense(int i, int64_t size) const {
  int64_t expected = size;
  for (int d = 0; d < dim(); ++d) {
    if (operands[i].strides[d] != expected && sizes[d] != 1) return false;
    expected *= sizes[d];
  }
  return true;
}

bool Walk::constant(int i) const {
  return std::ranges::all_of(operands[i].strides, [](int64_t s) { return s == 0; });
}

}  // namespace flambeau
