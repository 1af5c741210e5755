#include <algorithm>
#include <cmath>
#include <functional>

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "tests/contrastive/objective/cases.hpp"
#include "tests/support/tolerances.hpp"

// What [BST] proves of the losses, and what they must not see.
namespace lagoon::contrastive::tests {
namespace {

using lagoon::tests::kRoundingRelative;

/// Does the same to every table of embeddings, by modality.
EncodedBatch transformed(EncodedBatch batch,
                         const std::function<torch::Tensor(const torch::Tensor&)>& of_u,
                         const std::function<torch::Tensor(const torch::Tensor&)>& of_v) {
  batch.z_u = of_u(batch.z_u);
  batch.negatives_u = of_u(batch.negatives_u);
  batch.z_v = of_v(batch.z_v);
  batch.negatives_v = of_v(batch.negatives_v);
  return batch;
}

void expect_same(Tilting tilting, const EncodedBatch& batch, const EncodedBatch& changed) {
  for (const char* loss : kLosses) {
    for (const char* negatives : {"in_batch", "second_batch"}) {
      ObjectiveOptions options = plain(loss, 0.7, 1.6);
      options.negatives = negatives;
      EXPECT_NEAR(loss_of(options, tilting, changed), loss_of(options, tilting, batch),
                  kRoundingRelative)
          << loss << ", " << negatives;
    }
  }
}

torch::Tensor rotation(std::uint64_t seed) {
  return std::get<0>(at::linalg_qr(normals({3, 3}, seed)));
}

TEST(ObjectiveLaws, a_common_rotation_changes_no_loss) {
  const EncodedBatch batch = random_batch(8, 6, 1);
  const auto turn = [q = rotation(2)](const torch::Tensor& z) { return at::mm(z, q); };
  for (const Tilting tilting : kTiltings) {
    expect_same(tilting, batch, transformed(batch, turn, turn));
    const auto leave = [](const torch::Tensor& z) { return z; };
    EXPECT_GT(std::abs(loss_of(plain("joint"), tilting, transformed(batch, turn, leave)) -
                       loss_of(plain("joint"), tilting, batch)),
              1e-3);
  }
}

TEST(ObjectiveLaws, quadratic_does_not_see_a_common_translation) {
  const EncodedBatch batch = random_batch(8, 6, 3);
  const auto shift = [](const torch::Tensor& z) { return z + 3.5; };
  expect_same(Tilting::quadratic, batch, transformed(batch, shift, shift));
}

TEST(ObjectiveLaws, cosine_does_not_see_lengths) {
  const EncodedBatch batch = random_batch(8, 6, 4);
  const auto stretch = [](const torch::Tensor& z) {
    return z * at::linspace(0.1, 7, z.size(0), at::kDouble).unsqueeze(1);
  };
  expect_same(Tilting::cosine, batch, transformed(batch, stretch, stretch));
}

TEST(ObjectiveLaws, inner_product_does_not_see_opposite_scalings) {
  const EncodedBatch batch = random_batch(8, 6, 5);
  const torch::Tensor map = normals({3, 3}, 6) + 3 * at::eye(3, at::kDouble);
  const auto there = [&](const torch::Tensor& z) { return at::mm(z, map); };
  const auto back = [&](const torch::Tensor& z) { return at::mm(z, at::inverse(map).t()); };
  const auto larger = [](const torch::Tensor& z) { return z * 4.2; };
  const auto smaller = [](const torch::Tensor& z) { return z / 4.2; };
  expect_same(Tilting::inner_product, batch, transformed(batch, larger, smaller));
  expect_same(Tilting::inner_product, batch, transformed(batch, there, back));
}

TEST(ObjectiveLaws, the_order_of_pairs_does_not_matter) {
  const EncodedBatch batch = random_batch(8, 6, 7);
  EncodedBatch permuted = batch, torn = batch;
  const torch::Tensor order = torch::tensor({3, 7, 0, 2, 6, 5, 1, 4}, at::kLong);
  for (torch::Tensor* x : {&permuted.z_u, &permuted.z_v, &permuted.u, &permuted.v}) {
    *x = x->index_select(0, order);
  }
  torn.z_u = torn.z_u.index_select(0, order);
  for (const Tilting tilting : kTiltings) {
    expect_same(tilting, batch, permuted);
    EXPECT_GT(
        std::abs(loss_of(plain("joint"), tilting, torn) - loss_of(plain("joint"), tilting, batch)),
        1e-3);
  }
}

double of_table(const ObjectiveOptions& options, const torch::Tensor& log_rho) {
  EncodedBatch batch = batch_of(log_rho);
  batch.u = normals({log_rho.size(0), 2}, 8);
  batch.v = normals({log_rho.size(1), 2}, 9);
  return loss_of(options, Tilting::inner_product, batch, 1);
}

TEST(ObjectiveLaws, each_loss_is_blind_to_its_own_shifts_and_to_no_others) {
  const torch::Tensor log_rho = normals({7, 7}, 10);
  const torch::Tensor of_rows = normals({7, 1}, 11), of_columns = normals({1, 7}, 12);
  const auto change = [&](const ObjectiveOptions& options, const torch::Tensor& shift) {
    return std::abs(of_table(options, log_rho + shift) - of_table(options, log_rho));
  };
  const torch::Tensor constant = scalar(3);
  for (const char* loss : {"conditional", "conditional_mmd"}) {
    // Label given image forgets c(u_i); image given label forgets k_v.
    EXPECT_LT(change(plain(loss, 0, 2), of_rows), kRoundingRelative);
    EXPECT_GT(change(plain(loss, 0, 2), of_columns), 1e-3);
    EXPECT_LT(change(plain(loss, 2, 0), of_columns), kRoundingRelative);
    EXPECT_GT(change(plain(loss, 2, 0), of_rows), 1e-3);
    EXPECT_GT(change(plain(loss, 1, 1), of_rows), 1e-3);
    EXPECT_GT(change(plain(loss, 1, 1), of_columns), 1e-3);
    EXPECT_LT(change(plain(loss, 1, 1), constant), kRoundingRelative);
  }
  for (const char* loss : {"joint", "joint_mmd"}) {
    EXPECT_GT(change(plain(loss), of_rows), 1e-3);
    EXPECT_GT(change(plain(loss), of_columns), 1e-3);
    EXPECT_LT(change(plain(loss), constant), kRoundingRelative);
  }
  EXPECT_GT(change(plain("sigmoid"), constant), 1e-3);
}

TEST(ObjectiveLaws, a_constant_tilting_costs_nothing) {
  for (const char* loss : {"conditional", "joint"}) {
    EncodedBatch batch = batch_of(at::full({6, 6}, 3.0, at::kDouble));
    EXPECT_NEAR(loss_of(plain(loss), Tilting::inner_product, batch), 0, kRoundingRelative);
    batch.targets = several_positives(6);
    EXPECT_NEAR(loss_of(plain(loss, 0, 2), Tilting::inner_product, batch), 0, kRoundingRelative);
    batch.targets = with_exclusions(6);
    EXPECT_NEAR(loss_of(plain(loss, 2, 0), Tilting::inner_product, batch), 0, kRoundingRelative);
    ObjectiveOptions across = plain(loss);
    across.negatives = "second_batch";
    batch = random_batch(6, 4, 13);
    const auto zero = [](const torch::Tensor& z) { return at::zeros_like(z); };
    const auto same = [](const torch::Tensor& z) { return z; };
    EXPECT_EQ(loss_of(across, Tilting::inner_product, transformed(batch, zero, same)), 0);
  }
}

TEST(ObjectiveLaws, two_sided_is_clips_loss_up_to_log_n) {  // [BST] Theorem 2.8
  const std::int64_t n = 40;
  const EncodedBatch batch = random_batch(n, 1, 14);
  const torch::Tensor labels = at::arange(n);
  for (const Tilting tilting : kTiltings) {
    const torch::Tensor scores = log_rho(tilting, batch.z_u, batch.z_v, scalar(1.7));
    const torch::Tensor clip =
        (at::cross_entropy_loss(scores, labels) + at::cross_entropy_loss(scores.t(), labels)) / 2;
    EXPECT_NEAR(loss_of(plain("conditional"), tilting, batch),
                clip.item<double>() - std::log(static_cast<double>(n)), kRoundingRelative);
  }
}

/// Gradient descent on a linear map of each modality, down to where no shorter step helps.
double descend(const ObjectiveOptions& options, Tilting tilting, EncodedBatch& batch,
               const EncodedBatch& inputs, std::vector<torch::Tensor>& maps) {
  double value = INFINITY, rate = 0.5;
  const auto evaluate = [&] {
    batch.z_u = at::mm(inputs.z_u, maps[0]);
    batch.z_v = at::mm(inputs.z_v, maps[1]);
    return batch_loss(options, tilting, batch, scalar(1));
  };
  for (int step = 0; step < 100 && rate > 1e-8; ++step) {
    for (torch::Tensor& map : maps) map = map.detach().requires_grad_();
    const torch::Tensor loss = evaluate();
    value = loss.item<double>();
    const auto gradient = torch::autograd::grad({loss}, maps);
    const std::vector<torch::Tensor> start = maps;
    for (rate *= 4; rate > 1e-8; rate /= 2) {
      for (std::size_t k = 0; k < 2; ++k) maps[k] = (start[k] - rate * gradient[k]).detach();
      if (evaluate().item<double>() < value) break;
    }
  }
  return value;
}

TEST(ObjectiveLaws, chain_of_theorem_3_10) {
  for (const Tilting tilting : kTiltings) {
    for (std::uint64_t seed = 20; seed < 22; ++seed) {
      const EncodedBatch inputs = random_batch(10, 1, seed);
      EncodedBatch batch = inputs;
      std::vector<torch::Tensor> joint_maps = {normals({3, 2}, seed), normals({3, 2}, seed + 50)};
      std::vector<torch::Tensor> maps = joint_maps;
      const double joint_at_joint = descend(plain("joint"), tilting, batch, inputs, joint_maps);
      const double conditional_at_joint = loss_of(plain("conditional"), tilting, batch, 1);
      // From two starts: a descent may end in a minimum that is not the least.
      const double conditional_at_conditional =
          std::min(descend(plain("conditional"), tilting, batch, inputs, maps),
                   descend(plain("conditional"), tilting, batch, inputs, joint_maps));
      EXPECT_LE(conditional_at_conditional, conditional_at_joint);
      EXPECT_LE(conditional_at_joint, joint_at_joint);
      EXPECT_LT(joint_at_joint, 0);  // better than a constant
    }
  }
}

TEST(ObjectiveLaws, no_conditional_loss_exceeds_the_joint_one) {
  for (const Tilting tilting : kTiltings) {
    for (std::uint64_t seed = 30; seed < 50; ++seed) {
      const EncodedBatch batch = random_batch(9, 1, seed);
      const double joint = loss_of(plain("joint"), tilting, batch);
      for (const double lambda_u : {0.0, 0.5, 1.0, 2.0}) {
        EXPECT_LE(loss_of(plain("conditional", lambda_u, 2 - lambda_u), tilting, batch), joint);
      }
    }
  }
}

/// Rows are images of these labels, columns the four labels.
EncodedBatch labelled(const torch::Tensor& labels, std::uint64_t seed) {
  const std::int64_t n = labels.size(0);
  EncodedBatch batch;
  batch.z_u = normals({n, 3}, seed);
  batch.z_v = normals({4, 3}, seed + 1);
  batch.u = normals({n, 2}, seed + 2);
  batch.v = at::eye(4, at::kDouble);
  batch.targets.rows = at::arange(n, at::kLong);
  batch.targets.columns = labels;
  return batch;
}

/// The same with a column for each image: labels are repeated.
EncodedBatch with_repeated_labels(EncodedBatch batch) {
  batch.z_v = batch.z_v.index_select(0, batch.targets.columns);
  batch.v = batch.v.index_select(0, batch.targets.columns);
  batch.targets = {};
  return batch;
}

TEST(ObjectiveLaws, several_positives_equal_repeated_labels) {
  const EncodedBatch uneven = labelled(torch::tensor({0, 1, 1, 2, 3, 3, 3, 0}, at::kLong), 60);
  const EncodedBatch even = labelled(torch::tensor({0, 1, 1, 2, 3, 3, 2, 0}, at::kLong), 61);
  // Image given label is normalised over images alone; label given image sees the labels' shares.
  for (const char* loss : {"conditional", "conditional_mmd"}) {
    ObjectiveOptions options = plain(loss, 2, 0);
    options.bandwidth_u = options.bandwidth_v = 1.3;
    EXPECT_NEAR(loss_of(options, Tilting::cosine, uneven),
                loss_of(options, Tilting::cosine, with_repeated_labels(uneven)), kRoundingRelative);
    options.lambda_v = 1;
    EXPECT_NEAR(loss_of(options, Tilting::cosine, even),
                loss_of(options, Tilting::cosine, with_repeated_labels(even)), kRoundingRelative);
  }
  for (const char* loss : {"joint", "joint_mmd"}) {
    ObjectiveOptions options = plain(loss);
    options.bandwidth_u = options.bandwidth_v = 1.3;
    EXPECT_NEAR(loss_of(options, Tilting::cosine, even),
                loss_of(options, Tilting::cosine, with_repeated_labels(even)), kRoundingRelative);
  }
}

TEST(ObjectiveLaws, weights_equal_repeated_samples) {
  // Normalisers over the second batch: in it nothing is repeated.
  EncodedBatch weighted = random_batch(4, 6, 70), repeated = weighted;
  weighted.targets.weights = torch::tensor({1.0, 3.0, 1.0, 2.0}, at::kDouble);
  const torch::Tensor rows = torch::tensor({0, 1, 1, 1, 2, 3, 3}, at::kLong);
  for (torch::Tensor* x : {&repeated.z_u, &repeated.z_v, &repeated.u, &repeated.v}) {
    *x = x->index_select(0, rows);
  }
  for (const char* loss : {"conditional", "conditional_mmd"}) {
    for (const Tilting tilting : kTiltings) {
      ObjectiveOptions options = plain(loss, 0.7, 1.6);
      options.negatives = "second_batch";
      options.bandwidth_u = options.bandwidth_v = 1.3;
      EXPECT_NEAR(loss_of(options, tilting, weighted), loss_of(options, tilting, repeated),
                  kRoundingRelative);
    }
  }
}

}  // namespace
}  // namespace lagoon::contrastive::tests
