#include "contrastive/option_rows.hpp"

#include <utility>

#include "contrastive/encoders/choice/encoder_list.hpp"
#include "contrastive/objective/losses/loss_list.hpp"

namespace lagoon::contrastive {
namespace {

using Kind = OptionRule::Kind;

OptionRule anything() {
  return {};
}

OptionRule at_least(double least) {
  return {Kind::at_least, least, {}};
}

OptionRule above_zero() {
  return {Kind::above_zero, 0, {}};
}

OptionRule one_of(std::vector<std::string> choices) {
  return {Kind::one_of, 0, std::move(choices)};
}

/// Rows under way: add() gives the new one for more to be said of it.
class Rows {
 public:
  OptionRow& add(const char* name, OptionRow::Member member, OptionRule rule, const char* help) {
    return rows_.emplace_back(OptionRow{name, member, std::move(rule), help, {}, {}, true});
  }

  std::vector<OptionRow> take() { return std::move(rows_); }

 private:
  std::vector<OptionRow> rows_;
};

void add_features(Rows& rows, ModelOptions& m) {
  rows.add("lagrangian_features", &m.lagrangian_features,
           one_of({"positions", "increments", "whitened"}), "what the trajectory encoder sees");
  rows.add("whitened_components", &m.whitened_components, at_least(1), "principal components kept")
      .only_if([&m] { return m.lagrangian_features == "whitened"; },
               "--lagrangian-features whitened");
}

void add_encoders(Rows& rows, ModelOptions& m) {
  const auto any_mlp = [&m] {
    return m.lagrangian_encoder == "mlp" || m.eulerian_encoder == "mlp";
  };
  rows.add("lagrangian_encoder", &m.lagrangian_encoder, one_of(lagrangian_encoder_names()),
           "encoder of trajectories");
  rows.add("eulerian_encoder", &m.eulerian_encoder, one_of(eulerian_encoder_names()),
           "encoder of psi_hat; identity: psi_hat as it is");
  rows.add("embedding_dim", &m.embedding_dim, at_least(2), "dimension of the embeddings")
      .only_if([&m] { return m.eulerian_encoder != "identity"; },
               "--eulerian-encoder linear or mlp");
  rows.add("mlp_width", &m.mlp_width, at_least(1), "units of a hidden layer")
      .only_if(any_mlp, "an mlp encoder");
  rows.add("mlp_depth", &m.mlp_depth, at_least(1), "hidden layers")
      .only_if(any_mlp, "an mlp encoder");
}

void add_transformer(Rows& rows, ModelOptions& m) {
  const auto add = [&](const char* name, OptionRow::Member member, OptionRule rule,
                       const char* help) {
    rows.add(name, member, std::move(rule), help)
        .only_if([&m] { return m.lagrangian_encoder == "transformer"; },
                 "--lagrangian-encoder transformer");
  };
  add("transformer_width", &m.transformer_width, at_least(1), "width of a token");
  add("transformer_layers", &m.transformer_layers, at_least(1), "layers");
  add("transformer_heads", &m.transformer_heads, at_least(1), "heads; divides the width");
  add("patch", &m.patch, at_least(1), "times (or whitened components) a token");
  add("causal", &m.causal, anything(), "a token sees only those before it");
  add("pooling", &m.pooling, one_of({"last", "mean"}), "token that becomes the embedding");
}

void add_tilting(Rows& rows, ModelOptions& m) {
  rows.add("tilting", &m.tilting, one_of({"cosine", "inner_product", "quadratic"}),
           "what a pair of embeddings scores");
  rows.add("temperature", &m.temperature, at_least(0),
           "of the tilting, at the start; 0: 0.07 (cosine), embeddings' length squared (others)");
  rows.add("learn_temperature", &m.learn_temperature, anything(), "train it too");
}

/// "--loss conditional, joint or sigmoid": the losses that heed this.
std::string loss_flags(unsigned traits) {
  const auto names = losses_that_heed(traits);
  std::string text = "--loss ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool is_last = i + 1 == names.size();
    text += (i == 0 ? "" : is_last ? " or " : ", ") + names[i];
  }
  return text;
}

/// Where the loss heeds such options.
void add_heeded(Rows& rows, const ObjectiveOptions& o, LossTraits trait, const char* name,
                OptionRow::Member member, OptionRule rule, const char* help) {
  rows.add(name, member, std::move(rule), help)
      .only_if([&o, trait] { return heeds(o.loss, trait); }, loss_flags(trait));
}

void add_optimization(Rows& rows, TrainingOptions& t) {
  rows.add("steps", &t.steps, at_least(1), "optimisation steps")
      .only_if([&t] { return t.epochs == 0; }, "--epochs 0")
      .may_change();
  rows.add("epochs", &t.epochs, at_least(0), "passes over the training flows; 0: --steps")
      .may_change();
  rows.add("batch_size", &t.batch_size, at_least(2), "pairs a step");
  rows.add("optimizer", &t.optimizer, one_of({"adam", "adamw"}), "optimiser");
  rows.add("learning_rate", &t.learning_rate, above_zero(), "learning rate after the warm-up");
  rows.add("weight_decay", &t.weight_decay, at_least(0), "decoupled weight decay")
      .only_if([&t] { return t.optimizer == "adamw"; }, "--optimizer adamw");
  rows.add("warmup_steps", &t.warmup_steps, at_least(0), "steps of linear warm-up");
  rows.add("schedule", &t.schedule, one_of({"constant", "cosine"}), "learning rate after it");
}

void add_records(Rows& rows, TrainingOptions& t) {
  rows.add("log_every", &t.log_every, at_least(1), "steps between loss records").may_change();
  rows.add("validate_every", &t.validate_every, at_least(1), "steps between recall records")
      .may_change();
  rows.add("validation_library", &t.validation_library, at_least(2),
           "most flows in a recall record")
      .may_change();
  rows.add("checkpoint_every", &t.checkpoint_every, at_least(1), "steps between checkpoints")
      .may_change();
  rows.add("checkpoint_minutes", &t.checkpoint_minutes, above_zero(),
           "or minutes, whichever comes first")
      .may_change();
  rows.add("keep_last", &t.keep_last, at_least(0),
           "earlier checkpoints kept beside the newest and the best")
      .may_change();
  rows.add("skip_limit", &t.skip_limit, at_least(1),
           "steps in a row without a finite gradient that end the run")
      .may_change();
}

void add_machine(Rows& rows, TrainingOptions& t) {
  rows.add("device", &t.device, one_of({"auto", "cpu", "cuda"}), "where encoders are trained")
      .may_change();
  rows.add("precision", &t.precision, one_of({"fp32", "bf16"}),
           "of the encoders' products; losses and the optimiser are fp32");
  rows.add("gradient_cache", &t.gradient_cache, anything(),
           "forward twice: any batch in the memory of a few rows")
      .may_change();
  rows.add("activation_checkpointing", &t.activation_checkpointing, anything(),
           "compute the activations of a block again in backward: less memory")
      .may_change();
  rows.add("pairs", &t.pairs, one_of({"memory", "file"}),
           "features held in memory, or read from the file ahead of each step")
      .may_change();
  rows.add("generator_threads", &t.generator_threads, at_least(0),
           "that draw fresh flows; 0: all cores")
      .may_change();
}

}  // namespace

