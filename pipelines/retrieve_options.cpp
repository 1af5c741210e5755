#include "pipelines/retrieve.hpp"

namespace lagoon::pipelines {

void declare_retrieve(OptionTable& table, RetrieveOptions& options) {
  table.positional("RUN", &options.run, "run folder of lagoon train");
  table.positional("DATA", &options.data, "dataset of the same law");
  table.option("out", &options.out, anything(), "folder to write").command_line_only().required =
      true;
  table.option("checkpoint", &options.checkpoint, anything(),
               "of the run: last, best (by held-out recall) or the number of a step");
  table.option("library", &options.library, anything(),
               "dataset of the same law whose flows are searched beside DATA's");
  table.option("split", &options.split, one_of({"auto", "test", "validation", "train", "all"}),
               "flows of DATA to search and to ask for; auto: test if there are any, else all");
  table.option("queries", &options.queries, non_negative(), "flows asked for (0: the whole split)");
  table.option("examples", &options.examples, non_negative(), "queries shown in pictures");
  add_seed(table, options.seed, "choice of queries and examples");
  table.option("embeddings", &options.embeddings, anything(),
               "also write both embeddings of every candidate, DIR/embeddings.safetensors");
  add_threads(table, options.threads);
  table
      .option("ranks", &options.ranks, at_least(0),
              "processes that search together; 0: those that mpirun, torchrun or srun started, "
              "else one")
      .not_recorded();
  add_force(table, options.force);
}

}  // namespace lagoon::pipelines
