#include "pipelines/mnist/probability_figure.hpp"

#include <string>

#include "datasets/text/text.hpp"
#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/mnist/ink.hpp"

namespace lagoon::pipelines {
namespace {

using datasets::Digits;

std::string with_article(std::int64_t digit) {
  return (digit == 8 ? "an " : "a ") + std::to_string(digit);
}

PanelGrid probability_grid(std::size_t n_images) {
  return {.columns = 4,
          .rows = static_cast<int>(n_images),
          .panel_width = 186,
          .panel_height = 116,
          .left = 40,
          .right = 12,
          .top = 34,
          .bottom = 26,
          .gap = 44,
          .footer = 0};
}

std::string digit_column(std::size_t row) {
  return "digit_" + std::to_string(row + 1);
}

/// Columns x, y and one for each image.
Table pixel_table(const Digits& digits, std::span<const std::int64_t> images) {
  std::vector<std::string> columns = {"x", "y"};
  for (std::size_t row = 0; row < images.size(); ++row) columns.push_back(digit_column(row));
  Table table(columns);
  for (std::int64_t pixel = 0; pixel < Digits::kPixels; ++pixel) {
    std::vector<Cell> row = {pixel % Digits::kSide, pixel / Digits::kSide};
    for (const auto image : images) {
      row.emplace_back(static_cast<int>(digits.image(image)[static_cast<std::size_t>(pixel)]));
    }
    table.add(std::move(row));
  }
  return table;
}

std::string digit_panel(const PanelGrid& grid, const std::string& name, std::size_t row,
                        const std::string& title) {
  return kInk + grid.frame(0, static_cast<int>(row), title, "") +
         "set xrange [-0.5:27.5]\nset yrange [27.5:-0.5]\nplot '" + name +
         "_pixels.csv' using 'x':'y':'" + digit_column(row) + "' with image\n";
}

/// Adds the ten probabilities of one image by one loss, and gives the commands that draw them: the
/// true label's bar dark, numbers over the bars that can be seen.
std::string bar_panel(const PanelGrid& grid, const std::string& name, int column, int row,
                      const std::string& title, Table& table, std::size_t first) {
  const std::string source = csv_rows(name, first, table.size() - 1) + " using 'label':";
  return grid.frame(column, row, title, "") +
         "set size noratio\nset border 1\nset xrange [-0.6:9.6]\nset yrange [0:1.18]\n"
         "set xtics 1 scale 0 offset 0,0.4\nset grid noxtics\nunset ytics\nunset xlabel\n"
         "set style fill solid 1 noborder\nset boxwidth 0.72\nplot " +
         source +
         "(column('is_true') == 1 ? column('probability') : NaN) with boxes lc rgb '#0072B2', " +
         source +
         "(column('is_true') == 1 ? NaN : column('probability')) with boxes lc rgb '#E0A27A', " +
         source +
         "'probability':(column('probability') < 0.1 ? '' : column('probability') > 0.994 ? '1' : "
         "substr(sprintf('%.2f', column('probability')), 2, 4)) with labels center offset 0,0.55 "
         "font ',8'\n";
}

/// "Label given image is the surest..." from the numbers.
std::string probability_caption(std::span<const LossScores> all, std::size_t n_images) {
  const std::string text =
      "The " + std::to_string(n_images) +
      " test images that the three encoders together are least sure about (largest mean entropy of "
      "the label), and the probability of each label; dark: the label that MNIST gives. "
      "Probability sits on the labels that one can read into the stroke. Over all test images the "
      "mean entropy is ";
  std::vector<std::string> entropies;
  for (std::size_t l = 0; l < kDigitLosses.size(); ++l) {
    entropies.push_back(number_text(all[l].mean_entropy, 2) + " nats (" + kDigitLosses[l].title +
                        ")");
  }
  return text + datasets::enumerated(entropies) +
         ". Image given label leaves a bias of each label free; here and in its accuracy that is "
         "fixed by recalibration on the training images.";
}

}  // namespace

Figure draw_probabilities(const FigureFolder& folder, const Digits& test,
                          std::span<const LossScores> all, std::span<const std::int64_t> images) {
  const std::string name = "label_probabilities";
  const PanelGrid grid = probability_grid(images.size());
  Table table({"image", "loss", "label", "is_true", "probability"});
  std::string commands = "set multiplot\nunset key\n";
  for (std::size_t row = 0; row < images.size(); ++row) {
    const auto image = static_cast<std::size_t>(images[row]);
    const auto truth = test.labels[image];
    commands += digit_panel(grid, name, row,
                            with_article(truth) + " (test image " + std::to_string(image) + ")");
    for (std::size_t l = 0; l < all.size(); ++l) {
      const std::size_t first = table.size();
      for (std::int64_t v = 0; v < Digits::kLabels; ++v) {
        const double p =
            all[l].test.probabilities[image * Digits::kLabels + static_cast<std::size_t>(v)];
        table.add({image, kDigitLosses[l].key, v, static_cast<int>(v == truth), p});
      }
      commands += bar_panel(grid, name, static_cast<int>(l) + 1, static_cast<int>(row),
                            row == 0 ? kDigitLosses[l].title : "", table, first);
    }
  }
  return folder.draw({name, "Labels of ambiguous digits", probability_caption(all, images.size()),
                      grid.width(), grid.height()},
                     {{"", table}, {"_pixels", pixel_table(test, images)}}, commands);
}

}  // namespace lagoon::pipelines
