#include "pipelines/bridge/chain/chain_options.hpp"

namespace lagoon::pipelines {
namespace {

constexpr const char* kSmallPreset = R"(seeds = 2
bypass_seeds = 1
pairs = 4000
epochs = 20
step_epochs = 15
pool_sizes = [1, 100, 5000]
)";

}  // namespace

void declare_chain(OptionTable& table, ChainOptions& o, const std::function<bool()>& chosen) {
  OptionGroup group(
      table, [&](Option& option) { option.in_group("chain").only_if(chosen, "the study chain"); });
  group.add("models", &o.models, anything(),
            "all, none (references only), or of unconscious,disparate,oracle");
  group.add("critics", &o.critics, anything(), "all, or of cosine,dot,l2");
  group.add("seeds", &o.seeds, at_least(1), "laws, data and weights");
  group.add("bypass", &o.bypass, fraction(), "shares of A and C that do not go through B");
  group.add("bypass-seeds", &o.bypass_seeds, at_least(1), "of each bypass");
  group.add("noises", &o.noises, at_least(0.01),
            "standard deviations of A and C given B, beside 2, at which references are computed: "
            "how many samples information takes");
  group.add("pool-sizes", &o.pool_sizes, at_least(1), "bridge samples M");
  group.add("pairs", &o.pairs, at_least(2), "A-B pairs, and as many B-C pairs");
  group.add("groups", &o.groups, at_least(1), "of 32 held-out triplets");
  group.add("epochs", &o.epochs, at_least(1), "passes over the pairs");
  group.add("batch-size", &o.batch_size, at_least(2), "pairs a step");
  group.add("learning-rate", &o.learning_rate, positive(), "of Adam");
  group.add("step-epochs", &o.step_epochs, at_least(1), "after which the rate falls to a tenth");
  group.add("embedding-dim", &o.embedding_dim, at_least(1), "outputs of the encoders");
  group.add("width", &o.width, at_least(1), "of the two hidden layers");
  group.add("planes", &o.planes, anything(), "also train encoders of two outputs, and draw them");
  table.preset("quick", "");
  table.preset("small", kSmallPreset);
}

}  // namespace lagoon::pipelines
