// Recurrent layers: cells, the walk over a sequence or a packed batch of sequences, layers and directions.
#include <ATen/Functions.h>
#include <ATen/NativeFunctions.h>
#include <ATen/TensorOperators.h>
#include <ATen/native/composite.h>

#include <algorithm>

namespace at::native {
namespace {

enum class Kind { tanh, relu, lstm, gru };

struct Weights {
  Tensor input, hidden, input_bias, hidden_bias;
  Tensor projection;  ///< of LSTM's output, if it has one
};

/// The hidden state, and LSTM's cell state.
struct State {
  Tensor h, c;
};

Tensor or_undefined(const std::optional<Tensor>& t) { return t ? *t : Tensor(); }

Tensor affine(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  return at::linear(x, weight, bias.defined() ? std::optional<Tensor>(bias) : std::nullopt);
}

State lstm_step(const Tensor& projected, const State& s, const Weights& w) {
  const auto gates = (projected + affine(s.h, w.hidden, w.hidden_bias)).chunk(4, 1);
  const Tensor c = gates[1].sigmoid() * s.c + gates[0].sigmoid() * gates[2].tanh();
  const Tensor h = gates[3].sigmoid() * c.tanh();
  return {w.projection.defined() ? h.matmul(w.projection.t()) : h, c};
}

State gru_step(const Tensor& projected, const State& s, const Weights& w) {
  const auto x = projected.chunk(3, 1), h = affine(s.h, w.hidden, w.hidden_bias).chunk(3, 1);
  const Tensor reset = (x[0] + h[0]).sigmoid(), update = (x[1] + h[1]).sigmoid();
  const Tensor fresh = (x[2] + reset * h[2]).tanh();
  return {(s.h - fresh) * update + fresh, {}};
}

/// One time step; `projected` is the input already multiplied by its weights.
State step(Kind kind, const Tensor& projected, const State& s, const Weights& w) {
  if (kind == Kind::lstm) return lstm_step(projected, s, w);
  if (kind == Kind::gru) return gru_step(projected, s, w);
  const Tensor sum = projected + affine(s.h, w.hidden, w.hidden_bias);
  return {kind == Kind::tanh ? sum.tanh() : sum.relu(), {}};
}

struct Result {
  Tensor output;
  State last;
};

/// input [T, B, features].
Result walk(Kind kind, const Tensor& input, State s, const Weights& w, bool backwards) {
  auto steps = affine(input, w.input, w.input_bias).unbind(0);
  if (backwards) std::reverse(steps.begin(), steps.end());
  std::vector<Tensor> outputs;
  for (const Tensor& x : steps) {
    s = step(kind, x, s, w);
    outputs.push_back(s.h);
  }
  if (backwards) std::reverse(outputs.begin(), outputs.end());
  return {at::stack(outputs, 0), s};
}

State rows(const State& s, int64_t from, int64_t count) {
  return {s.h.narrow(0, from, count), s.c.defined() ? s.c.narrow(0, from, count) : Tensor()};
}
State joined(const std::vector<State>& states) {
  std::vector<Tensor> h, c;
  for (const State& s : states) {
    h.push_back(s.h);
    if (s.c.defined()) c.push_back(s.c);
  }
  return {at::cat(h), c.empty() ? Tensor() : at::cat(c)};
}

/// Packed data: step t has batch_sizes[t] rows, fewer and fewer, for sequences that are over drop out at the end.
Result walk_packed(Kind kind, const Tensor& data, IntArrayRef batch_sizes, const State& initial, const Weights& w,
                   bool backwards) {
  const auto steps = affine(data, w.input, w.input_bias).split_with_sizes(batch_sizes, 0);
  const auto count = static_cast<int64_t>(steps.size());
  std::vector<Tensor> outputs(steps.size());
  std::vector<State> finished;
  State s = rows(initial, 0, backwards ? batch_sizes[count - 1] : batch_sizes[0]);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t t = backwards ? count - 1 - i : i, now = batch_sizes[t], before = s.h.size(0);
    if (now > before) s = joined({s, rows(initial, before, now - before)});
    if (now < before) {
      finished.push_back(rows(s, now, before - now));
      s = rows(s, 0, now);
    }
    s = step(kind, steps[t], s, w);
    outputs[t] = s.h;
  }
  finished.push_back(s);
  std::reverse(finished.begin(), finished.end());
  return {at::cat(outputs), joined(finished)};
}

/// The flat list of parameters, one set for each layer and direction.
std::vector<Weights> weights_of(TensorList params, bool biases, bool projections) {
  const size_t each = 2 + (biases ? 2 : 0) + (projections ? 1 : 0);
  TORCH_CHECK(params.size() % each == 0, "got an incorrect number of RNN parameters");
  std::vector<Weights> all;
  for (size_t i = 0; i < params.size(); i += each) {
    Weights w{params[i], params[i + 1], {}, {}, {}};
    if (biases) w.input_bias = params[i + 2], w.hidden_bias = params[i + 3];
    if (projections) w.projection = params[i + each - 1];
    all.push_back(w);
  }
  return all;
}

struct Settings {
  int64_t layers;
  double dropout;
  bool train, bidirectional;
};

/// All layers; `over` walks one layer in one direction. The states are stacked [layers * directions, B, ...].
template <class Over>
Result run_layers(Tensor input, const State& initial, const std::vector<Weights>& weights, const Settings& settings,
                  const Over& over) {
  const int64_t directions = settings.bidirectional ? 2 : 1;
  const auto count = static_cast<int64_t>(weights.size());
  TORCH_CHECK(count / directions == settings.layers && count % directions == 0,
              "Expected more hidden states in stacked_rnn");
  std::vector<Tensor> h, c;
  for (int64_t layer = 0; layer < settings.layers; ++layer) {
    std::vector<Tensor> outputs;
    for (int64_t d = 0; d < directions; ++d) {
      const int64_t at = layer * directions + d;
      const State s{initial.h.select(0, at), initial.c.defined() ? initial.c.select(0, at) : Tensor()};
      const Result r = over(input, s, weights[at], d == 1);
      outputs.push_back(r.output), h.push_back(r.last.h);
      if (r.last.c.defined()) c.push_back(r.last.c);
    }
    input = directions == 2 ? at::cat(outputs, outputs[0].dim() - 1) : outputs[0];
    if (settings.dropout != 0 && settings.train && layer + 1 < settings.layers)
      input = at::dropout(input, settings.dropout, true);
  }
  return {input, {at::stack(h, 0), c.empty() ? Tensor() : at::stack(c, 0)}};
}

Result run_input(Kind kind, const Tensor& given, const State& initial, TensorList params, bool biases,
                 const Settings& settings, bool batch_first) {
  const bool projections = kind == Kind::lstm && initial.h.size(2) != initial.c.size(2);
  Result r = run_layers(batch_first ? given.transpose(0, 1) : given, initial, weights_of(params, biases, projections),
                        settings, [kind](const Tensor& x, const State& s, const Weights& w, bool backwards) {
                          return walk(kind, x, s, w, backwards);
                        });
  if (batch_first) r.output.transpose_(0, 1);
  return r;
}

Result run_packed(Kind kind, const Tensor& data, const Tensor& batch_sizes, const State& initial, TensorList params,
                  bool biases, const Settings& settings) {
  const bool projections = kind == Kind::lstm && initial.h.size(2) != initial.c.size(2);
  TORCH_CHECK(batch_sizes.is_cpu() && batch_sizes.scalar_type() == kLong && batch_sizes.dim() == 1,
              "batch_sizes should be a 1-D CPU tensor of int64");
  const Tensor sizes = batch_sizes.contiguous();
  const IntArrayRef counts(sizes.const_data_ptr<int64_t>(), sizes.numel());
  return run_layers(data, initial, weights_of(params, biases, projections), settings,
                    [&](const Tensor& x, const State& s, const Weights& w, bool backwards) {
                      return walk_packed(kind, x, counts, s, w, backwards);
                    });
}

State pair_of(TensorList hx) {
  TORCH_CHECK(hx.size() == 2, "lstm expects two hidden states");
  return {hx[0], hx[1]};
}

void check_cell(const Tensor& input, const Tensor& hx, const Tensor& w_ih, const Tensor& w_hh, int64_t gates) {
  TORCH_CHECK(input.size(1) == w_ih.size(1), "input has inconsistent input_size: got ", input.size(1), " expected ",
              w_ih.size(1));
  TORCH_CHECK(input.size(0) == hx.size(0), "Input batch size ", input.size(0), " doesn't match hidden0 batch size ",
              hx.size(0));
  TORCH_CHECK(hx.size(1) == w_hh.size(1), "hidden0 has inconsistent hidden_size: got ", hx.size(1), ", expected ",
              w_hh.size(1));
  TORCH_CHECK(w_ih.size(0) == gates * hx.size(1) || gates == 4, "weights do not fit the hidden size ", hx.size(1));
}

State run_cell(Kind kind, const Tensor& input, const State& s, const Tensor& w_ih, const Tensor& w_hh,
               const std::optional<Tensor>& b_ih, const std::optional<Tensor>& b_hh) {
  check_cell(input, s.h, w_ih, w_hh, kind == Kind::lstm ? 4 : kind == Kind::gru ? 3 : 1);
  const Weights w{w_ih, w_hh, or_undefined(b_ih), or_undefined(b_hh), {}};
  return step(kind, affine(input, w.input, w.input_bias), s, w);
}

}  // namespace

