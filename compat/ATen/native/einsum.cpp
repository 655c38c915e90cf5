// Einstein summation: operands are brought to one order of labels and contracted pair by pair with bmm.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/native/composite.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace at::native {
namespace {

constexpr int kLetters = 52;
constexpr int kEllipsis = -1;

int label_of(char c) { return std::islower(static_cast<unsigned char>(c)) ? c - 'a' : c - 'A' + 26; }

/// The labels of one operand or of the output; kEllipsis stands for "...".
std::vector<int> parse_labels(c10::string_view text, const char* where) {
  std::vector<int> labels;
  bool ellipsis = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ') continue;
    if (text[i] == '.') {
      TORCH_CHECK(!ellipsis, "einsum(): found '.' for ", where, " for which an ellipsis was already found");
      TORCH_CHECK(i + 2 < text.size() && text[i + 1] == '.' && text[i + 2] == '.', "einsum(): found '.' for ", where,
                  " that is not part of any ellipsis");
      labels.push_back(kEllipsis);
      ellipsis = true, i += 2;
      continue;
    }
    TORCH_CHECK(std::isalpha(static_cast<unsigned char>(text[i])), "einsum(): invalid subscript given at index ", i,
                " in the equation string, subscripts must be in [a-zA-Z]");
    labels.push_back(label_of(text[i]));
  }
  return labels;
}

struct Equation {
  std::vector<std::vector<int>> operands;
  std::vector<int> output;
  bool explicit_output;
};

Equation parse(c10::string_view equation) {
  Equation e;
  const size_t arrow = equation.find("->");
  c10::string_view left = equation.substr(0, arrow);
  for (;;) {
    const size_t comma = left.find(',');
    e.operands.push_back(parse_labels(left.substr(0, comma), ("operand " + std::to_string(e.operands.size())).c_str()));
    if (comma == c10::string_view::npos) break;
    left = left.substr(comma + 1);
  }
  e.explicit_output = arrow != c10::string_view::npos;
  if (e.explicit_output) e.output = parse_labels(equation.substr(arrow + 2), "the output");
  return e;
}

/// The place of each label in the common order: the output's first, then those that are summed.
struct Order {
  std::array<int64_t, kLetters> place;
  int64_t ellipsis_place = 0, ellipsis_size = 0, output_size = 0, size = 0;
};

Order order_of(Equation& e, int64_t ellipsis_size) {
  std::array<int, kLetters> uses{};
  bool has_ellipsis = false;
  for (const auto& labels : e.operands)
    for (const int label : labels) label == kEllipsis ? void(has_ellipsis = true) : void(++uses[label]);
  if (!e.explicit_output) {
    // The ellipsis, then what occurs once; capital letters come first, as in the alphabet of characters.
    if (has_ellipsis) e.output.push_back(kEllipsis);
    for (int i = 0; i < kLetters; ++i)
      if (const int label = (i + 26) % kLetters; uses[label] == 1) e.output.push_back(label);
  }
  Order order;
  order.place.fill(-1);
  order.ellipsis_size = ellipsis_size;
  bool placed = false;
  for (const int label : e.output) {
    if (label == kEllipsis) {
      placed = true, order.ellipsis_place = order.size, order.size += ellipsis_size;
      continue;
    }
    const char name = static_cast<char>(label < 26 ? 'a' + label : 'A' + label - 26);
    TORCH_CHECK(order.place[label] < 0, "einsum(): output subscript ", name, " appears more than once in the output");
    TORCH_CHECK(uses[label] > 0, "einsum(): output subscript ", name,
                " does not appear in the equation for any input operand");
    order.place[label] = order.size++;
  }
  order.output_size = order.size;
  if (!placed) order.ellipsis_place = order.size, order.size += ellipsis_size;
  for (int label = 0; label < kLetters; ++label)
    if (uses[label] > 0 && order.place[label] < 0) order.place[label] = order.size++;
  return order;
}

/// An operand with its dimensions in the common order; 1 where it lacks a label, a diagonal where it repeats one.
Tensor arranged(Tensor t, const std::vector<int>& labels, const Order& order, size_t which) {
  const bool has_ellipsis = std::find(labels.begin(), labels.end(), kEllipsis) != labels.end();
  const int64_t named = static_cast<int64_t>(labels.size()) - has_ellipsis, covered = t.dim() - named;
  TORCH_CHECK(
      has_ellipsis ? covered >= 0 : covered == 0, "einsum(): the number of subscripts in the equation (", named,
      has_ellipsis ? ") is more than the number of dimensions (" : ") does not match the number of dimensions (",
      t.dim(), ") for operand ", which, has_ellipsis ? "" : " and no ellipsis was given");
  std::vector<int64_t> source(order.size, -1);
  int64_t d = 0;
  for (const int label : labels) {
    if (label == kEllipsis) {
      for (int64_t i = 0; i < covered; ++i) source[order.ellipsis_place + order.ellipsis_size - covered + i] = d++;
      continue;
    }
    int64_t& at = source[order.place[label]];
    if (at >= 0) {
      TORCH_CHECK(t.size(d) == t.size(at), "einsum(): subscript ",
                  static_cast<char>(label < 26 ? 'a' + label : 'A' + label - 26), " is repeated for operand ", which,
                  " but the sizes don't match, ", t.size(d), " != ", t.size(at));
      t = t.diagonal(0, at, d).movedim(-1, at);
    } else {
      at = d++;
    }
  }
  DimVector permutation;
  for (const int64_t s : source)
    if (s >= 0) permutation.push_back(s);
  t = t.permute(permutation);
  for (int64_t i = 0; i < order.size; ++i)
    if (source[i] < 0) t = t.unsqueeze(i);
  return t;
}

