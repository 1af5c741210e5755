#include "pipelines/gaussian/process/example_figure.hpp"

#include <cmath>

#include "flow/numerics/sample_moments.hpp"
#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/support/progress.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::Gaussian;

constexpr const char* kName = "conditionals";
constexpr Eigen::Index kSamples = 400;

struct Panel {
  std::string suffix, title, xlabel;
  std::vector<double> x;
  Gaussian law;
  Eigen::VectorXd truth;  ///< empty, or what the example itself has
};

Gaussian field_given_v(const ProcessTheory& theory, const std::vector<double>& x,
                       const Eigen::VectorXd& v) {
  const auto mean = theory.process.field_mean(x, {v.data(), static_cast<std::size_t>(v.size())});
  const auto covariance = theory.process.field_covariance(x, true);
  const auto n = static_cast<Eigen::Index>(x.size());
  return {Eigen::Map<const Eigen::VectorXd>(mean.data(), n),
          Eigen::Map<const Eigen::MatrixXd>(covariance.data(), n, n)};
}

std::vector<double> counted(Eigen::Index n) {
  std::vector<double> values;
  for (Eigen::Index i = 1; i <= n; ++i) values.push_back(static_cast<double>(i));
  return values;
}

std::vector<Panel> panels_of(const ProcessTheory& theory, const ProcessExample& example) {
  std::vector<double> fine;
  constexpr int kIntervals = 50;
  for (int i = 0; i <= kIntervals; ++i) fine.push_back(static_cast<double>(i) / kIntervals);
  const Gaussian u = contrastive::u_given_v(theory.law).at(example.v);
  const Gaussian v = contrastive::v_given_u(theory.law).at(example.u);
  return {
      {"_process", "the process w, given v", "x", fine, field_given_v(theory, fine, example.v), {}},
      {"_u_given_v", "observations u, given v", "x", theory.process.grid(), u, example.u},
      {"_v_given_u", "coefficients v, given u", "component", counted(v.mean.size()), v, example.v}};
}

Table band_table(const Panel& panel) {
  Table table({"x", "mean", "low", "high", "example"});
  for (std::size_t i = 0; i < panel.x.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    const double mean = panel.law.mean(row);
    const double half = flow::kNormal975 * std::sqrt(panel.law.covariance(row, row));
    table.add({panel.x[i], mean, mean - half, mean + half,
               panel.truth.size() > 0 ? panel.truth(row) : std::nan("")});
  }
  return table;
}

Table sample_table(const Panel& panel, std::uint64_t seed) {
  Table table({"x", "value"});
  const auto draws = contrastive::draw(panel.law, {seed, flow::Purpose::query_choice, 0}, kSamples);
  for (Eigen::Index s = 0; s < draws.rows(); ++s) {
    for (Eigen::Index i = 0; i < draws.cols(); ++i) {
      table.add({panel.x[static_cast<std::size_t>(i)], draws(s, i)});
    }
    table.end_block();
  }
  return table;
}

const std::string kSampleStyle = "lines lc rgb '#E40072B2' lw 0.6 dt solid";
const std::string kIntervalStyle = "lines lc rgb '#D55E00' lw 1.4 dt (6,3)";
const std::string kMeanStyle = "lines lc rgb '#222222' lw 2 dt solid";
const std::string kExampleStyle = "points pt 7 ps 0.6 lc rgb '#009E73'";

std::string panel_plot(const Panel& panel) {
  const std::string file = "'" + std::string(kName) + panel.suffix;
  const std::string band = file + ".csv' using 'x':";
  std::string plot = "plot " + file + "_samples.csv' using 'x':'value' with " + kSampleStyle +
                     " notitle, " + band + "'low' with " + kIntervalStyle + " notitle, " + band +
                     "'high' with " + kIntervalStyle + " notitle, " + band + "'mean' with " +
                     kMeanStyle + " notitle";
  if (panel.truth.size() > 0) plot += ", " + band + "'example' with " + kExampleStyle + " notitle";
  return plot + "\n";
}

std::string caption_of(const ProcessTheory& theory) {
  const auto u = contrastive::u_given_v(theory.law), v = contrastive::v_given_u(theory.law);
  return "One pair of the test split. Five coefficients v all but fix the process (left) and fix "
         "its noisy observations to their noise: of the total variance of u, " +
         decimals(theory.law.cov_uu.trace(), 4) + ", " + decimals(u.covariance.trace(), 4) +
         " is left and " + decimals(theory.population.front().u_given_v, 4) +
         " explained (middle). Twelve noisy observations fix the first coefficients only: of the "
         "variance " +
         decimals(theory.law.cov_vv.trace(), 1) + " of v, " + decimals(v.covariance.trace(), 3) +
         " is left (right), by component from " + decimals(v.covariance(0, 0), 3) + " to " +
         decimals(v.covariance.diagonal().tail(1)(0), 3) + ".";
}

}  // namespace

ProcessExample process_example(const ProcessTheory& theory, std::uint64_t seed) {
  const auto pair = theory.process.draw(seed, datasets::Split::test, 0, 1);
  return {Eigen::Map<const Eigen::VectorXd>(pair.u.data(), theory.law.n_u()),
          Eigen::Map<const Eigen::VectorXd>(pair.v.data(), theory.law.n_v())};
}

Figure draw_process_example(const FigureFolder& folder, const ProcessTheory& theory,
                            const ProcessExample& example, std::uint64_t seed) {
  const PanelGrid grid{.columns = 3,
                       .rows = 1,
                       .panel_width = 240,
                       .panel_height = 230,
                       .left = 56,
                       .right = 20,
                       .top = 34,
                       .bottom = 44,
                       .gap = 54,
                       .footer = 30};
  std::string commands = "set multiplot\nunset key\n";
  std::vector<NamedTable> tables;
  const auto panels = panels_of(theory, example);
  for (std::size_t p = 0; p < panels.size(); ++p) {
    commands += grid.frame(static_cast<int>(p), 0, panels[p].title, panels[p].xlabel) +
                (p == 2 ? "set xtics 1\n" : "set xtics 0.25\n") + panel_plot(panels[p]);
    tables.push_back({panels[p].suffix, band_table(panels[p])});
    tables.push_back({panels[p].suffix + "_samples", sample_table(panels[p], seed)});
  }
  commands += grid.key({{kMeanStyle, "mean"},
                        {kIntervalStyle, "95% interval"},
                        {"lines lc rgb '#0072B2' lw 0.6", "400 samples"},
                        {kExampleStyle, "the pair itself"}},
                       4);
  return folder.draw(
      {kName, "Figure 7: true conditionals", caption_of(theory), grid.width(), grid.height()},
      tables, commands);
}

}  // namespace lagoon::pipelines
