#include "contrastive/training/global_loss.hpp"

#include <string>

#include <torch/csrc/autograd/autograd.h>

#include "contrastive/objective/loss.hpp"
#include "contrastive/objective/losses/loss_list.hpp"
#include "contrastive/objective/streaming/pair_sums.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

using streaming::ExpSums;
using streaming::PairSums;
using Tensors = std::vector<torch::Tensor>;

/// The rows of one rank within all.
struct Own {
  std::int64_t first, count, n;

  torch::Tensor of(const torch::Tensor& all) const { return all.narrow(0, first, count); }

  /// All rows, of which these are seen by autograd.
  torch::Tensor within(const torch::Tensor& all, const torch::Tensor& own) const {
    const std::int64_t last = first + count;
    return at::cat({all.narrow(0, 0, first), own, all.narrow(0, last, n - last)});
  }
};

/// What this rank knows of all pairs: its own part of both factors is made with a graph.
struct Scores {
  Own own;
  Factors all;               // without graphs
  Factors mine;              // own rows
  torch::Tensor pairs_mine;  // log_rho of own pairs

  /// Of own rows with all columns.
  std::unique_ptr<PairSums> rows() const {
    return streaming::sums_of({own.of(all.u).contiguous(), all.v});
  }
  PairSums::Wanted wanted() const { return {mine.u.requires_grad(), mine.v.requires_grad()}; }

  /// Gradients by own rows of u and, as far as they come from these, by all rows of v -> by own
  /// rows of both. Adding up over ranks costs less than going through own columns as well.
  Factors own_gradients(Factors by_rows, Communicator& ranks) const {
    if (by_rows.v.defined()) {
      ranks.sum(by_rows.v);
      by_rows.v = own.of(by_rows.v);
    }
    return by_rows;
  }
};

Scores make_scores(const Model& model, const EncodedBatch& batch, const Own& own,
                   Communicator& ranks) {
  const std::int64_t dim = batch.z_u.size(1);
  const torch::Tensor both =
      ranks.gather_rows(at::cat({batch.z_u.detach(), batch.z_v.detach()}, 1), own.n);
  const torch::Tensor inverse_temperature = model.temperature().inverse();
  const Factors f = factors(model.tilting(), own.within(both.narrow(1, 0, dim), batch.z_u),
                            own.within(both.narrow(1, dim, dim), batch.z_v), inverse_temperature);
  return {own,
          {f.u.detach().contiguous(), f.v.detach().contiguous()},
          {own.of(f.u), own.of(f.v)},
          pair_log_rho(model.tilting(), batch.z_u, batch.z_v, inverse_temperature)};
}

/// The gradient of the global loss as a rank sees it: by its own factors, by its own pairs' scores
/// (one number for all), by the bias as a share.
struct Gradient {
  torch::Tensor loss;
  Factors by_factors;
  double by_pair = 0;
  torch::Tensor by_bias;
};

/// Columns of float64 numbers of own rows -> the same of all rows.
Tensors gather_columns(const Tensors& own, std::int64_t n, Communicator& ranks) {
  Tensors wide;
  for (const torch::Tensor& column : own) wide.push_back(column.detach().to(at::kDouble));
  return ranks.gather_rows(at::stack(wide, 1), n).unbind(1);
}

/// The sums of all rows of columns, from every rank's sums of its own rows.
ExpSums combine_columns(const ExpSums& own, Communicator& ranks) {
  if (!own.sum.defined()) return {};
  const torch::Tensor numbers = at::stack({own.maximum.to(at::kDouble), own.sum}).unsqueeze(0);
  const torch::Tensor all = ranks.gather_rows(numbers, ranks.size());  // (W, 2, N)
  const torch::Tensor maxima = all.select(1, 0), sums = all.select(1, 1);
  const torch::Tensor maximum = maxima.amax(0);
  return {maximum.to(own.maximum.scalar_type()), (sums * (maxima - maximum).exp()).sum(0)};
}

