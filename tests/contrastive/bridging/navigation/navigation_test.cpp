// Encoders of mazes: products, gradients, training, policies.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "contrastive/bridging/navigation/info_nce.hpp"
#include "contrastive/bridging/navigation/kernel.hpp"
#include "contrastive/bridging/navigation/maze_fit.hpp"
#include "contrastive/bridging/navigation/policies.hpp"
#include "flow/error.hpp"
#include "tests/contrastive/bridging/oracles.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::contrastive::tests {
namespace {

using datasets::ActionBatch;
using datasets::LabelBatch;
using datasets::MazePoint;
using lagoon::tests::kFloatLoss;
using lagoon::tests::kFloatScores;
using Rows = std::vector<std::vector<double>>;

std::vector<float> draws(std::size_t n, std::uint64_t sample) {
  std::vector<float> values;
  for (std::size_t i = 0; i < n; ++i) {
    values.push_back(static_cast<float>(
        flow::normal_pair(7, flow::Purpose::test, sample, static_cast<std::uint32_t>(i))[0]));
  }
  return values;
}

TEST(NavigationKernel, sums_are_those_of_plain_loops) {
  for (const int rows : {1, 4, 7, 64}) {
    for (const int columns : {16, 64, 96}) {
      constexpr int kTerms = 37;
      const auto a = draws(static_cast<std::size_t>(rows * kTerms), 0);
      const auto b = draws(static_cast<std::size_t>(kTerms * columns), 1);
      for (const bool transposed : {false, true}) {
        auto c = draws(static_cast<std::size_t>(rows * columns), 2);
        const auto before = c;
        const navigation::LeftMatrix left = {a.data(), transposed ? 1 : kTerms,
                                             transposed ? rows : 1};
        navigation::chosen_kernel().add_product(rows, kTerms, columns, left, b.data(), c.data());
        for (int r = 0; r < rows; ++r) {
          for (int k = 0; k < columns; ++k) {
            double sum = before[static_cast<std::size_t>(r * columns + k)];
            for (int t = 0; t < kTerms; ++t) {
              sum += static_cast<double>(
                         a[static_cast<std::size_t>(transposed ? t * rows + r : r * kTerms + t)]) *
                     b[static_cast<std::size_t>(t * columns + k)];
            }
            EXPECT_NEAR(c[static_cast<std::size_t>(r * columns + k)], sum, kFloatScores);
          }
        }
      }
    }
  }
}

TEST(NavigationKernel, every_fused_instruction_set_gives_the_same_bits) {
  const auto a = draws(70 * 33, 0), b = draws(33 * 80, 1);
  std::vector<float> expected;
  for (const auto* kernel : navigation::available_kernels()) {
    if (!kernel->is_fused) continue;
    std::vector<float> c(70 * 80);
    kernel->add_product(70, 33, 80, {a.data(), 33, 1}, b.data(), c.data());
    if (expected.empty()) expected = c;
    EXPECT_EQ(c, expected) << kernel->name;
  }
}

/// The forward pass in double precision, a row at a time.
std::vector<double> plain_mlp(const std::vector<int>& sizes, const double* w,
                              std::vector<double> x) {
  for (std::size_t l = 1; l < sizes.size(); ++l) {
    const int stride = navigation::whole_lanes(sizes[l]);
    std::vector<double> next;
    for (int o = 0; o < sizes[l]; ++o) {
      double sum = w[sizes[l - 1] * stride + o];
      for (int i = 0; i < sizes[l - 1]; ++i)
        sum += x[static_cast<std::size_t>(i)] * w[i * stride + o];
      next.push_back(l + 1 < sizes.size() ? std::max(sum, 0.0) : sum);
    }
    x = next;
    w += (sizes[l - 1] + 1) * stride;
  }
  return x;
}

double plain_info_nce(const std::vector<double>& anchor, const Rows& candidates) {
  std::vector<double> scores;
  for (const auto& y : candidates) {
    double sum = 0;
    for (std::size_t d = 0; d < y.size(); ++d) sum += (anchor[d] - y[d]) * (anchor[d] - y[d]);
    scores.push_back(-sum / 0.5);
  }
  return plain_log_sum(scores) - scores.front();
}

/// Both losses of a batch from the weights, in double precision.
struct PlainLoss {
  const MazeEncoders& shape;
  const ActionBatch& actions;
  const LabelBatch& labels;