std::vector<OptionRow> option_rows(ModelOptions& options) {
  Rows rows;
  add_features(rows, options);
  add_encoders(rows, options);
  add_transformer(rows, options);
  add_tilting(rows, options);
  return rows.take();
}

std::vector<OptionRow> option_rows(ObjectiveOptions& o) {
  Rows rows;
  rows.add("loss", &o.loss, one_of(loss_names()), "what is minimised");
  add_heeded(rows, o, kWeighted, "lambda_u", &o.lambda_u, at_least(0),
             "weight of flow given trajectory");
  add_heeded(rows, o, kWeighted, "lambda_v", &o.lambda_v, at_least(0),
             "weight of trajectory given flow");
  rows.add("negatives", &o.negatives, one_of({"in_batch", "second_batch"}),
           "unpaired samples: of the batch itself, or of a second one drawn each step");
  add_heeded(rows, o, kStreamed, "evaluation", &o.evaluation, one_of({"streaming", "plain"}),
             "sums in passing, or over the whole matrix of scores");
  add_heeded(rows, o, kCompared, "kernel", &o.kernel, one_of({"gaussian", "polynomial", "energy"}),
             "kernel on the encoders' inputs");
  add_heeded(rows, o, kCompared, "statistic", &o.statistic, one_of({"v", "u"}),
             "v: biased, trains well; u: unbiased, for measuring");
  add_heeded(rows, o, kCompared, "bandwidth_u", &o.bandwidth_u, at_least(0),
             "of the kernel on flows; 0: the median distance in the batch");
  add_heeded(rows, o, kCompared, "bandwidth_v", &o.bandwidth_v, at_least(0),
             "of the kernel on trajectories; 0: likewise");
  return rows.take();
}

std::vector<OptionRow> option_rows(TrainingOptions& options) {
  Rows rows;
  rows.add("seed", &options.seed, anything(),
           "seed of the initial weights, of the batches and of fresh flows");
  rows.add("threads", &options.threads, at_least(0), "threads; 0: all cores").may_change();
  add_optimization(rows, options);
  add_records(rows, options);
  add_machine(rows, options);
  return rows.take();
}

}  // namespace lagoon::contrastive
