#pragma once

#include <filesystem>
#include <string>

namespace lagoon::pipelines {

/// The gnuplot program of this machine: turns a script into a PNG or a GIF.
class Gnuplot {
 public:
  /// Looks gnuplot up in PATH and asks which PNG terminal it has (pngcairo, else png).
  /// Throws Error if there is no gnuplot, or none that can write PNG.
  static Gnuplot find();

  /// "set terminal ..." for a picture of width x height CSS pixels, drawn with more pixels than
  /// that.
  std::string terminal(int width, int height) const;

  /// The same for an animation that repeats for ever, with `delay` hundredths of a second between
  /// frames: each plot of the script is a frame of a GIF.
  static std::string animation_terminal(int width, int height, int delay);

  /// Runs FOLDER/SCRIPT inside FOLDER; scripts name their files relative to it. Returns what
  /// gnuplot said (warnings). Throws Error with gnuplot's last line if it fails.
  std::string run(const std::filesystem::path& folder, const std::string& script) const;

 private:
  std::filesystem::path program_;
  std::string terminal_;
};

/// A gnuplot string: single quotes, in which nothing but the quote itself is special, so that names
/// of folders cannot become commands; line ends are joined in.
std::string gnuplot_string(const std::string& text);

}  // namespace lagoon::pipelines
