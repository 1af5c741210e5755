#include "pipelines/bridge/bridge.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace lagoon::pipelines {
namespace {

struct Study {
  std::string name, help;
  std::function<void(OptionTable&, BridgeOptions&, const std::function<bool()>&)> declare;
  std::function<int(const BridgeOptions&, const Invocation&)> run;
};

/// One entry a study: its options matter only to it.
const std::vector<Study>& studies() {
  static const std::vector<Study> all = {
      {"chain", "a Gaussian chain, beside exact references",
       [](auto& table, auto& o, const auto& chosen) { declare_chain(table, o.chain, chosen); },
       [](const auto& o, const auto& invocation) { return run_chain(o.chain, o.run, invocation); }},
      {"flow", "drifters and velocities that never saw the same flow",
       [](auto& table, auto& o, const auto& chosen) { declare_flow_bridge(table, o.flow, chosen); },
       [](const auto& o, const auto& invocation) {
         return run_flow_bridge(o.flow, o.run, invocation);
       }},
      {"embeddings", "embeddings of your own models",
       [](auto& table, auto& o, const auto& chosen) {
         declare_embeddings(table, o.embeddings, chosen);
       },
       [](const auto& o, const auto& invocation) {
         return run_embeddings(o.embeddings, o.run, invocation);
       }},
      {"maze", "labels of rows and columns in mazes, direct and by log-sum-exp",
       [](auto& table, auto& o, const auto& chosen) { declare_maze(table, o.maze, chosen); },
       [](const auto& o, const auto& invocation) { return run_maze(o.maze, o.run, invocation); }},
      {"decide", "how well the decision, direct or Monte-Carlo, predicts the better one",
       [](auto& table, auto& o, const auto& chosen) { declare_decide(table, o.decide, chosen); },
       [](const auto& o, const auto& invocation) {
         return run_decide(o.decide, o.run, invocation);
       }},
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

int run_bridge(const BridgeOptions& options, const Invocation& invocation) {
  if (options.run.resume && options.run.force) {
    throw UsageError("--resume and --force: one continues, the other begins anew; give one");
  }
  if (const auto& files = options.embeddings.files;
      !files.empty() && options.run.study != "embeddings") {
    throw UsageError(files.front() +
                     ": only the study embeddings takes files (separate numbers by commas)");
  }
  const auto chosen = std::ranges::find(studies(), options.run.study, &Study::name);
  return chosen->run(options, invocation);
}

}  // namespace lagoon::pipelines
