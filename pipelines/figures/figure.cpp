#include "pipelines/figures/figure.hpp"

#include <algorithm>
#include <iterator>

#include "flow/error.hpp"
#include "pipelines/support/run_record.hpp"

namespace lagoon::pipelines {
namespace {

// Light axes on two sides, outward ticks, faint grid: the data carry the ink.
constexpr const char* kPrelude = R"(set encoding utf8
set datafile separator ','
set datafile columnheaders
set border 3 lc rgb '#555555' lw 0.8
set tics out nomirror scale 0.6 textcolor rgb '#222222'
set grid back lc rgb '#E4E4E4' lw 0.6 dt solid
set key textcolor rgb '#222222' spacing 1.15 samplen 3
set title textcolor rgb '#222222'
)";

std::string line_styles() {
  std::string text;
  for (std::size_t i = 0; i < std::size(kLineStyles); ++i) {
    const auto& [colour, dash, point, hollow] = kLineStyles[i];
    text += "set style line " + std::to_string(i + 1) + " lc rgb '#" + colour + "' lw 1.6 dt " +
            dash + " pt " + std::to_string(point) + " ps 0.7\n";
  }
  return text;
}

/// Work that was stopped before it finished anything leaves its configuration or its marker.
bool holds_nothing_finished(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder)) return true;
  if (!std::filesystem::is_directory(folder)) return false;
  const std::filesystem::recursive_directory_iterator first(folder);
  return std::all_of(begin(first), end(first), [&](const auto& entry) {
    const auto path = entry.path().lexically_relative(folder);
    return path == "config.toml" || path == "checkpoint" || path == "checkpoint/requeue";
  });
}

}  // namespace

const LineStyle& line_style(std::size_t i) {
  return kLineStyles[i % std::size(kLineStyles)];
}

std::string line_style_text(std::size_t i) {
  return "linestyle " + std::to_string(i % std::size(kLineStyles) + 1);
}

bool keeps(const std::filesystem::path& folder, const std::filesystem::path& kept) {
  if (kept.stem() != "*") return std::filesystem::exists(folder / kept);
  std::error_code absent;
  const std::filesystem::directory_iterator first(folder, absent);
  return std::any_of(begin(first), end(first), [&](const auto& entry) {
    return entry.path().extension() == kept.extension();
  });
}

FigureFolder::FigureFolder(std::filesystem::path path, Gnuplot gnuplot)
    : path_(std::move(path)), gnuplot_(std::move(gnuplot)) {}

FigureFolder FigureFolder::reopen(const std::filesystem::path& folder,
                                  const std::filesystem::path& kept) {
  require(holds_nothing_finished(folder) || keeps(folder, kept),
          folder.string() + ": exists, but has no " + kept.string() +
              " to go on from (leave --resume out, or give the folder that was stopped)");
  return create(folder, /*force=*/true);
}

void FigureFolder::refuse(const std::filesystem::path& folder, bool force) {
  std::error_code failure;
  const bool exists = std::filesystem::exists(folder, failure);
  if (exists && !(std::filesystem::is_directory(folder) && std::filesystem::is_empty(folder))) {
    refuse_existing(folder, force);
  }
}

FigureFolder FigureFolder::create(const std::filesystem::path& folder, bool force) {
  auto gnuplot = Gnuplot::find();
  refuse(folder, force);
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure || !std::filesystem::is_directory(folder)) {
    throw Error(folder.string() + ": the folder cannot be made (choose a place to write to)");
  }
  // A page of earlier results must not stand beside new ones, even if this ends early.
  std::filesystem::remove(folder / "index.html");
  return {folder, std::move(gnuplot)};
}

Figure FigureFolder::draw(Figure figure, const std::vector<NamedTable>& tables,
                          const std::string& commands) const {
  for (const auto& [suffix, table] : tables) {
    table.write_csv(path_ / (figure.name + suffix + ".csv"));
  }
  const std::string script = figure.name + ".gp";
  const std::string terminal =
      figure.frame_delay > 0
          ? Gnuplot::animation_terminal(figure.width, figure.height, figure.frame_delay)
          : gnuplot_.terminal(figure.width, figure.height);
  write_text(path_ / script, terminal + "set output '" + figure.name + "." + figure.ending() +
                                 "'\n" + kPrelude + line_styles() + commands);
  gnuplot_.run(path_, script);
  return figure;
}

}  // namespace lagoon::pipelines
