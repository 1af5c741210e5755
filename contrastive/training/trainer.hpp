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

class Communicator;

/// How training went since the last such record.
struct LossRecord {
  std::int64_t step = 0;
  std::int64_t total_steps = 0;
  std::int64_t samples = 0;  ///< pairs that all steps so far have taken
  double seconds = 0;        ///< of training so far, over all resumes, validation included
  double loss = 0;           ///< mean over the steps since the last record that were not skipped
  double gradient_norm = 0;  ///< likewise
  double temperature = 0;
  double learning_rate = 0;
  double samples_per_second = 0;
  SourceCost source;  ///< what making pairs in the background costs the steps
};

/// A step that changed nothing, because its loss or gradient was not finite.
struct SkipRecord {
  std::int64_t step = 0;
  double loss = 0;
  double gradient_norm = 0;
  std::int64_t in_a_row = 0;             ///< skipped steps up to this one
  std::vector<std::int64_t> flows;       ///< of its batch: rows of the file, samples of a stream
  std::vector<std::int64_t> not_finite;  ///< of them, those whose features hold NaN or Inf
};

/// How a model retrieves, at a step.
struct RecallRecord {
  std::int64_t step = 0;
  std::int64_t samples = 0;  ///< pairs that all steps so far have taken
  double seconds = 0;
  std::string split;  ///< "train" (as many training flows) or "validation"
  RetrievalScores scores;
};

/// What a caller may watch and decide while a run trains. All calls come from the training thread.
class TrainingObserver {
 public:
  virtual ~TrainingObserver() = default;
  /// Told every record as it comes.
  virtual void on_loss(const LossRecord&) {}
  virtual void on_recall(const RecallRecord&) {}
  virtual void on_skip(const SkipRecord&) {}
  /// Called before a checkpoint is written, on the rank that writes it: the records so far will not
  /// come again.
  virtual void before_checkpoint() {}
  /// Asked after every step: true writes a checkpoint and returns early.
  virtual bool stop_requested() { return false; }
  /// Asked before the first step, again and again: true ends the run as it was.
  virtual bool stop_while_loading() { return false; }
};

/// What a run came to.
struct TrainingSummary {
  std::int64_t step = 0;
  std::int64_t total_steps = 0;
  bool started = true;    ///< false: stopped by the observer before the first step
  bool finished = false;  ///< false: stopped by the observer
  std::int64_t n_train = 0;
  std::int64_t n_validation = 0;
  std::int64_t n_parameters = 0;
  double flops_per_pair = 0;  ///< of both encoders, forward, in their matrix products; 0: unknown
  double final_loss = 0;
  double temperature = 0;
  std::int64_t skipped = 0;    ///< steps, for NaN or Inf
  std::int64_t best_step = 0;  ///< when held-out recall was best; 0: never measured
  double best_recall = 0;      ///< the mean of recall@1 both ways then
  RetrievalScores validation;
  RetrievalScores training;  ///< of as many training flows; of a stream, the last ones trained on
  SourceCost source;
  /// Where the time went, seconds, over all resumes: load, features, forward, loss, backward,
  /// optimizer, communication, validation, checkpoint.
  std::vector<std::pair<std::string, double>> seconds;
};

/// Trains on the file's train split, or on fresh flows, by the tilting and the loss that the
/// options name, and writes RUN_DIR/checkpoint as it goes. With `resume` it continues from there: a
/// run stopped and resumed ends in the same weights, to the bit, as one that was not (same machine,
/// any threads). Second batches (negatives = second_batch) follow an order of their own, a function
/// of the seed. The MMD kernels compare the encoders' inputs. The validation split gives the recall
/// curves (the test split where there is no validation). Throws Error for impossible options,
/// another law, too few samples, options.skip_limit steps in a row without a finite gradient (they
/// change nothing, and the last good checkpoint stays), a disk that is full, and for what LibTorch
/// refuses, such as want of memory.
///
/// With `ranks`, all of them call it with the same arguments; each trains on its rows of every
/// batch, and any number of them may go on from where others stopped. Rank 0 writes checkpoints;
/// all get the same summary, and stop together if one observer asks for it. Throws Error on the
/// others if one dies.
TrainingSummary train(const TrainingFlows& flows, const ModelOptions& model,
                      const TrainingOptions& options, const std::filesystem::path& run_dir,
                      bool resume, TrainingObserver& observer, Communicator* ranks = nullptr);

}  // namespace lagoon::contrastive
