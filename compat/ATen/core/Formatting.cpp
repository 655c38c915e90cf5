// Tensors as text: all numbers of a matrix in one format, chosen from the range of their exponents.
#include <ATen/core/Formatting.h>

#include <ATen/core/DeprecatedTypeProperties.h>
#include <c10/core/Backend.h>
#include <c10/util/irange.h>

#include <charconv>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <sstream>

namespace c10 {

std::ostream& operator<<(std::ostream& out, Backend b) { return out << toString(b); }

std::ostream& operator<<(std::ostream& out, const Scalar& s) {
  if (s.isFloatingPoint()) return out << s.toDouble();
  if (s.isComplex()) return out << s.toComplexDouble();
  if (s.isBoolean()) return out << (s.toBool() ? "true" : "false");
  if (s.isSymInt()) return out << s.toSymInt();
  if (s.isSymFloat()) return out << s.toSymFloat();
  if (s.isUnsigned()) return out << s.toUInt64();
  if (s.isIntegral(false)) return out << s.toLong();
  throw std::logic_error("Unknown type in Scalar");
}

std::string toString(const Scalar& s) {
  std::stringstream out;
  out << s;
  return std::move(out).str();
}

}  // namespace c10

namespace at {

std::ostream& operator<<(std::ostream& out, const DeprecatedTypeProperties& t) { return out << t.toString(); }

namespace {

class KeepFormat {
 public:
  explicit KeepFormat(std::ostream& out) : out_(out) { saved_.copyfmt(out); }
  ~KeepFormat() { out_.copyfmt(saved_); }

