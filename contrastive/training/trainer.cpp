#include "contrastive/training/trainer.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "contrastive/communication/communicator.hpp"
#include "contrastive/communication/shared_scores.hpp"
#include "contrastive/inference/embed.hpp"
#include "contrastive/threads.hpp"
#include "contrastive/torch_errors.hpp"
#include "contrastive/training/checkpoint/checkpoint.hpp"
#include "contrastive/training/sources/sources.hpp"
#include "contrastive/training/step/schedule.hpp"
#include "contrastive/training/step/training_step.hpp"
#include "contrastive/training/step_log.hpp"
#include "contrastive/training/training_data.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

using Clock = std::chrono::steady_clock;

/// Others wait for rank 0's disk, and before the first step for all to have loaded their flows.
/// Whoever fails meanwhile tells them.
constexpr std::chrono::minutes kLongWork{10};

/// The observer wants no first step.
struct StoppedWhileLoading {};

/// A stopwatch whose every piece of work asks first whether it is still wanted.
Stopwatch loading_stopwatch(const std::optional<Checkpoint>& from, TrainingObserver& observer) {
  Stopwatch stopwatch(from ? from->state.seconds : std::map<std::string, double>{});
  stopwatch.before_each([&observer] {
    if (observer.stop_while_loading()) throw StoppedWhileLoading();
  });
  return stopwatch;
}

/// "3, 17, 20, ..."
std::string first_few(const std::vector<std::int64_t>& flows) {
  constexpr std::size_t kFew = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(flows.size(), kFew); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(flows[i]);
  }
  return text + (flows.size() > kFew ? ", ..." : "");
}

Error too_many_skipped(const SkipRecord& skip) {
  const std::string blame =
      skip.not_finite.empty()
          ? "begin a new run with a lower --learning-rate; its flows were " + first_few(skip.flows)
          : "flows " + first_few(skip.not_finite) + " hold NaN or Inf: leave them out";
  return Error("step " + std::to_string(skip.step) + " is the last of " +
               std::to_string(skip.in_a_row) +
               " in a row whose loss or gradient is not finite: " + blame +
               " (RUN/skipped.jsonl has all; the last checkpoint, if there is one, holds the last "
               "good weights)");
}

/// The pairs that hold finite numbers only.
PairedFeatures finite_pairs(const PairedFeatures& pairs) {
  const torch::Tensor finite =
      at::logical_and(at::isfinite(pairs.u).all(1), at::isfinite(pairs.v).all(1));
  if (finite.all().item<bool>()) return pairs;
  return {pairs.u.index({finite}), pairs.v.index({finite})};
}

/// Without a stream it is empty.
StreamState stream_state(const TrainingFlows& flows) {
  if (!flows.stream) return {};
  const datasets::Description& d = flows.stream->description();
  return {d.scheme,    d.precision, d.steps_per_interval, d.step,
          d.tolerance, d.max_error, flows.file != nullptr};
}

/// The state of a run that begins.
RunState begin_state(const TrainingFlows& flows, const ModelOptions& model,
                     const TrainingOptions& options) {
  RunState state;
  state.model = model;
  state.training = options;
  state.law_hash = flow::hash(flows.law());
  state.data_hash = flows.hash();
  state.data_seed = flows.seed();
  state.n_train = flows.n_train(options);
  state.stream = stream_state(flows);
  return state;
}

void require_same_run(const Checkpoint& checkpoint, const RunState& now,
                      const TrainingFlows& flows) {
  const std::string field = flow::first_difference(checkpoint.law, flows.law());
  require(field.empty(), flows.name() + ": its law differs from the run's in " + field +
                             ": resume with the data that the run began with");
  require_same_options(checkpoint.state, now.model, now.training);
  // A stream has as many flows as there are steps, which may change.
  const bool as_many = flows.stream || checkpoint.state.n_train == now.n_train;
  require(checkpoint.state.data_hash == now.data_hash && as_many,
          flows.name() + ": not the data that the run began with (seed, size or split differ): " +
              "resume with it");
}

std::optional<Checkpoint> resume_point(const std::filesystem::path& run_dir, const RunState& now,
                                       const TrainingFlows& flows) {
  Checkpoint from = find_resume_point(run_dir).checkpoint;
  require_same_run(from, now, flows);
  return from;
}

