#include "pipelines/mnist/sample_figure.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/mnist/ink.hpp"

namespace lagoon::pipelines {
namespace {

using datasets::Digits;

constexpr std::int64_t kTiles = 4;  // a row of the drawn images
constexpr std::int64_t kSpace = 5;  // pixels between them
constexpr std::int64_t kPitch = Digits::kSide + kSpace;
constexpr std::int64_t kCanvas = kTiles * kPitch + kSpace;
static_assert(kTiles * kTiles == kDrawnImages);

/// Left or upper edge of a tile.
std::int64_t edge(std::int64_t place) {
  return kSpace + place * kPitch;
}

std::int64_t ink(const Digits& digits, std::span<const std::int64_t> drawn, std::int64_t x,
                 std::int64_t y) {
  const auto column = (x - kSpace) / kPitch, row = (y - kSpace) / kPitch;
  const auto px = x - edge(column), py = y - edge(row);
  const bool inside = x >= kSpace && y >= kSpace && px < Digits::kSide && py < Digits::kSide;
  if (!inside) return 0;
  const auto image = drawn[static_cast<std::size_t>(row * kTiles + column)];
  return digits.image(image)[static_cast<std::size_t>(py * Digits::kSide + px)];
}

Table canvas_table(const Digits& digits, const std::vector<std::vector<std::int64_t>>& drawn) {
  std::vector<std::string> columns = {"x", "y"};
  for (const auto& loss : kDigitLosses) columns.emplace_back(loss.key);
  Table table(columns);
  for (std::int64_t y = 0; y < kCanvas; ++y) {
    for (std::int64_t x = 0; x < kCanvas; ++x) {
      std::vector<Cell> row = {x, y};
      for (const auto& images : drawn) row.emplace_back(ink(digits, images, x, y));
      table.add(std::move(row));
    }
  }
  return table;
}

/// Images drawn more than once, the most often drawn first, and how often.
std::vector<std::pair<std::int64_t, int>> repeated(std::span<const std::int64_t> drawn) {
  std::map<std::int64_t, int> times;
  for (const auto image : drawn) ++times[image];
  std::vector<std::pair<std::int64_t, int>> result;
  std::ranges::copy_if(times, std::back_inserter(result),
                       [](const auto& item) { return item.second > 1; });
  std::ranges::stable_sort(result, std::greater{}, [](const auto& item) { return item.second; });
  return result;
}

/// A row for each copy: its image, how often that was drawn, its frame and the colour that all
/// copies share.
std::size_t add_frames(Table& table, const DigitLoss& loss, const Digits& digits,
                       std::span<const std::int64_t> drawn) {
  const auto groups = repeated(drawn);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (std::size_t t = 0; t < drawn.size(); ++t) {
      if (drawn[t] != groups[g].first) continue;
      const auto place = static_cast<std::int64_t>(t);
      constexpr double kCentre = Digits::kSide / 2.0 - 0.5;
      const auto colour = std::stoi(line_style(g).colour, nullptr, 16);
      table.add({loss.key, drawn[t], digits.labels[static_cast<std::size_t>(drawn[t])],
                 groups[g].second, edge(place % kTiles) + kCentre, edge(place / kTiles) + kCentre,
                 colour});
    }
  }
  return groups.size();
}

std::string sample_title(const DigitLoss& loss, const contrastive::ConditionalSample& sample) {
  return std::string(loss.title) + "\n" + std::to_string(sample.unique) +
         " different, effective sample size " + size_text(sample.effective_sample_size);
}

std::string samples_caption(const Digits& test, std::span<const LossScores> all,
                            std::int64_t label) {
  const auto v = static_cast<std::size_t>(label);
  return std::to_string(kDrawnImages) + " images drawn with replacement from the " +
         std::to_string(test.n()) + " test images by each encoder's learned law given the label " +
         std::to_string(label) + " (" + std::to_string(label_counts(test)[v]) + " of them are " +
         std::to_string(label) +
         "); copies of one image share a frame. Label given image is blind to any function of the "
         "image alone, z(u) + c(u): how one image weighs against another given a label is left to "
         "chance, and chance is uneven (effective sample size " +
         size_text(all[0].samples[v].effective_sample_size) + ", against " +
         size_text(all[1].samples[v].effective_sample_size) + " and " +
         size_text(all[2].samples[v].effective_sample_size) +
         "); the longer it is trained, the fewer images take the weight. The other two normalise "
         "over images, and spread it over all that show the label.";
}

constexpr PanelGrid kSampleGrid = {.columns = 3,
                                   .rows = 1,
                                   .panel_width = 288,
                                   .panel_height = 288,
                                   .left = 6,
                                   .right = 6,
                                   .top = 48,
                                   .bottom = 8,
                                   .gap = 24,
                                   .footer = 0};

/// The panel of loss l: its images, and the frames of its copies, which are added to the table.
std::string sample_panel(const std::string& name, std::size_t l, const Digits& test,
                         const contrastive::ConditionalSample& sample, Table& frames) {
  const DigitLoss& loss = kDigitLosses[l];
  std::string text = kSampleGrid.frame(static_cast<int>(l), 0, sample_title(loss, sample), "") +
                     "plot '" + name + ".csv' using 'x':'y':'" + loss.key + "' with image";
  const std::size_t first = frames.size();
  if (add_frames(frames, loss, test, sample.rows) > 0) {
    text += ", " + csv_rows(name + "_repeats", first, frames.size() - 1) +
            " using 'x':'y':(15.5):(15.5):'colour' with boxxyerror lc rgb variable lw 1.6";
  }
  return text + "\n";
}

}  // namespace

Figure draw_samples(const FigureFolder& folder, const Digits& test, std::span<const LossScores> all,
                    std::int64_t label) {
  const std::string name = "images_given_" + std::to_string(label);
  Table frames({"loss", "image", "label", "times", "x", "y", "colour"});
  std::vector<std::vector<std::int64_t>> drawn;
  std::string commands = std::string("set multiplot\nunset key\n") + kInk +
                         "set xrange [-0.5:" + number_text(kCanvas - 0.5) + "]\nset yrange [" +
                         number_text(kCanvas - 0.5) + ":-0.5]\nset style fill empty\n";
  for (std::size_t l = 0; l < all.size(); ++l) {
    const auto& sample = all[l].samples[static_cast<std::size_t>(label)];
    drawn.push_back(sample.rows);
    commands += sample_panel(name, l, test, sample, frames);
  }
  return folder.draw({name, "Images given the label " + std::to_string(label),
                      samples_caption(test, all, label), kSampleGrid.width(), kSampleGrid.height()},
                     {{"", canvas_table(test, drawn)}, {"_repeats", frames}}, commands);
}

}  // namespace lagoon::pipelines
