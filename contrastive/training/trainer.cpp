#include "contrastive/training/trainer.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "contrastive/inference/embed.hpp"
#include "contrastive/threads.hpp"
#include "contrastive/torch_errors.hpp"
#include "contrastive/training/checkpoint/checkpoint.hpp"
#include "contrastive/training/sources/sources.hpp"
#include "contrastive/training/step/loss_log.hpp"
#include "contrastive/training/step/schedule.hpp"
#include "contrastive/training/step/training_step.hpp"
#include "contrastive/training/training_data.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

using Clock = std::chrono::steady_clock;

/// Of a run that diverged: it cannot be resumed with another learning rate.
constexpr const char* kRemedy =
    ": begin a new run with a lower --learning-rate (the last checkpoint, if there is one, holds "
    "the last good weights)";

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

/// One run from its first or next step to its end. The order of members is that of construction.
class Run {
 public:
  Run(const TrainingFlows& flows, RunState state, std::optional<Checkpoint> from,
      const std::filesystem::path& run_dir, TrainingObserver& observer)
      : run_dir_(run_dir),
        observer_(observer),
        law_(flows.law()),
        state_(std::move(state)),
        stopwatch_(from ? from->state.seconds : std::map<std::string, double>{}),
        maps_(from ? FeatureMaps::load(state_.model, law_, from->tensors)
                   : fit_feature_maps(flows, state_.model, stopwatch_)),
        total_steps_(total_steps(state_.training, state_.n_train)),
        pairs_(make_source(flows, maps_, state_.training, total_steps_, stopwatch_)),
        validation_(
            held_out_features(flows, maps_, state_.training.validation_library, stopwatch_)),
        model_(make_model(state_.model, state_.training, law_, maps_)),
        step_(model_, state_.training) {
    if (!from) return;
    load_tensors(from->tensors, "model", model_.state());
    load_tensors(from->tensors, "optimizer", step_.state());
    state_.step = from->state.step;
    state_.last_loss = from->state.last_loss;
  }

  TrainingSummary train() {
    bool stopped = false;
    logged_seconds_ = step_seconds();
    if (state_.step >= total_steps_) validate();
    while (state_.step < total_steps_ && !stopped) {
      take_step();
      stopped = observer_.stop_requested();
      const bool last = state_.step == total_steps_;
      if (last || stopped || due(state_.training.log_every)) log();
      if (last || due(state_.training.validate_every)) validate();
      if (last || stopped || checkpoint_due()) checkpoint();
    }
    return summary();
  }

 private:
  bool due(std::int64_t every) const { return state_.step % every == 0; }

  bool checkpoint_due() const {
    const double minutes =
        std::chrono::duration<double>(Clock::now() - last_checkpoint_).count() / 60;
    return due(state_.training.checkpoint_every) || minutes >= state_.training.checkpoint_minutes;
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
    losses_.add(record.loss);
  }

  /// Reads the losses since the last call; the only place where training waits for its numbers.
  void collect_losses() {
    const std::int64_t n = losses_.size();
    if (n == 0) return;
    state_.last_loss = losses_.collect(state_.step);
    n_collected_ += n;
  }

  double step_seconds() const {
    return stopwatch_.seconds("load") + stopwatch_.seconds("forward") + stopwatch_.seconds("loss") +
           stopwatch_.seconds("backward") + stopwatch_.seconds("optimizer");
  }

  void log() {
    collect_losses();
    LossRecord record;
    record.step = state_.step;
    record.total_steps = total_steps_;
    record.seconds = stopwatch_.total();
    record.loss = state_.last_loss;
    record.temperature = model_.temperature().value();
    record.learning_rate = learning_rate(state_.training, state_.step - 1, total_steps_);
    record.samples_per_second =
        static_cast<double>(std::exchange(n_collected_, 0) * state_.training.batch_size) /
        (step_seconds() - std::exchange(logged_seconds_, step_seconds()));
    observer_.on_loss(record);
  }

