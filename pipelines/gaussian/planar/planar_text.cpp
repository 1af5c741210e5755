#include "pipelines/gaussian/planar/planar_text.hpp"

#include <algorithm>
#include <map>

#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

using Conditional = PlanarMoments::Conditional;

/// "mean 0.667 and variance 1.500".
std::string conditional_text(const Conditional& law) {
  return "mean " + decimals(law.coefficient, 3) + " and variance " + decimals(law.variance, 3);
}

/// "1.500 and 1.500".
std::string marginals_text(const PlanarMoments& moments) {
  return decimals(moments.marginal_u, 3) + " and " + decimals(moments.marginal_v, 3);
}

std::string trained_text(const PlanarModel& model) {
  if (!model.trained) return "";
  const auto& moments = model.trained->moments;
  return " Trained: u given v = 1 has " + conditional_text(moments.u_given_v) + ", v given u = 1 " +
         conditional_text(moments.v_given_u) + ", the marginals " + marginals_text(moments) + ".";
}

std::string cosine_conditional(const PlanarMoments& truth, const PlanarMoments& m) {
  return "Both conditional means are the data's (" + decimals(m.u_given_v.coefficient, 3) + ", " +
         decimals(m.v_given_u.coefficient, 3) +
         "; Theorem 5.1), but the conditionals are as wide as the reference (variances " +
         decimals(m.u_given_v.variance, 3) + ", " + decimals(m.v_given_u.variance, 3) +
         " instead of " + decimals(truth.u_given_v.variance, 3) + ", " +
         decimals(truth.v_given_u.variance, 3) +
         "), and so the marginals are too wide: " + marginals_text(m) + " instead of " +
         marginals_text(truth) + ".";
}

std::string quadratic_one_sided(const PlanarMoments& truth, const PlanarMoments& m) {
  return "u given v is exact (" + conditional_text(m.u_given_v) +
         "; Theorem 5.3). The loss does not see v given u, which comes out with " +
         conditional_text(m.v_given_u) + " instead of " + conditional_text(truth.v_given_u) +
         ", and the marginals come out too narrow: " + marginals_text(m) + " instead of " +
         marginals_text(truth) + ".";
}

std::string cosine_joint(const PlanarMoments& truth, const PlanarMoments& m) {
  return "The joint loss buys the data's covariance (" + decimals(m.covariance, 3) +
         ", exact) and closer marginals (" + marginals_text(m) + " instead of " +
         marginals_text(truth) +
         ") with a bias of the conditional means: " + decimals(m.u_given_v.coefficient, 3) +
         " instead of " + decimals(truth.u_given_v.coefficient, 3) + " (Theorem 5.6).";
}

std::string quadratic_two_sided(const PlanarMoments& truth, const PlanarMoments& m) {
  return "Not in [BST]. One quadratic tilting cannot make both conditionals exact: the two-sided "
         "loss shares the error out. u given v = 1 has " +
         conditional_text(m.u_given_v) + " instead of " + conditional_text(truth.u_given_v) + ".";
}

std::string quadratic_joint(const PlanarMoments& truth, const PlanarMoments& m) {
  return "Not in [BST]. The joint loss of the quadratic tilting halves the covariance, " +
         decimals(m.covariance, 3) + " instead of " + decimals(truth.covariance, 3) +
         ", and makes conditionals and marginals too narrow.";
}

std::string signs(const PlanarStudy& study, const PlanarModel& model) {
  const auto& best = model.closed.moments.u_given_v;
  const auto& unit = study.unit_temperature.moments.u_given_v;
  std::string text =
      "A normalised linear encoder of one component is its sign, so the conditional is the "
      "marginal with its two halves weighted. At temperature 1, which [BST] Figure 6 must have "
      "used, u given v > 0 has " +
      conditional_text(unit) + "; at the best temperature, " + decimals(model.temperature, 4) +
      ", " + conditional_text(best) + "; the data given v = 1 " +
      conditional_text(study.truth.moments.u_given_v) + ".";
  if (model.trained) {
    text += " Training the temperature reaches " + decimals(model.trained_temperature, 4) +
            " (the signs are given: they have no gradient, and opposite ones never turn).";
  }
  return text;
}

const PlanarModel& closest(const PlanarStudy& study, double PlanarMoments::*measure) {
  return *std::ranges::min_element(
      study.models, {}, [&](const PlanarModel& model) { return model.closed.moments.*measure; });
}

/// Where no other model of the study comes nearer to the data.
std::string best_text(const PlanarStudy& study, const PlanarModel& model) {
  std::string text;
  if (&closest(study, &PlanarMoments::j_cond) == &model) {
    text += " Of all models here it has the least J_cond, " +
            decimals(model.closed.moments.j_cond, 4) + ".";
  }
  if (&closest(study, &PlanarMoments::kl_joint) == &model) {
    text += " Of all models here it has the least KL(data || model), " +
            decimals(model.closed.moments.kl_joint, 4) + ".";
  }
  return text;
}

