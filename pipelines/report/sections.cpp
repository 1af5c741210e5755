#include "pipelines/report/sections.hpp"

#include <algorithm>
#include <ranges>
#include <span>
#include <utility>

#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/retrieval/statistics.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/run_record.hpp"

namespace lagoon::pipelines {
namespace {

using Row = std::vector<std::string>;

// A value of a summary ("a/b": of its member a) as a table shows it; summaries of other versions
// may lack it.
std::string shown(const nlohmann::json& summary, const std::string& key) {
  const nlohmann::json::json_pointer place("/" + key);
  if (!summary.contains(place)) return "not recorded";
  const nlohmann::json& found = summary.at(place);
  if (found.is_string()) return found.get<std::string>();
  if (found.is_boolean()) return found.get<bool>() ? "yes" : "no";
  return found.is_number_float() ? number_text(found.get<double>(), 4) : found.dump();
}

Row recall_row(const RetrievalRecord& retrieval, const Direction& direction, bool named) {
  Row row = {(named ? retrieval.label + ": " : "") + direction.title};
  for (const int k : kRecallDepths) {
    row.push_back(share_text(retrieval.recall.at(direction.key).at(k), retrieval.n_queries));
  }
  row.push_back(
      shown(retrieval.summary.value("median_rank", nlohmann::json::object()), direction.key));
  return row;
}

std::string library_text(const RetrievalRecord& retrieval) {
  const auto& sizes = retrieval.summary.at("effective_sample_size");
  return retrieval.label + ": " + std::to_string(retrieval.n_queries) +
         (retrieval.n_queries == 1 ? " query (" : " queries (") +
         shown(retrieval.summary, "split") + " split) among " +
         std::to_string(retrieval.library_size) + " flows; guessing would reach recall@1 of " +
         number_text(1.0 / static_cast<double>(retrieval.library_size), 2) +
         ". The learned posterior of a trajectory is worth " + shown(sizes, "median") +
         " flows in the median (effective sample size; 10% to 90%: " + shown(sizes, "quantile_10") +
         " to " + shown(sizes, "quantile_90") + ").";
}

// One row for each kind of answer to example `number`.
void add_answers(std::vector<Row>& rows, std::size_t number, const nlohmann::json& scores) {
  const std::pair<const char*, const char*> answers[] = {
      {"best_other", "best flow but the true one"},
      {"posterior_mean", "posterior mean"},
      {"posterior_mean_without_truth", "posterior mean without the true flow"}};
  for (const auto& [key, name] : answers) {
    const auto found = scores.find(key);
    if (found == scores.end()) continue;
    Row row = {std::to_string(number) + ": " + name};
    for (const auto* score : {"velocity_r_squared", "track_r_squared", "psi_correlation"}) {
      row.push_back(decimals(found->value(score, 0.0), 3));
    }
    rows.push_back(std::move(row));
  }
}

// What a table of settings calls a value, and the summary's key of it.
using Setting = std::pair<const char*, const char*>;

constexpr Setting kRunSettings[] = {{"data", "data"},
                                    {"trajectory encoder", "encoder"},
                                    {"tilting", "tilting"},
                                    {"loss", "objective/loss"},
                                    {"negatives", "objective/negatives"},
                                    {"parameters", "n_parameters"},
                                    {"training flows", "n_train"},
                                    {"validation flows", "n_validation"},
                                    {"steps done", "steps"},
                                    {"steps planned", "total_steps"},
                                    {"finished", "finished"},
                                    {"last loss", "loss"},
                                    {"temperature", "temperature"}};

constexpr Setting kRetrievalSettings[] = {{"run", "run"},
                                          {"data", "data"},
                                          {"further library", "library"},
                                          {"split", "split"},
                                          {"trajectory encoder", "encoder"},
                                          {"tilting", "tilting"},
                                          {"law (hash)", "law_hash"},
                                          {"temperature", "temperature"}};

// A column for each record.
template <typename Record>
void add_settings(HtmlPage& page, const char* title, std::span<const Setting> settings,
                  const std::vector<Record>& records) {
  if (records.empty()) return;
  Row header = {title};
  for (const auto& record : records) header.push_back(record.label);
  std::vector<Row> rows;
  for (const auto& [name, key] : settings) {
    Row& row = rows.emplace_back(Row{name});
    for (const auto& record : records) row.push_back(shown(record.summary, key));
  }
  page.table(header, rows);
}

void add_configuration(HtmlPage& page, const std::string& label, const std::string& config_toml) {
  if (!config_toml.empty()) page.folded_text("All settings of " + label, config_toml);
}

std::string last_recall(const TrainingRecord& run) {
  for (auto point = run.recalls.rbegin(); point != run.recalls.rend(); ++point) {
    if (point->split == "train") continue;
    double sum = 0;
    for (const auto& direction : kDirections) sum += point->recall.at(direction.key).at(1);
    return decimals(sum / static_cast<double>(std::size(kDirections)), 3);
  }
  return "not recorded";
}

std::string best_recall(const nlohmann::json& summary) {
  const auto best = summary.value("best", nlohmann::json::object());
  const auto step = best.value("step", std::int64_t{0});
  if (step == 0) return "not recorded";
  return decimals(best.value("recall_at_1", 0.0), 3) + " (" + std::to_string(step) + ")";
}

double pairs_seen(const TrainingRecord& run) {
  return run.losses.empty() ? 0 : static_cast<double>(run.losses.back().samples);
}

/// That some runs were trained for longer than others, by more than a twentieth; or "".
std::string unlike_budgets(const std::vector<TrainingRecord>& runs) {
  const auto [least, most] = std::ranges::minmax(runs | std::views::transform(pairs_seen));
  if (most <= 1.05 * least) return "";
  return "Mind: the runs saw from " + count_text(least) + " to " + count_text(most) +
         " pairs, so that their last numbers are of unlike budgets; the curves over pairs compare "
         "them at the same one.";
}

Row run_row(const TrainingRecord& run) {
  double seconds = 0;
  for (const auto& [phase, spent] : run.seconds) seconds += spent;
  const double samples = pairs_seen(run);
  return {run.label,
          shown(run.summary, "steps"),
          shown(run.summary, "batch_size"),
          duration_text(seconds),
          seconds > 0 ? count_text(samples / seconds) : "not recorded",
          shown(run.summary, "loss"),
          shown(run.summary, "temperature"),
          last_recall(run),
          best_recall(run.summary),
          shown(run.summary, "skipped")};
}

}  // namespace

void finish_page(HtmlPage& page, const std::filesystem::path& folder, const Invocation& invocation,
                 const std::string& beside) {
  page.heading("Settings");
  page.folded_text("configuration", invocation.config_toml);
  page.paragraph(
      history_line(invocation) +
      ". Beside this page lie, for each picture, its numbers (CSV) and its gnuplot script" +
      beside + ".");
  page.write(folder / "index.html");
}

void add_recall_section(HtmlPage& page, const std::vector<RetrievalRecord>& retrievals) {
  page.heading("Recall");
  std::vector<Row> rows;
  for (const auto& retrieval : retrievals) {
    for (const auto& direction : kDirections) {
      rows.push_back(recall_row(retrieval, direction, retrievals.size() > 1));
    }
  }
  page.table({"asked for", "recall@1", "recall@5", "recall@10", "median rank"}, rows);
  page.paragraph(
      "Recall@k is the share of queries whose true partner is among the k best matches. In "
      "brackets: 95% intervals (Wilson) for the number of queries.");
  for (const auto& retrieval : retrievals) {
    page.paragraph(library_text(retrieval));
    for (const auto& warning : retrieval.summary.value("warnings", nlohmann::json::array())) {
      page.paragraph("Mind: " + warning.get<std::string>());
    }
  }
}

void add_example_section(HtmlPage& page, const RetrievalRecord& retrieval) {
  std::vector<Row> rows;
  const auto& examples = retrieval.summary.value("examples", nlohmann::json::array());
  for (std::size_t i = 0; i < examples.size(); ++i) {
    add_answers(rows, i + 1, examples[i].value("scores", nlohmann::json::object()));
  }
  if (rows.empty()) return;
  page.subheading("What the answers are worth");
  page.table({"example", "velocity R²", "path R²", "correlation of ψ"}, rows);
  page.paragraph(
      "Over the torus at t = 0, and for the path over the observed time; 1 is perfect, 0 no better "
      "than a fluid at rest. One path fixes the flow where it went, not elsewhere: a flow may "
      "explain the path and be wrong as a field. Examples are drawn at random; if none of them is "
      "a miss, the last is drawn among the misses.");
}

void add_runs_section(HtmlPage& page, const std::vector<TrainingRecord>& runs) {
  std::vector<Row> rows;
  for (const auto& run : runs) rows.push_back(run_row(run));
  page.table({"run", "steps", "pairs a step", "time", "pairs a second", "loss", "temperature",
              "recall@1, last", "recall@1, best", "skipped"},
             rows);
  page.paragraph(
      "Recall of held-out flows, the mean of both ways; in brackets the step of the best, whose "
      "weights are those of lagoon retrieve --checkpoint best.");
  if (const auto warning = unlike_budgets(runs); !warning.empty()) page.paragraph(warning);
}

void add_figure(HtmlPage& page, const Figure& figure, const std::filesystem::path& folder) {
  page.subheading(figure.title);
  page.figure(figure, folder);
}

void add_figures(HtmlPage& page, const std::vector<Figure>& figures,
                 const std::filesystem::path& folder) {
  for (const auto& figure : figures) add_figure(page, figure, folder);
}

void add_settings_section(HtmlPage& page, const std::vector<TrainingRecord>& runs,
                          const std::vector<RetrievalRecord>& retrievals,
                          const std::string& history) {
  page.heading("Settings and provenance");
  add_settings(page, "run", kRunSettings, runs);
  for (const auto& run : runs) add_configuration(page, run.label, run.config_toml);
  add_settings(page, "retrieval", kRetrievalSettings, retrievals);
  for (const auto& retrieval : retrievals) {
    add_configuration(page, retrieval.label, retrieval.summary.value("config", ""));
    page.paragraph(retrieval.label + ": " + shown(retrieval.summary, "history"));
  }
  page.paragraph("This page: " + history +
                 ". Beside it lie, for each picture, its numbers (CSV) and its gnuplot script.");
}

}  // namespace lagoon::pipelines
