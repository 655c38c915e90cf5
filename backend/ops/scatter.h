// What reading and writing along one dimension share: the index, its checks, and the scatter that others are made of.
#pragma once

#include <cstring>

#include "backend/copy.h"
#include "backend/item.h"
#include "backend/lines.h"
#include "backend/promotion.h"
#include "kernels/common/math.h"

namespace flambeau::ops {

enum class Combine { assign, add, multiply, minimum, maximum, mean };

/// The index as int64, row-major.
class Places {
 public:
  explicit Places(const View& index) : data_(index.numel()) {
    copy(contiguous_view(data_.data(), DType::int64, index.sizes(), strides_), index);
  }
  const int64_t* data() const { return data_.data(); }

 private:
  Scratch<int64_t> data_;
  Dims strides_;
};

inline void check_index_dtype(const View& index, const char* name) {
  FLB_CHECK(index.dtype() == DType::int64 || index.dtype() == DType::int32, name,
            "(): Expected dtype int32/int64 for index");
}

/// A 0-dim view as one of one dimension of size 1.
inline int64_t size_at(const View& v, int64_t d) { return v.dim() ? v.size(static_cast<int>(d)) : 1; }
inline int64_t at_least_1(int64_t dim) { return dim > 0 ? dim : 1; }

inline void check_ranks(const View& self, const View& other, const char* message) {
  FLB_CHECK(at_least_1(self.dim()) == at_least_1(other.dim()), message);
}

/// `index` fits into `self`, apart from dimension `dim`, and into `src` everywhere.
inline void check_shapes(const View& self, int64_t dim, const View& index, const View* src) {
  bool fits = at_least_1(self.dim()) == at_least_1(index.dim()),
       fits_src = !src || at_least_1(src->dim()) == at_least_1(index.dim());
  for (int64_t d = 0; fits && d < at_least_1(self.dim()); ++d) {
    fits = fits && (d == dim || size_at(index, d) <= size_at(self, d));
    fits_src = fits_src && (!src || size_at(index, d) <= size_at(*src, d));
  }
  if (src) {
    FLB_CHECK(fits && fits_src, "Expected index ", shape_text(index.sizes()), " to be no larger than self ",
              shape_text(self.sizes()), " apart from dimension ", dim, " and to be no larger size than src ",
              shape_text(src->sizes()));
  } else {
    FLB_CHECK(fits, "Expected index ", shape_text(index.sizes()), " to be no larger than self ",
              shape_text(self.sizes()), " apart from dimension ", dim);
  }
}

/// For each line of `index` along `dim`: f(line of a, stride of a, line of b, stride of b, indices, count, first
/// element of index). Lines of a and b are those at the same coordinates; indices lie densely when the index is
/// row-major and dim is the last one.
struct IndexedLines {
  int64_t dim, count = 1, length, index_stride;
  Dims sizes;
  IndexedLines(const View& index, int64_t d)
      : dim(d), length(size_at(index, d)), sizes(index.sizes().begin(), index.sizes().end()) {
    index_stride = 1;
    for (int64_t i = 0; i < static_cast<int64_t>(sizes.size()); ++i) {
      if (i != dim) count *= sizes[static_cast<size_t>(i)];
      if (i > dim) index_stride *= sizes[static_cast<size_t>(i)];
    }
  }
  /// Offsets of line `i` in bytes, and in elements of a row-major index.
  int64_t offset(const View& v, int64_t i) const {
    int64_t offset = 0;
    for (int64_t d = static_cast<int64_t>(sizes.size()) - 1; d >= 0; --d) {
      if (d == dim) continue;
      offset += i % sizes[static_cast<size_t>(d)] * v.stride(static_cast<int>(d));
      i /= sizes[static_cast<size_t>(d)];
    }
    return offset * static_cast<int64_t>(itemsize(v.dtype()));
  }
  int64_t first(int64_t i) const { return i / index_stride * index_stride * length + i % index_stride; }
};

inline int64_t checked(int64_t at, int64_t limit, int64_t dim) {
  FLB_CHECK(at >= 0 && at < limit, "index ", at, " is out of bounds for dimension ", dim, " with size ", limit);
  return at;
}
inline int64_t stride_in_bytes(const View& v, int64_t dim) {
  return v.dim() ? v.stride(static_cast<int>(dim)) * static_cast<int64_t>(itemsize(v.dtype())) : 0;
}

inline void checked_row(int64_t at, int64_t limit) {
  FLB_CHECK_AS(index, at >= 0 && at < limit, "index out of range in self");
}

/// What a scatter does: `out`, which already holds self, gets src's elements (or a number) at the index's places.
struct Scatter {
  const View& out;
  int64_t dim;
  const View& index;
  const View* src;  ///< null: `value` everywhere
  Scalar value = {};
  bool include_self = true;
};
void run_scatter(const Scatter& s, Combine how);

/// What reduce="sum" and the like mean; `two`: the names of scatter_reduce, else those of scatter's own argument.
Combine combine_of(std::string_view name, bool two);

/// Rows of `from` along dimension `dim`, in the order of `places`, into `to`.
void select_rows(const View& to, const View& from, int64_t dim, std::span<const int64_t> places);

}  // namespace flambeau::ops
