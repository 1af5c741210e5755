#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "contrastive/inference/retrieval.hpp"
#include "contrastive/options.hpp"
#include "contrastive/training/sources/source_cost.hpp"
#include "contrastive/training/sources/training_flows.hpp"

namespace lagoon::contrastive {

struct LossRecord {
  std::int64_t step = 0;
  std::int64_t total_steps = 0;
  double seconds = 0;  ///< of training so far, over all resumes, validation included
  double loss = 0;     ///< mean over the steps since the last record
  double temperature = 0;
  double learning_rate = 0;
  double samples_per_second = 0;
};

struct RecallRecord {
  std::int64_t step = 0;
  double seconds = 0;
  std::string split;  ///< "train" (as many training flows) or "validation"
  RetrievalScores scores;
};

/// What a caller may watch and decide while a run trains. All calls come from the training thread.
class TrainingObserver {
 public:
  virtual ~TrainingObserver() = default;
  virtual void on_loss(const LossRecord&) {}
  virtual void on_recall(const RecallRecord&) {}
  /// Asked after every step: true writes a checkpoint and returns early.
  virtual bool stop_requested() { return false; }
};

struct TrainingSummary {
  std::int64_t step = 0;
  std::int64_t total_steps = 0;
  bool finished = false;  ///< false: stopped by the observer
  std::int64_t n_train = 0;
  std::int64_t n_validation = 0;
  std::int64_t n_parameters = 0;
  double final_loss = 0;
  double temperature = 0;
  RetrievalScores validation;
  /// Where the time went, seconds, over all resumes: load, features, forward, loss, backward,
  /// optimizer, validation, checkpoint.
  std::vector<std::pair<std::string, double>> seconds;
};

/// Trains on the file's train split, or on fresh flows, by the tilting and the loss that the
/// options name, and writes RUN_DIR/checkpoint as it goes. With `resume` it continues from there: a
/// run stopped and resumed ends in the same weights, to the bit, as one that was not (same machine,
/// any threads). Second batches (negatives = second_batch) follow an order of their own, a function
/// of the seed. The MMD kernels compare the encoders' inputs. The validation split gives the recall
/// curves (the test split where there is no validation). Throws Error for impossible options,
/// another law, too few samples, or a loss that is not finite (the last good checkpoint stays), and
/// for what LibTorch refuses, such as want of memory.
TrainingSummary train(const TrainingFlows& flows, const ModelOptions& model,
                      const TrainingOptions& options, const std::filesystem::path& run_dir,
                      bool resume, TrainingObserver& observer);

}  // namespace lagoon::contrastive