double peak(const PlanarLaw::Densities& densities) {
  return densities(Eigen::VectorXd::LinSpaced(2001, -5, 5)).maxCoeff();
}

}  // namespace

std::string figure_title(const PlanarModel& model) {
  static const std::map<std::string, std::string> titles = {
      {"cosine_conditional", "Figure 2: inner product, conditional loss"},
      {"quadratic_one_sided", "Figure 3: quadratic tilting, one-sided loss of u given v"},
      {"cosine_joint", "Figure 4: inner product, joint loss"},
      {"quadratic_two_sided", "Beyond the paper: quadratic tilting, two-sided conditional loss"},
      {"quadratic_joint", "Beyond the paper: quadratic tilting, joint loss"},
      {kNormalizedKey, "Figure 6, left: normalised encoders, conditionals"}};
  return titles.at(model.key);
}

std::string finding(const PlanarStudy& study, const PlanarModel& model) {
  if (model.key == kNormalizedKey) return signs(study, model);
  using Caption = std::string (*)(const PlanarMoments&, const PlanarMoments&);
  static const std::map<std::string, Caption> captions = {
      {"cosine_conditional", cosine_conditional},
      {"quadratic_one_sided", quadratic_one_sided},
      {"cosine_joint", cosine_joint},
      {"quadratic_two_sided", quadratic_two_sided},
      {"quadratic_joint", quadratic_joint}};
  return captions.at(model.key)(study.truth.moments, model.closed.moments) +
         best_text(study, model) + trained_text(model);
}

std::string reference_finding(const PlanarStudy& study) {
  return "All models tilt the product of the marginals (left). What it lacks of the data (right) "
         "is their mutual information, " +
         decimals(study.mutual_information, 4) +
         " nats. The same colour is the same density in all pictures of the plane on this page.";
}

std::string joint_finding(const PlanarStudy& study) {
  const auto kl_of = [&](const char* key) { return study.model(key).closed.moments.kl_joint; };
  const PlanarModel& best = closest(study, &PlanarMoments::kl_joint);
  const bool joint_is_best_printed = kl_of("cosine_joint") < kl_of("cosine_conditional") &&
                                     kl_of("cosine_joint") < kl_of("quadratic_one_sided");
  return "Filled: the best model of each loss, with its divergence from the data's law; lines: the "
         "data, and what training reached. Of the three models of [BST] (upper row) the joint loss "
         "comes " +
         std::string(joint_is_best_printed ? "closest, as it says" : "not closest") +
         "; of all five the closest is \"" + best.title + "\", " +
         decimals(best.closed.moments.kl_joint, 4) + " nats.";
}

std::string sign_finding(const PlanarStudy& study) {
  const auto& best = study.model(kNormalizedKey).closed.moments;
  return "Mass moves between quadrants and nowhere within them, so the density jumps at the axes. "
         "The marginals stay the data's exactly; the covariance is " +
         decimals(best.covariance, 4) + " at the best temperature and " +
         decimals(study.unit_temperature.moments.covariance, 4) + " at 1, the data's " +
         decimals(study.truth.moments.covariance, 4) + ".";
}

constexpr const char* kFigure3 =
    "Figure 3's caption says \"cosine distance with the joint loss\". What it shows, and what the "
    "text describes, is the quadratic tilting with the one-sided loss.";
constexpr const char* kCorollary52 =
    "Corollary 5.2 calls the learned conditional covariances strictly larger; they are larger or "
    "equal in the order of matrices (strictly here, where u and v have one component each).";

std::vector<std::string> corrections_of_print() {
  const PlanarStudy print = study_planar({.train = false}, 0, 1);
  const auto kl_of = [&](const char* key) {
    return decimals(print.model(key).closed.moments.kl_joint, 4);
  };
  const auto& one_sided = print.model("quadratic_one_sided").closed;
  const auto& signs_at_best = print.model(kNormalizedKey).closed;
  const std::string axes =
      "Figure 3's axes end at 0.4 (conditionals) and 0.3 (marginals). With C = H^T H of a "
      "one-dimensional embedding, the only choice that encoders leave, v given u = 1 has a peak "
      "of " +
      decimals(peak(one_sided.v_given_one), 3) + " and the marginal of v one of " +
      decimals(peak(one_sided.marginal_v), 3) +
      ": either the print is cut off or its C belongs to no encoders.";
  return {
      kFigure3, axes, kCorollary52,
      "Figure 5's \"closest approximation\" holds among its three models. The two extensions, not "
      "in the paper, are closer: KL(data || model) is " +
          kl_of("quadratic_two_sided") + " and " + kl_of("quadratic_joint") + " beside " +
          kl_of("cosine_joint") + " of its joint loss.",
      "Figure 6 does not tell its temperature. Its axis reaches 0.6, as temperature 1 needs (a "
      "peak of " +
          decimals(peak(print.unit_temperature.u_given_one), 3) + "); the best temperature gives " +
          decimals(peak(signs_at_best.u_given_one), 3) +
          ". The picture is thus not the learned optimum."};
}

}  // namespace lagoon::pipelines
