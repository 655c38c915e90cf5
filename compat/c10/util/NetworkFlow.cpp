#include <c10/util/NetworkFlow.h>

#include <algorithm>
#include <map>
#include <queue>
#include <unordered_map>
#include <utility>

namespace c10 {

namespace {

// Dinic: shortest augmenting paths, level by level.
class Residual {
 public:
  Residual(const std::vector<NetworkFlowGraph::Edge>& edges) {
    for (const auto& edge : edges) {
      if (edge.source == edge.dest) continue;
      const size_t u = node(edge.source), v = node(edge.dest);
      int64_t& between = between_[{u, v}];
      overflows_ = overflows_ || edge.capacity > NetworkFlowGraph::INF - between;
      between = overflows_ ? NetworkFlowGraph::INF : between + edge.capacity;
      out_[u].push_back(arcs_.size());
      arcs_.push_back({v, edge.capacity});
      out_[v].push_back(arcs_.size());
      arcs_.push_back({u, 0});
    }
  }

  size_t node(const std::string& name) {
    const auto [it, added] = ids_.emplace(name, names_.size());
    if (added) {
      names_.push_back(name);
      out_.emplace_back();
    }
    return it->second;
  }

  /// Whether t can be reached; fills the levels.
  bool search(size_t s, size_t t, int64_t at_least) {
    level_.assign(names_.size(), -1);
    next_.assign(names_.size(), 0);
    level_[s] = 0;
    std::queue<size_t> queue({s});
    while (!queue.empty()) {
      const size_t u = queue.front();
      queue.pop();
      for (const size_t a : out_[u]) {
        if (arcs_[a].capacity < at_least || level_[arcs_[a].to] >= 0) continue;
        level_[arcs_[a].to] = level_[u] + 1;
        queue.push(arcs_[a].to);
      }
    }
    return level_[t] >= 0;
  }

  int64_t push(size_t u, size_t t, int64_t limit) {
    if (u == t) return limit;
    for (size_t& i = next_[u]; i < out_[u].size(); ++i) {
      const size_t a = out_[u][i];
      const size_t v = arcs_[a].to;
      if (arcs_[a].capacity <= 0 || level_[v] != level_[u] + 1) continue;
      const int64_t flow = push(v, t, std::min(limit, arcs_[a].capacity));
      if (flow == 0) continue;
      // What cannot run out need not be counted.
      if (arcs_[a].capacity < NetworkFlowGraph::INF) arcs_[a].capacity -= flow;
      if (arcs_[a ^ 1].capacity < NetworkFlowGraph::INF) arcs_[a ^ 1].capacity += flow;
      return flow;
    }
    return 0;
  }

  void split(MinCutResult& result) const {
    for (size_t u = 0; u < names_.size(); ++u) {
      (level_[u] >= 0 ? result.reachable : result.unreachable).push_back(names_[u]);
    }
  }

  /// Whether edges between the same nodes have more capacity together than can be counted.
  bool overflows() const { return overflows_; }
  bool knows(const std::string& name) const { return ids_.count(name) != 0; }

 private:
  struct Arc {
    size_t to;
    int64_t capacity;
  };
  std::unordered_map<std::string, size_t> ids_;
  std::map<std::pair<size_t, size_t>, int64_t> between_;
  bool overflows_ = false;
  std::vector<std::string> names_;
  std::vector<std::vector<size_t>> out_;
  std::vector<Arc> arcs_;
  std::vector<int64_t> level_;
  std::vector<size_t> next_;
};

}  // namespace

MinCutStatus NetworkFlowGraph::add_edge(const std::string& source, const std::string& dest, int64_t capacity) {
  edges.push_back({source, dest, capacity});
  return MinCutStatus::SUCCESS;
}

MinCutResult NetworkFlowGraph::minimum_cut(const std::string& s, const std::string& t) const {
  Residual graph(edges);
  if (!graph.knows(s) || !graph.knows(t) || s == t) return {MinCutStatus::INVALID, 0, {}, {}};
  if (graph.overflows()) return {MinCutStatus::OVERFLOW_INF, INF, {}, {}};
  const size_t from = graph.node(s), to = graph.node(t);
  if (graph.search(from, to, INF)) return {MinCutStatus::UNBOUNDED, INF, {}, {}};
  int64_t total = 0;
  while (graph.search(from, to, 1)) {
    while (const int64_t flow = graph.push(from, to, INF)) {
      if (flow >= INF - total) return {MinCutStatus::OVERFLOW_INF, INF, {}, {}};
      total += flow;
    }
  }
  MinCutResult result{MinCutStatus::SUCCESS, total, {}, {}};
  graph.split(result);
  return result;
}

}  // namespace c10
