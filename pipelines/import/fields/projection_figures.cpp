#include "pipelines/import/fields/projection_figures.hpp"

#include <algorithm>
#include <iomanip>
#include <sstream>

#include "flow/projection/edges.hpp"
#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/figures/torus_panel.hpp"

namespace lagoon::pipelines {
namespace {

using Values = std::vector<double>;

constexpr double kShownUnit = 1000;  // of psi: 10^3 m^2/s
constexpr const char* kPsiLabel = "streamfunction (10³ m²/s)";

std::string modes_name(int max_wavenumber) {
  const std::string side = std::to_string(2 * max_wavenumber + 1);
  return side + " × " + side + " modes";
}

std::string explained_text(const ExplainedVariance& row) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(3) << "explains " << row.psi << " of ψ, " << row.velocity
       << " of velocity";
  return text.str();
}

// A field (n + 1, n + 1) to be drawn, and its panel.
struct Shown {
  std::string name, title, detail;
  Values values;
};

Values in_shown_unit(Values values) {
  for (double& value : values) value /= kShownUnit;
  return values;
}

Values kept_by(const SnapshotProjection& snapshot, int max_wavenumber) {
  return flow::closed(flow::grid_values(flow::truncate(snapshot.psi, max_wavenumber), snapshot.n),
                      snapshot.n);
}

std::string edges_title(const FieldFindings& findings) {
  if (findings.edges == "none") return "Periodic as it is";
  return findings.edges == "taper" ? "Tapered to a torus" : "With its mirror images";
}

std::vector<Shown> shown_fields(const FieldFindings& findings) {
  const SnapshotProjection& snapshot = findings.snapshots.front();
  std::vector<Shown> shown = {
      {"before", "Streamfunction in the box", "its plane taken out", snapshot.before},
      {"after", edges_title(findings), "all that the grid holds",
       flow::closed(snapshot.after, snapshot.n)}};
  const int asked = flow::max_wavenumber(findings.fitted.law.modes);
  for (const ExplainedVariance& row : findings.truncations) {
    if (row.max_wavenumber != 3 && row.max_wavenumber != 7 && row.max_wavenumber != 15) continue;
    shown.push_back({"kept_" + std::to_string(row.max_wavenumber), modes_name(row.max_wavenumber),
                     explained_text(row), kept_by(snapshot, row.max_wavenumber)});
  }
  Shown residual{"residual", "Residual of " + modes_name(asked), "what the law's modes leave",
                 flow::closed(snapshot.after, snapshot.n)};
  const Values kept = kept_by(snapshot, asked);
  for (std::size_t p = 0; p < kept.size(); ++p) residual.values[p] -= kept[p];
  shown.push_back(std::move(residual));
  for (Shown& field : shown) field.values = in_shown_unit(std::move(field.values));
  return shown;
}

Table table_of(const std::vector<Shown>& shown, int n) {
  std::vector<std::string> columns = {"x", "y"};
  for (const Shown& field : shown) columns.push_back(field.name);
  Table table(columns);
  for (int i = 0; i <= n; ++i) {
    for (int j = 0; j <= n; ++j) {
      std::vector<Cell> row = {static_cast<double>(i) / n, static_cast<double>(j) / n};
      for (const Shown& field : shown) {
        row.emplace_back(field.values[static_cast<std::size_t>(i) * (n + 1) + j]);
      }
      table.add(std::move(row));
    }
    if (i < n) table.end_block();
  }
  return table;
}

std::string projection_caption(const FieldFindings& findings) {
  std::ostringstream text;
  text << "One snapshot of " << findings.source.names[0] << " in a box of "
       << number_text(findings.source.side / 1000, 4)
       << " km. Lengths are in sides of the torus; all panels have the same colours. Explained "
          "variances are of all "
       << findings.snapshots.size() << " snapshots, over the torus.";
  return text.str();
}

// Columns wavenumber, measured and one for each fit, one row a shell of |k|; a fit is empty beyond
// the modes that it was fitted to.
struct Fit {
  std::string column, title;
  int max_wavenumber;
  const Values* std;
};

std::vector<Fit> fits_of(const FieldFindings& findings) {
  std::vector<Fit> fits;
  for (const ExplainedVariance& row : findings.truncations) {
    fits.push_back(
        {"power_" + std::to_string(row.max_wavenumber),
         modes_name(row.max_wavenumber) + ": |k|^-p, p = " + number_text(row.power.exponent, 3),
         row.max_wavenumber, &row.power.std});
  }
  const ExplainedVariance& last = findings.truncations.back();
  fits.push_back({"matern",
                  modes_name(last.max_wavenumber) +
                      ": Matérn, τ = " + number_text(last.matern.matern_tau, 3) +
                      ", α = " + number_text(last.matern.matern_alpha, 3),
                  last.max_wavenumber, &last.matern.std});
  return fits;
}

void add_shells(Table& table, const std::string& series, const flow::ModeSet& modes,
                const std::vector<std::complex<double>>& psi_hat) {
  const flow::ShellSpectrum spectrum = flow::shell_spectrum(modes, psi_hat);
  for (std::size_t i = 0; i < spectrum.std.size(); ++i) {
    table.add({series, spectrum.wavenumber[i], spectrum.std[i] / kShownUnit});
  }
  table.end_block();
}

Table spectrum_table(const FieldFindings& findings, const std::vector<Fit>& fits) {
  Table table({"series", "wavenumber", "std"});
  const int all = findings.truncations.back().max_wavenumber;
  add_shells(table, "measured", flow::half_plane_modes(all),
             half_plane_psi_hat(findings.snapshots, all));
  for (const Fit& fit : fits) {
    add_shells(table, fit.column, flow::half_plane_modes(fit.max_wavenumber),
               {fit.std->begin(), fit.std->end()});
  }
  return table;
}

Table explained_table(const FieldFindings& findings) {
  Table table({"wavenumber", "psi", "velocity"});
  const int all = findings.snapshots.front().psi.max_wavenumber();
  for (int wavenumber = 1; wavenumber <= all; ++wavenumber) {
    double psi = 0, psi_kept = 0, speed = 0, speed_kept = 0;
    for (const SnapshotProjection& snapshot : findings.snapshots) {
      const flow::SpectralField kept = flow::truncate(snapshot.psi, wavenumber);
      psi += flow::variance(snapshot.psi);
      psi_kept += flow::variance(kept);
      speed += flow::velocity_variance(snapshot.psi);
      speed_kept += flow::velocity_variance(kept);
    }
    table.add({wavenumber, psi_kept / psi, speed_kept / speed});
  }
  return table;
}

std::string series_rows(const std::string& series) {
  return "'spectrum.csv' using (strcol('series') eq '" + series +
         "' ? column('wavenumber') : NaN):(column('std')) with ";
}

std::string spectrum_plot(const PanelGrid& grid, const std::vector<Fit>& fits) {
  std::string text = grid.frame(0, 0, "Spectrum and fitted priors", "wavenumber |k|") +
                     "set ylabel 'rms |psi hat| (10³ m²/s)' noenhanced offset 1,0\n"
                     "set logscale xy\nset format y '10^{%L}'\nset xrange [0.9:" +
                     number_text(1.6 * fits.back().max_wavenumber) + "]\nplot " +
                     series_rows("measured") + "points pt 7 ps 0.45 lc rgb '#222222' notitle";
  for (std::size_t i = 0; i < fits.size(); ++i) {
    text += ", " + series_rows(fits[i].column) + "lines " + line_style_text(i) + " notitle";
  }
  return text + "\nunset logscale\nset format y '%g'\n";
}

std::string explained_plot(const PanelGrid& grid) {
  const auto curve = [](const char* column, const char* look) {
    return std::string("'spectrum_explained.csv' using 'wavenumber':'") + column +
           "' with linespoints " + look + " notitle";
  };
  return grid.frame(1, 0, "Variance that modes explain", "largest |k|, |l|") +
         "set ylabel 'share' offset 1,0\nset yrange [0:1.02]\nset xrange [0:*]\nplot " +
         curve("psi", "lc rgb '#222222' pt 7 ps 0.5 lw 1.2") + ", " +
         curve("velocity", "lc rgb '#888888' pt 6 ps 0.5 lw 1.2") + "\n";
}

std::vector<PanelGrid::KeyEntry> spectrum_key(const std::vector<Fit>& fits) {
  std::vector<PanelGrid::KeyEntry> entries = {
      {"linespoints lc rgb '#222222' pt 7 ps 0.5 lw 1.2", "left: measured; right: variance of ψ"},
      {"linespoints lc rgb '#888888' pt 6 ps 0.5 lw 1.2", "right: variance of velocity"}};
  for (std::size_t i = 0; i < fits.size(); ++i) {
    entries.push_back({"lines " + line_style_text(i), fits[i].title});
  }
  return entries;
}

}  // namespace

