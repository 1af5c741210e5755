#include "pipelines/mnist/curve_figures.hpp"

#include <algorithm>
#include <cmath>

#include "datasets/text/text.hpp"
#include "pipelines/figures/panel_grid.hpp"

namespace lagoon::pipelines {
namespace {

using datasets::Digits;

constexpr int kPanelHeight = 200;

/// A thin line with points of loss l, for nothing lies between two labels.
std::string loss_style(std::size_t l) {
  return "linespoints " + line_style_text(l) + " lw 0.8";
}

std::vector<PanelGrid::KeyEntry> loss_key() {
  std::vector<PanelGrid::KeyEntry> entries;
  for (std::size_t l = 0; l < kDigitLosses.size(); ++l) {
    entries.push_back({loss_style(l), kDigitLosses[l].title});
  }
  return entries;
}

/// One curve a loss of column `field`, from blocks of ten rows each, side by side.
std::string over_labels(const std::string& name, const std::string& field) {
  std::string plot;
  for (std::size_t l = 0; l < kDigitLosses.size(); ++l) {
    plot += csv_rows(name, l * Digits::kLabels, (l + 1) * Digits::kLabels - 1) +
            " using (column('label')+" + number_text(0.16 * (static_cast<double>(l) - 1)) + "):'" +
            field + "' with " + loss_style(l) + " notitle, ";
  }
  return plot;
}

std::string sizes_caption(std::span<const LossScores> all) {
  const std::string text =
      "Left: how many of the test images the learned law given a label is worth (1 / sum of "
      "squared weights), beside how many show the label (grey). Right: different images among " +
      std::to_string(kDrawnImages) + " drawn. The means over labels are ";
  std::vector<std::string> means;
  for (std::size_t l = 0; l < all.size(); ++l) {
    means.push_back(size_text(mean_effective_sample_size(all[l])) + " (" + kDigitLosses[l].title +
                    ")");
  }
  return text + datasets::enumerated(means) +
         ": a classifier, trained on labels given images, is no model of images.";
}

std::size_t count(std::span<const std::int64_t> truth, std::span<const std::int64_t> found,
                  std::int64_t a, std::int64_t b) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) n += truth[i] == a && found[i] == b;
  return n;
}

/// Rows of one loss, every pair of labels. Gives the most images of one mistake.
std::size_t add_confusion(Table& table, const DigitLoss& loss, const Digits& test,
                          const LossScores& scores) {
  std::size_t most = 1;
  for (std::int64_t a = 0; a < Digits::kLabels; ++a) {
    for (std::int64_t b = 0; b < Digits::kLabels; ++b) {
      const auto n = count(test.labels, scores.test.labels, a, b);
      table.add({loss.key, a, b, n});
      if (a != b) most = std::max(most, n);
    }
  }
  return most;
}

std::string confusion_plot(const std::string& name, std::size_t first, std::size_t end) {
  const std::string source = csv_rows(name, first, end - 1) + " using 'found':'label':";
  const std::string wrong = "(column('found') == column('label') ? NaN : column('images'))";
  return "plot " + source + wrong + " with image, " + source +
         "(column('images') == 0 || column('found') == column('label') ? '' : "
         "sprintf('%d', column('images'))) with labels font ',8' textcolor rgb '#1B1B1B'\n";
}

std::string layer_rows(Table& table, const std::string& name, const std::string& layer,
                       const LayerScores& scores) {
  const std::size_t first = table.size();
  for (const auto& point : scores.curve) {
    table.add({layer, point.pairs, point.accuracy, point.accuracy_known, point.accuracy_new});
  }
  return csv_rows(name, first, table.size() - 1);
}

}  // namespace

Figure draw_effective_sample_sizes(const FigureFolder& folder, const Digits& test,
                                   std::span<const LossScores> all) {
  const std::string name = "effective_sample_size";
  Table table({"loss", "label", "images", "effective_sample_size", "unique", "expected_unique"});
  const auto counts = label_counts(test);
  double largest = static_cast<double>(*std::ranges::max_element(counts));
  for (std::size_t l = 0; l < all.size(); ++l) {
    for (std::size_t v = 0; v < counts.size(); ++v) {
      const auto& sample = all[l].samples[v];
      largest = std::max(largest, sample.effective_sample_size);
      table.add({kDigitLosses[l].key, v, counts[v], sample.effective_sample_size, sample.unique,
                 sample.expected_unique});
    }
  }
  const PanelGrid grid = curve_panels(1, kPanelHeight, 30);
  const std::string commands =
      "set multiplot\nunset key\nset xrange [-0.6:9.6]\nset xtics 1\nset logscale y\n"
      "set yrange [1:" +
      number_text(2 * largest) + "]\nset style fill solid 1 noborder\nset boxwidth 0.8\n" +
      grid.frame(0, 0, "effective sample size", "label") + "plot " +
      csv_rows(name, 0, counts.size() - 1) +
      " using 'label':'images' with boxes lc rgb '#E4E4E4' notitle, " +
      over_labels(name, "effective_sample_size") + "NaN notitle\nunset logscale y\nset yrange [0:" +
      number_text(static_cast<double>(kDrawnImages) + 0.5) + "]\nset ytics 4\n" +
      grid.frame(1, 0, "different images of " + std::to_string(kDrawnImages) + " drawn", "label") +
      "plot " + over_labels(name, "unique") + "NaN notitle\n" + grid.key(loss_key(), 3);
  return folder.draw({name, "What the law given a label is worth", sizes_caption(all), grid.width(),
                      grid.height()},
                     {{"", table}}, commands);
}

