#include "pipelines/assimilation/scores/finished_methods.hpp"

#include <span>

#include "flow/error.hpp"
#include "pipelines/support/json/json_lines.hpp"
#include "pipelines/support/json/json_number.hpp"

namespace lagoon::pipelines {
namespace {

template <class Numbers>
nlohmann::json numbers_list(const Numbers& numbers) {
  nlohmann::json list = nlohmann::json::array();
  for (const double number : numbers) list.push_back(number);
  return list;
}

std::vector<double> numbers_of(const nlohmann::json& list) {
  std::vector<double> numbers;
  for (const auto& value : list) numbers.push_back(number_or_nan(value));
  return numbers;
}

nlohmann::json estimate_list(const flow::Estimate& e) {
  return {e.value, e.lower, e.upper};
}

flow::Estimate estimate_of(const nlohmann::json& list) {
  return {number_or_nan(list.at(0)), number_or_nan(list.at(1)), number_or_nan(list.at(2))};
}

template <class Estimates>
nlohmann::json estimates_list(const Estimates& estimates) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& estimate : estimates) list.push_back(estimate_list(estimate));
  return list;
}

std::vector<flow::Estimate> estimates_of(const nlohmann::json& list) {
  std::vector<flow::Estimate> estimates;
  for (const auto& value : list) estimates.push_back(estimate_of(value));
  return estimates;
}

nlohmann::json shells_list(const std::map<int, flow::Estimate>& shells) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& [shell, estimate] : shells) list.push_back({shell, estimate_list(estimate)});
  return list;
}

std::map<int, flow::Estimate> shells_of(const nlohmann::json& list) {
  std::map<int, flow::Estimate> shells;
  for (const auto& entry : list) shells[entry.at(0).get<int>()] = estimate_of(entry.at(1));
  return shells;
}

nlohmann::json test_list(const flow::UniformityTest& test) {
  return {numbers_list(test.counts), test.chi_squared, test.p_value};
}

flow::UniformityTest test_of(const nlohmann::json& list) {
  return {numbers_of(list.at(0)), number_or_nan(list.at(1)), number_or_nan(list.at(2))};
}

nlohmann::json ranks_list(const flow::SimulationBasedCalibration::Result& ranks) {
  nlohmann::json functionals = nlohmann::json::array();
  for (const auto& test : ranks.by_functional) functionals.push_back(test_list(test));
  return {test_list(ranks.pooled), functionals, ranks.smallest_p_value};
}

flow::SimulationBasedCalibration::Result ranks_of(const nlohmann::json& list) {
  flow::SimulationBasedCalibration::Result ranks;
  ranks.pooled = test_of(list.at(0));
  for (const auto& test : list.at(1)) ranks.by_functional.push_back(test_of(test));
  ranks.smallest_p_value = number_or_nan(list.at(2));
  return ranks;
}

nlohmann::json forecast_list(const ForecastResult& f) {
  return {estimate_list(f.error),        estimate_list(f.error_of_draws),
          estimate_list(f.spread_skill), estimates_list(f.separation),
          estimates_list(f.persistence), estimates_list(f.errors)};
}

ForecastResult forecast_of(const nlohmann::json& list) {
  return {estimate_of(list.at(0)),  estimate_of(list.at(1)),  estimate_of(list.at(2)),
          estimates_of(list.at(3)), estimates_of(list.at(4)), estimates_of(list.at(5))};
}

nlohmann::json example_list(const flow::GaussianPosterior& example) {
  return {numbers_list(example.mean), numbers_list(example.covariance.reshaped())};
}

flow::GaussianPosterior example_of(const nlohmann::json& list) {
  const auto mean = numbers_of(list.at(0)), covariance = numbers_of(list.at(1));
  const auto n = static_cast<Eigen::Index>(mean.size());
  require(covariance.size() == mean.size() * mean.size(), "an example has another size");
  return {Eigen::VectorXd::Map(mean.data(), n), Eigen::MatrixXd::Map(covariance.data(), n, n)};
}

nlohmann::json result_line(const MethodResult& result) {
  nlohmann::json line = {{"name", result.name}, {"title", result.title}, {"more", result.more}};
  visit_estimates(result, [&](const char* key, const flow::Estimate& estimate) {
    line["estimates"][key] = estimate_list(estimate);
  });
  line["coverage"] = estimates_list(result.scores.coverage);
  line["psi"] = shells_list(result.scores.psi_by_wavenumber);
  line["velocity"] = shells_list(result.scores.velocity_by_wavenumber);
  if (result.forecast) line["forecast"] = forecast_list(*result.forecast);
  line["seconds_once"] = result.seconds_once;
  line["ranks"] = ranks_list(result.ranks);
  line["examples"] = nlohmann::json::array();
  for (const auto& example : result.examples) line["examples"].push_back(example_list(example));
  return line;
}

MethodResult result_of(const nlohmann::json& line) {
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

std::string key_of(const nlohmann::json& line) {
  return line.at("setting").get<std::string>() + "|" +
         line.at("result").at("name").get<std::string>();
}

}  // namespace

FinishedMethods::FinishedMethods(std::filesystem::path file, nlohmann::json how)
    : file_(std::move(file)), how_(std::move(how)) {
  for (auto& [number, text, line, is_last] : reopen_json_lines(file_)) {
    if (line.is_discarded()) continue;  // cut short by a kill
    require(
        line.is_object() && line.value("how", nlohmann::json()) == how_,
        file_.string() +
            ": is of other options, inputs or another version (give the same, or leave --resume "
            "out)");
    std::string key = read_key(line);
    lines_[std::move(key)] = std::move(line);
  }
}

std::string FinishedMethods::read_key(const nlohmann::json& line) const {
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
  nlohmann::json line = {{"how", how_}, {"setting", setting}, {"result", result_line(result)}};
  if (result.name == "variational") line["costs"] = numbers_list(costs);
  append_json_line(file_, line);
}

}  // namespace lagoon::pipelines
