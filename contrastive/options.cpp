#include "contrastive/options.hpp"

#include <array>
#include <cmath>
#include <initializer_list>
#include <sstream>
#include <string_view>

#include "contrastive/flag_name.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

/// As people write it: 0.01, 1e-06, 512.
template <typename Number>
std::string number_text(Number value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

template <std::size_t N>
void require_one_of(const std::string& option, const std::string& value,
                    const std::array<std::string_view, N>& allowed) {
  std::string list;
  for (const std::string_view word : allowed) {
    if (value == word) return;
    list += (list.empty() ? "" : ", ") + std::string(word);
  }
  throw Error(flag_name(option) + " is '" + value + "': give one of " + list);
}

template <typename Number>
void require_at_least(const std::string& option, Number value, Number least) {
  if (!(value >= least) || !std::isfinite(static_cast<double>(value))) {
    throw Error(flag_name(option) + " is " + number_text(value) + ": give at least " +
                number_text(least));
  }
}

void require_above_zero(const std::string& option, double value) {
  if (!(value > 0) || !std::isfinite(value)) {
    throw Error(flag_name(option) + " is " + number_text(value) + ": give a number above 0");
  }
}

void require_transformer(const ModelOptions& options, const flow::Law& law) {
  require_at_least("transformer_width", options.transformer_width, 1);
  require_at_least("transformer_layers", options.transformer_layers, 1);
  require_at_least("transformer_heads", options.transformer_heads, 1);
  require_at_least("patch", options.patch, 1);
  require_one_of("pooling", options.pooling, std::array<std::string_view, 2>{"last", "mean"});
  if (options.transformer_width % options.transformer_heads != 0) {
    throw Error("--transformer-width is " + std::to_string(options.transformer_width) +
                ": give a multiple of --transformer-heads, " +
                std::to_string(options.transformer_heads));
  }
  const bool whitened = options.lagrangian_features == "whitened";
  const std::int64_t length =
      whitened ? options.whitened_components : static_cast<std::int64_t>(law.n_times());
  if (length % options.patch != 0) {
    throw Error("--patch is " + std::to_string(options.patch) + ": give a divisor of the " +
                std::to_string(length) +
                (whitened ? " whitened components" : " observation times"));
  }
}

}  // namespace

int embedding_dim(const ModelOptions& options, const flow::Law& law) {
  return options.eulerian_encoder == "identity" ? static_cast<int>(2 * law.n_modes())
                                                : options.embedding_dim;
}

std::pair<double, double> temperature_bounds(const ModelOptions& options) {
  return options.tilting == "cosine" ? std::pair(kMinTemperature, kMaxTemperature)
                                     : std::pair(kMinFreeTemperature, kMaxFreeTemperature);
}

double start_temperature(const ModelOptions& options, const flow::Law& law) {
  constexpr double kCosine = 0.07;  // as CLIP
  if (options.temperature != 0) return options.temperature;
  if (options.tilting == "cosine") return kCosine;
  const double square_v = embedding_dim(options, law);
  if (options.eulerian_encoder != "identity") return square_v;
  double square_u = 0;
  for (const double deviation : law.prior_std) square_u += deviation * deviation;
  return std::sqrt(square_u * square_v);
}

std::vector<std::string> without_effect(const ModelOptions& options) {
  std::vector<std::string> names;
  const auto add = [&](bool idle, std::initializer_list<const char*> more) {
    if (idle) names.insert(names.end(), more.begin(), more.end());
  };
  add(options.lagrangian_features != "whitened", {"whitened_components"});
  add(options.eulerian_encoder == "identity", {"embedding_dim"});
  add(options.lagrangian_encoder != "mlp" && options.eulerian_encoder != "mlp",
      {"mlp_width", "mlp_depth"});
  add(options.lagrangian_encoder != "transformer",
      {"transformer_width", "transformer_layers", "transformer_heads", "patch", "causal",
       "pooling"});
  return names;
}

std::vector<std::string> without_effect(const ObjectiveOptions& options) {
  const bool conditional = options.loss == "conditional" || options.loss == "conditional_mmd";
  const bool mmd = options.loss == "conditional_mmd" || options.loss == "joint_mmd";
  std::vector<std::string> names;
  if (!conditional) names.insert(names.end(), {"lambda_u", "lambda_v"});
  if (mmd) names.insert(names.end(), {"evaluation"});
  if (!mmd) names.insert(names.end(), {"kernel", "statistic", "bandwidth_u", "bandwidth_v"});
  return names;
}