FLB_COMPOSITE(lstm_input)
std::tuple<Tensor, Tensor, Tensor> lstm_input(const Tensor& input, TensorList hx, TensorList params, bool has_biases,
                                              int64_t num_layers, double dropout, bool train, bool bidirectional,
                                              bool batch_first) {
  const Result r = run_input(Kind::lstm, input, pair_of(hx), params, has_biases,
                             {num_layers, dropout, train, bidirectional}, batch_first);
  return {r.output, r.last.h, r.last.c};
}
FLB_COMPOSITE(lstm_data)
std::tuple<Tensor, Tensor, Tensor> lstm_data(const Tensor& data, const Tensor& batch_sizes, TensorList hx,
                                             TensorList params, bool has_biases, int64_t num_layers, double dropout,
                                             bool train, bool bidirectional) {
  const Result r = run_packed(Kind::lstm, data, batch_sizes, pair_of(hx), params, has_biases,
                              {num_layers, dropout, train, bidirectional});
  return {r.output, r.last.h, r.last.c};
}
FLB_COMPOSITE(lstm_cell)
std::tuple<Tensor, Tensor> lstm_cell(const Tensor& input, TensorList hx, const Tensor& w_ih, const Tensor& w_hh,
                                     const std::optional<Tensor>& b_ih, const std::optional<Tensor>& b_hh) {
  const State s = run_cell(Kind::lstm, input, pair_of(hx), w_ih, w_hh, b_ih, b_hh);
  return {s.h, s.c};
}

