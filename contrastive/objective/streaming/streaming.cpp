#include "contrastive/objective/streaming/streaming.hpp"

#include <string>

#include <torch/csrc/autograd/custom_function.h>

#include "contrastive/objective/streaming/chosen_kernel.hpp"
#include "contrastive/objective/streaming/kernel_sums.hpp"
#include "contrastive/objective/streaming/tile_sums.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

using streaming::PairSums;
using streaming::sums_of;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

Targets exclusions(const torch::Tensor& rows, const torch::Tensor& columns) {
  Targets targets;
  targets.excluded_rows = rows;
  targets.excluded_columns = columns;
  return targets;
}

void require_first_derivative() {
  // Grad mode is on in a backward pass whose results are to be differentiated.
  require(!torch::GradMode::is_enabled(),
          "the streaming losses have no second derivative: do without create_graph, or evaluate "
          "the loss as 'plain'");
}

struct LogMeanExpsFunction : torch::autograd::Function<LogMeanExpsFunction> {
  /// Rows, columns, as far as wanted.
  static variable_list forward(AutogradContext* context, const torch::Tensor& u,
                               const torch::Tensor& v, const Targets& targets, Sides sides) {
    const PairSums::Both sums = sums_of({u, v}, targets)->exps(sides);
    context->save_for_backward({u, v, sums.rows.maximum, sums.rows.sum, sums.columns.maximum,
                                sums.columns.sum, targets.excluded_rows, targets.excluded_columns});
    context->saved_data["wants_u"] = u.requires_grad();
    context->saved_data["wants_v"] = v.requires_grad();
    context->set_materialize_grads(false);
    torch::Tensor of_rows, of_columns;
    if (targets.has_exclusions()) {
      of_rows = remaining_of_rows(targets, u.size(0), v.size(0));
      of_columns = remaining_of_columns(targets, u.size(0), v.size(0));
    }
    variable_list results;
    if (sides.rows) results.push_back(log_mean(sums.rows, v.size(0), of_rows));
    if (sides.columns) results.push_back(log_mean(sums.columns, u.size(0), of_columns));
    return results;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    require_first_derivative();
    const variable_list saved = context->get_saved_variables();
    const Factors factors = {saved[0], saved[1]};
    const PairSums::Both sums = {{saved[2], saved[3]}, {saved[4], saved[5]}};
    const torch::Tensor of_rows = sums.rows.sum.defined() ? gradients.front() : torch::Tensor();
    const torch::Tensor of_columns =
        sums.columns.sum.defined() ? gradients.back() : torch::Tensor();
    const PairSums::Wanted wanted = {context->saved_data["wants_u"].toBool(),
                                     context->saved_data["wants_v"].toBool()};
    const Factors result = sums_of(factors, exclusions(saved[6], saved[7]))
                               ->exp_gradients(sums, of_rows, of_columns, wanted);
    return {result.u, result.v, {}, {}};
  }
};

struct SoftplusMeanFunction : torch::autograd::Function<SoftplusMeanFunction> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& u,
                               const torch::Tensor& v, const torch::Tensor& bias,
                               const Targets& targets) {
    const std::int64_t n_excluded = targets.has_exclusions() ? targets.excluded_rows.size(0) : 0;
    const double n_pairs = static_cast<double>(u.size(0) * v.size(0) - n_excluded);
    context->save_for_backward({u, v, bias, targets.excluded_rows, targets.excluded_columns});
    context->saved_data["wants_u"] = u.requires_grad();
    context->saved_data["wants_v"] = v.requires_grad();
    context->saved_data["n_pairs"] = n_pairs;
    const torch::Tensor sum = sums_of({u, v}, targets)->softplus_sum(bias.detach());
    return (sum / n_pairs).to(u.scalar_type());
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    require_first_derivative();
    const variable_list saved = context->get_saved_variables();
    const PairSums::Wanted wanted = {context->saved_data["wants_u"].toBool(),
                                     context->saved_data["wants_v"].toBool()};
    const torch::Tensor weight = gradients[0] / context->saved_data["n_pairs"].toDouble();
    const PairSums::SoftplusGradients result =
        sums_of({saved[0], saved[1]}, exclusions(saved[3], saved[4]))
            ->softplus_gradients(saved[2], weight, wanted);
    return {result.factors.u,
            result.factors.v,
            result.bias.to(saved[2].scalar_type()).view(saved[2].sizes()),
            {}};
  }
};

/// 16 bits are for storage: their products are of 32.
torch::Tensor wide(const torch::Tensor& factor) {
  const bool is_short = factor.scalar_type() == at::kBFloat16 || factor.scalar_type() == at::kHalf;
  return is_short ? factor.to(at::kFloat) : factor;
}

Factors checked(const Factors& factors, const Targets& targets) {
  Factors result = {wide(factors.u), wide(factors.v)};
  const torch::Tensor &u = result.u, &v = result.v;
  require(u.dim() == 2 && v.dim() == 2 && u.size(1) == v.size(1) && u.size(0) > 0 && v.size(0) > 0,
          "factors are not matrices of one width with a row at least: give (B_u, D) and (B_v, D)");
  require(u.is_floating_point() && u.scalar_type() == v.scalar_type() && u.device() == v.device(),
          "factors differ in type or device, or are not floating-point: give two of one kind");
  if (targets.has_exclusions() || targets.excluded_columns.defined()) {
    Targets pairs = Targets::diagonal(1);
    pairs.excluded_rows = targets.excluded_rows;
    pairs.excluded_columns = targets.excluded_columns;
    require_valid(pairs, u.size(0), v.size(0));
  }
  return result;
}

}  // namespace

torch::Tensor streaming::log_mean(const ExpSums& sums, std::int64_t n,
                                  const torch::Tensor& remaining) {
  if (!sums.sum.defined()) return {};
  torch::Tensor count = at::full({}, static_cast<double>(n), sums.sum.options());
  if (remaining.defined()) count = remaining.to(sums.sum.device());
  const torch::Tensor mean = (sums.sum / count).log() + sums.maximum;
  return mean.to(sums.maximum.scalar_type());
}

std::unique_ptr<PairSums> streaming::sums_of(const Factors& factors, const Targets& targets) {
  const Kernel* const kernel = chosen_kernel();
  const bool suits = factors.u.device().is_cpu() && factors.u.scalar_type() == at::kFloat;
  if (kernel == nullptr || !suits) return tile_sums(factors, targets);
  return kernel_sums(*kernel, factors, targets);
}

LogMeanExps streaming_log_mean_exps(const Factors& factors, const Targets& targets, Sides sides) {
  const auto [u, v] = checked(factors, targets);
  if (!sides.rows && !sides.columns) return {};
  const variable_list results = LogMeanExpsFunction::apply(u, v, targets, sides);
  return {sides.rows ? results.front() : torch::Tensor(),
          sides.columns ? results.back() : torch::Tensor()};
}

torch::Tensor streaming_softplus_mean(const Factors& factors, const torch::Tensor& bias,
                                      const Targets& targets) {
  const auto [u, v] = checked(factors, targets);
  require(bias.numel() == 1,
          "the bias has " + std::to_string(bias.numel()) + " numbers: give one for all pairs");
  return SoftplusMeanFunction::apply(u, v, bias, targets);
}

}  // namespace lagoon::contrastive
