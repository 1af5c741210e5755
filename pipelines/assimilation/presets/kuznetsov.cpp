#include "pipelines/assimilation/presets/kuznetsov.hpp"

#include <array>
#include <cmath>

#include "flow/error.hpp"
#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/report/sections.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

struct Launch {
  const char* name;
  const char* title;
  std::array<double, 2> at;
};
const std::array<Launch, 3> kLaunches = {{{"saddle", "near the saddle", {0, 0.3}},
                                          {"centre", "at the centre", {0, 1.7320508075688772}},
                                          {"outer", "outside", {2.5, 0}}}};

struct VortexMethod {
  const char* name;
  const char* title;
  flow::VortexScore flow::VortexTwinScores::*score;
};
const std::array<VortexMethod, 3> kVortexMethods = {
    {{"free", "nothing seen", &flow::VortexTwinScores::free},
     {"ensemble", "ensemble Kalman filter", &flow::VortexTwinScores::ensemble_filter},
     {"particle", "particle filter", &flow::VortexTwinScores::particle_filter}}};

std::string score_text(const flow::VortexScore& score) {
  return figures_with_interval(score.median_error, score.median_interval[0],
                               score.median_interval[1]) +
         ", " + std::to_string(score.n_failed) + " failed";
}

Figure draw_vortices(const FigureFolder& folder, const VortexStudy& study) {
  const std::string name = "vortices";
  Table table({"launch", "method", "interval", "error", "error_low", "error_high"});
  const PanelGrid grid{.columns = 3,
                       .rows = 1,
                       .panel_width = 230,
                       .panel_height = 210,
                       .left = 70,
                       .right = 20,
                       .top = 40,
                       .bottom = 50,
                       .gap = 30,
                       .footer = 40};
  std::string commands =
      "set multiplot\nunset key\nset logscale xy\nset xrange [0.4:5]\nset yrange [0.03:2]\nset "
      "bars 0.5\nset xtics "
      "(0.5,1,2,4)\n";
  std::vector<PanelGrid::KeyEntry> entries;
  for (std::size_t i = 0; i < kLaunches.size(); ++i) {
    IntervalPlot plot;
    for (std::size_t m = 0; m < kVortexMethods.size(); ++m) {
      const std::size_t first = table.size();
      for (const auto& setting : study.settings) {
        if (setting.launch != kLaunches[i].name) continue;
        const auto& score = setting.scores.*kVortexMethods[m].score;
        table.add({setting.launch, kVortexMethods[m].name, setting.interval, score.median_error,
                   score.median_interval[0], score.median_interval[1]});
      }
      const std::string rows =
          csv_rows(name, first, table.size() - 1) + " using 'interval':'error'";
      const std::string drawn = "linespoints " + line_style_text(m);
      plot.add(rows, "error_low", "error_high", line_style(m).colour, drawn);
      if (i == 0) entries.push_back({drawn, kVortexMethods[m].title});
    }
    commands +=
        (i == 0 ? "set ylabel 'error of the vortices'\n" : "unset ylabel\nset format y ''\n") +
        grid.frame(static_cast<int>(i), 0, kLaunches[i].title, "interval") + "plot " + plot.text();
  }
  return folder.draw(
      {name, "Two vortices known through one tracer",
       vortex_finding(study) +
           "Median over the runs of the mean distance of the vortices from where the "
           "members' mean has them; bars: 95% intervals of the median.",
       grid.width(), grid.height()},
      {{"", table}}, commands + "unset logscale\n" + grid.key(entries, 3));
}

void require_intervals(const std::vector<double>& intervals) {
  constexpr double kStep = 0.05;
  const double longest = flow::VortexTwinOptions().final_time;
  for (const double interval : intervals) {
    const double steps = std::round(interval / kStep);
    require(steps >= 1 && std::abs(interval - steps * kStep) < 1e-9 && interval <= longest,
            "--values " + std::to_string(interval) +
                ": an interval is a multiple of 0.05, at most " + figures_text(longest));
  }
}

bool is_below(const flow::VortexScore& one, const flow::VortexScore& other) {
  return one.median_interval[1] < other.median_interval[0];
}

}  // namespace