/// One run from its first or next step to its end. The order of members is that of construction.
class Run {
 public:
  Run(const TrainingFlows& flows, RunState state, std::optional<Checkpoint> from,
      const std::filesystem::path& run_dir, TrainingObserver& observer, Communicator& ranks)
      : run_dir_(run_dir),
        observer_(observer),
        ranks_(ranks),
        flows_(flows),
        law_(flows.law()),
        state_(std::move(state)),
        stopwatch_(loading_stopwatch(from, observer)),
        maps_(from ? FeatureMaps::load(state_.model, law_, from->tensors)
                   : fit_feature_maps(flows, state_.model, stopwatch_)),
        total_steps_(total_steps(state_.training, state_.n_train)),
        pairs_(make_source(flows, maps_, state_.training, own_rows(), total_steps_, stopwatch_)),
        validation_(finite_pairs(
            held_out_features(flows, maps_, state_.training.validation_library, stopwatch_))),
        model_(make_model(state_.model, state_.training, law_, maps_)),
        step_(model_, state_.training, kShardRows, &ranks_) {
    stopwatch_.before_each({});
    if (from) go_on_from(*from);
  }

  TrainingSummary train() {
    bool stopped = false;
    logged_seconds_ = step_seconds();
    if (state_.step > 0) validate_again();
    while (state_.step < total_steps_ && !stopped) {
      take_step();
      const Wish wish = wish_of_ranks();
      stopped = wish == Wish::stop;
      const bool last = state_.step == total_steps_;
      if (last || due(state_.training.log_every)) log();
      // A stop leaves it to the run that goes on.
      if (last || (!stopped && due(state_.training.validate_every))) validate();
      if (last || is_best() || due(state_.training.checkpoint_every) || wish != Wish::none) {
        checkpoint();
      }
    }
    return summary();
  }

 private:
  bool due(std::int64_t every) const { return state_.step % every == 0; }

  BatchRows own_rows() const {
    const std::int64_t n = state_.training.batch_size;
    return {ranks_.first_row(n), ranks_.first_row(n, ranks_.rank() + 1)};
  }

  /// What one rank wants, all do, after the same step: the greatest of their wishes.
  enum class Wish { none, checkpoint, stop };
  Wish wish_of_ranks() {
    const double minutes =
        std::chrono::duration<double>(Clock::now() - last_checkpoint_).count() / 60;
    Wish own = Wish::none;
    if (minutes >= state_.training.checkpoint_minutes) own = Wish::checkpoint;
    if (observer_.stop_requested()) own = Wish::stop;
    return static_cast<Wish>(ranks_.maximum(static_cast<double>(own)));
  }

  void go_on_from(const Checkpoint& from) {
    load_tensors(from.tensors, "model", model_.state());
    load_tensors(from.tensors, "optimizer", step_.state());
    const RunState requested = std::exchange(state_, from.state);
    state_.training = requested.training;
    state_.n_train = requested.n_train;
    state_.stream = requested.stream;
  }

  bool is_best() const { return state_.best_step == state_.step; }

  /// What a stopped run left, or the recall of a run that had been finished.
  void validate_again() {
    const bool recorded = state_.validated_step == state_.step;
    if (recorded && state_.step >= total_steps_ && validation_.n() > 0) {
      validation_scores_ = score(validation_);
    }
    if (recorded || (state_.step < total_steps_ && !due(state_.training.validate_every))) return;
    validate();
    if (is_best()) checkpoint();
  }

  void take_step() {
    const bool second = state_.training.objective.negatives == "second_batch";
    const auto take = [this](BatchStream stream) {
      return stopwatch_.time("load", [&] { return pairs_->take(state_.step, stream); });
    };
    const PairBatch batch = take(BatchStream::pairs);
    const PairBatch negatives = second ? take(BatchStream::negatives) : PairBatch{};
    const double rate = learning_rate(state_.training, state_.step, total_steps_);
    const StepRecord record = step_.take(state_.step, rate, batch, negatives, stopwatch_);
    ++state_.step;
    ++n_timed_;
    log_.add(state_.step, record);
    if (record.skipped) collect(&batch);
  }

