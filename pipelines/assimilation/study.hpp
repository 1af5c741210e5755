#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flow/law/law.hpp"

namespace lagoon::pipelines {

/// One setting of a study of twins.
struct StudySetting {
  double value = 0;
  flow::Law law;                             ///< what every method and the library assume
  std::optional<flow::Law> truth;            ///< of the twins, where that is another
  std::optional<std::int64_t> library_size;  ///< where that is what varies
};

/// Twins under one varied setting, the others kept.
struct Study {
  std::string name;
  std::string title;
  std::string axis;          ///< what is varied, with its unit
  bool logarithmic = false;  ///< how the axis is drawn
  std::vector<StudySetting> settings;
  std::size_t base = 0;  ///< of the settings: whose scores stand for the study
};

inline const std::vector<std::string> kStudyNames = {
    "none",           "exact",           "noise",     "drifters",        "duration", "missing",
    "prior-mismatch", "prior-amplitude", "diffusion", "diffusion-known", "library",  "kuznetsov"};

/// Which study, and of what.
struct StudyRequest {
  std::string name = "none";
  std::vector<double> values;  ///< of the varied setting; empty: the study's own
  std::uint64_t law_seed = 0;
};

/// `exact`: 8 random drifters, 48 modes, no noise, diffusion sqrt(2 diffusivity T) of 5% of the
/// mean net displacement, 1000 steps of Euler-Maruyama of which every one is observed. The others
/// vary one setting of 8 random drifters at 100 times with noise of 5%:
///   noise     percent of the net displacement
///   drifters  their number
///   duration  T, at 1000 observations in unit time, with the same noise
///   missing   percent of the observations, lost independently
///   library   flows of the library
/// and, of what is assumed, by the library and the classical methods alike:
///   prior-mismatch   the exponent of the assumed spectrum |k|^-p at the truth's rms speed, the
///                    truth's being 2
///   prior-amplitude  the assumed rms speed over the truth's
///   diffusion        sqrt(2 diffusivity T) of the truth's drifters in percent of the net
///                    displacement; nobody knows of it
///   diffusion-known  the same, known
/// (kuznetsov is a model of its own: presets/kuznetsov.hpp.)
/// Throws Error for values that cannot be, and for `exact` with any.
Study make_study(const StudyRequest& request);

}  // namespace lagoon::pipelines
