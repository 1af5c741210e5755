#include "pipelines/report.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "flow/error.hpp"
#include "pipelines/diagnosis/diagnosis_section.hpp"
#include "pipelines/figures/library_figure.hpp"
#include "pipelines/figures/seconds_figure.hpp"
#include "pipelines/figures/training_figures.hpp"
#include "pipelines/report/sections.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

struct Records {
  std::vector<TrainingRecord> runs;
  std::vector<RetrievalRecord> retrievals;
};

template <typename Record>
void make_labels_unique(std::vector<Record>& records) {
  std::set<std::string> taken;
  for (auto& record : records) {
    const std::string label = record.label;
    for (int n = 2; !taken.insert(record.label).second; ++n) {
      record.label = label + " " + std::to_string(n);
    }
  }
}

Records load_records(const std::vector<std::string>& folders) {
  Records records;
  for (const fs::path dir : folders) {
    const auto summary = read_summary(dir);
    const std::string verb = summary.is_object() ? summary.value("verb", "") : "";
    if (verb == "train") {
      records.runs.push_back(load_training_record(dir, summary));
    } else if (verb == "retrieve") {
      records.retrievals.push_back(make_retrieval_record(dir, summary));
    } else {
      throw Error(dir.string() + ": is a folder of '" + verb +
                  "'; a report takes those of lagoon train and lagoon retrieve");
    }
  }
  make_labels_unique(records.runs);
  make_labels_unique(records.retrievals);
  return records;
}

// Brings a retrieval's own picture with its numbers and script over, into a folder of its own if
// several retrievals share the report.
Figure take_over(const Figure& figure, const fs::path& from, const fs::path& to,
                 const std::string& subfolder) {
  fs::create_directories(to / subfolder);
  for (const auto& entry : fs::directory_iterator(from)) {
    const std::string stem = entry.path().stem().string();
    if (stem != figure.name && !stem.starts_with(figure.name + "_")) continue;
    fs::copy_file(entry.path(), to / subfolder / entry.path().filename(),
                  fs::copy_options::overwrite_existing);
  }
  Figure taken = figure;
  taken.name = (fs::path(subfolder) / figure.name).string();
  return taken;
}

void add_training(HtmlPage& page, const FigureFolder& folder,
                  const std::vector<TrainingRecord>& runs) {
  if (runs.empty()) return;
  page.heading("Training");
  add_runs_section(page, runs);
  std::vector<Figure> figures = {draw_recall_curves(folder, runs, Clock::steps)};
  // Steps of other sizes do not compare.
  if (runs.size() > 1) figures.push_back(draw_recall_curves(folder, runs, Clock::samples));
  figures.push_back(draw_recall_curves(folder, runs, Clock::seconds));
  figures.push_back(draw_loss_curves(folder, runs));
  add_figures(page, figures, folder.path());
}

void add_retrievals(HtmlPage& page, const FigureFolder& folder,
                    const std::vector<RetrievalRecord>& retrievals) {
  if (retrievals.empty()) return;
  page.heading("Retrieval");
  std::vector<RetrievalRecord> drawn;
  std::copy_if(retrievals.begin(), retrievals.end(), std::back_inserter(drawn),
               [](const auto& retrieval) { return retrieval.n_queries >= kFewestDrawnQueries; });
  if (!drawn.empty()) add_figures(page, {draw_library_curves(folder, drawn)}, folder.path());
  for (std::size_t r = 0; r < retrievals.size(); ++r) {
    const auto& retrieval = retrievals[r];
    const bool alone = retrievals.size() == 1;
    if (!alone) page.heading("Retrieval: " + retrieval.label);
    const std::string subfolder = alone ? "" : "retrieval_" + std::to_string(r + 1);
    for (const auto& figure : retrieval.figures) {
      if (figure.name == "library_size" || figure.name == "seconds") continue;
      add_figures(page, {take_over(figure, retrieval.dir, folder.path(), subfolder)},
                  folder.path());
    }
    add_example_section(page, retrieval);
    add_diagnosis_section(page, retrieval.summary.value("diagnosis", nlohmann::json()));
  }
}

std::vector<TimedWork> timed_works(const Records& records) {
  std::vector<TimedWork> works;
  for (const auto& run : records.runs) works.push_back({run.label, run.seconds});
  for (const auto& retrieval : records.retrievals) {
    const auto seconds = retrieval.summary.find("seconds");
    if (seconds != retrieval.summary.end()) {
      works.push_back({retrieval.label, seconds_from_json(*seconds)});
    }
  }
  return works;
}

nlohmann::json summary_of(const Records& records, const Invocation& invocation) {
  nlohmann::json summary = {{"verb", "report"},
                            {"runs", nlohmann::json::array()},
                            {"retrievals", nlohmann::json::array()},
                            {"config", invocation.config_toml},
                            {"history", history_line(invocation)}};
  for (const auto& run : records.runs) summary["runs"].push_back(run.summary);
  for (const auto& retrieval : records.retrievals) {
    summary["retrievals"].push_back(retrieval.summary);
  }
  if (!records.retrievals.empty()) {
    summary["recall"] = to_json(records.retrievals.front().recall);
    summary["library_size"] = records.retrievals.front().library_size;
  }
  return summary;
}

}  // namespace

void declare_report(OptionTable& table, ReportOptions& options) {
  table.positional("DIR", &options.folders, "folders of lagoon train and lagoon retrieve");
  table.option("out", &options.out, anything(), "folder to write").command_line_only().required =
      true;
  table.option("title", &options.title, anything(), "heading of the page");
  add_force(table, options.force);
}

int run_report(const ReportOptions& options, const Invocation& invocation) {
  const Records records = load_records(options.folders);
  if (invocation.dry_run) {
    print("# " + std::to_string(records.runs.size()) + " runs, " +
          std::to_string(records.retrievals.size()) + " retrievals");
    return kExitDone;
  }
  const auto folder = FigureFolder::create(options.out, options.force);
  HtmlPage page(options.title);
  page.paragraph(
      "Two encoders, one of flows and one of drifter trajectories, learned to agree where the "
      "trajectory is the flow's. Then they are asked: which flow moved this drifter, and which "
      "trajectory belongs to this flow?");
  if (!records.retrievals.empty()) add_recall_section(page, records.retrievals);
  add_training(page, folder, records.runs);
  add_retrievals(page, folder, records.retrievals);
  page.heading("Time");
  add_figures(page, {draw_seconds(folder, timed_works(records))}, folder.path());
  add_settings_section(page, records.runs, records.retrievals, history_line(invocation));
  page.write(options.out / "index.html");
  const auto summary = summary_of(records, invocation);
  write_summary(options.out, summary);
  write_json_result(invocation, summary);
  print((options.out / "index.html").string());
  return kExitDone;
}

}  // namespace lagoon::pipelines
