#include "contrastive/bridging/navigation/maze_loss.hpp"

#include <algorithm>
#include <numeric>

#include "contrastive/bridging/navigation/kernel.hpp"

namespace lagoon::contrastive {
namespace {

using navigation::EmbeddingTable;
using navigation::TiledMlp;
using Rows = std::vector<std::int32_t>;

std::vector<float> joined(std::initializer_list<const std::vector<float>*> parts) {
  std::vector<float> all;
  for (const auto* part : parts) all.insert(all.end(), part->begin(), part->end());
  return all;
}

/// Mean over pairs of the InfoNCE of one way: the anchor and the candidates of pair i.
template <class AnchorOf, class CandidatesOf>
double add_way(const EmbeddingTable& anchors, const EmbeddingTable& candidates, std::int32_t pairs,
               AnchorOf&& anchor_of, CandidatesOf&& candidates_of) {
  const auto weight = 1 / static_cast<float>(pairs);
  double loss = 0;
  for (std::int32_t i = 0; i < pairs; ++i) {
    loss += navigation::add_info_nce(anchors, anchor_of(i), candidates, candidates_of(i),
                                     kMazeEmbedding, static_cast<float>(kMazeScale), weight);
  }
  return loss / pairs;
}

/// The candidates of pair i: its positive, and its negatives in `from`, counted from row `first`.
const Rows& choose(Rows& rows, std::int32_t positive, const Rows& from, std::int32_t i,
                   std::int32_t first) {
  const auto negatives = static_cast<std::int32_t>(rows.size()) - 1;
  rows.front() = positive;
  std::transform(from.begin() + i * negatives, from.begin() + (i + 1) * negatives, rows.begin() + 1,
                 [first](std::int32_t row) { return first + row; });
  return rows;
}

}  // namespace

void MazeLoss::embed(const MazeEncoders& encoders, const datasets::ActionBatch& actions,
                     const datasets::LabelBatch& labels) {
  const auto [action, state, label, table, end] = encoders.parts();
  const std::span all(encoders.weights());
  const auto run = [](Side& side, const TiledMlp& net, std::span<const float> weights,
                      std::span<const float> rows) {
    net.forward(weights, rows, side.layers);
    side.gradients.assign(side.layers.values.back().size(), 0);
  };
  run(action_, encoders.action_net(), all.subspan(action, state - action),
      joined({&actions.actions, &actions.wrong_actions}));
  run(state_, encoders.state_net(), all.subspan(state, label - state),
      joined({&actions.futures, &actions.other_states, &labels.states, &labels.other_states}));
  run(label_, encoders.label_net(), all.subspan(label, table - label),
      all.subspan(table, end - table));
}

EmbeddingTable MazeLoss::table_of(Side& side) {
  return {side.layers.out(), side.gradients.data(), navigation::whole_lanes(kMazeEmbedding)};
}

double MazeLoss::add_action_losses(const datasets::ActionBatch& batch) {
  const EmbeddingTable a = table_of(action_), b = table_of(state_);
  const auto n = static_cast<std::int32_t>(batch.futures.size() / 2);
  const auto negatives = static_cast<std::int32_t>(batch.wrong_states.size()) / n;
  const auto n_actions = static_cast<std::int32_t>(batch.wrong_actions.size()) / (4 * negatives);
  Rows rows(static_cast<std::size_t>(negatives) + 1);
  const auto same = [](std::int32_t i) { return i; };
  // Among the rows of phi_B the other states come after the futures, among those of phi_A the wrong
  // actions after the right ones: at n.
  double loss = add_way(a, b, n, same, [&](std::int32_t i) -> const Rows& {
    return choose(rows, i, batch.wrong_states, i, n);
  });
  loss += add_way(b, a, n_actions, same, [&](std::int32_t i) -> const Rows& {
    rows.front() = i;
    std::iota(rows.begin() + 1, rows.end(), n + i * negatives);
    return rows;
  });
  return loss;
}

double MazeLoss::add_label_losses(const datasets::LabelBatch& batch) {
  const EmbeddingTable b = table_of(state_), c = table_of(label_);
  const auto n = static_cast<std::int32_t>(batch.labels.size());
  // The rows of phi_B: futures, other states, states of labels, other states of labels.
  const std::int32_t states = 2 * n, other_states = 3 * n;
  Rows rows(batch.wrong_states.size() / batch.labels.size() + 1);
  const auto label_of = [&](std::int32_t i) { return batch.labels[static_cast<std::size_t>(i)]; };
  double loss = add_way(c, b, n, label_of, [&](std::int32_t i) -> const Rows& {
    return choose(rows, states + i, batch.wrong_states, i, other_states);
  });
  loss += add_way(
      b, c, n, [&](std::int32_t i) { return states + i; },
      [&](std::int32_t i) -> const Rows& {
        return choose(rows, label_of(i), batch.wrong_labels, i, 0);
      });
  return loss;
}

MazeLosses MazeLoss::evaluate(const MazeEncoders& encoders, const datasets::ActionBatch& actions,
                              const datasets::LabelBatch& labels, std::span<float> by_weights) {
  embed(encoders, actions, labels);
  const MazeLosses losses{add_action_losses(actions), add_label_losses(labels)};
  std::ranges::fill(by_weights, 0.0F);
  const auto [action, state, label, table, end] = encoders.parts();
  const std::span all(encoders.weights());
  encoders.action_net().backward(all.subspan(action, state - action), action_.layers,
                                 action_.gradients, by_weights.subspan(action, state - action));
  encoders.state_net().backward(all.subspan(state, label - state), state_.layers, state_.gradients,
                                by_weights.subspan(state, label - state));
  std::vector<float> by_table;
  encoders.label_net().backward(all.subspan(label, table - label), label_.layers, label_.gradients,
                                by_weights.subspan(label, table - label), &by_table);
  const int stride = navigation::whole_lanes(kMazeEmbedding);
  for (std::int64_t i = 0; i < label_.layers.n; ++i) {
    std::copy_n(by_table.begin() + i * stride, kMazeEmbedding,
                by_weights.begin() + static_cast<std::ptrdiff_t>(table) + i * kMazeEmbedding);
  }
  return losses;
}

}  // namespace lagoon::contrastive
