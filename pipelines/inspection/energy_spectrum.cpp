#include "pipelines/inspection/energy_spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include <boost/math/distributions/chi_squared.hpp>

#include "flow/numerics/sample_moments.hpp"
#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/retrieval/statistics.hpp"

namespace lagoon::pipelines {
namespace {

constexpr std::int64_t kMostFlowsRead = 65536;
constexpr std::int64_t kFlowsReadAtOnce = 4096;

/// What a group is made of: its modes, and the energy of each flow in them.
struct Group {
  double wavenumber = 0;
  std::vector<std::size_t> modes;
  std::vector<double> energies = {};
};

/// Groups of modes that move something, by a key of |k|^2, which is also the group's wavenumber.
template <class Key>
std::vector<Group> group_modes(const flow::Law& law, Key&& wavenumber_of) {
  std::map<double, std::vector<std::size_t>> modes;
  for (std::size_t m = 0; m < law.n_modes(); ++m) {
    const int k_squared = flow::k_squared(law.modes, m);
    if (k_squared > 0 && law.prior_std[m] > 0) {
      modes[wavenumber_of(std::sqrt(static_cast<double>(k_squared)))].push_back(m);
    }
  }
  std::vector<Group> groups;
  for (auto& [wavenumber, members] : modes) groups.push_back({wavenumber, std::move(members)});
  return groups;
}

double energy_factor(const flow::Law& law, std::size_t mode) {
  return std::numbers::pi * std::numbers::pi * flow::k_squared(law.modes, mode);
}

void add_flow(Group& group, const flow::Law& law, const std::complex<double>* psi_hat) {
  double energy = 0;
  for (const auto m : group.modes) energy += energy_factor(law, m) * std::norm(psi_hat[m]);
  group.energies.push_back(energy);
}

/// Every `stride`-th flow of the file into every group.
void add_flows(std::vector<Group*>& groups, const datasets::Reader& reader) {
  const std::int64_t stride = (reader.n_flows() + kMostFlowsRead - 1) / kMostFlowsRead;
  const std::size_t n_modes = reader.law().n_modes();
  for (std::int64_t first = 0; first < reader.n_flows(); first += kFlowsReadAtOnce) {
    const auto count = std::min(kFlowsReadAtOnce, reader.n_flows() - first);
    const auto psi_hat = reader.psi_hat(first, count);
    for (std::int64_t i = 0; i < count; ++i) {
      if ((first + i) % stride != 0) continue;
      const auto* own = psi_hat.data() + static_cast<std::size_t>(i) * n_modes;
      for (Group* group : groups) add_flow(*group, reader.law(), own);
    }
  }
}

EnergyGroup result_of(const Group& group, const flow::Law& law) {
  EnergyGroup result;
  double variance = 0;
  for (const auto m : group.modes) {
    const double energy = energy_factor(law, m) * law.prior_std[m] * law.prior_std[m];
    result.prior += energy;
    variance += energy * energy;  // |psi_hat|^2 is exponential
  }
  const double degrees =
      2 * static_cast<double>(group.energies.size()) * result.prior * result.prior / variance;
  const boost::math::chi_squared law_of_sum(degrees);
  result.wavenumber = group.wavenumber;
  result.measured = flow::sample_mean(group.energies);
  result.low = result.measured * degrees / quantile(law_of_sum, 0.975);
  result.high = result.measured * degrees / quantile(law_of_sum, 0.025);
  result.flow_tenth = quantile(group.energies, 0.1);
  result.flow_ninth = quantile(group.energies, 0.9);
  return result;
}

std::vector<EnergyGroup> results_of(const std::vector<Group>& groups, const flow::Law& law) {
  std::vector<EnergyGroup> results;
  for (const auto& group : groups) results.push_back(result_of(group, law));
  return results;
}

Table spectrum_table(const std::vector<EnergyGroup>& groups) {
  Table table({"wavenumber", "prior", "measured", "low", "high", "ratio", "ratio_low", "ratio_high",
               "flow_10_percent", "flow_90_percent"});
  for (const auto& g : groups) {
    table.add({g.wavenumber, g.prior, g.measured, g.low, g.high, g.measured / g.prior,
               g.low / g.prior, g.high / g.prior, g.flow_tenth, g.flow_ninth});
  }
  return table;
}

std::string caption_of(const EnergySpectrum& spectrum) {
  const auto holds = [](const EnergyGroup& g) { return g.low <= g.prior && g.prior <= g.high; };
  const auto n_held = std::ranges::count_if(spectrum.lengths, holds);
  const auto& total = spectrum.total;
  return "Kinetic energy that the modes of a flow add in the mean over their phases, "
         "nondimensional, over " +
         std::to_string(spectrum.n_flows) + " flows: " + number_text(total.measured, 4) +
         " in the mean (95% interval " + number_text(total.low, 4) + " to " +
         number_text(total.high, 4) + "), where the prior says " + number_text(total.prior, 4) +
         ". Left: by shells of |k|; the band holds 80% of the single flows. Right: measured over "
         "prior for modes of the same |k|, with chi-squared 95% intervals, of which " +
         std::to_string(n_held) + " of " + std::to_string(spectrum.lengths.size()) +
         " hold the prior.";
}

/// A logarithmic axis that holds the bands, with tics at 1, 2 and 5 of each decade.
std::string energy_range(const std::vector<EnergyGroup>& groups) {
  const double low = std::ranges::min(groups, {}, &EnergyGroup::flow_tenth).flow_tenth;
  const double high = std::ranges::max(groups, {}, &EnergyGroup::flow_ninth).flow_ninth;
  std::string tics;
  const auto decade_of = [](double energy) {
    return static_cast<int>(std::floor(std::log10(energy)));
  };
  for (int decade = decade_of(low / 2); decade <= decade_of(2 * high); ++decade) {
    for (const int factor : {1, 2, 5}) {
      tics += (tics.empty() ? "" : ",") + number_text(factor * std::pow(10, decade));
    }
  }
  return "set yrange [" + number_text(low / 2) + ":" + number_text(2 * high) + "]\nset ytics (" +
         tics + ")\n";
}

}  // namespace

EnergySpectrum measure_energy_spectrum(const datasets::Reader& reader) {
  const auto& law = reader.law();
  auto shells = group_modes(law, [](double k) { return std::round(k); });
  auto lengths = group_modes(law, [](double k) { return k; });
  auto total = group_modes(law, [](double) { return 0.0; });
  std::vector<Group*> all;
  for (auto* groups : {&shells, &lengths, &total}) {
    for (auto& group : *groups) all.push_back(&group);
  }
  add_flows(all, reader);
  EnergySpectrum spectrum{0, results_of(shells, law), results_of(lengths, law), {}};
  if (total.empty()) return spectrum;
  spectrum.n_flows = static_cast<std::int64_t>(total.front().energies.size());
  spectrum.total = result_of(total.front(), law);
  return spectrum;
}

Figure draw_energy_spectrum(const FigureFolder& folder, const EnergySpectrum& spectrum) {
  const std::string name = "energy_spectrum";
  const PanelGrid grid = curve_panels(1, 230, 34);
  const std::string last = number_text(spectrum.shells.back().wavenumber + 0.5);
  const std::string shells = "'energy_spectrum_shells.csv' using 'wavenumber':";
  const std::string lengths = "'energy_spectrum_lengths.csv' using 'wavenumber':";
  const std::string commands =
      "set multiplot\nunset key\nset logscale y\nset format y '%g'\nset bars 0.6\n"
      "set xtics 1\nset xrange [0.5:" +
      last + "]\n" + energy_range(spectrum.shells) + "set ylabel 'kinetic energy'\n" +
      grid.frame(0, 0, "energy by shells", "|k| (waves over the domain)") + "plot " + shells +
      "'flow_10_percent':'flow_90_percent' with filledcurves lc rgb '#D0" + line_style(0).colour +
      "' notitle, " + shells + "'prior' with linespoints " + line_style_text(1) +
      " ps 1.5 pt 8 notitle, " + shells + "'measured':'low':'high' with yerrorbars " +
      line_style_text(0) + " dt solid notitle\n" +
      "unset logscale y\nset yrange [*:*]\nset ytics auto\nset ylabel 'measured / prior'\n" +
      grid.frame(1, 0, "ratio by wavenumber", "|k| (waves over the domain)") +
      "plot 1 with lines " + line_style_text(1) + " notitle, " + lengths +
      "'ratio':'ratio_low':'ratio_high' with yerrorbars " + line_style_text(0) +
      " dt solid notitle\n" +
      grid.key({{"yerrorbars " + line_style_text(0) + " dt solid", "measured, 95% interval"},
                {"linespoints " + line_style_text(1) + " ps 1.5 pt 8", "prior"},
                {"filledcurves lc rgb '#D0" + std::string(line_style(0).colour) + "'",
                 "80% of the single flows"}},
               3);
  return folder.draw({name, "Energy spectrum", caption_of(spectrum), grid.width(), grid.height()},
                     {{"_shells", spectrum_table(spectrum.shells)},
                      {"_lengths", spectrum_table(spectrum.lengths)}},
                     commands);
}

}  // namespace lagoon::pipelines
