#include "contrastive/options.hpp"

#include <cmath>

#include "contrastive/objective/losses/loss_list.hpp"
#include "contrastive/option_rows.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

void require_transformer(const ModelOptions& options, const flow::Law& law) {
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

/// Rows point to members that may be set: those of a copy.
template <typename Options>
void require_rules_of(Options options) {
  require_rules(option_rows(options));
}

template <typename Options>
std::vector<std::string> idle_names_of(Options options) {
  return idle_names(option_rows(options));
}

}  // namespace

int embedding_dim(const ModelOptions& options, const flow::Law& law) {
  return options.eulerian_encoder == "identity" ? static_cast<int>(2 * law.n_modes())
                                                : options.embedding_dim;
}

std::int64_t n_coordinates(const flow::Law& law) {
  return static_cast<std::int64_t>(2 * law.n_positions());
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
  return idle_names_of(options);
}

std::vector<std::string> without_effect(const ObjectiveOptions& options) {
  return idle_names_of(options);
}

void require_valid(const ModelOptions& options, const flow::Law& law) {
  require_rules_of(options);
  if (options.lagrangian_features == "whitened") {
    if (options.whitened_components > n_coordinates(law)) {
      throw Error("--whitened-components is " + std::to_string(options.whitened_components) +
                  ": a trajectory has only " + std::to_string(n_coordinates(law)) + " coordinates");
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
  require_rules_of(options);
  if (heeds(options.loss, kWeighted)) {
    require(options.lambda_u + options.lambda_v > 0,
            "--lambda-u and --lambda-v are 0: give one of them a number above 0");
  }
}

void require_valid(const TrainingOptions& options) {
  require_rules_of(options);
  require_valid(options.objective);
}

std::int64_t total_steps(const TrainingOptions& options, std::int64_t n_train) {
  if (n_train < options.batch_size) {
    throw Error("--batch-size is " + std::to_string(options.batch_size) +
                ", but the file has only " + std::to_string(n_train) +
                " training flows: give a smaller one");
  }
  if (options.epochs == 0) return options.steps;
  const std::int64_t batches = n_train / options.batch_size;
  const auto steps = static_cast<std::int64_t>(options.epochs * static_cast<double>(batches));
  if (steps < 1) {
    throw Error("--epochs is " + number_text(options.epochs) + ": less than one step; give more");
  }
  return steps;
}

}  // namespace lagoon::contrastive
