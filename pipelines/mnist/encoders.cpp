#include "pipelines/mnist/encoders.hpp"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

#include "flow/error.hpp"
#include "flow/hash.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/signals.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;
using datasets::Digits;

constexpr std::int64_t kLogEvery = 10;  // steps a record

std::string hash_of(const Digits& digits) {
  const auto labels = hash_bytes(std::as_bytes(std::span(digits.labels)));
  return to_hex(hash_bytes(std::as_bytes(std::span(digits.pixels)), labels));
}

/// What weights depend on beside the images and the loss.
std::string text_of(const contrastive::TrainingOptions& t) {
  const auto numbers =
      nlohmann::json::array({t.seed, t.epochs, t.batch_size, t.learning_rate, t.warmup_steps});
  return "seed, epochs, batch size, learning rate, warm-up " + numbers.dump() + ", " + t.schedule;
}

/// The mean loss of every kLogEvery steps of one stage: to metrics.jsonl and to the bar.
class StageRecorder {
 public:
  StageRecorder(RunFolder& folder, const std::string& name, std::int64_t steps_before,
                std::int64_t all_steps)
      : folder_(folder),
        name_(name),
        steps_before_(steps_before),
        progress_("training", all_steps, "steps", steps_before) {}

  void add(const contrastive::DigitStep& step) {
    sum_ += step.loss;
    ++n_;
    if (step.step % kLogEvery != 0 && step.step != step.total_steps) return;
    loss_ = std::exchange(sum_, 0) / static_cast<double>(std::exchange(n_, 0));
    folder_.metric({{"kind", "loss"},
                    {"encoder", name_},
                    {"step", steps_before_ + step.step},
                    {"encoder_step", step.step},
                    {"seconds", progress_.seconds()},
                    {"loss", loss_}});
    progress_.update(steps_before_ + step.step, name_ + ", loss " + figures_text(loss_));
  }

  double loss() const { return loss_; }
  double seconds() const { return progress_.seconds(); }

 private:
  RunFolder& folder_;
  std::string name_;
  std::int64_t steps_before_;
  Progress progress_;
  double sum_ = 0, loss_ = 0;
  std::int64_t n_ = 0;
};

}  // namespace

Digits first_digits(Digits digits, std::int64_t n) {
  if (n == 0 || n >= digits.n()) return digits;
  digits.labels.resize(static_cast<std::size_t>(n));
  digits.pixels.resize(static_cast<std::size_t>(n * Digits::kPixels));
  return digits;
}

Digits with_labels_below(const Digits& digits, std::int64_t n_labels) {
  Digits few;
  for (std::int64_t i = 0; i < digits.n(); ++i) {
    const auto label = digits.labels[static_cast<std::size_t>(i)];
    if (label >= n_labels) continue;
    few.labels.push_back(label);
    const auto image = digits.image(i);
    few.pixels.insert(few.pixels.end(), image.begin(), image.end());
  }
  return few;
}

EncoderStages::EncoderStages(const MnistOptions& options, const Digits& train)
    : options_(options), few_digits_(with_labels_below(train, kFirstHeldOut)) {
  for (const auto& loss : kDigitLosses) add(loss.key, loss, Digits::kLabels, train);
  add("without_7_8_9", kDigitLosses[0], kFirstHeldOut, few_digits_);
}

void EncoderStages::add(const std::string& name, const DigitLoss& loss, std::int64_t n_labels,
                        const Digits& digits) {
  const int batch_size = options_.training.batch_size;
  require(digits.n() >= batch_size, "--batch-size " + std::to_string(batch_size) + ": only " +
                                        std::to_string(digits.n()) + " images train " + name +
                                        " (give a smaller one, or more --train-images)");
  stages_.push_back({name, loss, n_labels, &digits,
                     contrastive::total_steps(options_.training, digits.n()),
                     name + " of images " + hash_of(digits) + ", " + text_of(options_.training)});
}

fs::path EncoderStages::weights(const Stage& stage) const {
  return options_.out / "checkpoint" / (stage.name + ".safetensors");
}

std::int64_t EncoderStages::total_steps() const {
  return std::accumulate(stages_.begin(), stages_.end(), std::int64_t{0},
                         [](auto sum, const Stage& stage) { return sum + stage.steps; });
}

std::int64_t EncoderStages::saved_steps() const {
  std::int64_t steps = 0;
  for (const auto& stage : stages_) {
    if (!fs::exists(weights(stage))) break;
    steps += stage.steps;
  }
  return steps;
}

bool EncoderStages::run(RunFolder& folder) {
  std::int64_t steps_before = 0;
  const std::int64_t saved = saved_steps();
  for (const auto& stage : stages_) {
    if (steps_before < saved) {
      encoders_.push_back(
          contrastive::DigitEncoder::load(weights(stage), stage.n_labels, stage.provenance));
    } else if (!train(stage, steps_before, folder)) {
      return false;
    }
    steps_before += stage.steps;
  }
  return true;
}

bool EncoderStages::train(const Stage& stage, std::int64_t steps_before, RunFolder& folder) {
  auto options = options_.training;
  options.objective.lambda_u = stage.loss.lambda_u;
  options.objective.lambda_v = stage.loss.lambda_v;
  StageRecorder recorder(folder, stage.name, steps_before, total_steps());
  auto encoder = contrastive::DigitEncoder::train(*stage.digits, stage.n_labels, options,
                                                  [&](const contrastive::DigitStep& step) {
                                                    recorder.add(step);
                                                    return stop_requested();
                                                  });
  if (!encoder) return false;
  fs::create_directories(weights(stage).parent_path());
  encoder->save(weights(stage), stage.provenance);
  encoders_.push_back(std::move(*encoder));
  log_info(stage.name + ": trained in " + duration_text(recorder.seconds()) + ", loss " +
           figures_text(recorder.loss()));
  return true;
}

}  // namespace lagoon::pipelines
