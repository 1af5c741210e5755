#include "pipelines/gaussian/process/process_text.hpp"

#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

/// "0.00123 and 0.456": of u given v, of v given u.
std::string errors_text(const MeanErrors& errors) {
  return number_text(errors.u_given_v, 3) + " and " + number_text(errors.v_given_u, 3);
}

/// The setting of a plan whose trained error of v is farthest above the population's, where that is
/// not 0; null if all are near it.
const FitSetting* farthest_from_best(const ProcessTheory& theory, const SweepPlan& plan,
                                     const FitsBySetting& fits) {
  constexpr double kNear = 1.2;
  const FitSetting* farthest = nullptr;
  double most = kNear;
  for (const auto& setting : plan.settings) {
    if (setting.embedding_dim >= theory.full_rank()) continue;
    const double ratio =
        mean_trained(fits.at(setting)).v_given_u / theory.best(setting.embedding_dim).v_given_u;
    if (ratio <= most) continue;
    most = ratio;
    farthest = &setting;
  }
  return farthest;
}

std::string below_full_rank(const ProcessTheory& theory, const SweepPlan& plan,
                            const FitsBySetting& fits) {
  const FitSetting* far = farthest_from_best(theory, plan, fits);
  if (far == nullptr) {
    return "Errors fall with the embedding dimension along the population optimum (Theorem 5.1, "
           "rank r), down to what " +
           std::to_string(plan.settings.front().samples) + " pairs and their batches allow.";
  }
  return "Training is not at its end: dimension " + std::to_string(far->embedding_dim) +
         " has errors " + errors_text(mean_trained(fits.at(*far))) +
         " (u, v), where the population optimum has " +
         errors_text(theory.best(far->embedding_dim)) + ".";
}

std::string dimensions_finding(const ProcessTheory& theory, const SweepPlan& plan,
                               const FitsBySetting& fits) {
  const int full = theory.full_rank();
  std::string text = below_full_rank(theory, plan, fits);
  const FitSetting *at_full = nullptr, *beyond = nullptr;
  for (const auto& setting : plan.settings) {
    if (setting.embedding_dim == full) at_full = &setting;
    if (setting.embedding_dim > full) beyond = &setting;
  }
  if (at_full == nullptr || beyond == nullptr) return text;
  const auto of_full = mean_trained(fits.at(*at_full)), of_beyond = mean_trained(fits.at(*beyond));
  constexpr double kLess = 0.8;
  return text + " " + std::to_string(full) +
         " dimensions, as many as v has components, suffice for an exact optimum: dimension " +
         std::to_string(full) + " has errors " + errors_text(of_full) + ", dimension " +
         std::to_string(beyond->embedding_dim) + " " + errors_text(of_beyond) +
         (of_beyond.v_given_u < kLess * of_full.v_given_u
              ? ", which is still less: more dimensions are faster to train."
              : ", no gain.");
}

std::string ends_text(const SweepPlan& plan, const FitsBySetting& fits) {
  const auto &first = plan.settings.front(), &last = plan.settings.back();
  return "With " + swept_text(plan, first) + " the errors (u, v) are " +
         errors_text(mean_trained(fits.at(first))) + ", with " + swept_text(plan, last) + " " +
         errors_text(mean_trained(fits.at(last))) + ".";
}

const char* const kPlugInMeaning =
    " The closed form of the pairs' covariances is what the pairs would allow if the normalisers "
    "were exact";

std::string batch_finding(const SweepPlan& plan, const FitsBySetting& fits) {
  const double first = mean_trained(fits.at(plan.settings.front())).v_given_u;
  const double last = mean_trained(fits.at(plan.settings.back())).v_given_u;
  return ends_text(plan, fits) +
         (last < first ? " The mean of a batch's exponentials is not their expectation, so small "
                         "batches have another optimum than the population."
                       : " Errors rise, because larger batches have fewer steps an epoch and "
                         "training is not at its end.") +
         kPlugInMeaning + ".";
}

std::string samples_finding(const ProcessOptions& options, const SweepPlan& plan,
                            const FitsBySetting& fits) {
  return ends_text(plan, fits) + " At a fixed number of epochs more pairs are also more steps, " +
         std::to_string(steps_of(options, plan.settings.front())) + " and " +
         std::to_string(steps_of(options, plan.settings.back())) + "." + kPlugInMeaning +
         "; what lies above it is the price of batches and of finitely many steps.";
}

}  // namespace