/// The gradients of sum_i weight_i log(row sum i) + the same over columns, by own rows of u and own
/// rows of v; weights and sums are of all rows and columns.
Factors exp_gradients(const Scores& scores, const PairSums::Both& sums,
                      const torch::Tensor& of_rows, const torch::Tensor& of_columns,
                      Communicator& ranks) {
  const auto own = [&](const torch::Tensor& all) {
    return all.defined() ? scores.own.of(all) : torch::Tensor();
  };
  const PairSums::Both seen = {{own(sums.rows.maximum), own(sums.rows.sum)}, sums.columns};
  return scores.own_gradients(
      scores.rows()->exp_gradients(seen, own(of_rows), of_columns, scores.wanted()), ranks);
}

/// Row sums and scores of the pairs of all ranks, from own ones.
struct RowSums {
  ExpSums sums;
  torch::Tensor pairs;
};

RowSums gather_row_sums(const Scores& scores, const ExpSums& own, Communicator& ranks) {
  Tensors columns = {scores.pairs_mine};
  if (own.sum.defined()) columns.insert(columns.end(), {own.maximum, own.sum});
  const Tensors all = gather_columns(columns, scores.own.n, ranks);
  RowSums result{{}, all[0].to(scores.pairs_mine.scalar_type())};
  if (own.sum.defined()) result.sums = {all[1].to(own.maximum.scalar_type()), all[2].contiguous()};
  return result;
}

Gradient conditional(const ObjectiveOptions& objective, const Scores& scores, const torch::Tensor&,
                     Communicator& ranks) {
  const std::int64_t n = scores.own.n;
  const double lambda_u = objective.lambda_u, lambda_v = objective.lambda_v;
  const auto own = scores.rows()->exps({.rows = lambda_v != 0, .columns = lambda_u != 0});
  const RowSums rows = gather_row_sums(scores, own.rows, ranks);
  const PairSums::Both sums = {rows.sums, combine_columns(own.columns, ranks)};
  const auto weights = [&](double lambda) {
    return lambda == 0 ? torch::Tensor()
                       : at::full({n}, lambda / 2 / static_cast<double>(n), rows.pairs.options());
  };
  const LogMeanExps normalizers = {log_mean(sums.rows, n), log_mean(sums.columns, n)};
  return {conditional_loss(rows.pairs, normalizers, {}, lambda_u, lambda_v),
          exp_gradients(scores, sums, weights(lambda_v), weights(lambda_u), ranks),
          -(lambda_u + lambda_v) / 2 / static_cast<double>(n),
          {}};
}

Gradient joint(const ObjectiveOptions&, const Scores& scores, const torch::Tensor&,
               Communicator& ranks) {
  const std::int64_t n = scores.own.n;
  const auto own = scores.rows()->exps({.rows = true, .columns = false});
  const RowSums rows = gather_row_sums(scores, own.rows, ranks);
  const torch::Tensor log_sums = rows.sums.sum.log() + rows.sums.maximum;
  const torch::Tensor all = log_mean_exp_of_all(log_mean(rows.sums, n), {}, n);
  return {joint_loss(rows.pairs, all, {}),
          exp_gradients(scores, {rows.sums, {}}, at::softmax(log_sums, 0), {}, ranks),
          -1 / static_cast<double>(n),
          {}};
}

/// Of a positive pair's terms, softplus(-logit) - softplus(logit) = -logit is left.
Gradient sigmoid(const ObjectiveOptions&, const Scores& scores, const torch::Tensor& bias,
                 Communicator& ranks) {
  const auto n = static_cast<double>(scores.own.n);
  const torch::Tensor b = bias.detach(), weight = at::full({}, 1 / n, b.options());
  const torch::Tensor own = scores.rows()->softplus_sum(b).reshape({1});
  const torch::Tensor sum = gather_columns({own}, ranks.size(), ranks)[0].sum();
  const torch::Tensor pairs = gather_row_sums(scores, {}, ranks).pairs;
  Gradient result;
  result.loss = (sum / n - (pairs.to(at::kDouble) + b).mean()).to(pairs.scalar_type());
  const auto by_rows = scores.rows()->softplus_gradients(b, weight, scores.wanted());
  result.by_factors = scores.own_gradients(by_rows.factors, ranks);
  result.by_pair = -1 / n;
  result.by_bias = (by_rows.bias - static_cast<double>(scores.own.count) / n).to(b.scalar_type());
  return result;
}

