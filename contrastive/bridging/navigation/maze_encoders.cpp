#include "contrastive/bridging/navigation/maze_encoders.hpp"

#include <string>
#include <utility>

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

using flow::Purpose;
using navigation::TiledMlp;

constexpr int kWidth = 64;

std::span<const float> part(const std::vector<float>& weights, std::size_t begin, std::size_t end) {
  return std::span(weights).subspan(begin, end - begin);
}

Embeddings embed(const TiledMlp& net, std::span<const float> weights, std::span<const float> rows) {
  TiledMlp::Layers layers;
  net.forward(weights, rows, layers);
  Embeddings result{layers.n, net.n_out(), {}};
  for (std::int64_t i = 0; i < layers.n; ++i) {
    const float* const row = layers.out() + i * net.out_stride();
    result.values.insert(result.values.end(), row, row + net.n_out());
  }
  return result;
}

}  // namespace

MazeEncoders::MazeEncoders(int n_labels, std::uint64_t seed)
    : n_labels_(n_labels),
      action_net_({4, kWidth, kWidth, kWidth, kMazeEmbedding}),
      state_net_({2, kWidth, kWidth, kWidth, kMazeEmbedding}),
      label_net_({kMazeEmbedding, kWidth, kWidth, kMazeEmbedding}) {
  require(n_labels >= 1, "a maze needs at least one label");
  const auto [action, state, label, table, end] = parts();
  weights_.resize(end);
  const std::span<float> all(weights_);
  const auto key = [&](std::uint64_t part) {
    return flow::DrawKey{seed, Purpose::initial_weights, part};
  };
  action_net_.draw_weights(key(0), all.subspan(action, state - action));
  state_net_.draw_weights(key(1), all.subspan(state, label - state));
  label_net_.draw_weights(key(2), all.subspan(label, table - label));
  for (std::size_t i = table; i < end; ++i) {
    all[i] =
        static_cast<float>(flow::normal_pair(key(3), static_cast<std::uint32_t>(i - table))[0]);
  }
}

MazeEncoders::MazeEncoders(int n_labels, std::vector<float> weights) : MazeEncoders(n_labels, 0) {
  require(weights.size() == weights_.size(),
          std::to_string(weights.size()) + " weights do not fit encoders of " +
              std::to_string(n_labels) + " labels, which have " + std::to_string(weights_.size()));
  weights_ = std::move(weights);
}

MazeEncoders::Parts MazeEncoders::parts() const {
  const std::size_t state = action_net_.n_parameters();
  const std::size_t label = state + state_net_.n_parameters();
  const std::size_t table = label + label_net_.n_parameters();
  return {0, state, label, table, table + static_cast<std::size_t>(n_labels_ * kMazeEmbedding)};
}

Embeddings MazeEncoders::embed_actions(std::span<const float> rows) const {
  return embed(action_net_, part(weights_, parts().action, parts().state), rows);
}

Embeddings MazeEncoders::embed_states(std::span<const float> rows) const {
  return embed(state_net_, part(weights_, parts().state, parts().label), rows);
}

Embeddings MazeEncoders::embed_labels() const {
  return embed(label_net_, part(weights_, parts().label, parts().table),
               part(weights_, parts().table, parts().end));
}

}  // namespace lagoon::contrastive