  Embedder make_embedder() const {
    constexpr std::int64_t kRows = 256;
    const PairedFeatures pairs = pairs_->first(std::min(pairs_->n_train(), kRows));
    return {model_, pairs.u, pairs.v};
  }

  RetrievalScores score(const PairedFeatures& pairs) const {
    const Embedder embedder = make_embedder();
    return score_retrieval(embedder.u(pairs.u), embedder.v(pairs.v));
  }

  void validate() {
    if (validation_.n() == 0) return;
    const std::int64_t n_train = std::min(pairs_->n_train(), validation_.n());
    RecallRecord on_train{state_.step, 0, "train", {}}, held_out{state_.step, 0, "validation", {}};
    stopwatch_.time("validation", [&] {
      on_train.scores = score(pairs_->trained_on(state_.step, n_train));
      held_out.scores = score(validation_);
    });
    on_train.seconds = held_out.seconds = stopwatch_.total();
    observer_.on_recall(on_train);
    observer_.on_recall(held_out);
    validation_scores_ = held_out.scores;
  }

  void checkpoint() {
    collect_losses();
    stopwatch_.time("checkpoint", [&] {
      for (const auto& [name, tensor] : model_.state()) {
        require(at::isfinite(tensor).all().item<bool>(),
                "weights are not finite after step " + std::to_string(state_.step) + kRemedy);
      }
      Checkpoint checkpoint{state_, law_, {}};
      checkpoint.state.seconds = stopwatch_.all();
      put_tensors(checkpoint.tensors, "model", model_.state());
      put_tensors(checkpoint.tensors, "optimizer", step_.state());
      put_tensors(checkpoint.tensors, "features", maps_.state());
      put_tensors(checkpoint.tensors, kEmbedderTensors, make_embedder().state());
      write_checkpoint(run_dir_, checkpoint);
    });
    last_checkpoint_ = Clock::now();
  }

  TrainingSummary summary() const {
    TrainingSummary summary;
    summary.step = state_.step;
    summary.total_steps = total_steps_;
    summary.finished = state_.step >= total_steps_;
    summary.n_train = pairs_->n_train();
    summary.n_validation = validation_.n();
    summary.n_parameters = model_.n_parameters();
    summary.final_loss = state_.last_loss;
    summary.temperature = model_.temperature().value();
    summary.validation = validation_scores_;
    for (const auto* name : {"load", "features", "forward", "loss", "backward", "optimizer",
                             "validation", "checkpoint"}) {
      summary.seconds.emplace_back(name, stopwatch_.seconds(name));
    }
    return summary;
  }

  std::filesystem::path run_dir_;
  TrainingObserver& observer_;
  flow::Law law_;
  RunState state_;
  Stopwatch stopwatch_;
  FeatureMaps maps_;
  std::int64_t total_steps_;
  std::unique_ptr<PairSource> pairs_;
  PairedFeatures validation_;
  Model model_;
  TrainingStep step_;
  LossLog losses_{kRemedy};       // of the steps since collect_losses()
  std::int64_t n_collected_ = 0;  // steps since the last record
  double logged_seconds_ = 0;     // step_seconds() at the last record
  Clock::time_point last_checkpoint_ = Clock::now();
  RetrievalScores validation_scores_;
};

}  // namespace

TrainingSummary train(const TrainingFlows& flows, const ModelOptions& model,
                      const TrainingOptions& options, const std::filesystem::path& run_dir,
                      bool resume, TrainingObserver& observer) {
  require_valid(model, flows.law());
  require_valid(options);
  require_valid(flows, options);
  set_threads(options.threads);
  RunState state = begin_state(flows, model, options);
  total_steps(options, state.n_train);
  std::optional<Checkpoint> from;
  if (resume) {
    from = read_checkpoint(run_dir);
    require_same_run(*from, state, flows);
  }
  return with_torch_errors(
      [&] { return Run(flows, std::move(state), std::move(from), run_dir, observer).train(); });
}

}  // namespace lagoon::contrastive
