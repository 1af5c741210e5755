#include "pipelines/bridge/chain/chain_report.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "pipelines/bridge/chain/chain_figures.hpp"
#include "pipelines/bridge/chain/information_sweep.hpp"
#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/report/sections.hpp"
#include "pipelines/report/text_table.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

using Row = std::vector<std::string>;
using PoolSize = std::optional<std::int64_t>;

/// Visits every figure with the keys that lead to it.
using Visit = std::function<void(const std::vector<std::string>&, const SeedMean&)>;

std::string method_key(const char* name, PoolSize m) {
  return m ? std::string(name) + "_" + std::to_string(*m) : "direct";
}

std::vector<PoolSize> methods(const ChainPlan& plan) {
  std::vector<PoolSize> all = {std::nullopt};
  all.insert(all.end(), plan.pool_sizes.begin(), plan.pool_sizes.end());
  return all;
}

void visit_table(const ChainStudy& study, const Visit& visit) {
  for (const auto& model : study.plan.models) {
    for (const auto critic : study.plan.critics) {
      for (const PoolSize m : methods(study.plan)) {
        const auto recall = study.fits(model, critic, 0, m);
        if (recall) visit({"recall_at_1", model, to_string(critic), method_key("mc", m)}, *recall);
      }
    }
  }
}

void visit_references(const ChainStudy& study, const Visit& visit) {
  visit({"reference", "bayes"}, study.reference(0, {}));
  for (const auto m : study.plan.pool_sizes) {
    visit({"reference", method_key("exact", m)}, study.reference(0, m));
  }
  for (const char* pair : {"ab", "bc", "ac"}) {
    visit({"reference", "information", pair}, study.information(pair, 0));
  }
}

/// Visits the kinds of fits that a decision was made for.
void visit_decisions(const ChainStudy& study,
                     const std::function<void(const std::string&, contrastive::Critic,
                                              const ChainDecisions&)>& visit) {
  for (const auto& model : study.plan.models) {
    for (const auto critic : study.plan.critics) {
      const auto decisions = study.decisions(model, critic);
      if (decisions.made > 0) visit(model, critic, decisions);
    }
  }
}

std::vector<Row> decision_rows(const ChainStudy& study) {
  std::vector<Row> rows;
  visit_decisions(study, [&](const auto& model, auto critic, const auto& decisions) {
    rows.push_back({model + ", " + to_string(critic), std::to_string(decisions.made),
                    std::to_string(decisions.direct), std::to_string(decisions.better)});
  });
  return rows;
}

const Row kDecisionHeader = {"model, critic", "decisions", "direct", "the better one"};

/// The mean over critics, seed by seed.
SeedMean mean_of_critics(const std::vector<SeedMean>& of_critics) {
  std::vector<double> values(of_critics.front().values.size());
  for (const auto& one : of_critics) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] += one.values[i] / static_cast<double>(of_critics.size());
    }
  }
  return seed_mean(std::move(values));
}

void visit_bypass_fits(const ChainStudy& study, double rho, const char* name, PoolSize m,
                       const Visit& visit) {
  std::vector<SeedMean> of_critics;
  for (const auto critic : bypass_critics(study.plan)) {
    const auto recall = study.fits("unconscious", critic, rho, m);
    if (!recall) return;
    visit({"bypass", rho_text(rho), to_string(critic), name}, *recall);
    of_critics.push_back(*recall);
  }
  if (of_critics.empty()) return;
  visit({"bypass", rho_text(rho), name}, mean_of_critics(of_critics));
}

void visit_bypass(const ChainStudy& study, const Visit& visit) {
  const auto largest = study.plan.pool_sizes.back();
  for (const double rho : study.plan.bypass) {
    const std::string key = rho_text(rho);
    visit({"bypass", key, "bayes"}, study.reference(rho, {}));
    visit({"bypass", key, method_key("exact", largest)}, study.reference(rho, largest));
    visit_bypass_fits(study, rho, "mc", largest, visit);
    visit_bypass_fits(study, rho, "direct", {}, visit);
  }
}

nlohmann::json& at(nlohmann::json& json, const std::vector<std::string>& keys) {
  nlohmann::json* place = &json;
  for (const auto& key : keys) place = &(*place)[key];
  return *place;
}

std::string cell(const SeedMean& recall) {
  return decimals(recall.mean, 3) +
         (recall.values.size() > 1 ? " ± " + decimals(recall.half_width, 3) : "");
}

std::string cell(const std::optional<SeedMean>& recall) {
  return recall ? cell(*recall) : "-";
}

Row method_header(const ChainStudy& study, const char* first) {
  Row header = {first, "direct"};
  for (const auto m : study.plan.pool_sizes) header.push_back("M = " + std::to_string(m));
  return header;
}

std::vector<Row> recall_rows(const ChainStudy& study) {
  std::vector<Row> rows;
  for (const auto& model : study.plan.models) {
    for (const auto critic : study.plan.critics) {
      rows.push_back({model + ", " + to_string(critic)});
      for (const PoolSize m : methods(study.plan)) {
        rows.back().push_back(cell(study.fits(model, critic, 0, m)));
      }
    }
  }
  rows.push_back({"exact ratios", "-"});
  for (const auto m : study.plan.pool_sizes) rows.back().push_back(cell(study.reference(0, m)));
  rows.push_back({"Bayes", cell(study.reference(0, {}))});
  rows.back().resize(rows.front().size(), "-");
  return rows;
}

