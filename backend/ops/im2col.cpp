// Sliding blocks of an image as columns (unfold), and columns added back into an image (fold).

#include "backend/dense.h"
#include "backend/op.h"
#include "backend/overlap.h"
#include "kernels/common/threads.h"

namespace flambeau::ops {
namespace {

struct Blocks {
  int64_t kernel[2], dilation[2], padding[2], stride[2], image[2], count[2];
  int64_t batch = 1, channels = 0;

  int64_t taps() const { return kernel[0] * kernel[1]; }
  int64_t blocks() const { return count[0] * count[1]; }
};

void check_pair(std::span<const int64_t> list, const char* name) {
  FLB_CHECK(list.size() == 2, "It is expected ", name, " equals to 2, but got size ", list.size());
}

/// Reads kernel_size, dilation, padding, stride from schema position `at` on.
Blocks blocks_of(const Call& call, int at) {
  static constexpr const char* kNames[] = {"kernel_size", "dilation", "padding", "stride"};
  Blocks b{};
  int64_t* const fields[] = {b.kernel, b.dilation, b.padding, b.stride};
  for (int i = 0; i < 4; ++i) {
    check_pair(call.integers(at + i), kNames[i]);
    for (int d = 0; d < 2; ++d) fields[i][d] = call.integers(at + i)[d];
  }
  FLB_CHECK(b.kernel[0] > 0 && b.kernel[1] > 0,
            "kernel size should be greater than zero, but got kernel_height: ", b.kernel[0],
            " kernel_width: ", b.kernel[1]);
  FLB_CHECK(b.dilation[0] > 0 && b.dilation[1] > 0,
            "dilation should be greater than zero, but got dilation_height: ", b.dilation[0],
            " dilation_width: ", b.dilation[1]);
  FLB_CHECK(b.padding[0] >= 0 && b.padding[1] >= 0,
            "padding should be non-negative, but got pad_height: ", b.padding[0], " pad_width: ", b.padding[1]);
  FLB_CHECK(b.stride[0] > 0 && b.stride[1] > 0,
            "stride should be greater than zero, but got stride_height: ", b.stride[0], " stride_width: ", b.stride[1]);
  return b;
}

void count_blocks(Blocks& b) {
  for (int d = 0; d < 2; ++d) {
    const int64_t room = b.image[d] + 2 * b.padding[d] - b.dilation[d] * (b.kernel[d] - 1) - 1;
    b.count[d] = (room >= 0 ? room / b.stride[d] : -((-room + b.stride[d] - 1) / b.stride[d])) + 1;
  }
}

Blocks image_blocks(const Call& call) {
  const View& x = call.in(0);
  Blocks b = blocks_of(call, 1);
  FLB_CHECK_AS(index, x.dim() >= 3, "Dimension out of range (expected to be in range of [", -x.dim(), ", ", x.dim() - 1,
               "], but got 2)");
  bool valid = x.dim() <= 4;
  for (int d = x.dim() == 4 ? 1 : 0; valid && d < x.dim(); ++d) valid = x.size(d) != 0;
  FLB_CHECK(valid,
            "Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, "
            "but got: ",
            shape_text(x.sizes()));
  b.batch = x.dim() == 4 ? x.size(0) : 1, b.channels = x.size(-3), b.image[0] = x.size(-2), b.image[1] = x.size(-1);
  count_blocks(b);
  FLB_CHECK(b.count[0] >= 1 && b.count[1] >= 1, "Given input with spatial size (", b.image[0], ", ", b.image[1],
            "), kernel_size=(", b.kernel[0], ", ", b.kernel[1], "), dilation=(", b.dilation[0], ", ", b.dilation[1],
            "), padding=(", b.padding[0], ", ", b.padding[1], "), calculated shape of the array of sliding blocks as (",
            b.count[0], ", ", b.count[1], "), but its components must be at least one.");
  return b;
}

// [N, C, H, W] or [C, H, W] -> [N, C * taps, blocks] or [C * taps, blocks].
Specs infer_im2col(const Call& call) {
  const View& x = call.in(0);
  const Blocks b = image_blocks(call);
  Dims sizes{b.channels * b.taps(), b.blocks()};
  if (x.dim() == 4) sizes.insert(sizes.begin(), b.batch);
  return {spec_like(x, sizes)};
}

Blocks column_blocks(const Call& call) {
  const View& x = call.in(0);
  check_pair(call.integers(1), "output_size");
  Blocks b = blocks_of(call, 2);
  bool valid = x.dim() == 2 || x.dim() == 3;
  for (int d = x.dim() == 3 ? 1 : 0; valid && d < x.dim(); ++d) valid = x.size(d) != 0;
  FLB_CHECK(valid,
            "Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for "
            "input, but got: ",
            shape_text(x.sizes()));
  FLB_CHECK(
      x.size(-2) % b.taps() == 0,
      "Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)=",
      x.size(-2), " and kernel_size=(", b.kernel[0], ", ", b.kernel[1], ").");
  b.batch = x.dim() == 3 ? x.size(0) : 1, b.channels = x.size(-2) / b.taps();
  for (int d = 0; d < 2; ++d) b.image[d] = call.integers(1)[d];
  count_blocks(b);
  FLB_CHECK(b.blocks() == x.size(-1) && b.count[0] >= 1 && b.count[1] >= 1, "Given output_size=(", b.image[0], ", ",
            b.image[1], "), kernel_size=(", b.kernel[0], ", ", b.kernel[1], "), dilation=(", b.dilation[0], ", ",
            b.dilation[1], "), padding=(", b.padding[0], ", ", b.padding[1], "), stride=(", b.stride[0], ", ",
            b.stride[1], "), expected size of input's dimension 2 to match the calculated number of sliding blocks ",
            b.count[0], " * ", b.count[1], " = ", b.blocks(), ", but got input.size(2)=", x.size(-1), ".");
  return b;
}

// The reverse: [N, C * taps, blocks] -> [N, C, H, W], overlapping elements added.
Specs infer_col2im(const Call& call) {
  const View& x = call.in(0);
  const Blocks b = column_blocks(call);
  Dims sizes{b.channels, b.image[0], b.image[1]};
  if (x.dim() == 3) sizes.insert(sizes.begin(), b.batch);
  return {spec_like(x, sizes)};
}

/// Calls body(column offset, image offset or -1 for padding) for every element of the columns, in parallel over
/// channels.
template <class Body>
void for_elements(const Blocks& b, const Body& body) {
  const int64_t plane = b.image[0] * b.image[1], columns = b.taps() * b.blocks();
  parallel_for(0, b.batch * b.channels, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, columns)),
               [&](int64_t begin, int64_t end) {
                 for (int64_t c = begin; c < end; ++c) {
                   int64_t column = c * columns;
                   for (int64_t tap = 0; tap < b.taps(); ++tap)
                     for (int64_t i = 0; i < b.count[0]; ++i) {
                       const int64_t h = i * b.stride[0] - b.padding[0] + tap / b.kernel[1] * b.dilation[0];
                       for (int64_t j = 0; j < b.count[1]; ++j) {
                         const int64_t w = j * b.stride[1] - b.padding[1] + tap % b.kernel[1] * b.dilation[1];
                         const bool inside = h >= 0 && h < b.image[0] && w >= 0 && w < b.image[1];
                         body(column++, inside ? c * plane + h * b.image[1] + w : -1);
                       }
                     }
                 }
               });
}

