#include "pipelines/mnist/options.hpp"

#include "flow/error.hpp"

namespace lagoon::pipelines {
namespace {

// [BST] 6.2 as printed: Adam at 1e-4, 300 epochs of 512.
constexpr const char* kPaperDigitsPreset = R"(epochs = 300
batch_size = 512
learning_rate = 1e-4
schedule = "constant"
warmup_steps = 0
)";

/// OUT/config.toml under --resume, else nothing.
std::filesystem::path configuration_of_resumed_digits(const MnistOptions& o) {
  if (!o.resume) return {};
  auto path = o.out / "config.toml";
  require(std::filesystem::exists(path),
          o.out.string() + ": there is no study to resume (without --resume it is begun)");
  return path;
}

}  // namespace

MnistOptions::MnistOptions() {
  training.optimizer = "adam";
  training.epochs = 8;
  training.batch_size = 256;
  training.learning_rate = 3e-3;
  training.warmup_steps = 50;
  training.schedule = "cosine";
}

void declare_mnist(OptionTable& table, MnistOptions& o) {
  auto& t = o.training;
  table.option("data", &o.data, anything(), "folder of the four IDX files")
      .command_line_only()
      .required = true;
  table.option("out", &o.out, anything(), "folder to write").command_line_only().required = true;
  table.action("resume", o.resume, "go on in OUT with its own config.toml and trained encoders");
  add_force(table, o.force);
  add_seed(table, t.seed, "seed of the initial weights, of the batches and of the images drawn");
  add_threads(table, t.threads).not_recorded();
  table.option("train-images", &o.train_images, non_negative(),
               "train on the first so many; 0: on all");
  table.option("fine-tuning-images", &o.fine_tuning_images, at_least(100),
               "pairs, at most, that bring in the digits never trained on");
  table.option("epochs", &t.epochs, positive(), "passes over the training images, a loss");
  table.option("batch-size", &t.batch_size, at_least(2), "pairs a step");
  table.option("learning-rate", &t.learning_rate, positive(), "of Adam, after the warm-up");
  table.option("warmup-steps", &t.warmup_steps, non_negative(), "steps of linear warm-up");
  table.option("schedule", &t.schedule, one_of({"constant", "cosine"}), "learning rate after it");
  table.preset("quick", "");
  table.preset("paper", kPaperDigitsPreset);
  table.stored_configuration([&o] { return configuration_of_resumed_digits(o); });
}

}  // namespace lagoon::pipelines
