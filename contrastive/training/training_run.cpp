#include "contrastive/training/training_run.hpp"

#include <algorithm>
#include <utility>

#include "contrastive/communication/shared_scores.hpp"
#include "contrastive/training/step/schedule.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

/// A stopwatch whose every piece of work asks first whether it is still wanted.
Stopwatch loading_stopwatch(const std::optional<Checkpoint>& from, TrainingObserver& observer) {
  Stopwatch stopwatch(from ? from->state.seconds : std::map<std::string, double>{});
  stopwatch.before_each([&observer] {
    if (observer.stop_while_loading()) throw StoppedWhileLoading();
  });
  return stopwatch;
}

/// The pairs that hold finite numbers only.
PairedFeatures finite_pairs(const PairedFeatures& pairs) {
  const torch::Tensor finite =
      at::logical_and(at::isfinite(pairs.u).all(1), at::isfinite(pairs.v).all(1));
  if (finite.all().item<bool>()) return pairs;
  return {pairs.u.index({finite}), pairs.v.index({finite})};
}

}  // namespace

TrainingRun::TrainingRun(const TrainingFlows& flows, RunState state,
                         const std::optional<Checkpoint>& from,
                         const std::filesystem::path& run_dir, TrainingObserver& observer,
                         Communicator& ranks)
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

TrainingSummary TrainingRun::train() {
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

BatchRows TrainingRun::own_rows() const {
  const std::int64_t n = state_.training.batch_size;
  return {ranks_.first_row(n), ranks_.first_row(n, ranks_.rank() + 1)};
}

TrainingRun::Wish TrainingRun::wish_of_ranks() {
  const double minutes =
      std::chrono::duration<double>(Clock::now() - last_checkpoint_).count() / 60;
  Wish own = Wish::none;
  if (minutes >= state_.training.checkpoint_minutes) own = Wish::checkpoint;
  if (observer_.stop_requested()) own = Wish::stop;
  return static_cast<Wish>(ranks_.maximum(static_cast<double>(own)));
}

void TrainingRun::go_on_from(const Checkpoint& from) {
  load_tensors(from.tensors, "model", model_.state());
  load_tensors(from.tensors, "optimizer", step_.state());
  const RunState requested = std::exchange(state_, from.state);
  state_.training = requested.training;
  state_.n_train = requested.n_train;
  state_.stream = requested.stream;
}

void TrainingRun::validate_again() {
  const bool recorded = state_.validated_step == state_.step;
  if (recorded && state_.step >= total_steps_ && validation_.n() > 0) {
    validation_scores_ = score(validation_);
  }
  if (recorded || (state_.step < total_steps_ && !due(state_.training.validate_every))) return;
  validate();
  if (is_best()) checkpoint();
}

void TrainingRun::take_step() {
  const bool second = state_.training.objective.has_second_batch();
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

void TrainingRun::collect(const PairBatch* last) {
  for (SkipRecord& skip : log_.collect(state_)) {
    skip.flows = flows_of_step(flows_, state_.training, skip.step - 1);
    if (last && skip.step == state_.step && last->u.size(0) == state_.training.batch_size) {
      for (const std::int64_t place : places_not_finite(*last)) {
        skip.not_finite.push_back(skip.flows[static_cast<std::size_t>(place)]);
      }
    }
    observer_.on_skip(skip);
    if (skip.in_a_row >= state_.training.skip_limit) throw too_many_skipped(skip);
  }
}

double TrainingRun::step_seconds() const {
  return stopwatch_.seconds("load") + stopwatch_.seconds("forward") + stopwatch_.seconds("loss") +
         stopwatch_.seconds("backward") + stopwatch_.seconds("communication") +
         stopwatch_.seconds("optimizer");
}

void TrainingRun::log() {
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

Embedder TrainingRun::make_embedder() const {
  // Others look at no pairs, which are drawn or read anew.
  if (model_.tilting() != Tilting::quadratic) return {model_, torch::Tensor(), torch::Tensor()};
  constexpr std::int64_t kRows = 256;
  const PairedFeatures pairs = finite_pairs(pairs_->first(std::min(pairs_->n_train(), kRows)));
  return {model_, pairs.u, pairs.v};
}

RetrievalScores TrainingRun::score(const PairedFeatures& pairs) const {
  return shared_scores(make_embedder(), pairs.u, pairs.v, ranks_);
}

void TrainingRun::validate() {
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

void TrainingRun::checkpoint() {
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

void TrainingRun::write() const {
  observer_.before_checkpoint();
  Checkpoint checkpoint{state_, law_, {}};
  checkpoint.state.seconds = stopwatch_.all();
  put_tensors(checkpoint.tensors, "model", model_.state());
  put_tensors(checkpoint.tensors, "optimizer", step_.state());
  put_tensors(checkpoint.tensors, "features", maps_.state());
  put_tensors(checkpoint.tensors, kEmbedderTensors, make_embedder().state());
  write_checkpoint(run_dir_, checkpoint);
}

TrainingSummary TrainingRun::summary() const {
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

}  // namespace lagoon::contrastive
