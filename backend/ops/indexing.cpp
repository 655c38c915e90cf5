// Indexing by tensors of indices: x[i, :, j] read and written.

#include <algorithm>
#include <cstring>
#include <deque>

#include "backend/copy.h"
#include "backend/index.h"
#include "backend/item.h"
#include "backend/op.h"
#include "backend/overlap.h"
#include "backend/promotion.h"
#include "backend/shape.h"
#include "kernels/common/memory.h"
#include "kernels/common/number.h"
#include "kernels/common/threads.h"
#include "kernels/cpu/convert.h"

namespace flambeau::ops {
namespace {

/// A list of indices in which each mask over k dimensions has become the k lists of places where it is set.
class Places {
 public:
  Places(const View& self, std::span<const View> given) : list_(given) {
    const auto is_mask = [](const View& v) { return v.dtype() == DType::boolean || v.dtype() == DType::uint8; };
    if (std::none_of(given.begin(), given.end(), is_mask)) return;
    for (const View& v : given) is_mask(v) ? expand(self, v) : own_.push_back(v);
    list_ = own_;
  }
  std::span<const View> list() const { return list_; }

 private:
  void expand(const View& self, const View& mask) {
    const auto first = static_cast<int>(own_.size());
    for (int k = 0; k < mask.dim(); ++k)
      FLB_CHECK_AS(index, first + k < self.dim() && mask.size(k) == self.size(first + k), "The shape of the mask ",
                   shape_text(mask.sizes()), " at index ", k, " does not match the shape of the indexed tensor ",
                   shape_text(self.sizes()), " at index ", first + k);
    FLB_CHECK_AS(not_implemented, mask.data() || mask.numel() == 0,
                 "not implemented: a shape that depends on the values of a meta tensor");
    Scratch<bool> set(mask.numel());
    Dims strides;
    copy(contiguous_view(set.data(), DType::boolean, mask.sizes(), strides), mask);
    const int64_t count = std::count(set.data(), set.data() + mask.numel(), true);
    const int64_t& length = lengths_.emplace_back(count);
    Dims step = contiguous_strides(mask.sizes());
    for (int k = 0; k < mask.dim(); ++k) {
      const Scratch<int64_t>& places = memory_.emplace_back(count);
      for (int64_t i = 0, at = 0; i < mask.numel(); ++i)
        if (set[i]) places[at++] = i / step[static_cast<size_t>(k)] % mask.size(k);
      View v;
      v.data_ = places.data(), v.sizes_ = &length, v.strides_ = &kOne, v.numel_ = count, v.dim_ = 1;
      v.dtype_ = DType::int64, v.device_ = mask.device();
      own_.push_back(v);
    }
  }

  static constexpr int64_t kOne = 1;
  std::span<const View> list_;
  absl::InlinedVector<View, 4> own_;
  std::deque<Scratch<int64_t>> memory_;
  std::deque<int64_t> lengths_;
};

/// The shape of an indexed tensor: dimensions with an index are replaced by the indices' common shape, in the place of
/// the first of them if they are neighbours, else in front.
struct IndexShape {
  Dims index_sizes;   ///< the indices' common shape
  Dims sizes;         ///< of the result
  int64_t place = 0;  ///< where index_sizes begin in it
  Dims kept;          ///< dimensions without an index

  IndexShape(const View& self, std::span<const View> indices) {
    FLB_CHECK_AS(index, static_cast<int>(indices.size()) <= self.dim(), "too many indices for tensor of dimension ",
                 self.dim(), " (got ", indices.size(), ")");
    int first = -1, last = -1, count = 0;
    for (int d = 0; d < self.dim(); ++d) {
      if (d >= static_cast<int>(indices.size()) || !indices[static_cast<size_t>(d)].defined()) {
        kept.push_back(d);
        continue;
      }
      const View& index = indices[static_cast<size_t>(d)];
      FLB_CHECK_AS(index, index.dtype() == DType::int64 || index.dtype() == DType::int32,
                   "tensors used as indices must be long, int, byte or bool tensors");
      index_sizes = count++ == 0 ? Dims(index.sizes().begin(), index.sizes().end()) : broadcast_indices(index, indices);
      if (first < 0) first = d;
      last = d;
    }
    const bool adjacent = count > 0 && last - first + 1 == count;
    place = adjacent ? first : 0;
    for (int64_t d : kept) {
      if (adjacent && d < first) sizes.push_back(self.size(static_cast<int>(d)));
    }
    sizes.insert(sizes.end(), index_sizes.begin(), index_sizes.end());
    for (int64_t d : kept) {
      if (!adjacent || d > first) sizes.push_back(self.size(static_cast<int>(d)));
    }
    if (index_numel() > 0) {
      for (int d = 0; d < self.dim(); ++d) {
        const bool indexed = d < static_cast<int>(indices.size()) && indices[static_cast<size_t>(d)].defined();
        FLB_CHECK_AS(index, !indexed || self.size(d) != 0, "index is out of bounds for dimension with size 0");
      }
    }
  }

