#include "pipelines/figures/field_figures.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>
#include <tuple>

#include "pipelines/figures/torus_panel.hpp"

namespace lagoon::pipelines {
namespace {

// On each side of zero, and above zero.
constexpr int kSizeLevels = 10;

std::string name_of(const char* stem, const Example& example) {
  return std::string(stem) + "_" + std::to_string(example.number);
}

std::string choice_title(const char* place, const Choice& choice) {
  return std::string(place) + (choice.is_truth ? ": the true flow" : ": another flow");
}

std::string weight_text(double weight) {
  return "posterior weight " + number_text(weight, 3);
}

double common_limit(std::initializer_list<const std::vector<double>*> fields) {
  double largest = 0;
  for (const auto* field : fields) largest = std::max(largest, largest_magnitude(*field));
  return largest;
}

std::string sample_size_text(const FieldMoments& moments) {
  return "effective sample size " + number_text(moments.effective_sample_size, 3);
}

std::string observed_text(const Example& example) {
  return example.observed.size() == 1 ? "with the observed path" : "with the observed paths";
}

std::string potentials_caption(const Example& example) {
  std::ostringstream text;
  text << "Streamfunction ψ at t = 0. Black: "
       << (example.observed.size() == 1
               ? "the observed path, from the release point (disc) to the last observation "
                 "(triangle). Dashed: where the same drifter goes in the chosen flow. "
               : "the observed paths, from the release points (discs). Dashed: where the same "
                 "drifters go in the chosen flow. ");
  if (example.first.is_truth) {
    text << "The true flow came first of " << example.library_size
         << "; the runner-up is what the encoders take to be next.";
  } else {
    text << "A miss: the true flow came "
         << (example.rank == 2 ? "second" : "at rank " + number_text(example.rank, 6)) << " of "
         << example.library_size << " with weight " << number_text(example.truth_weight, 2)
         << "; compare the paths.";
  }
  return text.str();
}

/// Over the torus.
double rms(const std::vector<double>& field) {
  return std::sqrt(std::inner_product(field.begin(), field.end(), field.begin(), 0.0) /
                   static_cast<double>(field.size()));
}

/// Of the mean of the posterior without the true flow.
std::vector<double> error_without_truth(const Example& example) {
  std::vector<double> error(example.psi.size());
  for (std::size_t p = 0; p < error.size(); ++p) {
    error[p] = std::abs(example.without_truth.mean[p] - example.psi[p]);
  }
  return error;
}

std::string posterior_caption(const Example& example) {
  return spread_finding(example) +
         "Above: psi; below: its error and spread. Middle: the learned posterior over the library "
         "(" +
         sample_size_text(example.with_truth) + " of " + std::to_string(example.library_size) +
         "). Right: the same with the true flow taken out of the library (" +
         sample_size_text(example.without_truth) +
         "); left below, how far that mean is from the truth. With few effective flows the spread "
         "shows the library's limits rather than what the path leaves open.";
}

// Above: the truth and both means; below: the error of the second mean, and both spreads.
std::string posterior_panels(const TorusPanels& panels, const Example& example,
                             const std::vector<double>& error) {
  const auto& [with, without] = std::tie(example.with_truth, example.without_truth);
  const Levels levels =
      round_levels(common_limit({&example.psi, &with.mean, &without.mean}), kSignedLevels);
  const Levels sizes =
      round_levels(common_limit({&with.spread, &without.spread, &error}), kSizeLevels);
  return panels.begin() + panels.signed_colours(levels) +
         panels.draw({0, 0, "True flow", observed_text(example), "true", {"query"}, ""}) +
         panels.draw({1, 0, "Posterior mean", sample_size_text(with), "mean", {"query"}, ""}) +
         panels.draw({2,
                      0,
                      "Mean without the true flow",
                      sample_size_text(without),
                      "mean_without",
                      {"query"},
                      "streamfunction ψ"}) +
         panels.size_colours(sizes) +
         panels.draw(
             {0, 1, "Error of the mean", "without the true flow", "error_without", {"query"}, ""}) +
         panels.draw({1, 1, "Posterior spread", sample_size_text(with), "spread", {"query"}, ""}) +
         panels.draw({2,
                      1,
                      "Spread without the true flow",
                      sample_size_text(without),
                      "spread_without",
                      {"query"},
                      "spread, error of ψ"});
}

}  // namespace

std::string spread_finding(const Example& example) {
  const double error = rms(error_without_truth(example));
  return "Without the true flow the mean is off by " + number_text(error, 3) + " (rms over the " +
         "torus, nondimensional), " + std::to_string(std::lround(100 * error / rms(example.psi))) +
         "% of the true streamfunction's size, where its spread has rms " +
         number_text(rms(example.without_truth.spread), 3) + ". ";
}

Figure draw_potentials(const FigureFolder& folder, const Example& example) {
  const std::string name = name_of("potential", example);
  const TorusPanels panels(name, 3, 1, example.observed.size());
  const auto& [first, second] = std::tie(example.first, example.second);
  const Levels levels =
      round_levels(common_limit({&example.psi, &first.psi, &second.psi}), kSignedLevels);
  const std::string commands =
      panels.begin() + panels.signed_colours(levels) +
      panels.draw({0, 0, "True flow", observed_text(example), "true", {"query"}, ""}) +
      panels.draw({1,
                   0,
                   choice_title("Retrieved", first),
                   weight_text(first.weight),
                   "retrieved",
                   {"query", "retrieved"},
                   ""}) +
      panels.draw({2,
                   0,
                   choice_title("Runner-up", second),
                   weight_text(second.weight),
                   "runner_up",
                   {"query", "runner_up"},
                   "streamfunction ψ"});
  const Table fields =
      field_table(example.grid,
                  {{"true", &example.psi}, {"retrieved", &first.psi}, {"runner_up", &second.psi}});
  const Table paths = path_table(
      {{"query", &example.observed}, {"retrieved", &first.paths}, {"runner_up", &second.paths}});
  const std::string title =
      "Example " + std::to_string(example.number) + ": true and retrieved streamfunction";
  return folder.draw({name, title, potentials_caption(example), panels.width(), panels.height()},
                     {{"", fields}, {"_paths", paths}}, commands);
}

Figure draw_posterior(const FigureFolder& folder, const Example& example) {
  const std::string name = name_of("posterior", example);
  const TorusPanels panels(name, 3, 2, example.observed.size());
  const auto& [with, without] = std::tie(example.with_truth, example.without_truth);
  const std::vector<double> error = error_without_truth(example);
  const std::string commands = posterior_panels(panels, example, error);
  const Table fields = field_table(example.grid, {{"true", &example.psi},
                                                  {"mean", &with.mean},
                                                  {"spread", &with.spread},
                                                  {"mean_without", &without.mean},
                                                  {"spread_without", &without.spread},
                                                  {"error_without", &error}});
  const Table paths = path_table({{"query", &example.observed}});
  const std::string title = "Example " + std::to_string(example.number) + ": learned posterior";
  return folder.draw({name, title, posterior_caption(example), panels.width(), panels.height()},
                     {{"", fields}, {"_paths", paths}}, commands);
}

}  // namespace lagoon::pipelines
