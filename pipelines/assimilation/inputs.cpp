#include "pipelines/assimilation/inputs.hpp"

#include <set>
#include <span>

#include "datasets/probe.hpp"
#include "datasets/reader.hpp"
#include "flow/error.hpp"
#include "flow/hash.hpp"
#include "pipelines/support/log.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

std::uint64_t hash_of(const Eigen::VectorXd& control) {
  return hash_bytes(std::as_bytes(std::span(control.data(), control.data() + control.size())));
}

}  // namespace

bool is_observed(const AssimilateOptions& options) {
  return options.observed.hold_out != "none";
}

Inputs sort_inputs(const AssimilateOptions& options, const Invocation& invocation) {
  Inputs inputs;
  inputs.learning = invocation.learning;
  for (const fs::path path : options.inputs) {
    require(fs::exists(path),
            path.string() + ": is neither a run folder nor a dataset that exists");
    fs::path& place = fs::is_directory(path) ? inputs.run : inputs.data;
    if (!place.empty()) {
      throw UsageError(path.string() + ": give at most one run folder and one dataset");
    }
    place = path;
  }
  return inputs;
}

void require_sense(const AssimilateOptions& options, const Inputs& inputs,
                   const Invocation& invocation) {
  method_names(options.methods);
  const bool is_study = options.study.name != "none";
  if (is_study && !options.inputs.empty()) {
    throw UsageError(options.inputs.front() + ": the study " + options.study.name +
                     " draws its own twins (leave RUN and DATA out)");
  }
  if (!is_study && inputs.data.empty()) {
    throw UsageError("a dataset is missing (give DATA.h5, or --preset exact for twins)");
  }
  if (is_observed(options) && (is_study || !inputs.run.empty())) {
    throw UsageError("--hold-out " + options.observed.hold_out +
                     ": takes DATA alone, without a study or a run");
  }
  if (options.study.name == "library" && !options.methods.library.empty()) {
    throw UsageError("--library: its size is what the study library varies (leave it out)");
  }
  if (options.out.empty() && invocation.json.empty()) {
    throw UsageError("--out is missing: give a folder for the page (or --json FILE alone)");
  }
  if (options.resume && options.out.empty()) {
    throw UsageError("--resume: needs --out, the folder of the run that was stopped");
  }
  if (options.resume && (is_observed(options) || options.study.name == "kuznetsov")) {
    throw UsageError(
        "--resume: real data and vortices keep nothing when they are stopped (leave it "
        "out)");
  }
}

std::int64_t count_members(const Queries& queries, const fs::path& path) {
  constexpr std::int64_t kBlock = 4096;
  datasets::probe_file(path);
  const datasets::Reader library(path);
  // A library of another law has no common flow; it is refused where it is read.
  if (!flow::first_difference(queries.law, library.law()).empty()) return 0;
  std::set<std::uint64_t> members;
  const std::size_t n_modes = queries.law.n_modes();
  for (std::int64_t first = 0; first < library.n_flows(); first += kBlock) {
    const auto psi_hat = library.psi_hat(first, std::min(kBlock, library.n_flows() - first));
    for (std::size_t at = 0; at < psi_hat.size(); at += n_modes) {
      members.insert(hash_of(queries.space.control(std::span(psi_hat).subspan(at, n_modes))));
    }
  }
  std::int64_t n = 0;
  for (Eigen::Index q = 0; q < queries.truth.cols(); ++q) {
    n += members.contains(hash_of(queries.truth.col(q))) ? 1 : 0;
  }
  return n;
}

void warn_of_known_flows(const Queries& queries, const fs::path& library) {
  if (library.empty()) return;
  const auto n = count_members(queries, library);
  if (n == 0) return;
  log_warning(library.string() + ": " + std::to_string(n) + " of the " +
              std::to_string(queries.size()) +
              " queries are among its flows, which no posterior of unseen flows is");
}

}  // namespace lagoon::pipelines