std::int64_t swept_value(const SweepPlan& plan, const FitSetting& setting) {
  if (plan.name == "embedding-dim") return setting.embedding_dim;
  return plan.name == "batch-size" ? setting.batch_size : setting.samples;
}

std::string swept_label(const SweepPlan& plan) {
  if (plan.name == "embedding-dim") return "embedding dimension";
  return plan.name == "batch-size" ? "batch size" : "pairs";
}

std::string swept_text(const SweepPlan& plan, const FitSetting& setting) {
  const std::string value = std::to_string(swept_value(plan, setting));
  if (plan.name == "embedding-dim") return "embedding dimension " + value;
  return plan.name == "batch-size" ? "batches of " + value : value + " pairs";
}

std::string figure_name(const SweepPlan& plan) {
  if (plan.name == "embedding-dim") return "embedding_dimension";
  return plan.name == "batch-size" ? "batch_size" : "sample_size";
}

std::string figure_title(const SweepPlan& plan) {
  if (plan.name == "embedding-dim") return "Figure 8: embedding dimension";
  return plan.name == "batch-size" ? "Figure 9: batch size" : "Figure 10: sample size";
}

std::string finding(const ProcessTheory& theory, const SweepPlan& plan, const FitsBySetting& fits,
                    const ProcessOptions& options) {
  const auto& base = plan.settings.front();
  std::string text, fixed;
  if (plan.name == "embedding-dim") {
    text = dimensions_finding(theory, plan, fits);
    fixed = std::to_string(base.samples) + " pairs, batches of " + std::to_string(base.batch_size);
  } else if (plan.name == "batch-size") {
    text = batch_finding(plan, fits);
    fixed = std::to_string(base.samples) + " pairs, " + std::to_string(base.embedding_dim) +
            " dimensions";
  } else {
    text = samples_finding(options, plan, fits);
    fixed = std::to_string(base.embedding_dim) + " dimensions";
  }
  const bool exact = plan.settings.back().embedding_dim >= theory.full_rank();
  return text + " (" + fixed + ", " + std::to_string(options.seeds) +
         (options.seeds == 1 ? " seed" : " seeds") + "; axes of errors are logarithmic" +
         (exact ? ": the population optimum of " + std::to_string(theory.full_rank()) +
                      " dimensions, 0, has no place on them.)"
                : ".)");
}

std::string training_text(const ProcessOptions& options) {
  return "Encoders are trained by Adam for " + std::to_string(options.epochs) +
         " epochs at a learning rate of " + number_text(options.learning_rate) +
         (options.decay > 0 ? ", which falls to zero over the last " +
                                  number_text(100 * options.decay) + "% of the steps"
                            : ", held constant") +
         (options.standardize
              ? ", on components divided by their standard deviation (a linear encoder of those is "
                "a linear encoder of the components)."
              : ", on the components as they are.");
}

std::vector<std::string> corrections_of_print(const ProcessTheory& theory) {
  const auto& nothing = theory.population.front();
  return {
      "Figure 8's axes call its numbers squared errors and show .04 to .12 for u given v. A model "
      "that has learned nothing has " +
          decimals(nothing.u_given_v, 4) +
          ": the whole of what can be known of u. So they are not squared errors of conditional "
          "means (lengths, perhaps, and those do not agree with a literal run either). Read the "
          "printed Figures 8 to 10 for their shape only.",
      "As printed (--preset printed: Adam at 1e-4 for 500 epochs, batches of 512), training is far "
      "from its end. Then errors go on falling beyond dimension 5, where the population optimum is "
      "reached, against the text; they rise with the batch size, against Figure 9, because larger "
      "batches have fewer steps an epoch; and they fall with the sample size mostly because more "
      "pairs have more steps an epoch. The default preset (3e-3 for 100 epochs, the rate falling "
      "to zero) converges.",
      "(57b) divides by the root of lambda_u, which must be lambda_1, and the psi_j = cos(j pi x) "
      "are called orthonormal: that takes a factor sqrt 2, which is used here. The grid has both "
      "ends of [0, 1], as Figure 7's axis shows.",
      "\"Errors converge to zero as the batch size increases\": with a fixed number of pairs they "
      "end at the optimum of those pairs, not at zero."};
}

}  // namespace lagoon::pipelines
