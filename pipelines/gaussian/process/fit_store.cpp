#include "pipelines/gaussian/process/fit_store.hpp"

#include <algorithm>
#include <string>

#include "flow/error.hpp"
#include "pipelines/support/json/json_lines.hpp"

namespace lagoon::pipelines {

nlohmann::json to_json(const MeanErrors& errors) {
  return {{"error_u_given_v", errors.u_given_v}, {"error_v_given_u", errors.v_given_u}};
}

namespace {

MeanErrors errors_of(const nlohmann::json& json) {
  const MeanErrors errors{json.at("error_u_given_v"), json.at("error_v_given_u")};
  require(errors.u_given_v >= 0 && errors.v_given_u >= 0, "an error is negative");
  return errors;
}

nlohmann::json to_json(const ProcessFit& fit, const nlohmann::json& how) {
  return {{"how", how},
          {"embedding_dim", fit.setting.embedding_dim},
          {"batch_size", fit.setting.batch_size},
          {"samples", fit.setting.samples},
          {"seed", fit.seed},
          {"trained", to_json(fit.trained)},
          {"plug_in", to_json(fit.plug_in)},
          {"loss", fit.loss},
          {"A", std::vector<double>(fit.A.reshaped().begin(), fit.A.reshaped().end())}};
}

FitSetting setting_of(const nlohmann::json& json) {
  const FitSetting setting{json.at("embedding_dim"), json.at("batch_size"), json.at("samples")};
  require(setting.embedding_dim >= 1 && setting.batch_size >= 2 &&
              setting.samples >= setting.batch_size,
          "its sizes cannot be");
  return setting;
}

ProcessFit fit_of(const nlohmann::json& json, const nlohmann::json& how) {
  const auto values = json.at("A").get<std::vector<double>>();
  const auto n_u = how.at("n_u").get<Eigen::Index>();
  const auto n_v = how.at("n_v").get<Eigen::Index>();
  require(static_cast<Eigen::Index>(values.size()) == n_u * n_v, "A has a wrong size");
  return {setting_of(json),
          json.at("seed"),
          errors_of(json.at("trained")),
          errors_of(json.at("plug_in")),
          json.at("loss"),
          Eigen::Map<const Eigen::MatrixXd>(values.data(), n_u, n_v)};
}

}  // namespace

FitStore::FitStore(std::filesystem::path file, nlohmann::json how)
    : file_(std::move(file)), how_(std::move(how)) {
  for (const auto& line : reopen_json_lines(file_)) {
    // The last line of a killed run may be cut off: its fit is done again.
    const auto& json = line.value;
    if (!json.is_object() || json.value("how", nlohmann::json()) != how_) continue;
    try {
      fits_.push_back(fit_of(json, how_));
    } catch (const std::exception& error) {
      throw Error(file_.string() + ": a line is damaged (remove it): " + error.what());
    }
  }
}

const ProcessFit* FitStore::find(const FitSetting& setting, std::uint64_t seed) const {
  const auto found = std::ranges::find_if(
      fits_, [&](const ProcessFit& fit) { return fit.setting == setting && fit.seed == seed; });
  return found == fits_.end() ? nullptr : &*found;
}

void FitStore::add(const ProcessFit& fit) {
  append_json_line(file_, to_json(fit, how_));
  fits_.push_back(fit);
}

}  // namespace lagoon::pipelines
