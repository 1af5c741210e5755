#include "pipelines/generation/law_table.hpp"

#include <algorithm>
#include <initializer_list>

#include "contrastive/training/checkpoint/checkpoint.hpp"
#include "datasets/probe.hpp"
#include "datasets/reader.hpp"
#include "flow/error.hpp"
#include "pipelines/generation/mode_file.hpp"
#include "pipelines/generation/text_lists.hpp"

namespace lagoon::pipelines {
namespace {

/// A new dataset's law is drawn by these, unless it is copied.
OptionGroup law_group(OptionTable& table, const LawRequest& request, const std::string& heading) {
  return {table, [&request, heading](Option& option) {
            option.in_group(heading + " (not beside --law-from)")
                .refused_unless([&request] { return request.law_from.empty(); },
                                "the law is that of --law-from");
          }};
}

bool is_one_of(const std::string& text, std::initializer_list<const char*> words) {
  return std::ranges::any_of(words, [&](const char* word) { return text == word; });
}

bool is_prior_file(const LawRequest& request) {
  return !is_one_of(request.prior, {"power", "matern", "flat"});
}

std::string scale_of(const LawRequest& request) {
  if (request.scale != "auto") return request.scale;
  return is_prior_file(request) ? "none" : "speed";
}

void declare_modes(OptionTable& table, LawRequest& request) {
  flow::LawOptions& o = request.options;
  OptionGroup group = law_group(table, request, "Modes");
  const auto no_file = [&request] { return !is_prior_file(request); };
  const auto by_size = [&request] {
    return !is_prior_file(request) && is_one_of(request.modes, {"square", "disk"});
  };
  group.add("modes", &request.modes, anything(), "square, disk or a list \"k,l;k,l;...\"")
      .only_if(no_file, "a prior that is no file");
  group.add("max-wavenumber", &o.max_wavenumber, at_least(1), "largest |k| and |l|, or radius")
      .only_if(by_size, "--modes square or disk");
  group.add("drop-mean-mode", &o.drop_mean_mode, anything(), "leave out k = l = 0")
      .only_if(by_size, "--modes square or disk");
  group.add("mean-mode-std", &o.mean_mode_std, non_negative(), "std of psi_hat at k = l = 0")
      .only_if([&o, no_file] { return no_file() && !o.drop_mean_mode; }, "--no-drop-mean-mode");
}

void declare_prior(OptionTable& table, LawRequest& request) {
  flow::LawOptions& o = request.options;
  OptionGroup group = law_group(table, request, "Prior of the coefficients");
  const auto prior_is = [&request](const char* name) {
    return [&request, name] { return request.prior == name; };
  };
  group.add("prior", &request.prior, anything(),
            "power, matern, flat, or a CSV file k,l,prior_std[,omega[,damping]]");
  group.add("prior-exponent", &o.prior_exponent, anything(), "psi_hat ~ |k|^-exponent")
      .only_if(prior_is("power"), "--prior power");
  group.add("matern-tau", &o.matern_tau, non_negative(), "(4 pi^2 |k|^2 + tau^2)^-alpha")
      .only_if(prior_is("matern"), "--prior matern");
  group.add("matern-alpha", &o.matern_alpha, anything(), "(4 pi^2 |k|^2 + tau^2)^-alpha")
      .only_if(prior_is("matern"), "--prior matern");
  group.add("scale", &request.scale, one_of({"auto", "speed", "psi", "none"}),
            "what fixes the prior's factor; auto: none for a file, else speed");
  group.add("rms-speed", &o.rms_speed, positive(), "rms speed at a point")
      .only_if([&request] { return scale_of(request) == "speed"; }, "--scale speed");
  group.add("rms-psi", &o.rms_psi, positive(), "rms streamfunction at a point")
      .only_if([&request] { return scale_of(request) == "psi"; }, "--scale psi");
}

void declare_motion(OptionTable& table, LawRequest& request) {
  flow::LawOptions& o = request.options;
  OptionGroup group = law_group(table, request, "Motion of the flow");
  group.add("law-seed", &o.law_seed, anything(), "seed of frequencies, random times and places");
  group.add("omega-std", &o.omega_std, non_negative(), "std of frequencies; 0: steady flows");
  group.add("damping", &o.damping, non_negative(),
            "rate of Ornstein-Uhlenbeck amplitudes; 0: constant ones");
  group.add("damping-exponent", &o.damping_exponent, anything(), "rate ~ |k|^exponent")
      .only_if([&o] { return o.damping > 0; }, "--damping above 0");
  group.add("mean-velocity", &request.mean_velocity, anything(), "x,y of a drift common to all");
  group.add("diffusivity", &o.diffusivity, non_negative(), "of the drifters' Brownian motion");
}

void declare_drifters(OptionTable& table, LawRequest& request) {
  flow::LawOptions& o = request.options;
  OptionGroup group = law_group(table, request, "Drifters and their observations");
  const auto no_list = [&request] { return is_one_of(request.spacing, {"even", "random"}); };
  const auto counted = [&request] { return is_one_of(request.release, {"grid", "uniform"}); };
  group.add("final-time", &o.final_time, positive(), "end of the observed time")
      .only_if(no_list, "--spacing even or random");
  group.add("times", &o.n_times, at_least(1), "observation times")
      .only_if(no_list, "--spacing even or random");
  group.add("spacing", &request.spacing, anything(),
            "of the times: even, random, or a list \"t1,t2,...\"");
  group.add("release", &request.release, anything(), "grid, uniform, or points \"x,y;x,y;...\"");
  group.add("drifters", &o.n_drifters, at_least(1), "drifters a flow; a square for grid")
      .only_if(counted, "--release grid or uniform");
  group.add("release-interval", &o.release_interval, non_negative(),
            "time from one drifter's release to the next");
  group.add("noise", &o.noise_percent, non_negative(),
            "observation noise a component, percent of the mean net displacement");
  group.add("missing", &o.missing_percent, non_negative(), "percent of observations lost");
}

void read_modes(const LawRequest& request, flow::LawOptions& options) {
  if (is_one_of(request.modes, {"square", "disk"})) {
    options.mode_set = request.modes;
    return;
  }
  options.mode_set = "list";
  options.mode_list =
      parse_whole_pairs(request.modes, {"--modes", "square, disk or a list \"k,l;k,l;...\""});
}

/// A file's mean mode has the file's standard deviation.
void read_prior(const LawRequest& request, flow::LawOptions& options) {
  options.scale = scale_of(request);
  options.prior = request.prior;
  if (!is_prior_file(request)) return;
  options.prior = "table";
  options.mode_table = read_mode_file(request.prior);
  const auto mean = find_mode(options.mode_table.modes, 0, 0);
  options.mean_mode_std = mean ? options.mode_table.prior_std[*mean] : 0;
}

void read_mean_velocity(const LawRequest& request, flow::LawOptions& options) {
  if (request.mean_velocity.size() != 2) {
    throw UsageError("--mean-velocity: must be two numbers x,y, not " +
                     std::to_string(request.mean_velocity.size()));
  }
  options.mean_velocity_x = request.mean_velocity[0];
  options.mean_velocity_y = request.mean_velocity[1];
}

void read_times(const LawRequest& request, flow::LawOptions& options) {
  if (is_one_of(request.spacing, {"even", "random"})) {
    options.spacing = request.spacing;
    return;
  }
  options.spacing = "list";
  options.time_list =
      parse_numbers(request.spacing, {"--spacing", "even, random or a list \"t1,t2,...\""});
}

void read_release(const LawRequest& request, flow::LawOptions& options) {
  if (is_one_of(request.release, {"grid", "uniform"})) {
    options.release = request.release;
    return;
  }
  options.release_points =
      parse_pairs(request.release, {"--release", "points \"x,y;x,y;...\", grid or uniform"});
  options.release = options.release_points.size() == 2 ? "point" : "list";
  options.n_drifters = static_cast<int>(options.release_points.size() / 2);
}

}  // namespace

void declare_law(OptionTable& table, LawRequest& request) {
  table.option("law-from", &request.law_from, anything(), "dataset or run whose law is copied");
  declare_modes(table, request);
  declare_prior(table, request);
  declare_motion(table, request);
  declare_drifters(table, request);
}

flow::LawOptions law_options(const LawRequest& request) {
  flow::LawOptions options = request.options;
  read_modes(request, options);
  read_prior(request, options);
  read_mean_velocity(request, options);
  read_times(request, options);
  read_release(request, options);
  return options;
}

ResolvedLaw resolve_law(const LawRequest& request) {
  const auto& source = request.law_from;
  if (source.empty()) return {make_law(law_options(request)), request.options.law_seed};
  if (std::filesystem::is_directory(source)) return {contrastive::read_checkpoint(source).law, 0};
  datasets::probe_file(source);
  const datasets::Reader reader(source);
  return {reader.law(), reader.description().law_seed};
}

}  // namespace lagoon::pipelines
