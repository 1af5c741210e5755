#include "contrastive/bridging/navigation/policies.hpp"

#include <cmath>
#include <functional>
#include <utility>

#include "contrastive/bridging/monte_carlo.hpp"
#include "flow/error.hpp"
#include "flow/random.hpp"

namespace lagoon::contrastive {
namespace {

using datasets::MazePoint;

constexpr Link kLink = {Critic::l2, kMazeScale};

/// Every direction from each state, the directions of one state one behind the other.
std::vector<float> all_actions(const std::vector<MazePoint>& states, int n_directions) {
  std::vector<float> rows;
  for (const auto& state : states) {
    for (int direction = 0; direction < n_directions; ++direction) {
      const double angle = datasets::direction_angle(direction, n_directions);
      for (const double feature : {state.row, state.column, std::sin(angle), std::cos(angle)}) {
        rows.push_back(static_cast<float>(feature));
      }
    }
  }
  return rows;
}

/// The best direction of each state by a grid (actions, labels); of equal ones the first.
std::vector<int> best_directions(const ScoreGrid& scores, const std::vector<int>& labels,
                                 int n_directions) {
  std::vector<int> best;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto first = static_cast<std::int64_t>(i) * n_directions;
    int chosen = 0;
    for (int direction = 1; direction < n_directions; ++direction) {
      if (scores(first + direction, labels[i]) > scores(first + chosen, labels[i])) {
        chosen = direction;
      }
    }
    best.push_back(chosen);
  }
  return best;
}

/// score(embedded actions) gives a grid (actions, labels).
datasets::MazePolicy policy_of(const MazeEncoders& encoders, int n_directions,
                               std::function<ScoreGrid(const Embeddings&)> score) {
  return
      [&encoders, n_directions, score = std::move(score)](const auto& states, const auto& labels) {
        const Embeddings actions = encoders.embed_actions(all_actions(states, n_directions));
        return best_directions(score(actions), labels, n_directions);
      };
}

}  // namespace

datasets::MazePolicy direct_policy(const MazeEncoders& encoders, int n_directions) {
  return policy_of(encoders, n_directions,
                   [labels = encoders.embed_labels()](const Embeddings& actions) {
                     return direct_scores(actions, labels, kLink);
                   });
}

datasets::MazePolicy monte_carlo_policy(const MazeEncoders& encoders,
                                        const std::vector<MazePoint>& bridge_states,
                                        int n_directions) {
  require(!bridge_states.empty(), "there are no bridge states: give at least one");
  std::vector<float> rows;
  for (const auto& state : bridge_states) {
    rows.push_back(static_cast<float>(state.row));
    rows.push_back(static_cast<float>(state.column));
  }
  return policy_of(encoders, n_directions,
                   [labels = encoders.embed_labels(),
                    bridge = encoders.embed_states(rows)](const Embeddings& actions) {
                     return monte_carlo_scores(actions, bridge, kLink, bridge, labels, kLink);
                   });
}

std::vector<MazePoint> uniform_states(const datasets::Maze& maze, std::uint64_t seed,
                                      std::int64_t n) {
  std::vector<MazePoint> states;
  for (std::int64_t i = 0; i < n; ++i) {
    const flow::DrawKey key{seed, flow::Purpose::library_draw, static_cast<std::uint64_t>(i)};
    states.push_back(maze.free_point(flow::uniform(key, 0), flow::uniform(key, 1)));
  }
  return states;
}

}  // namespace lagoon::contrastive
