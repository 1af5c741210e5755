#include "pipelines/diagnosis/diagnosis.hpp"

#include <utility>

#include "flow/error.hpp"
#include "pipelines/support/json/json_number.hpp"

namespace lagoon::pipelines {

nlohmann::json to_json(const contrastive::Estimate& estimate) {
  return {{"value", estimate.value}, {"standard_error", estimate.standard_error}};
}

namespace {

using contrastive::Embeddings;

constexpr int kHubDepth = 10;

/// The encoder's own coordinates: rows of the quadratic tilting end in two that stand for lengths.
Embeddings own_coordinates(const Embeddings& embeddings, const std::string& tilting) {
  if (tilting != "quadratic") return embeddings;
  Embeddings own{embeddings.n, embeddings.dim - 2, {}};
  for (std::int64_t i = 0; i < embeddings.n; ++i) {
    const auto row = embeddings.row(i);
    own.values.insert(own.values.end(), row.begin(), row.end() - 2);
  }
  return own;
}

/// What `measure` gives, or nothing where it says why it cannot.
template <typename Measure>
auto if_possible(const Measure& measure) -> std::optional<decltype(measure())> {
  try {
    return measure();
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// `library` and `queries`: with what the tilting adds.
DiagnosedSide diagnose_side(const Embeddings& own, const Embeddings& queries,
                            const Embeddings& library, int threads) {
  constexpr int kBins = 40;
  DiagnosedSide side;
  side.uniformity = contrastive::uniformity(own);
  side.cosines = contrastive::test_cosines(own, {.threads = threads});
  side.histogram = contrastive::cosine_histogram(own, kMostDiagnosed, kBins);
  side.divergence = if_possible([&] { return contrastive::divergence_from_uniform(own); });
  side.henze_zirkler = if_possible([&] { return contrastive::test_henze_zirkler(own); });
  side.mardia = if_possible([&] { return contrastive::test_mardia(own); });
  side.rank = contrastive::effective_rank(own);
  side.hubs = contrastive::hubness(queries, library, kHubDepth);
  return side;
}

/// How sure each query is of its best row of the library, and whether that is its partner.
contrastive::Reliability reliability_of(const Embeddings& queries, const Embeddings& library,
                                        double temperature) {
  std::vector<double> confidence;
  std::vector<bool> right;
  for (Eigen::Index q = 0; q < queries.n; ++q) {
    const Eigen::VectorXd scores =
        (contrastive::as_matrix(library) * contrastive::as_matrix(queries).row(q).transpose())
            .cast<double>() /
        temperature;
    Eigen::Index best = 0;
    const double largest = scores.maxCoeff(&best);
    confidence.push_back(1 / (scores.array() - largest).exp().sum());
    right.push_back(best == q);
  }
  return contrastive::measure_reliability(confidence, right);
}

using pipelines::to_json;  // which those below would hide

nlohmann::json to_json(const contrastive::NormalityTest& test) {
  return {{"statistic", test.statistic}, {"p_value", test.p_value}};
}

nlohmann::json to_json(const contrastive::MardiaTest& test) {
  return {{"skewness", to_json(test.skewness)}, {"kurtosis", to_json(test.kurtosis)}};
}

template <typename Part>
nlohmann::json to_json(const std::optional<Part>& part) {
  return part ? to_json(*part) : nlohmann::json();
}

nlohmann::json to_json(const DiagnosedSide& side) {
  return {{"uniformity", to_json(side.uniformity)},
          {"cosines",
           {{"distance", side.cosines.distance},
            {"distance_1_in_100", side.cosines.null_99},
            {"p_value", side.cosines.p_value},
            {"rows", side.cosines.rows}}},
          {"divergence_from_uniform", to_json(side.divergence)},
          {"normality",
           {{"henze_zirkler", to_json(side.henze_zirkler)}, {"mardia", to_json(side.mardia)}}},
          {"effective_rank",
           {{"entropy", to_json(side.rank.entropy)},
            {"participation", to_json(side.rank.participation)}}},
          {"hubs",
           {{"k", side.hubs.k},
            {"skewness", to_json(side.hubs.skewness)},
            {"largest_share", side.hubs.largest_share},
            {"unanswering_share", side.hubs.unanswering_share}}}};
}

nlohmann::json to_json(const contrastive::Reliability& reliability) {
  auto bins = nlohmann::json::array();
  for (const auto& bin : reliability.bins) {
    bins.push_back(
        {{"n", bin.n}, {"confidence", bin.confidence}, {"accuracy", to_json(bin.accuracy)}});
  }
  return {{"expected_calibration_error", reliability.expected_error},
          {"if_calibrated", reliability.if_calibrated},
          {"p_value", reliability.p_value},
          {"brier", to_json(reliability.brier)},
          {"bins", std::move(bins)}};
}

/// Bounds that an unbounded critic has not are null.
nlohmann::json to_json(const contrastive::DynamicRange& range) {
  return {{"reach", finite_or_null(range.reach)},
          {"ceiling", finite_or_null(range.ceiling)},
          {"needed", range.needed},
          {"used", range.used},
          {"is_enough", range.is_enough()},
          {"information", to_json(range.information)},
          {"log_library", range.log_library},
          {"share_at_ceiling", range.share_at_ceiling}};
}

/// A link alone decides nothing between estimators; it tells how many samples a bridge over it
/// takes.
nlohmann::json to_json(const BridgeNeed& need) {
  return {{"decision", nullptr},
          {"reason", "one pair of encoders: lagoon bridge embeddings decides between two"},
          {"samples", need.samples},
          {"is_lower_bound", need.is_lower_bound}};
}

}  // namespace

BridgeNeed bridge_need(const contrastive::DynamicRange& range) {
  constexpr double kMarginNats = 2;
  const double nats = range.information.value + kMarginNats;
  return {std::ceil(std::exp(nats)), nats >= range.log_library};
}

Diagnosis diagnose(const Embeddings& eulerian, const Embeddings& lagrangian,
                   const std::string& tilting, double temperature, int threads) {
  require(eulerian.n >= kFewestDiagnosed, std::to_string(eulerian.n) +
                                              " pairs are too few for a diagnosis: give " +
                                              std::to_string(kFewestDiagnosed) + " or more");
  const Embeddings u = contrastive::thin(eulerian, kMostDiagnosed);
  const Embeddings v = contrastive::thin(lagrangian, kMostDiagnosed);
  const Embeddings own_u = own_coordinates(u, tilting), own_v = own_coordinates(v, tilting);
  Diagnosis diagnosis;
  diagnosis.pairs = u.n;
  diagnosis.dim = own_u.dim;
  diagnosis.temperature = temperature;
  diagnosis.uniformity_of_sphere = contrastive::uniformity_of_sphere(own_u.dim);
  diagnosis.eulerian = diagnose_side(own_u, v, u, threads);
  diagnosis.lagrangian = diagnose_side(own_v, u, v, threads);
  diagnosis.alignment = contrastive::alignment(own_u, own_v);
  diagnosis.modality_gap = contrastive::modality_gap(own_u, own_v);
  diagnosis.reliability = reliability_of(v, u, temperature);
  diagnosis.range = contrastive::measure_dynamic_range(u, v, 1 / temperature, tilting == "cosine");
  return diagnosis;
}

nlohmann::json to_json(const Diagnosis& diagnosis) {
  return {{"pairs", diagnosis.pairs},
          {"dim", diagnosis.dim},
          {"temperature", diagnosis.temperature},
          {"uniformity_of_sphere", diagnosis.uniformity_of_sphere},
          {"eulerian", to_json(diagnosis.eulerian)},
          {"lagrangian", to_json(diagnosis.lagrangian)},
          {"alignment", to_json(diagnosis.alignment)},
          {"modality_gap", diagnosis.modality_gap},
          {"reliability", to_json(diagnosis.reliability)},
          {"dynamic_range", to_json(diagnosis.range)},
          {"bridge", to_json(bridge_need(diagnosis.range))}};
}

}  // namespace lagoon::pipelines
