#include "pipelines/training/options.hpp"

#include "contrastive/option_rows.hpp"
#include "flow/error.hpp"
#include "pipelines/training/option_rows.hpp"

namespace lagoon::pipelines {
namespace {

// [BST] 6.3 as printed: identity coefficients, a transformer on the positions, 20 epochs of 128;
// the law is asked for by --stream only.
constexpr const char* kPaperTrainingPreset = R"(lagrangian_encoder = "transformer"
lagrangian_features = "positions"
eulerian_encoder = "identity"
transformer_width = 512
transformer_layers = 12
transformer_heads = 8
patch = 1
causal = true
pooling = "last"
learn_temperature = true
epochs = 20
batch_size = 128
optimizer = "adam"
learning_rate = 1e-4
schedule = "constant"
warmup_steps = 0
times = 1000
rms_speed = 15.0
)";

// A transformer on the features of `quick`, in a time that sits beside the multilayer perceptron's.
constexpr const char* kQuickTransformerPreset = R"(lagrangian_encoder = "transformer"
steps = 600
validate_every = 100
)";

/// RUN/config.toml under --resume, else nothing.
std::filesystem::path configuration_of_resumed(const TrainOptions& o) {
  if (!o.resume) return {};
  auto path = o.run / "config.toml";
  require(std::filesystem::exists(path),
          o.run.string() + ": there is no run to resume (without --resume it is begun)");
  return path;
}

}  // namespace

void declare_train(OptionTable& table, TrainOptions& o) {
  table.positional("DATA", &o.data, "dataset of lagoon generate", /*required=*/false);
  table.option("run", &o.run, anything(), "folder of the run").command_line_only().required = true;
  table.action("resume", o.resume, "continue RUN with its own config.toml");
  add_force(table, o.force);
  table.action("profile", o.profile,
               "say at the end where the time went and how far the machine was used");
  add_seed(table, o.training.seed,
           "seed of the initial weights, of the batches and of fresh flows");
  add_threads(table, o.training.threads).not_recorded();
  table
      .option("ranks", &o.ranks, at_least(0),
              "processes that train together; 0: those that mpirun, torchrun or srun started, "
              "else one")
      .not_recorded();
  under_heading(table, "Encoders and tilting", [&] { declare_rows(table, option_rows(o.model)); });
  under_heading(table, "Objective",
                [&] { declare_rows(table, option_rows(o.training.objective)); });
  under_heading(table, "Steps, records, machine",
                [&] { declare_rows(table, option_rows(o.training), {"generator_threads"}); });
  table.find("device")->not_recorded();
  declare_stream(table, o);
  table.preset("quick", "");
  table.preset("quick-transformer", kQuickTransformerPreset);
  table.preset("paper", kPaperTrainingPreset);
  table.stored_configuration([&o] { return configuration_of_resumed(o); });
}

}  // namespace lagoon::pipelines
