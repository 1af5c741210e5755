#include "pipelines/gaussian/process/process_options.hpp"

namespace lagoon::pipelines {
namespace {

// Adam at 1e-4 for 500 epochs, on the components as they are.
constexpr const char* kPrintedPreset = R"(learning_rate = 1e-4
epochs = 500
decay = 0.0
standardize = false
seeds = 1
)";

}  // namespace

void declare_process(OptionTable& table, ProcessOptions& o, const std::function<bool()>& process) {
  OptionGroup group(table, [&](Option& option) {
    option.in_group("process").only_if(process, "the study process");
  });
  group.add("sweeps", &o.sweeps, anything(),
            "all, none (closed forms only), or of embedding-dim,batch-size,samples");
  group.add("embedding-dims", &o.embedding_dims, at_least(1), "swept");
  group.add("batch-sizes", &o.batch_sizes, at_least(2), "swept");
  group.add("sample-sizes", &o.sample_sizes, at_least(2), "swept");
  group.add("embedding-dim", &o.embedding_dim, at_least(1), "in the other sweeps");
  group.add("batch-size", &o.batch_size, at_least(2), "in the other sweeps");
  group.add("samples", &o.samples, at_least(2), "in the other sweeps");
  group.add("epochs", &o.epochs, at_least(1), "passes over the samples");
  group.add("learning-rate", &o.learning_rate, positive(), "of Adam");
  group.add("decay", &o.decay, fraction(),
            "last share of the steps, in which the rate falls to zero");
  group.add("standardize", &o.standardize, anything(),
            "divide each component by its standard deviation before the encoders");
  group.add("seeds", &o.seeds, at_least(1),
            "fits of each setting, with other pairs and other weights");
  table.preset("quick", "");
  table.preset("printed", kPrintedPreset);
}

}  // namespace lagoon::pipelines