  int64_t index_numel() const {
    int64_t n = 1;
    for (int64_t s : index_sizes) n *= s;
    return n;
  }

 private:
  Dims broadcast_indices(const View& index, std::span<const View> indices) const {
    try {
      return broadcast(index_sizes, index.sizes());
    } catch (const Error&) {
      std::string shapes;
      for (const View& v : indices) {
        if (v.defined()) shapes += (shapes.empty() ? "" : ", ") + shape_text(v.sizes());
      }
      fail(ErrorKind::index, "shape mismatch: indexing tensors could not be broadcast together with shapes ", shapes);
    }
  }
};

/// For each combination of indices, where in `self` it points, in bytes.
void find_offsets(const View& self, std::span<const View> indices, const IndexShape& shape, int64_t* offsets) {
  const int64_t n = shape.index_numel(), size = static_cast<int64_t>(itemsize(self.dtype()));
  std::fill_n(offsets, n, 0);
  Scratch<int64_t> dense(n);
  for (size_t d = 0; d < indices.size(); ++d) {
    if (!indices[d].defined()) continue;
    Dims strides;
    copy(contiguous_view(dense.data(), DType::int64, shape.index_sizes, strides), indices[d]);
    const int64_t limit = self.size(static_cast<int>(d)), stride = self.stride(static_cast<int>(d)) * size;
    for (int64_t i = 0; i < n; ++i) {
      const int64_t at = dense[i];
      FLB_CHECK_AS(index, at >= -limit && at < limit, "index ", at, " is out of bounds for dimension ", d,
                   " with size ", limit);
      offsets[i] += (at < 0 ? at + limit : at) * stride;
    }
  }
}

/// Views of `self` and of the result without the indexed part: what is moved for one combination of indices.
struct Parts {
  Dims sizes, self_strides, result_strides;
  View self, result;
  Dims index_strides;  ///< of the result, in bytes