Row bypass_header(const ChainStudy& study) {
  const std::string m = std::to_string(study.plan.pool_sizes.back());
  Row header = {"rho", "Bayes", "exact ratios, M = " + m};
  for (const auto critic : bypass_critics(study.plan)) {
    header.push_back(to_string(critic) + ", M = " + m);
    header.push_back(to_string(critic) + ", direct");
  }
  header.push_back("I(A;B), I(B;C), I(A;C)");
  return header;
}

std::vector<Row> bypass_rows(const ChainStudy& study) {
  const auto largest = study.plan.pool_sizes.back();
  std::vector<Row> rows;
  for (const double rho : study.plan.bypass) {
    Row row = {rho_text(rho), cell(study.reference(rho, {})), cell(study.reference(rho, largest))};
    for (const auto critic : bypass_critics(study.plan)) {
      row.push_back(cell(study.fits("unconscious", critic, rho, largest)));
      row.push_back(cell(study.fits("unconscious", critic, rho, {})));
    }
    row.push_back(decimals(study.information("ab", rho).mean, 1) + ", " +
                  decimals(study.information("bc", rho).mean, 1) + ", " +
                  decimals(study.information("ac", rho).mean, 1));
    rows.push_back(std::move(row));
  }
  return rows;
}

void add_numbers(HtmlPage& page, const ChainStudy& study) {
  page.heading("Retrieval");
  page.paragraph(
      "Recall@1 of C given A among 32 held-out candidates (chance 1/32), the mean over " +
      std::to_string(study.options.seeds) +
      " seeds with 95% intervals by Student's t. Direct: the critic between A and C. "
      "M: log-mean-exp over M bridge samples, each pair's learned scale in it.");
  page.table(method_header(study, "model, critic"), recall_rows(study));
  page.paragraph(
      "The information of the links is " + decimals(study.information("ab", 0).mean, 1) + " and " +
      decimals(study.information("bc", 0).mean, 1) +
      " nats: the exact ratios need of the order of exp(information) bridge samples, and " +
      std::to_string(study.plan.pool_sizes.back()) + " are exp(" +
      decimals(std::log(static_cast<double>(study.plan.pool_sizes.back())), 1) +
      "). Trained critics can do better with few samples than the exact ratios: their scores are "
      "smoother.");
  if (const auto rows = decision_rows(study); !rows.empty()) {
    page.paragraph(
        "Which estimator to trust, decided from embeddings and scales alone, without a pair of A "
        "and C (lagoon bridge decide): the seeds decided for direct comparison, and those in which "
        "the choice finds no less than the other through the whole pool.");
    page.table(kDecisionHeader, rows);
  }
  if (study.plan.bypass.empty()) return;
  page.heading("What goes past B");
  page.paragraph(
      "A share rho of the variance of A and C comes from what B does not know, so that "
      "they are not independent given B. A bridge through B finds less, whatever the "
      "samples; with pairs of A and C (Bayes) nothing is lost.");
  page.table(bypass_header(study), bypass_rows(study));
}

}  // namespace

nlohmann::json to_json(const ChainStudy& study) {
  nlohmann::json json = {{"recall_at_1", nlohmann::json::object()},
                         {"bypass", nlohmann::json::object()},
                         {"seeds", study.options.seeds},
                         {"bypass_seeds", study.options.bypass_seeds}};
  const Visit visit = [&](const std::vector<std::string>& keys, const SeedMean& value) {
    at(json, keys) = value.mean;
    at(json["intervals"], keys) = {{"low", value.mean - value.half_width},
                                   {"high", value.mean + value.half_width},
                                   {"standard_error", value.standard_error},
                                   {"per_seed", value.values}};
  };
  visit_table(study, visit);
  visit_references(study, visit);
  visit_bypass(study, visit);
  visit_decisions(study, [&](const auto& model, auto critic, const auto& decisions) {
    json["decision"][model][to_string(critic)] = {
        {"made", decisions.made}, {"direct", decisions.direct}, {"better", decisions.better}};
  });
  if (!study.plan.noises.empty()) json["information"] = to_json(sweep_information(study));
  return json;
}

std::string chain_text(const ChainStudy& study) {
  std::string text = "recall@1 among 32\n";
  text += lines_of(method_header(study, "model, critic"), recall_rows(study));
  if (!study.plan.bypass.empty()) text += lines_of(bypass_header(study), bypass_rows(study));
  if (const auto rows = decision_rows(study); !rows.empty())
    text += lines_of(kDecisionHeader, rows);
  if (!study.plan.noises.empty()) text += sweep_text(sweep_information(study));
  return text;
}

void write_chain_page(const FigureFolder& folder, const ChainStudy& study,
                      const Invocation& invocation) {
  HtmlPage page("A Gaussian chain: A and C are never seen together");
  page.paragraph(
      "Encoders see pairs of A and B, and pairs of B and C, and are asked which C belongs to which "
      "A. Where A and C are independent given B, log p(a, c) / p(a) p(c) is the log-mean-exp over "
      "bridge samples of what both links say ([CE] Lemma 1). Unconscious: one encoder of B for "
      "both; disparate: two that know nothing of one another; oracle: trained on pairs of A and C. "
      "All laws are Gaussian, so that the truth is known.");
  add_numbers(page, study);
  page.heading("Figures");
  add_figures(page, draw_chain_figures(folder, study), folder.path());
  if (!study.plan.noises.empty()) add_sweep(page, folder, sweep_information(study));
  finish_page(page, folder.path(), invocation, ", and every piece (fits.jsonl)");
}

}  // namespace lagoon::pipelines
