#include "pipelines/bridge/embeddings/embeddings_report.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "datasets/storage/hdf5.hpp"
#include "flow/numerics/sample_moments.hpp"
#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/report/sections.hpp"
#include "pipelines/retrieval/statistics.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::ScoreGrid;
using Row = std::vector<std::string>;

struct Statistics {
  double mean = 0, standard_deviation = 0, least = 0, median = 0, largest = 0;
};

Statistics statistics_of(std::vector<double> values) {
  Statistics s;
  const auto moments = flow::sample_moments(values);
  s.mean = moments.mean;
  s.standard_deviation = std::sqrt(moments.variance());
  const auto [least, largest] = std::ranges::minmax(values);
  s.least = least;
  s.largest = largest;
  s.median = flow::sample_median(std::move(values));
  return s;
}

nlohmann::json to_json(const Statistics& s) {
  return {{"mean", s.mean},
          {"standard_deviation", s.standard_deviation},
          {"least", s.least},
          {"median", s.median},
          {"largest", s.largest}};
}

nlohmann::json to_json(const contrastive::DirectionScores& scores) {
  nlohmann::json json = {{"median_rank", scores.median_rank}};
  for (const auto& [k, recall] : scores.recall) json[std::to_string(k)] = recall;
  return json;
}

void for_each_grid(const EmbeddingsStudy& study,
                   const std::function<void(const char*, const ScoreGrid&)>& visit) {
  if (study.direct) visit("direct", *study.direct);
  visit("monte_carlo", study.estimate.scores);
  visit("self_normalized", study.self_normalized);
  visit("standard_errors", study.estimate.standard_errors);
  visit("effective_samples", study.estimate.effective_samples);
}

std::vector<double> diagonal(const ScoreGrid& grid) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < grid.rows; ++i) values.push_back(grid(i, i));
  return values;
}

const Row kGridHeader = {"scores", "mean", "standard deviation", "least", "median", "largest"};

std::vector<Row> grid_rows(const EmbeddingsStudy& study) {
  std::vector<Row> rows;
  for_each_grid(study, [&](const char* name, const ScoreGrid& grid) {
    const auto s = statistics_of(grid.values);
    std::string title = name;
    std::ranges::replace(title, '_', ' ');
    rows.push_back({title, number_text(s.mean, 4), number_text(s.standard_deviation, 4),
                    number_text(s.least, 4), number_text(s.median, 4), number_text(s.largest, 4)});
  });
  return rows;
}

const Row kRecallHeader = {"", "recall@1 of C given A", "@5", "@10", "of A given C", "@5", "@10"};

std::vector<Row> recall_rows(const EmbeddingsStudy& study) {
  std::vector<Row> rows;
  for (const auto& [method, recall] : study.recall) {
    std::string title = method;
    std::ranges::replace(title, '_', ' ');
    rows.push_back({title});
    for (const auto* side : {&recall.a_to_c, &recall.c_to_a}) {
      for (const auto& [k, value] : side->recall) rows.back().push_back(decimals(value, 3));
    }
  }
  return rows;
}

std::string information_text(const EmbeddingsStudy& study) {
  return "By the first stretch of the pool the links tell " + decimals(study.information_ab, 1) +
         " nats (A and B) and " + decimals(study.information_bc, 1) + " nats (B and C); " +
         std::to_string(study.samples) + " bridge samples are exp(" +
         decimals(std::log(static_cast<double>(study.samples)), 1) + "). " +
         (study.warning.empty() ? "That is room enough." : "Beware: " + study.warning + ".");
}

Figure draw_samples(const FigureFolder& folder, const EmbeddingsStudy& study) {
  Table table(with_intervals({"samples"}, {"monte_carlo", "direct"}));
  const bool has_direct = study.recall.contains("direct");
  const double direct = has_direct ? study.recall.at("direct").a_to_c.recall.at(1) : std::nan("");
  const auto bars = [&](double recall) {
    return std::isfinite(recall) ? wilson_interval(recall, study.rows)
                                 : Interval{std::nan(""), std::nan("")};
  };
  for (const auto& [m, recall] : study.recall_by_samples) {
    const Interval found = bars(recall), compared = bars(direct);
    table.add({m, recall, found.low, found.high, direct, compared.low, compared.high});
  }
  IntervalPlot plot;
  const auto add = [&](const std::string& column, std::size_t style, const std::string& drawn,
                       const std::string& title) {
    plot.add("'samples.csv' using 'samples':'" + column + "'", column + "_low", column + "_high",
             line_style(style).colour, drawn + " " + line_style_text(style), title);
  };
  if (has_direct) add("direct", 1, "lines", "direct");
  add("monte_carlo", 0, "linespoints", "Monte Carlo");
  constexpr double kRoom = 1.3;  // for the bars of the first and the last
  const double least = static_cast<double>(study.recall_by_samples.begin()->first);
  const double most = static_cast<double>(study.recall_by_samples.rbegin()->first);
  const std::string commands =
      "set logscale x\nset format x '10^{%L}'\nset yrange [0:1.05]\nset key bottom right\n"
      "set bars 0.5\nset xrange [" +
      number_text(least / kRoom) + ":" + number_text(most * kRoom) +
      "]\n"
      "set xlabel 'bridge samples M'\nset ylabel 'share of C found given A'\nplot " +
      plot.text();
  return folder.draw(
      {"samples", "How many bridge samples it takes",
       samples_finding(study) + "Recall@1 of C given A among " + std::to_string(study.cols) +
           ". Bars: 95% intervals for the number of rows, " + std::to_string(study.rows) + ".",
       520, 340},
      {{"", table}}, commands);
}

}  // namespace

