#include "pipelines/assimilation/study.hpp"

#include <algorithm>
#include <cmath>

#include "flow/error.hpp"
#include "flow/law/law_options.hpp"
#include "flow/observations.hpp"

namespace lagoon::pipelines {
namespace {

flow::LawOptions base_options(std::uint64_t law_seed) {
  flow::LawOptions options;
  options.law_seed = law_seed;
  options.release = "uniform";
  options.n_drifters = 8;
  options.noise_percent = 5;
  return options;
}

/// Diffusion over the law's time of so many percent of how far drifters go.
void set_diffusion(flow::Law& law, double percent) {
  const double spread = percent / 100 * flow::mean_net_displacement(law);
  law.diffusivity = spread * spread / (2 * law.times.back());
}

flow::Law exact_law(std::uint64_t law_seed) {
  constexpr double kDiffusionPercent = 5;
  auto options = base_options(law_seed);
  options.drop_mean_mode = true;
  options.noise_percent = 0;
  options.n_times = 1000;
  flow::Law law = flow::make_law(options);
  set_diffusion(law, kDiffusionPercent);
  return law;
}

flow::Law noisy_law(flow::LawOptions options, double percent) {
  options.noise_percent = percent;
  return flow::make_law(options);
}

flow::Law crowded_law(flow::LawOptions options, double n_drifters) {
  constexpr double kMost = 1e6;
  require(n_drifters >= 1 && n_drifters <= kMost && n_drifters == std::floor(n_drifters),
          "--values " + std::to_string(n_drifters) +
              ": a number of drifters is 1, 2, 3, ... up to a million");
  options.n_drifters = static_cast<int>(n_drifters);
  return flow::make_law(options);
}

flow::Law long_law(flow::LawOptions options, double duration) {
  constexpr double kTimesInUnit = 1000;
  require(duration >= 1 / kTimesInUnit && duration <= kTimesInUnit,
          "--values " + std::to_string(duration) + ": a duration is from 0.001 to 1000");
  const double noise = flow::make_law(options).observation_noise_std;
  options.final_time = duration;
  options.n_times = static_cast<int>(std::lround(kTimesInUnit * duration));
  options.noise_percent = 0;
  flow::Law law = flow::make_law(options);
  law.observation_noise_std = noise;
  return law;
}

flow::Law gappy_law(flow::LawOptions options, double percent) {
  options.missing_percent = percent;
  return flow::make_law(options);
}

flow::Law steeper_law(flow::LawOptions options, double exponent) {
  options.prior_exponent = exponent;
  const double noise = flow::make_law(base_options(options.law_seed)).observation_noise_std;
  flow::Law law = flow::make_law(options);
  law.observation_noise_std = noise;
  return law;
}

flow::Law faster_law(flow::LawOptions options, double ratio) {
  require(ratio > 0, "--values " + std::to_string(ratio) + ": a ratio of speeds is above 0");
  flow::Law law = flow::make_law(options);
  for (double& std : law.prior_std) std *= ratio;
  return law;
}

flow::Law diffusive_law(flow::LawOptions options, double percent) {
  flow::Law law = flow::make_law(options);
  set_diffusion(law, percent);
  return law;
}

flow::Law unchanged_law(flow::LawOptions options, double) {
  return flow::make_law(options);
}

std::int64_t library_size(double value) {
  constexpr double kMost = 1e9;
  require(value >= 2 && value <= kMost && value == std::floor(value),
          "--values " + std::to_string(value) + ": a library has 2, 3, ... up to 1e9 flows");
  return static_cast<std::int64_t>(value);
}

struct Plan {
  const char* name;
  const char* title;
  const char* axis;
  bool logarithmic;
  std::vector<double> values;
  double base;
  flow::Law (*law)(flow::LawOptions, double);
  flow::Law (*truth)(flow::LawOptions, double) = nullptr;  ///< where it is not the law assumed
};

const std::vector<Plan> kPlans = {
    {"noise",
     "Skill against noise",
     "noise, percent of the net displacement",
     false,
     {0, 1, 2, 5, 10, 20, 30},
     5,
     noisy_law},
    {"drifters",
     "Skill against the number of drifters",
     "drifters (logarithmic)",
     true,
     {1, 2, 4, 8, 16, 32, 64, 256, 1024},
     8,
     crowded_law},
    {"duration",
     "Skill against the time observed",
     "time observed, T (logarithmic)",
     true,
     {0.02, 0.05, 0.1, 0.2, 0.4},
     0.1,
     long_law},
    {"missing",
     "Skill against gaps",
     "observations lost, percent",
     false,
     {0, 25, 50, 75, 90, 95},
     0,
     gappy_law},
    {"prior-mismatch",
     "Skill under an assumed spectrum",
     "exponent of the assumed spectrum, the truth's is 2",
     false,
     {0, 1, 1.5, 2, 2.5, 3, 4},
     2,
     steeper_law,
     unchanged_law},
    {"prior-amplitude",
     "Skill under an assumed speed",
     "assumed rms speed over the truth's (logarithmic)",
     true,
     {0.25, 0.5, 1, 2, 4},
     1,
     faster_law,
     unchanged_law},
    {"diffusion",
     "Skill against diffusion that nobody knows of",
     "diffusion, percent of the net displacement",
     false,
     {0, 1, 2, 5, 10, 20},
     5,
     unchanged_law,
     diffusive_law},
    {"diffusion-known",
     "Skill against diffusion that is known",
     "diffusion, percent of the net displacement",
     false,
     {1, 2, 5, 10, 20},
     5,
     diffusive_law},
    {"library",
     "Skill against the size of the library",
     "flows of the library (logarithmic)",
     true,
     {1024, 4096, 16384, 65536},
     16384,
     unchanged_law},
};

Study make_study(const Plan& plan, const StudyRequest& request) {
  Study study{plan.name, plan.title, plan.axis, plan.logarithmic, {}, 0};
  const auto& values = request.values.empty() ? plan.values : request.values;
  for (const double value : values) {
    if (value == plan.base) study.base = study.settings.size();
    const auto options = base_options(request.law_seed);
    study.settings.push_back({value, plan.law(options, value), {}, {}});
    if (request.name == "library") study.settings.back().library_size = library_size(value);
    if (plan.truth != nullptr) study.settings.back().truth = plan.truth(options, value);
  }
  return study;
}

}  // namespace

Study make_study(const StudyRequest& request) {
  const auto plan = std::ranges::find(kPlans, request.name, &Plan::name);
  if (plan != kPlans.end()) return make_study(*plan, request);
  require(request.name == "exact", "--study " + request.name + ": is no study");
  require(request.values.empty(), "--values: the study exact varies nothing (leave it out)");
  return {"exact", "Exact posterior", "", false, {{0, exact_law(request.law_seed), {}, {}}}, 0};
}

}  // namespace lagoon::pipelines