template <class Body>
void for_columns(DType t, const char* name, const Body& body) {
  switch (t) {
    case DType::boolean:
      return body.template operator()<bool>();
    case DType::complex64:
      return body.template operator()<Complex<float>>();
    case DType::complex128:
      return body.template operator()<Complex<double>>();
    default:
      for_floating(t, name, body);
  }
}

void run_im2col(const Call& call) {
  const Blocks b = image_blocks(call);
  for_columns(call.in(0).dtype(), "im2col_out_cpu", [&]<class T>() {
    const Typed<T> x(call.in(0));
    const TypedOut<T> y(call.out());
    for_elements(b, [&](int64_t column, int64_t image) { y[column] = image < 0 ? T(0) : x[image]; });
    y.store();
  });
}

void run_col2im(const Call& call) {
  const Blocks b = column_blocks(call);
  for_columns(call.in(0).dtype(), "col2im_out_cpu", [&]<class T>() {
    const Typed<T> x(call.in(0));
    const TypedOut<T> y(call.out());
    std::fill_n(y.data(), y.numel(), T(0));
    for_elements(b, [&](int64_t column, int64_t image) {
      if (image >= 0) y[image] = static_cast<T>(y[image] + x[column]);
    });
    y.store();
  });
}

}  // namespace

FLB_OP_FLAGS(im2col, infer_im2col, run_im2col, kMayOverlap);
FLB_OP_FLAGS(col2im, infer_col2im, run_col2im, kMayOverlap);

}  // namespace flambeau::ops