/// The way of a loss that shares out its sums; null for one that has none: every rank then
/// computes all of it.
using SharedGradient = Gradient (*)(const ObjectiveOptions& objective, const Scores& scores,
                                    const torch::Tensor& bias, Communicator& ranks);
SharedGradient shared_gradient(const std::string& loss) {
  if (loss == "conditional") return conditional;
  if (loss == "joint") return joint;
  return loss == "sigmoid" ? sigmoid : nullptr;
}

/// Tensors that are differentiated, with the derivatives that they are given.
struct Seeds {
  Tensors of, by;

  void add(const torch::Tensor& tensor, const torch::Tensor& derivative) {
    if (!tensor.defined() || !tensor.requires_grad()) return;
    of.push_back(tensor);
    by.push_back(derivative);
  }
};

LossGradient shared_out(const Model& model, const Tensors& parameters,
                        const ObjectiveOptions& objective, const EncodedBatch& batch,
                        const Own& own, Communicator& ranks) {
  const Scores scores = make_scores(model, batch, own, ranks);
  const torch::Tensor bias =
      bias_or_start(objective, model.sigmoid_bias(), own.n, batch.z_u.options());
  const Gradient gradient = [&] {
    const torch::NoGradGuard no_grad;
    return shared_gradient(objective.loss)(objective, scores, bias, ranks);
  }();
  Seeds seeds;
  seeds.add(scores.mine.u, gradient.by_factors.u);
  seeds.add(scores.mine.v, gradient.by_factors.v);
  seeds.add(scores.pairs_mine, at::full_like(scores.pairs_mine, gradient.by_pair));
  if (gradient.by_bias.defined()) seeds.add(bias * 1, gradient.by_bias);
  return differentiate(parameters, batch, seeds.of, seeds.by, gradient.loss);
}

/// The whole batch on every rank, and this one's rows of the gradient.
LossGradient all_on_each(const Model& model, const Tensors& parameters,
                         const ObjectiveOptions& objective, const EncodedBatch& batch,
                         const Own& own, Communicator& ranks) {
  const auto gather = [&](const torch::Tensor& rows) {
    if (!rows.defined()) return torch::Tensor();
    return ranks.gather_rows(rows.detach(), own.n).requires_grad_(rows.requires_grad());
  };
  const bool compares_samples = heeds(objective.loss, kCompared);
  EncodedBatch all;
  all.z_u = gather(batch.z_u);
  all.z_v = gather(batch.z_v);
  all.negatives_u = gather(batch.negatives_u);
  all.negatives_v = gather(batch.negatives_v);
  if (compares_samples) {
    all.u = gather(batch.u);
    all.v = gather(batch.v);
    all.negative_samples_u = gather(batch.negative_samples_u);
    all.negative_samples_v = gather(batch.negative_samples_v);
  }
  LossGradient result = loss_gradient(model, parameters, objective, all);
  for (torch::Tensor* rows :
       {&result.by_z_u, &result.by_z_v, &result.by_negatives_u, &result.by_negatives_v}) {
    if (rows->defined()) *rows = own.of(*rows);
  }
  if (ranks.rank() != 0) result.by_parameters.assign(parameters.size(), torch::Tensor());
  return result;
}

}  // namespace

LossGradient global_loss_gradient(const Model& model, const Tensors& parameters,
                                  const ObjectiveOptions& objective, const EncodedBatch& own,
                                  std::int64_t n, Communicator& ranks) {
  require(n >= ranks.size(), "a batch of " + std::to_string(n) + " pairs for " +
                                 std::to_string(ranks.size()) + " ranks: give one a rank at least");
  require(
      own.targets.is_diagonal() && !own.targets.weights.defined() && !own.targets.has_exclusions(),
      "targets other than one pair a row are for a single rank: give --ranks 1");
  const Own rows = {ranks.first_row(n), ranks.n_rows(n), n};
  const bool is_shared = objective.evaluation == "streaming" && !objective.has_second_batch() &&
                         shared_gradient(objective.loss) != nullptr;
  return (is_shared ? shared_out : all_on_each)(model, parameters, objective, own, rows, ranks);
}

}  // namespace lagoon::contrastive
