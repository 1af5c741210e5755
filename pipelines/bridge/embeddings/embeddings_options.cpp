#include "pipelines/bridge/embeddings/embeddings_options.hpp"

namespace lagoon::pipelines {

void declare_embeddings(OptionTable& table, EmbeddingsOptions& o,
                        const std::function<bool()>& chosen) {
  table.positional("FILES", &o.files,
                   "of embeddings: A, B, C, and B as C's model embeds it if that is another: HDF5, "
                   "NPY or safetensors",
                   /*required=*/false);
  OptionGroup group(table, [&](Option& option) {
    option.in_group("embeddings").only_if(chosen, "the study embeddings");
  });
  group.add("names", &o.names, anything(),
            "HDF5 datasets or tensors, one a file, separated by commas (default: each file's only "
            "matrix)");
  group.add("critic-ab", &o.critic_ab, one_of({"cosine", "dot", "l2"}), "of A and B");
  group.add("critic-bc", &o.critic_bc, one_of({"cosine", "dot", "l2"}), "of B and C");
  group.add("scale-ab", &o.scale_ab, positive(), "of A and B: their model's logit scale");
  group.add("scale-bc", &o.scale_bc, positive(), "of B and C");
  group.add("scale-direct", &o.scale_direct, non_negative(),
            "of A and C directly, by the critic of A and B; 0: the geometric mean of the others");
  group.add("bridge-samples", &o.samples, non_negative(), "the first so many of B; 0: all");
  group.add("stretch", &o.stretch, at_least(1), "bridge samples read at a time");
  group.add("grid", &o.grid, anything(), "write all scores to OUT/scores.h5");
}

}  // namespace lagoon::pipelines
