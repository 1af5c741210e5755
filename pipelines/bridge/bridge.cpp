#include "pipelines/bridge/bridge.hpp"

#include <functional>
#include <map>
#include <string>

#include "pipelines/bridge/chain/chain_study.hpp"
#include "pipelines/bridge/decide/decide.hpp"
#include "pipelines/bridge/embeddings/embeddings.hpp"
#include "pipelines/bridge/flow/flow_bridge.hpp"
#include "pipelines/bridge/maze/maze.hpp"

namespace lagoon::pipelines {
namespace {

using Run = std::function<int(const BridgeOptions&, const Invocation&)>;

/// One entry a study of bridge/options.cpp.
const std::map<std::string, Run>& runs() {
  static const std::map<std::string, Run> all = {
      {"chain", [](const auto& o, const auto& call) { return run_chain(o.chain, o.run, call); }},
      {"flow",
       [](const auto& o, const auto& call) { return run_flow_bridge(o.flow, o.run, call); }},
      {"embeddings",
       [](const auto& o, const auto& call) { return run_embeddings(o.embeddings, o.run, call); }},
      {"maze", [](const auto& o, const auto& call) { return run_maze(o.maze, o.run, call); }},
      {"decide", [](const auto& o, const auto& call) { return run_decide(o.decide, o.run, call); }},
  };
  return all;
}

}  // namespace

int run_bridge(const BridgeOptions& options, const Invocation& invocation) {
  require_one_of(options.run.resume, options.run.force);
  if (const auto& files = options.embeddings.files;
      !files.empty() && options.run.study != "embeddings") {
    throw UsageError(files.front() +
                     ": only the study embeddings takes files (separate numbers by commas)");
  }
  return runs().at(options.run.study)(options, invocation);
}

}  // namespace lagoon::pipelines