Figure draw_projection(const FigureFolder& folder, const FieldFindings& findings) {
  const std::vector<Shown> shown = shown_fields(findings);
  constexpr int kColumns = 3;
  const int n_rows = static_cast<int>(shown.size() + kColumns - 1) / kColumns;
  const TorusPanels panels("projection", kColumns, n_rows, 0);
  std::string commands = panels.begin() + panels.signed_colours(round_levels(
                                              largest_magnitude(shown[0].values), kSignedLevels));
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const int column = static_cast<int>(i) % kColumns, row = static_cast<int>(i) / kColumns;
    const std::string bar = column == kColumns - 1 ? kPsiLabel : "";
    commands += panels.draw({column, row, shown[i].title, shown[i].detail, shown[i].name, {}, bar});
  }
  return folder.draw({"projection", "A real field in few modes", projection_caption(findings),
                      panels.width(), panels.height()},
                     {{"", table_of(shown, findings.snapshots.front().n)}}, commands);
}

Figure draw_spectrum(const FigureFolder& folder, const FieldFindings& findings) {
  const std::vector<Fit> fits = fits_of(findings);
  const PanelGrid grid = curve_panels(1, 300, 70);
  const std::string commands = "set multiplot\n" + spectrum_plot(grid, fits) +
                               explained_plot(grid) + grid.key(spectrum_key(fits), 2);
  return folder.draw(
      {"spectrum", "Spectrum and explained variance",
       "Left: root mean square of the coefficients of each |k|, and the priors of largest "
       "likelihood for so many modes. Right: what modes up to a wavenumber explain.",
       grid.width(), grid.height()},
      {{"", spectrum_table(findings, fits)}, {"_explained", explained_table(findings)}}, commands);
}

}  // namespace lagoon::pipelines