void require_valid(const ModelOptions& options, const flow::Law& law) {
  require_one_of("tilting", options.tilting,
                 std::array<std::string_view, 3>{"cosine", "inner_product", "quadratic"});
  require_one_of("lagrangian_encoder", options.lagrangian_encoder,
                 std::array<std::string_view, 2>{"mlp", "transformer"});
  require_one_of("lagrangian_features", options.lagrangian_features,
                 std::array<std::string_view, 3>{"positions", "increments", "whitened"});
  require_one_of("eulerian_encoder", options.eulerian_encoder,
                 std::array<std::string_view, 3>{"identity", "linear", "mlp"});
  require_at_least("embedding_dim", options.embedding_dim, 2);
  require_at_least("mlp_width", options.mlp_width, 1);
  require_at_least("mlp_depth", options.mlp_depth, 1);
  if (options.lagrangian_features == "whitened") {
    require_at_least("whitened_components", options.whitened_components, 1);
    const std::size_t positions = 2 * law.n_drifters() * law.n_times();
    if (static_cast<std::size_t>(options.whitened_components) > positions) {
      throw Error("--whitened-components is " + std::to_string(options.whitened_components) +
                  ": a trajectory has only " + std::to_string(positions) + " coordinates");
    }
  }
  if (options.lagrangian_encoder == "transformer") require_transformer(options, law);
  const auto [least, most] = temperature_bounds(options);
  const double start = start_temperature(options, law);
  if (!(start >= least && start <= most)) {
    throw Error("--temperature is " + number_text(start) + ": the " + options.tilting +
                " tilting's goes from " + number_text(least) + " to " + number_text(most));
  }
}

void require_valid(const ObjectiveOptions& options) {
  require_one_of("loss", options.loss,
                 std::array<std::string_view, 5>{"conditional", "joint", "conditional_mmd",
                                                 "joint_mmd", "sigmoid"});
  require_at_least("lambda_u", options.lambda_u, 0.0);
  require_at_least("lambda_v", options.lambda_v, 0.0);
  if (options.loss == "conditional" || options.loss == "conditional_mmd") {
    require(options.lambda_u + options.lambda_v > 0,
            "--lambda-u and --lambda-v are 0: give one of them a number above 0");
  }
  require_one_of("negatives", options.negatives,
                 std::array<std::string_view, 2>{"in_batch", "second_batch"});
  require_one_of("evaluation", options.evaluation,
                 std::array<std::string_view, 2>{"streaming", "plain"});
  require_one_of("kernel", options.kernel,
                 std::array<std::string_view, 3>{"gaussian", "polynomial", "energy"});
  require_one_of("statistic", options.statistic, std::array<std::string_view, 2>{"v", "u"});
  require_at_least("bandwidth_u", options.bandwidth_u, 0.0);
  require_at_least("bandwidth_v", options.bandwidth_v, 0.0);
}

void require_valid(const TrainingOptions& options) {
  require_one_of("optimizer", options.optimizer, std::array<std::string_view, 2>{"adam", "adamw"});
  require_one_of("schedule", options.schedule,
                 std::array<std::string_view, 2>{"constant", "cosine"});
  require_at_least("epochs", options.epochs, 0.0);
  if (options.epochs == 0) require_at_least<std::int64_t>("steps", options.steps, 1);
  require_at_least("batch_size", options.batch_size, 2);
  require_above_zero("learning_rate", options.learning_rate);
  require_at_least("weight_decay", options.weight_decay, 0.0);
  require_at_least("warmup_steps", options.warmup_steps, 0);
  require_valid(options.objective);
  require_at_least<std::int64_t>("log_every", options.log_every, 1);
  require_at_least<std::int64_t>("validate_every", options.validate_every, 1);
  require_at_least<std::int64_t>("validation_library", options.validation_library, 2);
  require_at_least<std::int64_t>("checkpoint_every", options.checkpoint_every, 1);
  require_above_zero("checkpoint_minutes", options.checkpoint_minutes);
  require_at_least("keep_last", options.keep_last, 0);
  require_at_least("skip_limit", options.skip_limit, 1);
  require_one_of("device", options.device, std::array<std::string_view, 3>{"auto", "cpu", "cuda"});
  require_one_of("precision", options.precision, std::array<std::string_view, 2>{"fp32", "bf16"});
  require_one_of("pairs", options.pairs, std::array<std::string_view, 2>{"memory", "file"});
  require_at_least("generator_threads", options.generator_threads, 0);
}

std::int64_t total_steps(const TrainingOptions& options, std::int64_t n_train) {
  if (n_train < options.batch_size) {
    throw Error("--batch-size is " + std::to_string(options.batch_size) +
                ", but the file has only " + std::to_string(n_train) +
                " training flows: give a smaller batch_size");
  }
  if (options.epochs == 0) return options.steps;
  const std::int64_t batches = n_train / options.batch_size;
  const auto steps = static_cast<std::int64_t>(options.epochs * static_cast<double>(batches));
  if (steps < 1) {
    throw Error("epochs is " + std::to_string(options.epochs) + ": less than one step; give more");
  }
  return steps;
}

}  // namespace lagoon::contrastive
