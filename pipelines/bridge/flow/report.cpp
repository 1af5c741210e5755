#include "pipelines/bridge/flow/report.hpp"

#include <array>
#include <cmath>
#include <iomanip>
#include <sstream>

#include "pipelines/assimilation/methods/method.hpp"
#include "pipelines/assimilation/summary.hpp"
#include "pipelines/bridge/flow/figures.hpp"
#include "pipelines/report/sections.hpp"
#include "pipelines/report/text_table.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

using Row = std::vector<std::string>;

/// {"trajectory_to_velocity": {"1": ..., "1_interval": [.., ..], "5": ...}, ...}.
nlohmann::json to_json(const BridgeRecall& recall) {
  nlohmann::json json;
  for (std::size_t direction = 0; direction < recall.size(); ++direction) {
    auto& of_direction = json[kBridgeDirections[direction].key];
    for (std::size_t depth = 0; depth < kBridgeDepths.size(); ++depth) {
      add_estimate(of_direction, std::to_string(kBridgeDepths[depth]), recall[direction][depth]);
    }
  }
  return json;
}

nlohmann::json to_json(const flow::MethodScores& scores) {
  nlohmann::json json;
  add_estimate(json, "crps", scores.crps);
  add_estimate(json, "energy_score", scores.energy_score);
  add_estimate(json, "relative_error", scores.relative_error);
  add_estimate(json, "velocity_error", scores.velocity_error);
  add_estimate(json, "spread_skill", scores.spread_skill);
  add_coverage(json, scores.coverage);
  add_estimate(json, "effective_sample_size", scores.effective_sample_size);
  return json;
}

nlohmann::json information_json(const FlowInformation& information) {
  return {{"a_b", information.bridge.a_b},
          {"b_c", information.bridge.b_c},
          {"a_c", information.bridge.a_c()},
          {"ac_b", information.bridge.ac_b},
          {"b_d", information.b_d}};
}

struct NamedMethod {
  const char* key;
  const char* title;
  const BridgeMethod* method;
};
std::array<NamedMethod, 4> methods_of(const FlowBridgeStudy& study) {
  return {{{"direct", "direct comparison", &study.direct},
           {"monte_carlo", "Monte Carlo, self-normalised", &study.monte_carlo},
           {"paired", "trained on pairs", &study.paired},
           {"bayes", "Bayes (4D-Var, Laplace)", &study.bayes}}};
}

std::string three_decimals(const flow::Estimate& e) {
  return with_interval(e.value, e.lower, e.upper);
}

Row recall_cells(const std::string& name, const BridgeRecall& recall) {
  Row row = {name};
  for (const auto& of_direction : recall) {
    for (const auto& estimate : of_direction) row.push_back(three_decimals(estimate));
  }
  return row;
}

Row recall_header(const std::string& first) {
  Row header = {first};
  for (const auto& direction : kBridgeDirections) {
    for (const int depth : kBridgeDepths) {
      header.push_back(std::string(direction.title) + ", @" + std::to_string(depth));
    }
  }
  return header;
}

std::vector<Row> recall_rows(const FlowBridgeStudy& study) {
  std::vector<Row> rows;
  for (const auto& [key, title, method] : methods_of(study)) {
    rows.push_back(recall_cells(title, method->recall));
  }
  if (study.bayes_simulated) {
    rows.push_back(recall_cells("Bayes (simulation)", study.bayes_simulated->recall));
  }
  rows.push_back(recall_cells("Monte Carlo over paired", study.monte_carlo.of_paired));
  return rows;
}

std::vector<Row> pool_rows(const FlowBridgeStudy& study) {
  std::vector<Row> rows;
  for (const auto& point : study.curve) {
    Row row = recall_cells(std::to_string(point.samples), point.recall);
    row.push_back(figures_text(point.effective_samples));
    rows.push_back(std::move(row));
  }
  return rows;
}

const Row kJointHeader = {"instruments",        "posterior",       "CRPS",
                          "error of velocity",  "coverage of 90%", "effective draws",
                          "CRPS over the pool", "effective flows"};

std::vector<Row> joint_rows(const FlowBridgeStudy& study) {
  std::vector<Row> rows;
  for (const auto& one : study.joint) {
    const auto add = [&](const char* kind, const PosteriorScores& scores) {
      rows.push_back({one.instruments, kind, three_decimals(scores.sampled.crps),
                      three_decimals(scores.sampled.velocity_error),
                      three_decimals(scores.sampled.coverage[flow::kNinetyPercent]),
                      figures_text(scores.sampled.effective_sample_size.value),
                      three_decimals(scores.pool.crps),
                      figures_text(scores.pool.effective_sample_size.value)});
    };
    add("learned log-ratios", one.learned);
    add("exact likelihoods", one.exact);
  }
  return rows;
}

