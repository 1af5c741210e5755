#include "pipelines/training/options.hpp"

#include <algorithm>
#include <functional>
#include <initializer_list>

#include "flow/error.hpp"

namespace lagoon::pipelines {
namespace {

// [BST] 6.3 as printed: identity coefficients, a transformer on the positions, 20 epochs of 128;
// the law is asked for by --stream only.
constexpr const char* kPaperPreset = R"(lagrangian_encoder = "transformer"
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

void declare_features(OptionTable& table, contrastive::ModelOptions& m) {
  table.option("lagrangian-features", &m.lagrangian_features,
               one_of({"positions", "increments", "whitened"}), "what the trajectory encoder sees");
  table
      .option("whitened-components", &m.whitened_components, at_least(1),
              "principal components kept")
      .only_if([&m] { return m.lagrangian_features == "whitened"; },
               "--lagrangian-features whitened");
}

void declare_encoders(OptionTable& table, contrastive::ModelOptions& m) {
  const auto any_mlp = [&m] {
    return m.lagrangian_encoder == "mlp" || m.eulerian_encoder == "mlp";
  };
  table.option("lagrangian-encoder", &m.lagrangian_encoder, one_of({"mlp", "transformer"}),
               "encoder of trajectories");
  table.option("eulerian-encoder", &m.eulerian_encoder, one_of({"identity", "linear", "mlp"}),
               "encoder of psi_hat; identity: psi_hat as it is");
  table.option("embedding-dim", &m.embedding_dim, at_least(2), "dimension of the embeddings")
      .only_if([&m] { return m.eulerian_encoder != "identity"; },
               "--eulerian-encoder linear or mlp");
  table.option("mlp-width", &m.mlp_width, at_least(1), "units of a hidden layer")
      .only_if(any_mlp, "an mlp encoder");
  table.option("mlp-depth", &m.mlp_depth, at_least(1), "hidden layers")
      .only_if(any_mlp, "an mlp encoder");
}

void declare_transformer(OptionTable& table, contrastive::ModelOptions& m) {
  const std::size_t begin = table.options().size();
  table.option("transformer-width", &m.transformer_width, at_least(1), "width of a token");
  table.option("transformer-layers", &m.transformer_layers, at_least(1), "layers");
  table.option("transformer-heads", &m.transformer_heads, at_least(1), "heads; divides the width");
  table.option("patch", &m.patch, at_least(1), "times (or whitened components) a token");
  table.option("causal", &m.causal, anything(), "a token sees only those before it");
  table.option("pooling", &m.pooling, one_of({"last", "mean"}), "token that becomes the embedding");
  for (std::size_t i = begin; i < table.options().size(); ++i) {
    table.options()[i].only_if([&m] { return m.lagrangian_encoder == "transformer"; },
                               "--lagrangian-encoder transformer");
  }
}

void declare_optimization(OptionTable& table, contrastive::TrainingOptions& t) {
  table.option("steps", &t.steps, at_least(1), "optimisation steps")
      .only_if([&t] { return t.epochs == 0; }, "--epochs 0");
  table.option("epochs", &t.epochs, non_negative(), "passes over the training flows; 0: --steps");
  table.option("batch-size", &t.batch_size, at_least(2), "pairs a step");
  table.option("optimizer", &t.optimizer, one_of({"adam", "adamw"}), "optimiser");
  table.option("learning-rate", &t.learning_rate, positive(), "learning rate after the warm-up");
  table.option("weight-decay", &t.weight_decay, non_negative(), "decoupled weight decay")
      .only_if([&t] { return t.optimizer == "adamw"; }, "--optimizer adamw");
  table.option("warmup-steps", &t.warmup_steps, non_negative(), "steps of linear warm-up");
  table.option("schedule", &t.schedule, one_of({"constant", "cosine"}), "learning rate after it");
}

/// Holds if the loss is one of these.
std::function<bool()> loss_is(const contrastive::ObjectiveOptions& objective,
                              std::initializer_list<const char*> losses) {
  return [&objective, names = std::vector<std::string>(losses.begin(), losses.end())] {
    return std::ranges::find(names, objective.loss) != names.end();
  };
}

void declare_tilting(OptionTable& table, contrastive::ModelOptions& m) {
  table.option("tilting", &m.tilting, one_of({"cosine", "inner_product", "quadratic"}),
               "what a pair of embeddings scores");
  table.option(
      "temperature", &m.temperature, non_negative(),
      "of the tilting, at the start; 0: 0.07 (cosine), embeddings' length squared (others)");
  table.option("learn-temperature", &m.learn_temperature, anything(), "train it too");
}

void declare_kernels(OptionTable& table, contrastive::ObjectiveOptions& o) {
  const std::size_t begin = table.options().size();
  table.option("mmd-kernel", &o.kernel, one_of({"gaussian", "polynomial", "energy"}),
               "kernel on the encoders' inputs");
  table.option("mmd-statistic", &o.statistic, one_of({"v", "u"}),
               "v: biased, trains well; u: unbiased, for measuring");
  table.option("bandwidth-u", &o.bandwidth_u, non_negative(),
               "of the kernel on flows; 0: the median distance in the batch");
  table.option("bandwidth-v", &o.bandwidth_v, non_negative(),
               "of the kernel on trajectories; 0: likewise");
  for (std::size_t i = begin; i < table.options().size(); ++i) {
    table.options()[i].only_if(loss_is(o, {"conditional_mmd", "joint_mmd"}),
                               "--loss conditional_mmd or joint_mmd");
  }
}

void declare_objective(OptionTable& table, contrastive::ObjectiveOptions& o) {
  const auto conditional = loss_is(o, {"conditional", "conditional_mmd"});
  table.option("loss", &o.loss,
               one_of({"conditional", "joint", "conditional_mmd", "joint_mmd", "sigmoid"}),
               "what is minimised");
  table.option("lambda-u", &o.lambda_u, non_negative(), "weight of flow given trajectory")
      .only_if(conditional, "--loss conditional or conditional_mmd");
  table.option("lambda-v", &o.lambda_v, non_negative(), "weight of trajectory given flow")
      .only_if(conditional, "--loss conditional or conditional_mmd");
  table.option("negatives", &o.negatives, one_of({"in_batch", "second_batch"}),
               "unpaired samples: of the batch itself, or of a second one drawn each step");
  table
      .option("evaluation", &o.evaluation, one_of({"streaming", "plain"}),
              "sums in passing, or over the whole matrix of scores")
      .only_if(loss_is(o, {"conditional", "joint", "sigmoid"}),
               "--loss conditional, joint or sigmoid");
  declare_kernels(table, o);
}

void declare_records(OptionTable& table, contrastive::TrainingOptions& t) {
  table.option("log-every", &t.log_every, at_least(1), "steps between loss records");
  table.option("validate-every", &t.validate_every, at_least(1), "steps between recall records");
  table.option("validation-library", &t.validation_library, at_least(2),
               "most flows in a recall record");
  table.option("checkpoint-every", &t.checkpoint_every, at_least(1), "steps between checkpoints");
  table.option("checkpoint-minutes", &t.checkpoint_minutes, positive(),
               "or minutes, whichever comes first");
  table.option("keep-last", &t.keep_last, at_least(0),
               "earlier checkpoints kept beside the newest and the best");
  table.option("skip-limit", &t.skip_limit, at_least(1),
               "steps in a row without a finite gradient that end the run");
}

void declare_machine(OptionTable& table, contrastive::TrainingOptions& t) {
  table.option("device", &t.device, one_of({"auto", "cpu", "cuda"}), "where encoders are trained")
      .not_recorded();
  table.option("precision", &t.precision, one_of({"fp32", "bf16"}),
               "of the encoders' products; losses and the optimiser are fp32");
  table.option("gradient-cache", &t.gradient_cache, anything(),
               "forward twice: any batch in the memory of a few rows");
  table.option("activation-checkpointing", &t.activation_checkpointing, anything(),
               "compute the activations of a block again in backward: less memory");
  table.option("pairs", &t.pairs, one_of({"memory", "file"}),
               "features held in memory, or read from the file ahead of each step");
}

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
  under_heading(table, "Encoders", [&] {
    declare_features(table, o.model);
    declare_encoders(table, o.model);
    declare_transformer(table, o.model);
  });
  under_heading(table, "Objective", [&] {
    declare_tilting(table, o.model);
    declare_objective(table, o.training.objective);
  });
  under_heading(table, "Optimisation", [&] { declare_optimization(table, o.training); });
  under_heading(table, "Records and checkpoints", [&] { declare_records(table, o.training); });
  under_heading(table, "Machine", [&] { declare_machine(table, o.training); });
  declare_stream(table, o);
  table.preset("quick", "");
  table.preset("quick-transformer", kQuickTransformerPreset);
  table.preset("paper", kPaperPreset);
  table.stored_configuration([&o] { return configuration_of_resumed(o); });
}

}  // namespace lagoon::pipelines