nlohmann::json to_json(const EmbeddingsStudy& study) {
  nlohmann::json json = {
      {"rows", study.rows},
      {"cols", study.cols},
      {"samples", study.samples},
      {"information", {{"ab", study.information_ab}, {"bc", study.information_bc}}},
      {"warning", study.warning}};
  for_each_grid(study, [&](const char* name, const ScoreGrid& grid) {
    json["scores"][name] = to_json(statistics_of(grid.values));
  });
  if (study.choice) json["decision"] = to_json(*study.choice);
  if (study.recall.empty()) return json;
  json["partners"] = {
      {"standard_errors", to_json(statistics_of(diagonal(study.estimate.standard_errors)))},
      {"effective_samples", to_json(statistics_of(diagonal(study.estimate.effective_samples)))}};
  for (const auto& [method, recall] : study.recall) {
    json["recall"][method] = {{"a_to_c", to_json(recall.a_to_c)},
                              {"c_to_a", to_json(recall.c_to_a)}};
  }
  for (const auto& [m, recall] : study.recall_by_samples) {
    json["recall_by_samples"][std::to_string(m)] = recall;
  }
  return json;
}

std::string samples_finding(const EmbeddingsStudy& study) {
  const auto& [samples, recall] = *study.recall_by_samples.rbegin();
  const std::string text = "Through " + std::to_string(samples) +
                           " bridge samples the true C comes first for " +
                           share_text(recall, study.rows) + " of A";
  if (!study.recall.contains("direct")) return text + ". ";
  return text + ", by comparing A and C directly for " +
         share_text(study.recall.at("direct").a_to_c.recall.at(1), study.rows) + ". ";
}

std::string embeddings_text(const EmbeddingsStudy& study) {
  std::string text = std::to_string(study.rows) + " x " + std::to_string(study.cols) +
                     " scores through " + std::to_string(study.samples) + " bridge samples\n";
  for (const auto& [method, recall] : study.recall) {
    text += method + ": recall@1 " + decimals(recall.a_to_c.recall.at(1), 3) + " of C given A, " +
            decimals(recall.c_to_a.recall.at(1), 3) + " of A given C\n";
  }
  const auto errors = statistics_of(study.estimate.standard_errors.values);
  const auto effective = statistics_of(study.estimate.effective_samples.values);
  return text + "standard errors: median " + number_text(errors.median, 3) + ", largest " +
         number_text(errors.largest, 3) + "; effective samples: median " +
         number_text(effective.median, 4) + ", least " + number_text(effective.least, 4) + "\n";
}

void write_embeddings_page(const FigureFolder& folder, const EmbeddingsStudy& study,
                           const Invocation& invocation) {
  HtmlPage page("Embeddings of modalities that were never seen together");
  page.paragraph(std::to_string(study.rows) + " rows of A and " + std::to_string(study.cols) +
                 " of C, compared directly and by the log-mean-exp over " +
                 std::to_string(study.samples) +
                 " bridge samples of B ([CE] Lemma 1). Self-normalised: less each row's and each "
                 "column's own log-mean-exp over the pool.");
  page.paragraph(information_text(study));
  if (study.choice) page.paragraph(choice_text(*study.choice));
  if (!study.recall.empty()) {
    page.heading("Retrieval");
    page.paragraph("Row i of A belongs to row i of C.");
    page.table(kRecallHeader, recall_rows(study));
    add_figures(page, {draw_samples(folder, study)}, folder.path());
  }
  page.heading("Scores");
  page.table(kGridHeader, grid_rows(study));
  page.paragraph(
      "Standard errors of the Monte-Carlo scores by the delta method; effective samples "
      "(sum w)^2 / sum w^2 of each cell.");
  finish_page(page, folder.path(), invocation);
}

void write_score_grids(const std::filesystem::path& path, const EmbeddingsStudy& study) {
  auto file = datasets::hdf5::File::create(path);
  for_each_grid(study, [&](const char* name, const ScoreGrid& grid) {
    file.create_dataset({name, datasets::hdf5::Type::float64, {grid.rows, grid.cols}});
    file.write(name, 0, std::span<const double>(grid.values));
  });
  file.close();
}

}  // namespace lagoon::pipelines
