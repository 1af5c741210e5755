#include "pipelines/bridge/options.hpp"

#include <functional>
#include <string>
#include <vector>

namespace lagoon::pipelines {
namespace {

struct BridgeStudy {
  std::string name, help;
  std::function<void(OptionTable&, BridgeOptions&, const std::function<bool()>&)> declare;
};

/// One entry a study: its options matter only to it.
const std::vector<BridgeStudy>& studies() {
  static const std::vector<BridgeStudy> all = {
      {"chain", "a Gaussian chain, beside exact references",
       [](auto& table, auto& o, const auto& chosen) { declare_chain(table, o.chain, chosen); }},
      {"flow", "drifters and velocities that never saw the same flow",
       [](auto& table, auto& o, const auto& chosen) {
         declare_flow_bridge(table, o.flow, chosen);
       }},
      {"embeddings", "embeddings of your own models",
       [](auto& table, auto& o, const auto& chosen) {
         declare_embeddings(table, o.embeddings, chosen);
       }},
      {"maze", "labels of rows and columns in mazes, direct and by log-sum-exp",
       [](auto& table, auto& o, const auto& chosen) { declare_maze(table, o.maze, chosen); }},
      {"decide", "how well the decision, direct or Monte-Carlo, predicts the better one",
       [](auto& table, auto& o, const auto& chosen) { declare_decide(table, o.decide, chosen); }},
  };
  return all;
}

}  // namespace

void declare_bridge(OptionTable& table, BridgeOptions& o) {
  std::vector<std::string> names;
  std::string help;
  for (const auto& study : studies()) {
    names.push_back(study.name);
    help += (help.empty() ? "" : "; ") + study.name + ": " + study.help;
  }
  table.positional("STUDY", &o.run.study, help).check = one_of(names);
  table.option("out", &o.run.out, anything(), "folder to write").command_line_only().required =
      true;
  for (const auto& study : studies()) {
    study.declare(table, o, [&o, name = study.name] { return o.run.study == name; });
  }
  add_seed(table, o.run.seed, "data and initial weights");
  add_threads(table, o.run.threads).not_recorded();
  table.action("resume", o.run.resume,
               "go on from the fits in OUT that the same training has made");
  add_force(table, o.run.force);
}

}  // namespace lagoon::pipelines