 private:
  std::ostream& out_;
  std::ios saved_{nullptr};
};

struct Format {
  double scale;  ///< written once, before the numbers
  int width;
};

/// A row-major array of doubles.
struct Block {
  const double* data;
  IntArrayRef sizes;
  int64_t numel() const { return c10::multiply_integers(sizes); }
  Block select(int64_t i) const { return {data + i * c10::multiply_integers(sizes.slice(1)), sizes.slice(1)}; }
};

// Sets the stream's flags and returns the rest of the format.
Format choose_format(std::ostream& out, const Block& block) {
  const int64_t count = block.numel();
  if (count == 0) return {1., 0};
  bool integral = true;
  double smallest = 0, largest = 0;
  bool any = false;
  for (int64_t i = 0; i < count; ++i) {
    const double z = block.data[i];
    if (!std::isfinite(z)) continue;
    integral = integral && z == std::ceil(z);
    smallest = any ? std::min(smallest, std::fabs(z)) : std::fabs(z);
    largest = any ? std::max(largest, std::fabs(z)) : std::fabs(z);
    any = true;
  }
  const auto digits = [&](double x) { return any && x != 0 ? std::floor(std::log10(x)) + 1 : 1.; };
  const double exp_min = digits(smallest), exp_max = digits(largest);
  if (integral) {
    if (exp_max > 9) {
      out << std::scientific << std::setprecision(4);
      return {1., 11};
    }
    out << std::defaultfloat << std::setprecision(6);
    return {1., static_cast<int>(exp_max) + 1};
  }
  if (exp_max - exp_min > 4) {
    out << std::scientific << std::setprecision(4);
    return {1., std::fabs(exp_max) > 99 || std::fabs(exp_min) > 99 ? 12 : 11};
  }
  out << std::fixed << std::setprecision(4);
  if (exp_max > 5 || exp_max < 0) return {std::pow(10., exp_max - 1), 7};
  return {1., exp_max == 0 ? 7 : static_cast<int>(exp_max) + 6};
}

void print_scale(std::ostream& out, double scale) {
  KeepFormat keep(out);
  out << std::defaultfloat << std::setprecision(6) << scale << " *" << '\n';
}

void indent_by(std::ostream& out, int64_t indent) {
  for (int64_t i = 0; i < indent; ++i) out << ' ';
}

void print_matrix(std::ostream& out, const Block& matrix, int64_t linesize, int64_t indent) {
  const auto [scale, width] = choose_format(out, matrix);
  const int64_t rows = matrix.sizes[0], columns = matrix.sizes[1];
  const int64_t per_line = std::max<int64_t>((linesize - indent) / (width + 1), 1);
  for (int64_t first = 0; first < columns; first += per_line) {
    const int64_t last = std::min(first + per_line, columns) - 1;
    if (per_line < columns) {
      if (first != 0) out << '\n';
      out << "Columns " << first + 1 << " to " << last + 1;
      indent_by(out, indent);
    }
    if (scale != 1) {
      print_scale(out, scale);
      indent_by(out, indent);
    }
    for (const auto r : c10::irange(rows)) {
      for (int64_t c = first; c <= last; ++c) {
        out << std::setw(width) << matrix.data[r * columns + c] / scale << (c == last ? '\n' : ' ');
      }
      if (r == rows - 1) break;
      indent_by(out, indent);
      if (scale != 1) out << ' ';
    }
  }
}

// Matrix by matrix, the first index fastest.
void print_blocks(std::ostream& out, const Block& block, int64_t linesize) {
  const size_t outer = block.sizes.size() - 2;
  std::vector<int64_t> counter(outer, 0);
  const int64_t count = c10::multiply_integers(block.sizes.slice(0, outer));
  for (int64_t n = 0; n < count; ++n) {
    if (n > 0) out << '\n';
    out << '(';
    Block matrix = block;
    for (int64_t i : counter) {
      matrix = matrix.select(i);
      out << i + 1 << ',';
    }
    out << ".,.) = " << '\n';
    print_matrix(out, matrix, linesize, 1);
    for (size_t d = 0; d < outer && ++counter[d] == block.sizes[d]; ++d) counter[d] = 0;
  }
}

void print_vector(std::ostream& out, const Block& block) {
  const auto [scale, width] = choose_format(out, block);
  if (scale != 1) print_scale(out, scale);
  for (int64_t i = 0; i < block.sizes[0]; ++i) out << std::setw(width) << block.data[i] / scale << '\n';
}

// The shortest text that reads back as the same number; an exponent outside 1e-4 to 1e16.
void print_number(std::ostream& out, double x) {
  char text[64];
  const double size = std::fabs(x);
  const bool plain = !std::isfinite(x) || x == 0 || (size >= 1e-4 && size < 1e16);
  const auto end =
      std::to_chars(text, text + sizeof(text), x, plain ? std::chars_format::fixed : std::chars_format::scientific).ptr;
  out << std::string_view(text, static_cast<size_t>(end - text));
}

void print_dense(std::ostream& out, const Tensor& original, int64_t linesize) {
  const Tensor source = original.is_quantized() ? original.dequantize() : original;
  const Tensor tensor = source.to(kCPU, kDouble).contiguous();
  const Block block{static_cast<const double*>(tensor.const_data_ptr()), tensor.sizes()};
  if (tensor.dim() == 0) {
    print_number(out, *block.data);
    out << '\n';
  } else if (tensor.numel() > 0) {
    if (tensor.dim() == 1) {
      print_vector(out, block);
    } else if (tensor.dim() == 2) {
      print_matrix(out, block, linesize, 0);
    } else {
      print_blocks(out, block, linesize);
    }
  }
  out << "[ " << original.toString() << '{';
  for (const auto d : c10::irange(tensor.sizes().size())) out << (d > 0 ? "," : "") << tensor.sizes()[d];
  out << '}';
  if (original.is_quantized()) {
    out << ", qscheme: " << toString(original.qscheme());
    if (original.qscheme() == c10::kPerTensorAffine) {
      out << ", scale: " << original.q_scale() << ", zero_point: " << original.q_zero_point();
    }
  }
  out << " ]";
}

}  // namespace

// PyTorch 2.13 takes it and prints the same.
void set_printoption_sci_mode(bool) {}

std::ostream& print(std::ostream& stream, const Tensor& tensor, int64_t linesize) {
  KeepFormat keep(stream);
  if (!tensor.defined()) return stream << "[ Tensor (undefined) ]";
  if (tensor.is_sparse()) {
    return stream << "[ " << tensor.toString() << "{}\n"
                  << "indices:\n"
                  << tensor._indices() << "\n"
                  << "values:\n"
                  << tensor._values() << "\n"
                  << "size:\n"
                  << tensor.sizes() << "\n]";
  }
  print_dense(stream, tensor, linesize);
  return stream;
}

void print(const Tensor& t, int64_t linesize) { print(std::cout, t, linesize); }

}  // namespace at
