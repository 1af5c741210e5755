#include "pipelines/assimilation/scores/finished_methods.hpp"

#include <span>

#include "flow/error.hpp"
#include "pipelines/support/json/json_lines.hpp"
#include "pipelines/support/json/json_number.hpp"

namespace lagoon::pipelines {
namespace {

using nlohmann::json;

template <class Numbers>
json numbers_json(const Numbers& numbers) {
  json list = json::array();
  for (const double number : numbers) list.push_back(number);
  return list;
}

std::vector<double> numbers_of(const json& list) {
  std::vector<double> numbers;
  for (const auto& value : list) numbers.push_back(number_or_nan(value));
  return numbers;
}

json estimate_json(const flow::Estimate& e) {
  return {e.value, e.lower, e.upper};
}

flow::Estimate estimate_of(const json& list) {
  return {number_or_nan(list.at(0)), number_or_nan(list.at(1)), number_or_nan(list.at(2))};
}

template <class Estimates>
json estimates_json(const Estimates& estimates) {
  json list = json::array();
  for (const auto& estimate : estimates) list.push_back(estimate_json(estimate));
  return list;
}

std::vector<flow::Estimate> estimates_of(const json& list) {
  std::vector<flow::Estimate> estimates;
  for (const auto& value : list) estimates.push_back(estimate_of(value));
  return estimates;
}

json shells_json(const std::map<int, flow::Estimate>& shells) {
  json list = json::array();
  for (const auto& [shell, estimate] : shells) list.push_back({shell, estimate_json(estimate)});
  return list;
}

std::map<int, flow::Estimate> shells_of(const json& list) {
  std::map<int, flow::Estimate> shells;
  for (const auto& entry : list) shells[entry.at(0).get<int>()] = estimate_of(entry.at(1));
  return shells;
}

json test_json(const flow::UniformityTest& test) {
  return {numbers_json(test.counts), test.chi_squared, test.p_value};
}

flow::UniformityTest test_of(const json& list) {
  return {numbers_of(list.at(0)), number_or_nan(list.at(1)), number_or_nan(list.at(2))};
}

json ranks_json(const flow::SimulationBasedCalibration::Result& ranks) {
  json functionals = json::array();
  for (const auto& test : ranks.by_functional) functionals.push_back(test_json(test));
  return {test_json(ranks.pooled), functionals, ranks.smallest_p_value};
}

flow::SimulationBasedCalibration::Result ranks_of(const json& list) {
  flow::SimulationBasedCalibration::Result ranks;
  ranks.pooled = test_of(list.at(0));
  for (const auto& test : list.at(1)) ranks.by_functional.push_back(test_of(test));
  ranks.smallest_p_value = number_or_nan(list.at(2));
  return ranks;
}

json forecast_json(const ForecastResult& f) {
  return {estimate_json(f.error),        estimate_json(f.error_of_draws),
          estimate_json(f.spread_skill), estimates_json(f.separation),
          estimates_json(f.persistence), estimates_json(f.errors)};
}

ForecastResult forecast_of(const json& list) {
  return {estimate_of(list.at(0)),  estimate_of(list.at(1)),  estimate_of(list.at(2)),
          estimates_of(list.at(3)), estimates_of(list.at(4)), estimates_of(list.at(5))};
}

json example_json(const flow::GaussianPosterior& example) {
  return {numbers_json(example.mean), numbers_json(example.covariance.reshaped())};
}

flow::GaussianPosterior example_of(const json& list) {
  const auto mean = numbers_of(list.at(0)), covariance = numbers_of(list.at(1));
  const auto n = static_cast<Eigen::Index>(mean.size());
  require(covariance.size() == mean.size() * mean.size(), "an example has another size");
  return {Eigen::VectorXd::Map(mean.data(), n), Eigen::MatrixXd::Map(covariance.data(), n, n)};
}

json result_json(const MethodResult& result) {
  json line = {{"name", result.name}, {"title", result.title}, {"more", result.more}};
  visit_estimates(result, [&](const char* key, const flow::Estimate& estimate) {
    line["estimates"][key] = estimate_json(estimate);
  });
  line["coverage"] = estimates_json(result.scores.coverage);
  line["psi"] = shells_json(result.scores.psi_by_wavenumber);
  line["velocity"] = shells_json(result.scores.velocity_by_wavenumber);
  if (result.forecast) line["forecast"] = forecast_json(*result.forecast);
  line["seconds_once"] = result.seconds_once;
  line["ranks"] = ranks_json(result.ranks);
  line["examples"] = json::array();
  for (const auto& example : result.examples) line["examples"].push_back(example_json(example));
  return line;
}

MethodResult result_of(const json& line) {
  MethodResult result;
  line.at("name").get_to(result.name);
  line.at("title").get_to(result.title);
  result.more = line.at("more");
  visit_estimates(result, [&](const char* key, flow::Estimate& estimate) {
    estimate = estimate_of(line.at("estimates").at(key));
  });
  const auto coverage = estimates_of(line.at("coverage"));
  require(coverage.size() == result.scores.coverage.size(), "coverage has another size");
  std::ranges::copy_n(coverage.begin(), std::ssize(result.scores.coverage),
                      result.scores.coverage.begin());
  result.scores.psi_by_wavenumber = shells_of(line.at("psi"));
  result.scores.velocity_by_wavenumber = shells_of(line.at("velocity"));
  if (line.contains("forecast")) result.forecast = forecast_of(line.at("forecast"));
  line.at("seconds_once").get_to(result.seconds_once);
  result.ranks = ranks_of(line.at("ranks"));
  for (const auto& example : line.at("examples")) result.examples.push_back(example_of(example));
  return result;
}

std::string key_of(const json& line) {
  return line.at("setting").get<std::string>() + "|" +
         line.at("result").at("name").get<std::string>();
}

}  // namespace

FinishedMethods::FinishedMethods(std::filesystem::path file, json how)
    : file_(std::move(file)), how_(std::move(how)) {
  for (auto& [number, text, line, is_last] : reopen_json_lines(file_)) {
    if (line.is_discarded()) continue;  // cut short by a kill
    require(
        line.is_object() && line.value("how", json()) == how_,
        file_.string() +
            ": is of other options, inputs or another version (give the same, or leave --resume "
            "out)");
    std::string key = read_key(line);
    lines_[std::move(key)] = std::move(line);
  }
}

std::string FinishedMethods::read_key(const json& line) const {
  try {
    return key_of(line);
  } catch (const std::exception& error) {
    throw Error(file_.string() + ": a line names no setting and method, " + error.what() +
                " (leave --resume out)");
  }
}

bool FinishedMethods::find(const std::string& setting, const std::string& method,
                           MethodResult& result, ReferenceCosts& costs) const {
  const auto found = lines_.find(setting + "|" + method);
  if (found == lines_.end()) return false;
  try {
    result = result_of(found->second.at("result"));
    if (method == "variational") costs = numbers_of(found->second.at("costs"));
  } catch (const std::exception& error) {
    throw Error(file_.string() + ": the line of " + method + " cannot be read, " + error.what() +
                " (leave --resume out)");
  }
  return true;
}

void FinishedMethods::add(const std::string& setting, const MethodResult& result,
                          const ReferenceCosts& costs) {
  if (file_.empty()) return;
  json line = {{"how", how_}, {"setting", setting}, {"result", result_json(result)}};
  if (result.name == "variational") line["costs"] = numbers_json(costs);
  append_json_line(file_, line);
}

}  // namespace lagoon::pipelines