Figure draw_confusions(const FigureFolder& folder, const Digits& test,
                       std::span<const LossScores> all) {
  const std::string name = "confusions";
  const PanelGrid grid = {.columns = 3,
                          .rows = 1,
                          .panel_width = 268,
                          .panel_height = 268,
                          .left = 44,
                          .right = 8,
                          .top = 34,
                          .bottom = 44,
                          .gap = 32,
                          .footer = 0};
  Table table({"loss", "label", "found", "images"});
  std::string panels;
  std::size_t most = 1;
  for (std::size_t l = 0; l < all.size(); ++l) {
    const std::size_t first = table.size();
    most = std::max(most, add_confusion(table, kDigitLosses[l], test, all[l]));
    panels += grid.frame(static_cast<int>(l), 0, kDigitLosses[l].title, "taken for") +
              confusion_plot(name, first, table.size()) + "unset ylabel\n";
  }
  const std::string commands =
      "set multiplot\nunset key\nset palette defined (0 '#FFFFFF', 1 '#E0A27A')\nset cbrange [0:" +
      std::to_string(most) +
      "]\nunset colorbox\nunset grid\nset border 15\nset xrange [-0.5:9.5]\nset yrange "
      "[9.5:-0.5]\nset xtics 1 scale 0\nset ytics 1 scale 0\nset ylabel 'label' offset 1,0\n" +
      panels;
  const std::string caption =
      "Mistakes among the " + std::to_string(test.n()) +
      " test images: rows are the label that MNIST gives, columns the most likely label. The three "
      "encoders stumble over the same pairs.";
  return folder.draw({name, "Mistakes", caption, grid.width(), grid.height()}, {{"", table}},
                     commands);
}

Figure draw_fine_tuning(const FigureFolder& folder, const FineTuningStudy& study) {
  const std::string name = "fine_tuning";
  const PanelGrid grid = curve_panels(1, kPanelHeight, 30);
  Table table({"layer", "pairs", "accuracy", "accuracy_known", "accuracy_new"});
  const std::string penultimate = layer_rows(table, name, "penultimate", study.penultimate);
  const std::string logits = layer_rows(table, name, "logits", study.logits);
  const auto panel = [&](int column, const std::string& title, const std::string& field,
                         double regression) {
    return grid.frame(column, 0, title, "fine-tuning pairs") + "plot " + number_text(regression) +
           " with lines linestyle 5 notitle, " + penultimate + " using 'pairs':'" + field +
           "' with linespoints linestyle 1 notitle, " + logits + " using 'pairs':'" + field +
           "' with linespoints linestyle 2 notitle\n";
  };
  const auto& regression = study.penultimate.logistic_regression;
  const std::string commands =
      "set multiplot\nunset key\nset logscale x\nset autoscale xfix\nset format x '%g'\nset yrange "
      "[*:1]\nset format y '%.2f'\n" +
      panel(0, "accuracy, all ten digits", "accuracy", regression.accuracy) +
      panel(1, "accuracy, digits 7, 8, 9", "accuracy_new", regression.accuracy_new) +
      grid.key({{"linespoints linestyle 1", "last hidden layer"},
                {"linespoints linestyle 2", "outputs for 0 to 6"},
                {"lines linestyle 5", "last hidden layer, all pairs"}},
               3);
  const std::string caption =
      "An encoder that never saw 7, 8 and 9 becomes a classifier of all ten digits by fine-tuning "
      "(G, F) on it. Its last hidden layer tells most of what the new digits need; its seven "
      "outputs, trained to tell 0 to 6 apart, have lost a part of it. (34) on all pairs is "
      "logistic regression; with the ridge, " +
      std::to_string(study.penultimate.fine_tuned.pairs) + " pairs come within " +
      number_text(100 * std::abs(regression.accuracy - study.penultimate.fine_tuned.accuracy), 2) +
      " points of it.";
  return folder.draw({name, "Digits never trained on", caption, grid.width(), grid.height()},
                     {{"", table}}, commands);
}

Figure draw_losses(const FigureFolder& folder, const std::vector<DigitLossPoint>& points,
                   double least) {
  const std::string name = "loss";
  const PanelGrid grid = curve_panels(1, kPanelHeight, 30);
  Table table({"loss", "step", "seconds", "excess"});
  std::string by_step = "plot ", by_second = "plot ";
  for (std::size_t l = 0; l < kDigitLosses.size(); ++l) {
    const std::size_t first = table.size();
    for (const auto& point : points) {
      if (point.encoder != kDigitLosses[l].key) continue;
      table.add({point.encoder, point.step, point.seconds, point.loss - least});
    }
    if (table.size() == first) continue;
    const std::string source = csv_rows(name, first, table.size() - 1) + " using ";
    const std::string style = ":'excess' with lines " + line_style_text(l) + " lw 1 notitle, ";
    by_step += source + "'step'" + style;
    by_second += source + "'seconds'" + style;
  }
  std::vector<PanelGrid::KeyEntry> entries;
  for (std::size_t l = 0; l < kDigitLosses.size(); ++l) {
    entries.push_back({"lines " + line_style_text(l), kDigitLosses[l].title});
  }
  const std::string commands =
      "set multiplot\nunset key\nset logscale y\nset xrange [0:*]\nset format y '%g'\n" +
      grid.frame(0, 0, "excess over -H(π) (nats)", "step") + by_step + "NaN notitle\n" +
      grid.frame(1, 0, "the same", "seconds of training") + by_second + "NaN notitle\n" +
      grid.key(entries, 3);
  const std::string caption =
      "The loss of batches (means of ten steps) above -H(π), the least value of all three. A batch "
      "normalises over its own images and labels, so that its least value is a little higher, by "
      "about 9 / (2 B) for B pairs.";
  return folder.draw({name, "Training", caption, grid.width(), grid.height()}, {{"", table}},
                     commands);
}

}  // namespace lagoon::pipelines