  /// Reads the numbers of the steps since the last call; the only place where training waits for
  /// them. `last`: the batch of the newest step, if it was skipped.
  void collect(const PairBatch* last = nullptr) {
    for (SkipRecord& skip : log_.collect(state_)) {
      skip.flows = flows_of_step(flows_, state_.training, skip.step - 1, BatchStream::pairs);
      if (last && skip.step == state_.step && last->u.size(0) == state_.training.batch_size) {
        for (const std::int64_t place : places_not_finite(*last)) {
          skip.not_finite.push_back(skip.flows[static_cast<std::size_t>(place)]);
        }
      }
      observer_.on_skip(skip);
      if (skip.in_a_row >= state_.training.skip_limit) throw too_many_skipped(skip);
    }
  }

  std::int64_t samples() const { return state_.step * state_.training.batch_size; }

  double step_seconds() const {
    return stopwatch_.seconds("load") + stopwatch_.seconds("forward") + stopwatch_.seconds("loss") +
           stopwatch_.seconds("backward") + stopwatch_.seconds("communication") +
           stopwatch_.seconds("optimizer");
  }

  void log() {
    collect();
    const PendingLog pending = std::exchange(state_.pending, {});
    const double seconds = step_seconds() - std::exchange(logged_seconds_, step_seconds());
    const auto timed = static_cast<double>(std::exchange(n_timed_, 0));
    if (pending.n_steps == 0) return;  // all were skipped
    const auto n = static_cast<double>(pending.n_steps);
    state_.last_loss = pending.loss / n;
    LossRecord record;
    record.step = state_.step;
    record.total_steps = total_steps_;
    record.samples = samples();
    record.seconds = stopwatch_.total();
    record.loss = state_.last_loss;
    record.gradient_norm = pending.gradient_norm / n;
    record.temperature = model_.temperature().value();
    record.source = pairs_->cost();
    record.learning_rate = learning_rate(state_.training, state_.step - 1, total_steps_);
    record.samples_per_second = timed * state_.training.batch_size / std::max(seconds, 1e-9);
    observer_.on_loss(record);
  }

  Embedder make_embedder() const {
    constexpr std::int64_t kRows = 256;
    const PairedFeatures pairs = finite_pairs(pairs_->first(std::min(pairs_->n_train(), kRows)));
    return {model_, pairs.u, pairs.v};
  }

  RetrievalScores score(const PairedFeatures& pairs) const {
    return shared_scores(make_embedder(), pairs.u, pairs.v, ranks_);
  }

  void validate() {
    state_.validated_step = state_.step;
    if (validation_.n() == 0) return;
    const std::int64_t n_train = std::min(pairs_->n_train(), validation_.n());
    RecallRecord on_train{state_.step, samples(), 0, "train", {}};
    RecallRecord held_out{state_.step, samples(), 0, "validation", {}};
    stopwatch_.time("validation", [&] {
      on_train.scores = score(finite_pairs(pairs_->trained_on(state_.step, n_train)));
      held_out.scores = score(validation_);
    });
    on_train.seconds = held_out.seconds = stopwatch_.total();
    observer_.on_recall(on_train);
    observer_.on_recall(held_out);
    validation_scores_ = held_out.scores;
    training_scores_ = on_train.scores;
    const double recall = (held_out.scores.lagrangian_to_eulerian.recall.at(1) +
                           held_out.scores.eulerian_to_lagrangian.recall.at(1)) /
                          2;
    if (state_.best_step > 0 && recall <= state_.best_recall) return;
    state_.best_step = state_.step;
    state_.best_recall = recall;
  }

  void checkpoint() {
    collect();
    stopwatch_.time("checkpoint", [&] {
      for (const auto& [name, tensor] : model_.state()) {
        require(at::isfinite(tensor).all().item<bool>(),
                "weights are not finite after step " + std::to_string(state_.step) +
                    ": begin a new run with a lower --learning-rate");
      }
      const bool is_written = on_first_rank(
          ranks_, [this] { write(); }, kLongWork);
      require(is_written, "rank 0 wrote no checkpoint after step " + std::to_string(state_.step) +
                              ": it says why, and what to do");
    });
    last_checkpoint_ = Clock::now();
  }