  Parts(const View& s, const View& r, const IndexShape& shape) : self(s), result(r) {
    const auto indexed = static_cast<int64_t>(shape.index_sizes.size());
    const int64_t size = static_cast<int64_t>(itemsize(r.dtype()));
    for (size_t i = 0; i < shape.kept.size(); ++i) {
      const int64_t at =
          static_cast<int64_t>(i) < shape.place ? static_cast<int64_t>(i) : static_cast<int64_t>(i) + indexed;
      sizes.push_back(s.size(static_cast<int>(shape.kept[i])));
      self_strides.push_back(s.stride(static_cast<int>(shape.kept[i])));
      result_strides.push_back(r.stride(static_cast<int>(at)));
    }
    for (int64_t d = 0; d < indexed; ++d) index_strides.push_back(r.stride(static_cast<int>(shape.place + d)) * size);
    int64_t numel = 1;
    for (int64_t n : sizes) numel *= n;
    for (View* v : {&self, &result})
      v->sizes_ = sizes.data(), v->dim_ = static_cast<int32_t>(sizes.size()), v->numel_ = numel;
    self.strides_ = self_strides.data(), result.strides_ = result_strides.data();
  }
};

/// The result's offsets for each combination of indices, in bytes.
void find_result_offsets(const IndexShape& shape, const Parts& parts, int64_t* offsets) {
  const int64_t n = shape.index_numel();
  for (int64_t i = 0; i < n; ++i) {
    int64_t rest = i, offset = 0;
    for (size_t d = shape.index_sizes.size(); d-- > 0;) {
      offset += rest % shape.index_sizes[d] * parts.index_strides[d];
      rest /= shape.index_sizes[d];
    }
    offsets[i] = offset;
  }
}

/// Calls move(self element, result element) for single elements, or rows(self, result, bytes) for dense rows, of every
/// part.
template <class Rows, class Elements>
void for_each_part(const View& self, const View& result, const IndexShape& shape, std::span<const View> indices,
                   bool parallel, const Rows& rows, const Elements& elements) {
  const int64_t n = shape.index_numel();
  if (n == 0 || result.numel() == 0) return;
  Scratch<int64_t> from(n), to(n);
  find_offsets(self, indices, shape, from.data());
  const Parts parts(self, result, shape);
  find_result_offsets(shape, parts, to.data());
  const View* views[] = {&parts.result, &parts.self};
  const Walk walk(parts.sizes, views);
  const auto size = static_cast<int64_t>(itemsize(self.dtype()));
  const Operand &r = walk.operands[0], &s = walk.operands[1];
  const bool dense = walk.sizes[0] > 1 && r.strides[0] == size && s.strides[0] == size;
  const int64_t inner = dense ? walk.sizes[0] : 1, outer = walk.numel / inner;
  const int skipped = dense ? 1 : 0;
  const auto run = [&](int64_t begin, int64_t end) {
    // Rows: for each combination, its dense rows. Elements: for each place in a part, all combinations.
    for (int64_t j = begin; j < end; ++j) {
      int64_t rest = dense ? j % outer : j, r_offset = 0, s_offset = 0;
      for (int d = skipped; d < walk.dim(); ++d) {
        r_offset += rest % walk.sizes[d] * r.strides[d];
        s_offset += rest % walk.sizes[d] * s.strides[d];
        rest /= walk.sizes[d];
      }
      if (dense)
        rows(s.data + s_offset + from[j / outer], r.data + r_offset + to[j / outer], inner);
      else
        elements(s.data + s_offset, r.data + r_offset, from.data(), to.data(), n);
    }
  };
  const int64_t items = dense ? outer * n : outer, cost = dense ? inner : n;
  if (parallel)
    parallel_for(0, items, std::max<int64_t>(1, 32768 / cost), run);
  else
    run(0, items);
}

/// The memory order that self and the indices suggest, each stretched over the dimensions of the other.
Dims index_strides(const View& self, std::span<const View> indices, const IndexShape& shape) {
  absl::InlinedVector<Dims, 4> strides(1, Dims(shape.sizes.size(), 0));
  const auto indexed = static_cast<int64_t>(shape.index_sizes.size());
  for (size_t i = 0; i < shape.kept.size(); ++i) {
    const int64_t at =
        static_cast<int64_t>(i) < shape.place ? static_cast<int64_t>(i) : static_cast<int64_t>(i) + indexed;
    strides[0][static_cast<size_t>(at)] = self.stride(static_cast<int>(shape.kept[i]));
  }
  for (const View& index : indices) {
    if (!index.defined()) continue;
    Dims own(shape.sizes.size(), 0);
    for (int d = 0; d < index.dim(); ++d) {
      if (index.size(d) != 1) own[static_cast<size_t>(shape.place + indexed - index.dim() + d)] = index.stride(d);
    }
    strides.push_back(own);
  }
  absl::InlinedVector<View, 4> views(strides.size());
  absl::InlinedVector<const View*, 4> pointers;
  for (size_t i = 0; i < strides.size(); ++i) {
    views[i].sizes_ = shape.sizes.data(), views[i].strides_ = strides[i].data(),
    views[i].dim_ = static_cast<int32_t>(shape.sizes.size());
    views[i].numel_ = 1, views[i].dtype_ = DType::int64;
    for (int64_t s : shape.sizes) views[i].numel_ *= s;
    pointers.push_back(&views[i]);
  }
  return output_strides(shape.sizes, pointers);
}

Specs infer_index(const Call& call) {
  const View& self = call.in(0);
  FLB_CHECK_AS(index, std::ranges::any_of(call.list(1), &View::defined), "at least one index must be provided");
  const Places places(self, call.list(1));
  const IndexShape shape(self, places.list());
  Spec spec = spec_of(self.dtype(), self.device(), shape.sizes);
  spec.strides = index_strides(self, places.list(), shape);
  return {spec};
}
void run_index(const Call& call) { index_read(call.out(), call.in(0), call.list(1)); }

// index_put(self, indices, values, accumulate)
Specs infer_index_put(const Call& call) {
  const View &self = call.in(0), &values = call.in(2);
  FLB_CHECK(self.dtype() == values.dtype(), "Index put requires the source and destination dtypes match, got ",
            scalar_type_name(self.dtype()), " for the destination and ", scalar_type_name(values.dtype()),
            " for the source.");
  const Places places(self, call.list(1));
  const IndexShape shape(self, places.list());
  Dims common;
  try {
    common = broadcast(shape.sizes, values.sizes());
  } catch (const Error&) {
    fail(ErrorKind::runtime, "shape mismatch: value tensor of shape ", shape_text(values.sizes()),
         " cannot be broadcast to indexing result of shape ", shape_text(shape.sizes));
  }
  FLB_CHECK(common == shape.sizes, "shape mismatch: value tensor of shape ", shape_text(values.sizes()),
            " cannot be broadcast to indexing result of shape ", shape_text(shape.sizes));
  return {spec_like(self, self.dtype())};
}

template <class T>
void add_at(char* to, const char* from) {
  auto& x = *reinterpret_cast<T*>(to);
  const auto& y = *reinterpret_cast<const T*>(from);
  if constexpr (std::is_same_v<T, bool>)
    x = x | y;
  else if constexpr (std::is_same_v<T, ComplexHalf>)
    x = convert_to<T>(convert_to<Complex<float>>(x) + convert_to<Complex<float>>(y));
  else if constexpr (std::is_class_v<T> && !is_complex_v<T>)
    x = T::of(static_cast<float>(x) + static_cast<float>(y));
  else
    x = static_cast<T>(x + y);
}

template <class T>
void accumulate(const View& out, const View& values, const IndexShape& shape, std::span<const View> indices) {
  for_each_part(
      out, values, shape, indices, false,
      [](char* to, const char* from, int64_t n) {
        constexpr auto kSize = static_cast<int64_t>(sizeof(T));
        for (int64_t i = 0; i < n; ++i) add_at<T>(to + i * kSize, from + i * kSize);
      },
      [](char* to, const char* from, const int64_t* to_at, const int64_t* from_at, int64_t n) {
        for (int64_t i = 0; i < n; ++i) add_at<T>(to + to_at[i], from + from_at[i]);
      });
}

void run_index_put(const Call& call) {
  const View &self = call.in(0), &out = call.out();
  if (out.data() != self.data()) copy(out, self);
  index_write(out, call.list(1), call.in(2), call.boolean(3));
}

}  // namespace
}  // namespace flambeau::ops