  static std::vector<double> row(const std::vector<float>& values, std::int64_t i, int n) {
    return {values.begin() + i * n, values.begin() + (i + 1) * n};
  }

  MazeLosses operator()(const std::vector<double>& w) const {
    const auto parts = shape.parts();
    const auto a = [&](const std::vector<float>& rows, std::int64_t i) {
      return plain_mlp({4, 64, 64, 64, 8}, w.data() + parts.action, row(rows, i, 4));
    };
    const auto b = [&](const std::vector<float>& rows, std::int64_t i) {
      return plain_mlp({2, 64, 64, 64, 8}, w.data() + parts.state, row(rows, i, 2));
    };
    const auto c = [&](std::int64_t label) {
      const double* const at = w.data() + parts.table + label * 8;
      return plain_mlp({8, 64, 64, 8}, w.data() + parts.label, {at, at + 8});
    };
    const auto n = static_cast<std::int64_t>(labels.labels.size());
    const auto negatives = static_cast<std::int64_t>(actions.wrong_states.size()) / n;
    const auto n_actions = static_cast<std::int64_t>(actions.wrong_actions.size()) / 4 / negatives;
    MazeLosses losses;
    for (std::int64_t i = 0; i < n; ++i) {
      const auto at = static_cast<std::size_t>(i);
      Rows states = {b(actions.futures, i)}, moves = {a(actions.actions, i)};
      Rows places = {b(labels.states, i)}, names = {c(labels.labels[at])};
      for (std::int64_t k = i * negatives; k < (i + 1) * negatives; ++k) {
        const auto one = static_cast<std::size_t>(k);
        states.push_back(b(actions.other_states, actions.wrong_states[one]));
        places.push_back(b(labels.other_states, labels.wrong_states[one]));
        names.push_back(c(labels.wrong_labels[one]));
        if (i < n_actions) moves.push_back(a(actions.wrong_actions, k));
      }
      const auto pairs = static_cast<double>(n);
      losses.action += plain_info_nce(moves.front(), states) / pairs;
      if (i < n_actions) {
        losses.action += plain_info_nce(states.front(), moves) / static_cast<double>(n_actions);
      }
      losses.label += plain_info_nce(names.front(), places) / pairs;
      losses.label += plain_info_nce(places.front(), names) / pairs;
    }
    return losses;
  }
};

TEST(MazeLoss, and_its_gradient_are_those_of_the_text) {
  const datasets::Maze maze = datasets::maze_named("island");
  const auto trajectories = datasets::expert_trajectories(maze, 0, 20);
  const datasets::MazeBatches batches(maze, trajectories, {7, 3, 5, 0.1}, 1);
  const auto actions = batches.actions(0);
  const auto labels = batches.labels(0);
  const MazeEncoders encoders(maze.n_labels(), 2);
  std::vector<float> gradient(encoders.weights().size());
  MazeLoss loss;
  loss.evaluate(encoders, batches.actions(1), batches.labels(1), gradient);  // leaves nothing
  const MazeLosses found = loss.evaluate(encoders, actions, labels, gradient);
  const PlainLoss plain{encoders, actions, labels};
  std::vector<double> w(encoders.weights().begin(), encoders.weights().end());
  const MazeLosses expected = plain(w);
  EXPECT_NEAR(found.action, expected.action, kFloatLoss);
  EXPECT_NEAR(found.label, expected.label, kFloatLoss);
  int n_slopes = 0;
  for (std::size_t i = 0; i < w.size(); i += 211) {
    constexpr double kStep = lagoon::tests::kDifferenceStep;
    const double at = w[i];
    w[i] = at + kStep;
    const MazeLosses above = plain(w);
    w[i] = at - kStep;
    const MazeLosses below = plain(w);
    w[i] = at;
    const double slope = (above.action + above.label - below.action - below.label) / (2 * kStep);
    EXPECT_NEAR(gradient[i], slope, kFloatLoss) << i;
    n_slopes += std::abs(slope) > kFloatLoss ? 1 : 0;
  }
  EXPECT_GT(n_slopes, 60);
}

TEST(MazeFit, learns_and_is_a_function_of_its_seed) {
  const datasets::Maze maze = datasets::maze_named("blank");
  const auto trajectories = datasets::expert_trajectories(maze, 0, 200);
  const datasets::MazeBatches batches(maze, trajectories, {32, 8, 16, 0.1}, 1);
  const auto fit = [&](std::int64_t steps, std::uint64_t seed) {
    MazeFitOptions options;
    options.steps = steps;
    options.seed = seed;
    return fit_maze_encoders(batches, maze.n_labels(), options);
  };
  const MazeFit early = fit(10, 3), late = fit(400, 3);
  // Knowing nothing costs log 17 each way.
  EXPECT_LT(late.losses.label, 0.8 * 2 * std::log(17));
  EXPECT_LT(late.losses.action, early.losses.action);
  EXPECT_EQ(fit(10, 3).encoders.weights(), early.encoders.weights());
  EXPECT_NE(fit(10, 4).encoders.weights(), early.encoders.weights());
  const MazeEncoders again(maze.n_labels(), late.encoders.weights());
  EXPECT_EQ(again.embed_labels().values, late.encoders.embed_labels().values);
  EXPECT_THROW(MazeEncoders(maze.n_labels() + 1, late.encoders.weights()), Error);
  EXPECT_THROW(fit(0, 3), Error);
  struct Stop {};
  EXPECT_THROW(fit_maze_encoders(batches, maze.n_labels(), {}, [] { throw Stop(); }), Stop);
}

/// The best direction by a score of embeddings that is given for one action and one label.
template <class Score>
std::vector<int> plain_choices(const MazeEncoders& encoders, const std::vector<MazePoint>& states,
                               const std::vector<int>& labels, Score&& score) {
  std::vector<int> chosen;
  const Embeddings all_labels = encoders.embed_labels();
  for (std::size_t i = 0; i < states.size(); ++i) {
    std::vector<double> scores;
    for (int direction = 0; direction < 8; ++direction) {
      const double angle = datasets::direction_angle(direction, 8);
      const std::vector<float> row = {
          static_cast<float>(states[i].row), static_cast<float>(states[i].column),
          static_cast<float>(std::sin(angle)), static_cast<float>(std::cos(angle))};
      scores.push_back(score(encoders.embed_actions(row).row(0), all_labels.row(labels[i])));
    }
    chosen.push_back(static_cast<int>(std::ranges::max_element(scores) - scores.begin()));
  }
  return chosen;
}

TEST(MazePolicies, take_the_direction_of_the_highest_score) {
  const datasets::Maze maze = datasets::maze_named("fork");
  const MazeEncoders encoders(maze.n_labels(), 5);
  const auto states = uniform_states(maze, 1, 40);
  std::vector<int> labels;
  for (int i = 0; i < 40; ++i) labels.push_back(7 * i % maze.n_labels());
  const Link link{Critic::l2, 4};
  const auto direct = [&](std::span<const float> a, std::span<const float> c) {
    return link_score(link, a, c);
  };
  EXPECT_EQ(direct_policy(encoders)(states, labels),
            plain_choices(encoders, states, labels, direct));
  const auto bridge_states = uniform_states(maze, 2, 50);
  std::vector<float> rows;
  for (const auto& state : bridge_states) {
    rows.push_back(static_cast<float>(state.row));
    rows.push_back(static_cast<float>(state.column));
  }
  const Embeddings bridge = encoders.embed_states(rows);
  const auto log_sum = [&](std::span<const float> a, std::span<const float> c) {
    return plain_log_sum(plain_terms(a, bridge, link, bridge, c, link));
  };
  EXPECT_EQ(monte_carlo_policy(encoders, bridge_states)(states, labels),
            plain_choices(encoders, states, labels, log_sum));
  EXPECT_THROW(monte_carlo_policy(encoders, {}), Error);
}

}  // namespace
}  // namespace lagoon::contrastive::tests