std::string vortex_finding(const VortexStudy& study) {
  int ensemble_beats_free = 0, particle_beats_free = 0, ensemble_nearer = 0, particle_nearer = 0;
  for (const auto& setting : study.settings) {
    const auto& [free, ensemble, particle] = setting.scores;
    ensemble_beats_free += is_below(ensemble, free);
    particle_beats_free += is_below(particle, free);
    ensemble_nearer += is_below(ensemble, particle);
    particle_nearer += is_below(particle, ensemble);
  }
  const int told_apart = ensemble_nearer + particle_nearer;
  return "Of " + counted_text(study.settings.size(), "setting") +
         " the ensemble Kalman filter is shown to beat seeing nothing in " +
         std::to_string(ensemble_beats_free) + ", the particle filter in " +
         std::to_string(particle_beats_free) + ". The bars tell the two filters apart in " +
         (told_apart == 0
              ? "none. "
              : std::to_string(told_apart) + ", where the ensemble filter is nearer in " +
                    std::to_string(ensemble_nearer) + ", the particle filter in " +
                    std::to_string(particle_nearer) + ". ");
}

VortexStudy run_vortex_study(int n_runs, const std::vector<double>& intervals, std::uint64_t seed,
                             int threads) {
  VortexStudy study;
  study.n_runs = n_runs;
  const std::vector<double> all = intervals.empty() ? std::vector<double>{0.5, 1, 2, 4} : intervals;
  require_intervals(all);
  Progress progress("following vortices", static_cast<std::int64_t>(kLaunches.size() * all.size()),
                    "settings");
  for (const auto& launch : kLaunches) {
    for (const double interval : all) {
      flow::VortexTwinOptions options;
      options.launch = launch.at;
      options.noise = study.noise;
      options.interval = interval;
      options.n_runs = n_runs;
      options.seed = seed;
      options.threads = threads;
      study.settings.push_back({launch.name, interval, flow::run_vortex_twin(options)});
      progress.update(static_cast<std::int64_t>(study.settings.size()));
    }
  }
  progress.finish();
  return study;
}

nlohmann::json vortex_json(const VortexStudy& study) {
  nlohmann::json json = {{"n_runs", study.n_runs}, {"noise", study.noise}};
  for (const auto& setting : study.settings) {
    nlohmann::json one = {{"launch", setting.launch}, {"interval", setting.interval}};
    for (const auto& method : kVortexMethods) {
      const auto& score = setting.scores.*method.score;
      one["methods"][method.name] = {{"median_error", score.median_error},
                                     {"median_error_interval", score.median_interval},
                                     {"failed", score.n_failed}};
    }
    json["settings"].push_back(one);
  }
  return json;
}

void print_vortex_study(const VortexStudy& study) {
  for (const auto& setting : study.settings) {
    std::string line = setting.launch + ", interval " + figures_text(setting.interval) + ":";
    for (const auto& method : kVortexMethods) {
      line +=
          std::string(" ") + method.title + " " + score_text(setting.scores.*method.score) + ";";
    }
    line.pop_back();
    print(line);
  }
}

void write_vortex_page(const FigureFolder& folder, const VortexStudy& study,
                       const Invocation& invocation) {
  HtmlPage page("Assimilation: two vortices and a tracer");
  page.paragraph(std::to_string(study.n_runs) +
                 " runs a setting, noise of the motion and of what is seen " +
                 figures_text(study.noise) +
                 ". A run failed if its last error is above 1, half of the vortices' distance.");
  std::vector<std::vector<std::string>> rows;
  for (const auto& setting : study.settings) {
    std::vector<std::string> row = {setting.launch, figures_text(setting.interval)};
    for (const auto& method : kVortexMethods) {
      row.push_back(score_text(setting.scores.*method.score));
    }
    rows.push_back(std::move(row));
  }
  page.table({"launch", "interval", kVortexMethods[0].title, kVortexMethods[1].title,
              kVortexMethods[2].title},
             rows);
  page.figure(draw_vortices(folder, study), folder.path());
  finish_page(page, folder.path(), invocation);
}

}  // namespace lagoon::pipelines