  void write() const {
    observer_.before_checkpoint();
    Checkpoint checkpoint{state_, law_, {}};
    checkpoint.state.seconds = stopwatch_.all();
    put_tensors(checkpoint.tensors, "model", model_.state());
    put_tensors(checkpoint.tensors, "optimizer", step_.state());
    put_tensors(checkpoint.tensors, "features", maps_.state());
    put_tensors(checkpoint.tensors, kEmbedderTensors, make_embedder().state());
    write_checkpoint(run_dir_, checkpoint);
  }

  TrainingSummary summary() const {
    TrainingSummary summary;
    summary.step = state_.step;
    summary.total_steps = total_steps_;
    summary.finished = state_.step >= total_steps_;
    summary.n_train = pairs_->n_train();
    summary.n_validation = validation_.n();
    summary.n_parameters = model_.n_parameters();
    summary.flops_per_pair = model_.u().flops() + model_.v().flops();
    summary.final_loss = state_.pending.n_steps == 0
                             ? state_.last_loss
                             : state_.pending.loss / static_cast<double>(state_.pending.n_steps);
    summary.skipped = state_.skipped;
    summary.best_step = state_.best_step;
    summary.best_recall = state_.best_recall;
    summary.temperature = model_.temperature().value();
    summary.validation = validation_scores_;
    summary.training = training_scores_;
    summary.source = pairs_->cost();
    for (const auto* name : {"load", "features", "forward", "loss", "backward", "optimizer",
                             "communication", "validation", "checkpoint"}) {
      summary.seconds.emplace_back(name, stopwatch_.seconds(name));
    }
    return summary;
  }

  std::filesystem::path run_dir_;
  TrainingObserver& observer_;
  Communicator& ranks_;
  const TrainingFlows& flows_;
  flow::Law law_;
  RunState state_;
  Stopwatch stopwatch_;
  FeatureMaps maps_;
  std::int64_t total_steps_;
  std::unique_ptr<PairSource> pairs_;
  PairedFeatures validation_;
  Model model_;
  TrainingStep step_;
  StepLog log_;                // of the steps since collect()
  std::int64_t n_timed_ = 0;   // steps since logged_seconds_ was taken
  double logged_seconds_ = 0;  // step_seconds() at the last record
  Clock::time_point last_checkpoint_ = Clock::now();
  RetrievalScores validation_scores_, training_scores_;
};

/// Trains on all ranks what load() loads on each, unless the observer of one stops it before the
/// first step.
template <typename Load>
TrainingSummary train_unless_stopped(Communicator& ranks, const Load& load) {
  std::unique_ptr<Run> run;
  const auto load_or_stop = [&] {
    try {
      run = load(ranks);
    } catch (const StoppedWhileLoading&) {
      run = nullptr;
    }
  };
  require(on_every_rank(ranks, load_or_stop, kLongWork),
          "another rank could not begin: it says why, and what to do");
  if (!ranks.any(run == nullptr)) return run->train();
  TrainingSummary summary;
  summary.started = false;
  return summary;
}

}  // namespace

TrainingSummary train(const TrainingFlows& flows, const ModelOptions& model,
                      const TrainingOptions& options, const std::filesystem::path& run_dir,
                      bool resume, TrainingObserver& observer, Communicator* ranks) {
  require_valid(model, flows.law());
  require_valid(options);
  require_valid(flows, options);
  set_threads(options.threads);
  RunState state = begin_state(flows, model, options);
  total_steps(options, state.n_train);
  Communicator alone;
  if (ranks != nullptr && ranks->size() > options.batch_size) {
    throw Error("batches of " + std::to_string(options.batch_size) + " pairs for " +
                std::to_string(ranks->size()) + " ranks: give --batch-size one a rank at least");
  }
  return with_torch_errors([&] {
    return train_unless_stopped(ranks == nullptr ? alone : *ranks, [&](Communicator& all) {
      auto from = resume ? resume_point(run_dir, state, flows) : std::nullopt;
      return std::make_unique<Run>(flows, std::move(state), std::move(from), run_dir, observer,
                                   all);
    });
  });
}

}  // namespace lagoon::contrastive