#define FLB_LAYER(name, kind)                                                                                          \
  std::tuple<Tensor, Tensor> name##_input(const Tensor& input, const Tensor& hx, TensorList params, bool has_biases,   \
                                          int64_t num_layers, double dropout, bool train, bool bidirectional,          \
                                          bool batch_first) {                                                          \
    const Result r = run_input(kind, input, {hx, {}}, params, has_biases, {num_layers, dropout, train, bidirectional}, \
                               batch_first);                                                                           \
    return {r.output, r.last.h};                                                                                       \
  }                                                                                                                    \
  std::tuple<Tensor, Tensor> name##_data(const Tensor& data, const Tensor& batch_sizes, const Tensor& hx,              \
                                         TensorList params, bool has_biases, int64_t num_layers, double dropout,       \
                                         bool train, bool bidirectional) {                                             \
    const Result r = run_packed(kind, data, batch_sizes, {hx, {}}, params, has_biases,                                 \
                                {num_layers, dropout, train, bidirectional});                                          \
    return {r.output, r.last.h};                                                                                       \
  }                                                                                                                    \
  Tensor name##_cell(const Tensor& input, const Tensor& hx, const Tensor& w_ih, const Tensor& w_hh,                    \
                     const std::optional<Tensor>& b_ih, const std::optional<Tensor>& b_hh) {                           \
    return run_cell(kind, input, {hx, {}}, w_ih, w_hh, b_ih, b_hh).h;                                                  \
  }

