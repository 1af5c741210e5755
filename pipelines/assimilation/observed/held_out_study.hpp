#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "flow/assimilation/observed/held_out_scores.hpp"
#include "pipelines/assimilation/observed/learned/learned_forecaster.hpp"
#include "pipelines/figures/figure.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// What `lagoon assimilate` holds out of real data, and how it forecasts that.
struct ObservedRequest {
  std::string hold_out = "none";  ///< none | blocks | tracks | drifters
  int folds = 8;                  ///< of blocks, windows, drifters
  double block_km = 40;
  int max_wavenumber = 0;  ///< of the waves; 0: 10 of blocks, 4 of tracks, 7 of drifters
  double window_hours = 24;
  double seen_share = 2.0 / 3;  ///< of a window, before its held-out end
  int drift_terms = 8;
  LearnedRequest learning;
};

/// One way of holding out, with the methods that were asked: figures of one table.
struct HeldOutPart {
  std::string name;
  std::string title;
  std::string unit;   ///< of errors: "m/s"
  std::string units;  ///< what is drawn by the bootstrap: "blocks of samples"
  std::vector<std::string> methods;
  std::vector<std::string> titles;
  std::size_t baseline = 0;
  std::vector<flow::HeldOutScores> scores;
  std::size_t n_units = 0;
  double n_points = 0;
};

/// A finished study.
struct ObservedStudy {
  std::string title;
  std::vector<std::string> paragraphs;  ///< of the setting
  std::vector<HeldOutPart> parts;
  nlohmann::json more = nlohmann::json::object();  ///< fitted priors, scores of fields
  std::function<std::vector<Figure>(const FigureFolder&)> draw;
};

/// Adds the methods that a LearnedForecaster has; of samples there is nothing to refine.
void add_learned_methods(HeldOutPart& part, bool has_refined);

/// What became of the encoders: a paragraph, and `learned` for programs.
void describe_learned(const LearnedRecord& record, const LearnedRequest& request,
                      ObservedStudy& study);

/// Scores the record of a part.
void score_part(const flow::HeldOutRecord& record, std::uint64_t seed, HeldOutPart& part);

/// `parts`, by name {unit, n_units, n_points, baseline, methods}, methods by name their scores, KEY
/// and KEY_interval, and what else the study tells.
void add_study(nlohmann::json& summary, const ObservedStudy& study);

/// The table of every part on the terminal.
void print_study(const ObservedStudy& study);

/// index.html of a folder, with the pictures.
void write_study_page(const FigureFolder& folder, const ObservedStudy& study,
                      const Invocation& invocation);

}  // namespace lagoon::pipelines
