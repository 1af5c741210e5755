#pragma once

#include <vector>

#include "pipelines/figures/figure.hpp"
#include "pipelines/report/training_record.hpp"

namespace lagoon::pipelines {

/// What a training curve runs against.
enum class Clock { steps, samples, seconds };

/// Recall@1 and @5 both ways over training, on training and on held-out flows ([BST] Figure 14).
Figure draw_recall_curves(const FigureFolder& folder, const std::vector<TrainingRecord>& runs,
                          Clock clock);

/// Loss over samples and over time, temperature, gradient norm, throughput.
Figure draw_loss_curves(const FigureFolder& folder, const std::vector<TrainingRecord>& runs);

}  // namespace lagoon::pipelines