std::string information_text(const FlowBridgeStudy& study) {
  const auto& told = study.information.bridge;
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << "I(A;B) = " << told.a_b << ", I(B;C) = " << told.b_c
       << ", I(A;C) = " << told.a_c() << ", I(A,C;B) = " << told.ac_b
       << " nats (A trajectories, B flow, C velocities), and I(B;D) = " << study.information.b_d
       << " of the vorticity";
  return text.str();
}

/// How far the pool is from what exact log-ratios would need.
std::string need_text(const FlowBridgeStudy& study) {
  const auto& last = study.curve.back();
  std::ostringstream text;
  text << std::fixed << std::setprecision(1)
       << "A bridge by exact log-ratios would need of the order of exp(I(A,C;B)) = exp("
       << study.information.bridge.ac_b << ") flows; ln M is "
       << std::log(static_cast<double>(last.samples)) << ". At the true pairs the sum of "
       << last.samples << " flows rests on " << figures_text(last.effective_samples)
       << " of them (median): what the bridge retrieves it owes to learned log-ratios that are "
          "smoother than the true ones.";
  return text.str();
}

void add_numbers(HtmlPage& page, const FlowBridgeStudy& study) {
  page.heading("Retrieval");
  page.table(recall_header("method"), recall_rows(study));
  page.paragraph(
      "Shares of " + std::to_string(study.options.held_out) +
      " held-out flows whose partner is among the k best of as many, with 95% bootstrap "
      "intervals. The Monte-Carlo scores are less each candidate's own log-mean-exp over "
      "the pool, because a learned normaliser is not exactly 1.");
  if (study.choice) page.paragraph(choice_text(*study.choice));
  page.table(
      [] {
        auto header = recall_header("flows of the bridge");
        header.emplace_back("effective flows");
        return header;
      }(),
      pool_rows(study));
  page.heading("Information");
  page.paragraph("By the tangent-linear model, the mean over the held-out flows: " +
                 information_text(study) + ". " + need_text(study));
  page.heading("Several instruments at once");
  page.table(kJointHeader, joint_rows(study));
  page.paragraph(
      "Given the flow the instruments are independent, so that log-ratios of the same "
      "flow add up. Posteriors of the first " +
      std::to_string(study.options.joint_queries) +
      " held-out flows, by draws near each of them (population Monte Carlo); CRPS in "
      "standard deviations of the prior: smaller is better. The last columns are of the "
      "posterior over the " +
      std::to_string(study.options.pool) +
      " flows of the bridge, a sample of the prior: where few of them carry the weight, "
      "the pool is too small for what is known.");
}

}  // namespace

nlohmann::json to_json(const FlowBridgeStudy& study) {
  nlohmann::json json = {{"information", information_json(study.information)},
                         {"scales", study.scales},
                         {"held_out", study.options.held_out},
                         {"pool", study.options.pool}};
  if (study.choice) json["decision"] = to_json(*study.choice);
  for (const auto& [key, title, method] : methods_of(study)) {
    json["recall"][key] = to_json(method->recall);
    json["recall_of_paired"][key] = to_json(method->of_paired);
  }
  if (study.bayes_simulated) {
    json["recall"]["bayes_simulated"] = to_json(study.bayes_simulated->recall);
  }
  for (const auto& point : study.curve) {
    auto& of_size = json["monte_carlo_by_samples"][std::to_string(point.samples)];
    of_size = to_json(point.recall);
    of_size["not_normalized"] = to_json(point.raw_recall);
    of_size["effective_samples"] = point.effective_samples;
  }
  for (const auto& one : study.joint) {
    json["joint"][one.instruments] = {{"learned", to_json(one.learned.sampled)},
                                      {"exact", to_json(one.exact.sampled)},
                                      {"learned_over_pool", to_json(one.learned.pool)},
                                      {"exact_over_pool", to_json(one.exact.pool)}};
  }
  return json;
}

std::string flow_bridge_text(const FlowBridgeStudy& study) {
  return information_text(study) + "\n" +
         lines_of({"", "velocities @1", "@5", "trajectories @1", "@5"}, recall_rows(study)) +
         lines_of(kJointHeader, joint_rows(study));
}

void write_flow_bridge_page(const FigureFolder& folder, const FlowBridgeStudy& study,
                            const Invocation& invocation) {
  HtmlPage page("Instruments that never saw the same flow");
  page.paragraph(
      "Encoders of drifters' noisy trajectories (A), of noisy velocities at stations (C) and of "
      "noisy vorticity on a grid (D) are each trained beside an encoder of the flow's potential "
      "coefficients (B), on flows of their own. Velocities are then retrieved from trajectories, "
      "and back, through B: by direct comparison of embeddings, and by the mean over fresh flows "
      "of the product of both ratios.");
  add_numbers(page, study);
  page.heading("Figures");
  add_figures(page, {draw_recall_by_pool(folder, study), draw_bridge_example(folder, study)},
              folder.path());
  finish_page(page, folder.path(), invocation, ", and the trained weights (*.safetensors)");
}

}  // namespace lagoon::pipelines
