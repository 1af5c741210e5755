#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "pipelines/figures/figure.hpp"
#include "pipelines/mnist/curve_figures.hpp"
#include "pipelines/support/configuration.hpp"

namespace lagoon::pipelines {

/// All that the study found.
struct MnistStudy {
  datasets::Digits train, test;
  double least_loss = 0;           ///< -H(pi) of the training labels, nats
  std::vector<LossScores> losses;  ///< of kDigitLosses
  FineTuningStudy fine_tuning;
  std::vector<DigitLossPoint> loss_points;  ///< of metrics.jsonl
};

/// Seconds that each encoder trained.
std::vector<std::pair<std::string, double>> training_seconds(const MnistStudy& study);

/// summary.json, and what --json gets.
nlohmann::json to_json(const MnistStudy& study, const Invocation& invocation);

/// A few lines for the terminal.
std::string mnist_text(const MnistStudy& study);

/// Draws all figures into the folder, and index.html that holds them.
void write_mnist_page(const FigureFolder& folder, const MnistStudy& study,
                      const Invocation& invocation);

}  // namespace lagoon::pipelines
