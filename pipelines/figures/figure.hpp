#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipelines/figures/gnuplot.hpp"
#include "pipelines/figures/table.hpp"

namespace lagoon::pipelines {

/// A picture of a report: NAME.png, or NAME.gif if it moves, drawn by NAME.gp from NAME.csv (and
/// NAME_*.csv).
struct Figure {
  std::string name;
  std::string title;    ///< a few words, the heading on the page
  std::string caption;  ///< one or two sentences: what to see
  int width = 0;        ///< CSS pixels on the page
  int height = 0;
  int frame_delay = 0;  ///< hundredths of a second between the frames of a GIF; 0: a PNG

  std::string ending() const { return frame_delay > 0 ? "gif" : "png"; }
};

/// The numbers of a figure under the name that its script reads: "" is NAME.csv, "_paths" is
/// NAME_paths.csv.
struct NamedTable {
  std::string suffix;
  Table table;
};

/// Line styles 1 .. 8 of every script: colours that remain apart for the colour-blind (Okabe and
/// Ito, 2008), dashes and points that remain apart in black and white.
struct LineStyle {
  const char* colour;  ///< RRGGBB
  const char* dash;
  int filled_point;
  int hollow_point;
};
inline constexpr LineStyle kLineStyles[] = {
    {"0072B2", "solid", 7, 6},
    {"D55E00", "(10,4)", 9, 8},
    {"009E73", "(10,3,2,3)", 5, 4},
    {"CC79A7", "(3,3)", 13, 12},
    {"000000", "(14,3,2,3,2,3)", 11, 10},
    {"E69F00", "(5,2)", 15, 14},
    {"56B4E9", "(6,2,2,2,2,2)", 2, 1},
    {"7F3B08", "(18,4)", 3, 1},
};

/// Style of the i-th line, counted from 0 and starting again after the last.
const LineStyle& line_style(std::size_t i);

/// "linestyle N" of the same line.
std::string line_style_text(std::size_t i);

/// Whether a folder has the file `kept` ("checkpoint/finished.jsonl"), of "*.safetensors" any such.
bool keeps(const std::filesystem::path& folder, const std::filesystem::path& kept);

/// Draws figures into one folder.
class FigureFolder {
 public:
  /// Makes the folder. Throws Error if gnuplot is missing, or if the folder holds anything and
  /// `force` is not given; with it, files of the same names are written over and no others touched.
  static FigureFolder create(const std::filesystem::path& folder, bool force);

  /// Throws Error where `create` would for what the folder holds, without touching it.
  static void refuse(const std::filesystem::path& folder, bool force);

  /// The folder of work that goes on from what it keeps. Throws Error for a folder of other things,
  /// which must not be written over; it may be new, or hold no more than work leaves that was
  /// stopped before it finished anything.
  static FigureFolder reopen(const std::filesystem::path& folder,
                             const std::filesystem::path& kept);

  const std::filesystem::path& path() const { return path_; }

  /// Writes the tables as CSV, then script and picture. `commands` are gnuplot's, after a prelude
  /// that sets terminal, output, separators, line styles and axes.
  Figure draw(Figure figure, const std::vector<NamedTable>& tables,
              const std::string& commands) const;

 private:
  FigureFolder(std::filesystem::path path, Gnuplot gnuplot);
  std::filesystem::path path_;
  Gnuplot gnuplot_;
};

}  // namespace lagoon::pipelines