FLB_COMPOSITE(gru_input)
FLB_COMPOSITE(gru_data)
FLB_COMPOSITE(gru_cell)
FLB_LAYER(gru, Kind::gru)
FLB_COMPOSITE(rnn_tanh_input)
FLB_COMPOSITE(rnn_tanh_data)
FLB_COMPOSITE(rnn_tanh_cell)
FLB_LAYER(rnn_tanh, Kind::tanh)
FLB_COMPOSITE(rnn_relu_input)
FLB_COMPOSITE(rnn_relu_data)
FLB_COMPOSITE(rnn_relu_cell)
FLB_LAYER(rnn_relu, Kind::relu)

// ---- packing ----

FLB_COMPOSITE(_pack_padded_sequence)
std::tuple<Tensor, Tensor> _pack_padded_sequence(const Tensor& input, const Tensor& lengths, bool batch_first) {
  TORCH_CHECK(lengths.dim() == 1 && lengths.is_cpu() && lengths.scalar_type() == kLong,
              "'lengths' argument should be a 1D CPU int64 tensor, but got ", lengths.dim(), "D ",
              lengths.device().str(), " ", lengths.scalar_type(), " tensor");
  TORCH_CHECK(input.numel() > 0, "Cannot pack empty tensors.");
  const Tensor steps = batch_first ? input.transpose(0, 1) : input, flat = lengths.contiguous();
  const IntArrayRef each(flat.const_data_ptr<int64_t>(), flat.numel());
  TORCH_CHECK(lengths.size(0) == steps.size(1), "Expected `len(lengths)` to be equal to batch_size, but got ",
              lengths.size(0), " (batch_size=", steps.size(1), ")");
  TORCH_CHECK(each.back() > 0,
              "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0");
  for (size_t i = 1; i < each.size(); ++i)
    TORCH_CHECK(each[i - 1] >= each[i],
                "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass "
                "`enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if "
                "you do not need ONNX exportability.");
  const Tensor batch_sizes = at::empty({each[0]}, lengths.options());
  auto* count = batch_sizes.mutable_data_ptr<int64_t>();
  std::vector<Tensor> parts;
  DimVector shape(steps.sizes().begin() + 1, steps.sizes().end());
  shape[0] = -1;
  int64_t from = 0;
  // Sequences from the shortest on: the steps up to its end have as many rows as there are sequences that long.
  for (auto rows = static_cast<int64_t>(each.size()); rows > 0; --rows) {
    const int64_t to = each[rows - 1];
    if (to == from) continue;
    parts.push_back(steps.slice(0, from, to).slice(1, 0, rows).contiguous().view(shape));
    std::fill(count + from, count + to, rows);
    from = to;
  }
  return {at::cat(parts), batch_sizes};
}

FLB_COMPOSITE(_pad_packed_sequence)
std::tuple<Tensor, Tensor> _pad_packed_sequence(const Tensor& data, const Tensor& batch_sizes, bool batch_first,
                                                const Scalar& padding_value, int64_t total_length) {
  const Tensor sizes = batch_sizes.contiguous();
  const auto* count = sizes.const_data_ptr<int64_t>();
  const int64_t longest = sizes.numel(), batch = count[0];
  const int64_t steps = total_length > 0 ? total_length : longest;
  TORCH_CHECK(steps >= longest,
              "Expected total_length to be at least the length of the longest sequence in input, but got total_length=",
              total_length, " and max sequence length being ", longest);
  DimVector shape{steps, batch};
  shape.append(data.sizes().begin() + 1, data.sizes().end());
  const Tensor out = at::full(shape, padding_value, data.options()), lengths = at::empty({batch}, sizes.options());
  auto* length = lengths.mutable_data_ptr<int64_t>();
  for (int64_t from = 0, at = 0; from < longest;) {
    int64_t to = from;
    while (to < longest && count[to] == count[from]) ++to;
    const int64_t rows = count[from];
    DimVector part{to - from, rows};
    part.append(data.sizes().begin() + 1, data.sizes().end());
    out.narrow(0, from, to - from).narrow(1, 0, rows).copy_(data.narrow(0, at, (to - from) * rows).view(part));
    at += (to - from) * rows;
    // Sequences that are not in the next step end here.
    std::fill(length + (to < longest ? count[to] : 0), length + rows, to);
    from = to;
  }
  return {batch_first ? out.transpose(0, 1) : out, lengths};
}

}  // namespace at::native