/// Sums a * b over the dimensions that `summed` names, which stay as 1.
Tensor contract(Tensor a, Tensor b, const std::vector<bool>& summed) {
  DimVector batch, rows, columns, inner, shape(a.dim(), 1);
  for (int64_t d = 0; d < a.dim(); ++d) {
    const bool in_a = a.size(d) != 1, in_b = b.size(d) != 1;
    if (summed[d]) {
      if (in_a && in_b) {
        inner.push_back(d);
      } else if (in_a) {
        a = a.sum(d, true);
      } else if (in_b) {
        b = b.sum(d, true);
      }
      continue;
    }
    shape[d] = in_a ? a.size(d) : b.size(d);
    (in_a && in_b ? batch : in_b ? columns : rows).push_back(d);
  }
  if (inner.empty()) return a * b;
  const auto size = [](const Tensor& t, const DimVector& dims) {
    int64_t n = 1;
    for (const int64_t d : dims) n *= t.size(d);
    return n;
  };
  const auto arrange = [](const Tensor& t, std::initializer_list<const DimVector*> groups) {
    DimVector order;
    std::vector<bool> used(t.dim(), false);
    for (const DimVector* g : groups)
      for (const int64_t d : *g) order.push_back(d), used[d] = true;
    for (int64_t d = 0; d < t.dim(); ++d)
      if (!used[d]) order.push_back(d);
    return t.permute(order);
  };
  const int64_t n = size(a, batch), k = size(a, inner), m = size(a, rows), p = size(b, columns);
  const Tensor left = arrange(a, {&batch, &rows, &inner}).reshape({n, m, k});
  const Tensor right = arrange(b, {&batch, &inner, &columns}).reshape({n, k, p});
  DimVector wide, order(a.dim());
  int64_t next = 0;
  for (const DimVector* g : {&batch, &rows, &columns, &inner})
    for (const int64_t d : *g) wide.push_back(shape[d]), order[d] = next++;
  for (int64_t d = 0; d < a.dim(); ++d)
    if (summed[d] && std::find(inner.begin(), inner.end(), d) == inner.end()) wide.push_back(1), order[d] = next++;
  return at::bmm(left, right).reshape(wide).permute(order);
}

}  // namespace

FLB_COMPOSITE(einsum)
Tensor einsum(c10::string_view equation, TensorList tensors, OptionalIntArrayRef path) {
  TORCH_CHECK(!tensors.empty(), "einsum(): must provide at least one operand");
  Equation e = parse(equation);
  TORCH_CHECK(e.operands.size() == tensors.size(), "einsum(): ", e.operands.size() < tensors.size() ? "more" : "fewer",
              " operands were provided than specified in the equation");
  int64_t ellipsis = 0;
  for (size_t i = 0; i < tensors.size(); ++i)
    if (std::find(e.operands[i].begin(), e.operands[i].end(), kEllipsis) != e.operands[i].end())
      ellipsis = std::max(ellipsis, tensors[i].dim() - static_cast<int64_t>(e.operands[i].size()) + 1);
  const Order order = order_of(e, ellipsis);
  std::vector<Tensor> ops;
  for (size_t i = 0; i < tensors.size(); ++i) ops.push_back(arranged(tensors[i], e.operands[i], order, i));
  for (int64_t d = 0; d < order.size; ++d) {
    int64_t size = 1;
    for (size_t i = 0; i < ops.size(); ++i) {
      TORCH_CHECK(ops[i].size(d) == 1 || size == 1 || ops[i].size(d) == size, "einsum(): subscript dimension ", d,
                  " has size ", ops[i].size(d), " for operand ", i,
                  " which does not broadcast with previously seen size ", size);
      if (ops[i].size(d) != 1) size = ops[i].size(d);
    }
  }
  TORCH_CHECK(!path || path->size() == 2 * (tensors.size() - 1),
              "einsum(): expected contraction path given in path parameter to have size ", 2 * (tensors.size() - 1),
              " but got ", path ? path->size() : 0);
  for (size_t step = 0; ops.size() > 1; ++step) {
    auto i = static_cast<size_t>(path ? std::min((*path)[2 * step], (*path)[2 * step + 1]) : 0);
    auto j = static_cast<size_t>(path ? std::max((*path)[2 * step], (*path)[2 * step + 1]) : 1);
    TORCH_CHECK(i != j && j < ops.size(), "einsum(): invalid contraction path (", i, ", ", j, ")");
    const Tensor a = ops[i], b = ops[j];
    ops.erase(ops.begin() + static_cast<int64_t>(j));
    ops.erase(ops.begin() + static_cast<int64_t>(i));
    // What nobody else needs is summed now.
    std::vector<bool> summed(order.size, false);
    for (int64_t d = order.output_size; d < order.size; ++d)
      summed[d] = std::all_of(ops.begin(), ops.end(), [d](const Tensor& t) { return t.size(d) == 1; });
    const Tensor c = contract(a, b, summed);
    path ? ops.push_back(c) : void(ops.insert(ops.begin(), c));
  }
  Tensor result = ops[0];
  DimVector rest;
  for (int64_t d = order.output_size; d < order.size; ++d) rest.push_back(d);
  if (rest.empty()) return result;
  // Of several operands the last product has summed all.
  if (tensors.size() > 1) return result.view(result.sizes().slice(0, order.output_size));
  return result.sum(rest);
}

}  // namespace at::native
