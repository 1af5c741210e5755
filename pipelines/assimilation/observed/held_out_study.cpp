#include "pipelines/assimilation/observed/held_out_study.hpp"

#include <cmath>

#include "pipelines/assimilation/methods/method.hpp"
#include "pipelines/assimilation/observed/score_panels.hpp"
#include "pipelines/assimilation/summary.hpp"
#include "pipelines/report/sections.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

nlohmann::json scores_json(const flow::HeldOutScores& scores) {
  nlohmann::json json;
  add_estimate(json, "rms_error", scores.rms_error);
  add_estimate(json, "relative_error", scores.relative_error);
  add_estimate(json, "against_baseline", scores.against_baseline);
  add_estimate(json, "crps", scores.crps);
  add_estimate(json, "spread_skill", scores.spread_skill);
  add_coverage(json, scores.coverage);
  return json;
}

nlohmann::json part_json(const HeldOutPart& part) {
  nlohmann::json json = {{"unit", part.unit},
                         {"n_units", part.n_units},
                         {"n_points", part.n_points},
                         {"baseline", part.methods[part.baseline]}};
  for (std::size_t m = 0; m < part.methods.size(); ++m) {
    json["methods"][part.methods[m]] = scores_json(part.scores[m]);
  }
  return json;
}

void add_part(HtmlPage& page, const HeldOutPart& part) {
  page.subheading(part.title);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t m = 0; m < part.methods.size(); ++m) {
    const auto& s = part.scores[m];
    rows.push_back({part.titles[m], estimate_text(s.rms_error), estimate_text(s.against_baseline),
                    estimate_text(s.crps), estimate_text(s.coverage[flow::kNinetyPercent]),
                    estimate_text(s.spread_skill)});
  }
  page.table({"method", "rms error, " + part.unit, "against " + part.titles[part.baseline],
              "CRPS, " + part.unit, "in 90%", "spread / skill"},
             rows);
  page.paragraph("Of " + std::to_string(part.n_units) + " " + part.units + ", " +
                 std::to_string(std::lround(part.n_points)) +
                 " held-out vectors; 95% intervals of the bootstrap over " + part.units +
                 ". Below 1 a method errs less than the baseline. A forecast without spread has no "
                 "coverage, and its CRPS is the absolute error of a component.");
}

}  // namespace

void add_learned_methods(HeldOutPart& part, bool has_refined) {
  part.methods.emplace_back("contrastive");
  part.titles.emplace_back("contrastive");
  if (!has_refined) return;
  part.methods.emplace_back("contrastive_refined");
  part.titles.emplace_back("contrastive, refined");
}

void describe_learned(const LearnedRecord& record, const LearnedRequest& request,
                      ObservedStudy& study) {
  study.paragraphs.push_back(learned_setting(request, record));
  study.more["learned"] = learned_json(request, record);
}

void score_part(const flow::HeldOutRecord& record, std::uint64_t seed, HeldOutPart& part) {
  part.scores = record.scores(part.baseline, seed);
  part.n_units = record.n_units();
  part.n_points = record.n_points();
}

void add_study(nlohmann::json& summary, const ObservedStudy& study) {
  summary.update(study.more);
  for (const auto& part : study.parts) summary["parts"][part.name] = part_json(part);
}

void print_study(const ObservedStudy& study) {
  for (const auto& part : study.parts) {
    print("# " + part.title);
    for (std::size_t m = 0; m < part.methods.size(); ++m) {
      const auto& s = part.scores[m];
      print(part.titles[m] + ": rms error " + estimate_text(s.rms_error) + " " + part.unit +
            ", against " + part.titles[part.baseline] + " " + estimate_text(s.against_baseline) +
            ", 90% coverage " + estimate_text(s.coverage[flow::kNinetyPercent]));
    }
  }
}

void write_study_page(const FigureFolder& folder, const ObservedStudy& study,
                      const Invocation& invocation) {
  HtmlPage page(study.title);
  page.heading("Setting");
  for (const auto& paragraph : study.paragraphs) page.paragraph(paragraph);
  page.heading("What was held out, forecast");
  for (const auto& part : study.parts) add_part(page, part);
  page.heading("Pictures");
  auto figures = study.draw(folder);
  figures.insert(figures.begin(), draw_score_panels(folder, study.parts));
  add_figures(page, figures, folder.path());
  finish_page(page, folder.path(), invocation);
}

}  // namespace lagoon::pipelines