namespace flambeau {

using namespace ops;

void index_read(const View& out, const View& self, std::span<const View> given) {
  const Places places(self, given);
  const auto indices = places.list();
  const IndexShape shape(self, indices);
  with_item(itemsize(self.dtype()), [&]<class T>(T) {
    for_each_part(
        self, out, shape, indices, true,
        [](const char* from, char* to, int64_t n) { std::memcpy(to, from, static_cast<size_t>(n) * sizeof(T)); },
        [](const char* from, char* to, const int64_t* from_at, const int64_t* to_at, int64_t n) {
          for (int64_t i = 0; i < n; ++i)
            *reinterpret_cast<T*>(to + to_at[i]) = *reinterpret_cast<const T*>(from + from_at[i]);
        });
  });
}

void index_write(const View& out, std::span<const View> list, const View& given, bool accumulates) {
  const Places places(out, list);
  const auto indices = places.list();
  const IndexShape shape(out, indices);
  // The values, broadcast by strides of 0.
  Dims strides(shape.sizes.size(), 0);
  const size_t lead = shape.sizes.size() - static_cast<size_t>(given.dim());
  for (size_t d = lead; d < strides.size(); ++d) {
    const int at = static_cast<int>(d - lead);
    strides[d] = given.size(at) == 1 ? 0 : given.stride(at);
  }
  View values = given;
  values.sizes_ = shape.sizes.data(), values.strides_ = strides.data(),
  values.dim_ = static_cast<int32_t>(shape.sizes.size());
  values.numel_ = 1;
  for (int64_t s : shape.sizes) values.numel_ *= s;
  if (accumulates) {
    switch (out.dtype()) {
#define FLB_ACCUMULATE(type, name) \
  case DType::name:                \
    return accumulate<type>(out, values, shape, indices);
      FLB_ELEMENT_TYPES(FLB_ACCUMULATE)
#undef FLB_ACCUMULATE
      default:
        fail(ErrorKind::not_implemented, "\"index_put\" not implemented for '", scalar_type_name(out.dtype()), "'");
    }
  }
  with_item(itemsize(out.dtype()), [&]<class T>(T) {
    for_each_part(
        out, values, shape, indices, false,
        [](char* to, const char* from, int64_t n) { std::memcpy(to, from, static_cast<size_t>(n) * sizeof(T)); },
        [](char* to, const char* from, const int64_t* to_at, const int64_t* from_at, int64_t n) {
          for (int64_t i = 0; i < n; ++i)
            *reinterpret_cast<T*>(to + to_at[i]) = *reinterpret_cast<const T*>(from + from_at[i]);
        });
  });
}

}  // namespace flambeau

namespace flambeau::ops {

FLB_OP_FLAGS(index_Tensor, infer_index, run_index, kAlone | kLooksFirst);
FLB_OP_FLAGS(index_put, infer_index_put, run_index_put, kInPlaceSafe | kAlone | kMayOverlap);
FLB_OP_FLAGS(_index_put_impl, infer_index_put, run_index_put, kInPlaceSafe | kAlone | kMayOverlap);

}  // namespace flambeau::ops
