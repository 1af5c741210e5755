#include "pipelines/mnist/page.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/mnist/probability_figure.hpp"
#include "pipelines/mnist/sample_figure.hpp"
#include "pipelines/report/sections.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/run_record.hpp"

namespace lagoon::pipelines {
namespace {

constexpr std::size_t kAmbiguousImages = 4;
constexpr std::int64_t kShownLabel = 7;  // of [BST] Figure 12

std::string fixed(double value, int decimals) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::string percent(double share) {
  return fixed(100 * share, 2) + "%";
}

nlohmann::json to_json(const LossScores& scores, const DigitLoss& loss, double least) {
  nlohmann::json json = {
      {"lambda_u", loss.lambda_u},     {"lambda_v", loss.lambda_v},
      {"accuracy", scores.accuracy},   {"accuracy_uncalibrated", scores.accuracy_uncalibrated},
      {"loss", scores.loss},           {"loss_above_least", scores.loss - least},
      {"test_loss", scores.test_loss}, {"mean_label_entropy", scores.mean_entropy}};
  for (const auto& sample : scores.samples) {
    json["effective_sample_size"].push_back(sample.effective_sample_size);
    json["unique_of_16"].push_back(sample.unique);
    json["expected_unique_of_16"].push_back(sample.expected_unique);
  }
  return json;
}

nlohmann::json to_json(const FineTunedScore& score) {
  return {{"pairs", score.pairs},
          {"accuracy", score.accuracy},
          {"accuracy_known_labels", score.accuracy_known},
          {"accuracy_new_labels", score.accuracy_new}};
}

nlohmann::json to_json(const FineTuningStudy& study) {
  nlohmann::json json = to_json(study.penultimate.fine_tuned);
  json["layer"] = "last hidden layer";
  json["ridge"] = kFineTuningRidge;
  json["new_labels"] = {7, 8, 9};
  json["logistic_regression"] = to_json(study.penultimate.logistic_regression);
  json["logits"] = to_json(study.logits.fine_tuned);
  json["logits"]["logistic_regression"] = to_json(study.logits.logistic_regression);
  return json;
}

std::vector<std::int64_t> unique_of(const LossScores& scores) {
  std::vector<std::int64_t> result;
  std::ranges::transform(scores.samples, std::back_inserter(result),
                         &contrastive::ConditionalSample::unique);
  return result;
}

/// "9 to 14".
std::string range_text(const std::vector<std::int64_t>& values) {
  const auto [low, high] = std::ranges::minmax(values);
  return std::to_string(low) + (low < high ? " to " + std::to_string(high) : std::string());
}

void add_loss_table(HtmlPage& page, const MnistStudy& study) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t l = 0; l < kDigitLosses.size(); ++l) {
    const auto& scores = study.losses[l];
    const auto& loss = kDigitLosses[l];
    std::string accuracy = percent(scores.accuracy);
    if (loss.lambda_v == 0) accuracy += " (" + percent(scores.accuracy_uncalibrated) + " raw)";
    rows.push_back({loss.title,
                    "(" + number_text(loss.lambda_u) + ", " + number_text(loss.lambda_v) + ")",
                    accuracy, fixed(scores.loss, 4), fixed(scores.loss - study.least_loss, 4),
                    size_text(mean_effective_sample_size(scores)), range_text(unique_of(scores))});
  }
  page.table({"loss", "(λ_u, λ_v)", "test accuracy", "loss", "above -H(π)", "effective sample size",
              "different of " + std::to_string(kDrawnImages)},
             rows);
  page.paragraph(
      "Loss: the full sum over the " + std::to_string(study.train.n()) +
      " training images, with the labels' shares and all images as normalisers; no encoder can "
      "come below -H(π) = " +
      fixed(study.least_loss, 6) +
      " nats, minus the entropy of the label. Effective sample size: the mean over labels of what "
      "the learned law of images given the label is worth over the " +
      std::to_string(study.test.n()) + " test images, of which about a tenth show the label. " +
      "Last column: different images among " + std::to_string(kDrawnImages) +
      " drawn, over the ten labels.");
}

void add_corrections(HtmlPage& page) {
  page.heading("Where the print differs");
  page.paragraph(
      "[BST] 6.2 calls the cross-entropy of a classifier (2, 0) and its counterpart (0, 2). By its "
      "own Optimization Problem 3.4, λ_u weighs u given v, and u is the image: label given image "
      "is (0, 2), image given label is (2, 0), and the formula displayed there, E_v log E_u exp, "
      "is indeed (2, 0). Read with the labels exchanged, Proposition 6.1 holds up to a shift: the "
      "loss (0, 2) is the cross-entropy of z + log π, less H(π), because equal labels of a batch "
      "are equal columns and weigh by their number. The two are least at the same classifier, z "
      "differs by log π. Each posterior on this page is proportional to π_v exp z_v(u).");
  page.paragraph(
      "What a loss does not see, it does not learn. (0, 2) is the same for z(u) + c(u), any "
      "function of the image: how images weigh against each other given a label is left free. (2, "
      "0) is the same for z_v + k_v: a bias of each label is left free, and is put right here by "
      "z_v - log mean_i exp z_v(u_i). (1, 1) leaves one constant.");
}

