#include "pipelines/mnist/mnist.hpp"

#include <utility>

#include "contrastive/threads.hpp"
#include "flow/error.hpp"
#include "pipelines/mnist/encoders.hpp"
#include "pipelines/mnist/page.hpp"
#include "pipelines/support/json/json_lines.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/support/signals.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

int dry_run(const EncoderStages& stages, const MnistStudy& study) {
  const auto bytes = static_cast<double>(study.train.pixels.size() + study.test.pixels.size());
  print("# " + std::to_string(study.train.n()) + " training and " + std::to_string(study.test.n()) +
        " test images (" + bytes_text(bytes) + "), four encoders, " +
        std::to_string(stages.total_steps()) + " steps");
  return kExitDone;
}

RunFolder open_folder(const MnistOptions& options, const Invocation& invocation,
                      const EncoderStages& stages) {
  if (!options.resume) return RunFolder::create(options.out, invocation, options.force);
  return RunFolder::reopen(options.out, invocation, stages.saved_steps());
}

/// Lines that are no record of a loss are passed over.
std::vector<DigitLossPoint> read_loss_points(const fs::path& path) {
  std::vector<DigitLossPoint> points;
  std::size_t n_damaged = 0;
  for (const auto& [number, text, json, is_last] : read_json_lines(path)) {
    try {
      points.push_back(
          {json.at("encoder"), json.at("encoder_step"), json.at("seconds"), json.at("loss")});
    } catch (const nlohmann::json::exception&) {
      ++n_damaged;
    }
  }
  if (n_damaged > 0) {
    log_warning(path.string() + ": damaged lines, not drawn: " + std::to_string(n_damaged));
  }
  return points;
}

/// What a signal leaves behind: an encoder that is not trained to its end is lost.
int stopped(const MnistOptions& options, const EncoderStages& stages) {
  const std::string signal = stop_signal_name();
  mark_stopped(options.out / "checkpoint", signal);
  log_warning("lagoon mnist: stopped by " + signal +
              (stages.saved_steps() > 0 ? "; trained encoders are saved"
                                        : " before the first encoder was trained") +
              ", and the same data and folder with --resume go on");
  return kExitStopped;
}

/// False: a signal came before its end.
bool score_all(MnistStudy& study, const EncoderStages& stages, const MnistOptions& options) {
  for (std::size_t l = 0; l < kDigitLosses.size(); ++l) {
    if (stop_requested()) return false;
    study.losses.push_back(score_encoder(stages.of_loss(l), kDigitLosses[l], study.train,
                                         study.test, options.training.seed));
  }
  study.least_loss =
      -entropy(contrastive::label_shares(study.train.labels, datasets::Digits::kLabels));
  if (stop_requested()) return false;
  study.fine_tuning = study_fine_tuning(stages.of_few_digits(), study.train, study.test,
                                        options.fine_tuning_images);
  return true;
}

}  // namespace

int run_mnist(const MnistOptions& options, const Invocation& invocation) {
  require_one_of(options.resume, options.force);
  MnistStudy study;
  study.test = datasets::load_mnist(options.data, datasets::MnistSplit::test);
  study.train = first_digits(datasets::load_mnist(options.data, datasets::MnistSplit::train),
                             options.train_images);
  require_valid(options.training);
  contrastive::set_threads(options.training.threads);
  EncoderStages stages(options, study.train);
  if (invocation.dry_run) return dry_run(stages, study);
  RunFolder folder = open_folder(options, invocation, stages);
  const auto figures = FigureFolder::create(options.out, /*force=*/true);
  install_signal_handlers();
  if (!stages.run(folder) || !score_all(study, stages, options)) return stopped(options, stages);
  study.loss_points = read_loss_points(options.out / "metrics.jsonl");
  write_mnist_page(figures, study, invocation);
  const auto result = to_json(study, invocation);
  folder.write_summary(result);
  write_json_result(invocation, result);
  log_info(mnist_text(study));
  print((options.out / "index.html").string());
  return kExitDone;
}

}  // namespace lagoon::pipelines
