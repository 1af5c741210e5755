#include "pipelines/generation/law_table.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "datasets/probe.hpp"
#include "datasets/reader.hpp"
#include "flow/error.hpp"
#ifdef LAGOON_WITH_TORCH
#include "contrastive/inference/encoder_pair.hpp"
#endif

namespace lagoon::pipelines {
namespace {

void declare_prior(OptionTable& table, flow::LawOptions& o) {
  table.option("law-seed", &o.law_seed, anything(), "seed of the law (frequencies, release)");
  table.option("modes", &o.mode_set, one_of({"square", "disk"}), "shape of the set of modes");
  table.option("max-wavenumber", &o.max_wavenumber, at_least(1), "largest |k| and |l|, or radius");
  table.option("drop-mean-mode", &o.drop_mean_mode, anything(), "leave out k = l = 0");
  table.option("prior", &o.prior, one_of({"power", "matern"}), "decay of psi_hat with |k|");
  table.option("prior-exponent", &o.prior_exponent, anything(), "psi_hat ~ |k|^-exponent")
      .only_if([&o] { return o.prior == "power"; }, "--prior power");
  table.option("matern-tau", &o.matern_tau, non_negative(), "(4 pi^2 |k|^2 + tau^2)^-alpha")
      .only_if([&o] { return o.prior == "matern"; }, "--prior matern");
  table.option("matern-alpha", &o.matern_alpha, anything(), "(4 pi^2 |k|^2 + tau^2)^-alpha")
      .only_if([&o] { return o.prior == "matern"; }, "--prior matern");
  table.option("mean-mode-std", &o.mean_mode_std, non_negative(), "std of psi_hat at k = l = 0")
      .only_if([&o] { return !o.drop_mean_mode; }, "--no-drop-mean-mode");
  table.option("rms-speed", &o.rms_speed, positive(), "rms speed at a point");
  table.option("omega-std", &o.omega_std, non_negative(), "std of frequencies; 0: steady flows");
}

void declare_observations(OptionTable& table, LawRequest& request) {
  flow::LawOptions& o = request.options;
  table.option("final-time", &o.final_time, positive(), "end of the observed time");
  table.option("times", &o.n_times, at_least(1), "observation times, evenly spaced");
  table.option("release", &request.release, anything(),
               "points at t = 0 as \"x,y;x,y;...\", or grid, or uniform");
  table.option("drifters", &o.n_drifters, at_least(1), "drifters a flow; a square for grid")
      .only_if([&request] { return request.release == "grid" || request.release == "uniform"; },
               "--release grid or uniform");
  table.option("noise", &o.noise_percent, non_negative(),
               "observation noise a component, percent of the mean net displacement");
}

[[noreturn]] void refuse_release(const std::string& release) {
  throw UsageError("--release " + (release.empty() ? "''" : release) +
                   ": must be points \"x,y;x,y;...\", grid or uniform");
}

double coordinate(const std::string& text, const std::string& release) {
  double value = 0;
  try {
    const std::vector<std::string> words = {text};
    assign(&value, words);
  } catch (const std::invalid_argument&) {
    refuse_release(release);
  }
  return value;
}

/// "x,y;x,y" -> {x, y, x, y}.
std::vector<double> parse_points(const std::string& release) {
  std::vector<double> points;
  std::istringstream pairs(release);
  for (std::string pair; std::getline(pairs, pair, ';');) {
    const auto comma = std::min(pair.find(','), pair.size());
    points.push_back(coordinate(pair.substr(0, comma), release));
    points.push_back(coordinate(pair.substr(std::min(comma + 1, pair.size())), release));
  }
  if (points.empty()) refuse_release(release);
  return points;
}

flow::LawOptions law_options(const LawRequest& request) {
  flow::LawOptions options = request.options;
  if (request.release == "grid" || request.release == "uniform") {
    options.release = request.release;
  } else {
    options.release_points = parse_points(request.release);
    options.release = options.release_points.size() == 2 ? "point" : "list";
    options.n_drifters = static_cast<int>(options.release_points.size() / 2);
  }
  return options;
}

ResolvedLaw law_of_run(const std::filesystem::path& run) {
#ifdef LAGOON_WITH_TORCH
  return {contrastive::EncoderPair::load(run).law(), 0};
#else
  throw Error("--law-from " + run.string() +
              ": reading a run needs a build with LibTorch (give the run's dataset instead)");
#endif
}

}  // namespace

void declare_law(OptionTable& table, LawRequest& request) {
  const std::size_t begin = table.options().size();
  declare_prior(table, request.options);
  declare_observations(table, request);
  for (std::size_t i = begin; i < table.options().size(); ++i) {
    table.options()[i]
        .in_group("Law (not beside --law-from)")
        .refused_unless([&request] { return request.law_from.empty(); },
                        "the law is that of --law-from");
  }
  table.option("law-from", &request.law_from, anything(), "dataset or run whose law is copied");
}

ResolvedLaw resolve_law(const LawRequest& request) {
  const auto& source = request.law_from;
  if (source.empty()) return {make_law(law_options(request)), request.options.law_seed};
  if (std::filesystem::is_directory(source)) return law_of_run(source);
  datasets::probe_file(source);
  const datasets::Reader reader(source);
  return {reader.law(), reader.description().law_seed};
}

}  // namespace lagoon::pipelines