void add_fine_tuning(HtmlPage& page, const FineTuningStudy& study) {
  const auto row = [](const std::string& name, const FineTunedScore& score) {
    return std::vector<std::string>{name, std::to_string(score.pairs), percent(score.accuracy),
                                    percent(score.accuracy_known), percent(score.accuracy_new)};
  };
  page.table({"classifier of ten digits", "pairs", "all", "0 to 6", "7, 8, 9"},
             {row("(G, F) on the last hidden layer", study.penultimate.fine_tuned),
              row("logistic regression there", study.penultimate.logistic_regression),
              row("(G, F) on the seven outputs", study.logits.fine_tuned),
              row("logistic regression there", study.logits.logistic_regression)});
}

}  // namespace

std::vector<std::pair<std::string, double>> training_seconds(const MnistStudy& study) {
  std::vector<std::pair<std::string, double>> seconds;
  for (const auto& point : study.loss_points) {
    if (seconds.empty() || seconds.back().first != point.encoder) {
      seconds.emplace_back(point.encoder, 0);
    }
    seconds.back().second = point.seconds;
  }
  return seconds;
}

nlohmann::json to_json(const MnistStudy& study, const Invocation& invocation) {
  nlohmann::json json = {{"verb", "mnist"},
                         {"train_images", study.train.n()},
                         {"test_images", study.test.n()},
                         {"test_images_of_label", label_counts(study.test)},
                         {"least_loss", study.least_loss},
                         {"fine_tuned", to_json(study.fine_tuning)},
                         {"config", invocation.config_toml},
                         {"history", history_line(invocation)}};
  for (std::size_t l = 0; l < kDigitLosses.size(); ++l) {
    json["losses"][kDigitLosses[l].key] =
        to_json(study.losses[l], kDigitLosses[l], study.least_loss);
  }
  for (const auto& [encoder, seconds] : training_seconds(study)) json["seconds"][encoder] = seconds;
  return json;
}

std::string mnist_text(const MnistStudy& study) {
  std::string text;
  for (std::size_t l = 0; l < kDigitLosses.size(); ++l) {
    const auto& scores = study.losses[l];
    text += std::string(kDigitLosses[l].title) + ": accuracy " + percent(scores.accuracy) +
            ", loss " + fixed(scores.loss - study.least_loss, 3) +
            " above the least, effective sample size " +
            size_text(mean_effective_sample_size(scores)) + ", " + range_text(unique_of(scores)) +
            " different of " + std::to_string(kDrawnImages) + "\n";
  }
  const auto& tuned = study.fine_tuning.penultimate;
  return text + "7, 8, 9 by fine-tuning on " + std::to_string(tuned.fine_tuned.pairs) +
         " pairs: accuracy " + percent(tuned.fine_tuned.accuracy) + " (on the outputs " +
         percent(study.fine_tuning.logits.fine_tuned.accuracy) + ")";
}

void write_mnist_page(const FigureFolder& folder, const MnistStudy& study,
                      const Invocation& invocation) {
  HtmlPage page("Digits and labels");
  page.paragraph(
      "One encoder of images (LeNet), one of labels (unit vectors), and three losses: the law of "
      "the label given the image, that of the image given the label, or both ([BST] 6.2, on "
      "MNIST). All three make good classifiers. Only those that normalise over images also know "
      "which images belong to a label.");
  add_loss_table(page, study);
  const auto images = most_ambiguous(study.losses, kAmbiguousImages);
  add_figures(page,
              {draw_probabilities(folder, study.test, study.losses, images),
               draw_samples(folder, study.test, study.losses, kShownLabel),
               draw_effective_sample_sizes(folder, study.test, study.losses),
               draw_confusions(folder, study.test, study.losses)},
              folder.path());
  page.heading("Digits never trained on");
  add_fine_tuning(page, study.fine_tuning);
  page.figure(draw_fine_tuning(folder, study.fine_tuning), folder.path());
  add_corrections(page);
  page.heading("Training");
  if (study.loss_points.empty()) {
    page.paragraph("metrics.jsonl, the record of the losses, is lost: nothing is drawn of them.");
  } else {
    page.figure(draw_losses(folder, study.loss_points, study.least_loss), folder.path());
  }
  finish_page(page, folder.path(), invocation, ", and in checkpoint/ the weights of the encoders");
}

}  // namespace lagoon::pipelines
