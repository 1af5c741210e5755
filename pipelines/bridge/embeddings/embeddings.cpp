#include "pipelines/bridge/embeddings/embeddings.hpp"

#include <utility>

#include <sys/resource.h>

#include "contrastive/threads.hpp"
#include "flow/error.hpp"
#include "pipelines/bridge/embeddings/embeddings_report.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/signals.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

/// The most memory that this process has had.
std::int64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  constexpr std::int64_t kKibibyte = 1024;
  return kKibibyte * usage.ru_maxrss;
}

/// Rows as floats and doubles, grids of sums and of what is reported, and a stretch of the pool.
double bytes_needed(const EmbeddingFiles& files, const EmbeddingsOptions& o) {
  constexpr double kPerNumber = sizeof(float) + sizeof(double), kGrids = 10;
  const auto size = [](std::int64_t a, std::int64_t b) {
    return static_cast<double>(a) * static_cast<double>(b);
  };
  return kPerNumber *
             (size(files.a.rows(), files.a.cols()) + size(files.c.rows(), files.c.cols())) +
         kGrids * sizeof(double) * size(files.a.rows(), files.c.rows()) +
         sizeof(float) * size(o.stretch, files.b.cols() + files.c.cols());
}

void tell(const EmbeddingsStudy& study, const EmbeddingsOptions& options, const BridgeRun& run,
          const FigureFolder& folder, const Invocation& invocation) {
  if (!study.warning.empty()) log_warning("lagoon bridge: " + study.warning);
  if (options.grid) write_score_grids(run.out / "scores.h5", study);
  write_embeddings_page(folder, study, invocation);
  auto result = to_json(study);
  result["peak_memory_bytes"] = peak_memory_bytes();
  finish_bridge(run, invocation, std::move(result), embeddings_text(study));
}

}  // namespace

int run_embeddings(const EmbeddingsOptions& options, const BridgeRun& run,
                   const Invocation& invocation) {
  if (run.resume) {
    throw UsageError("--resume: embeddings are scored at once, there is nothing to go on from");
  }
  const auto files = open_embeddings(options);
  if (invocation.dry_run) {
    print("# " + std::to_string(files.a.rows()) + " x " + std::to_string(files.c.rows()) +
          " scores through " + std::to_string(files.samples) + " bridge samples, " +
          bytes_text(bytes_needed(files, options)));
    return kExitDone;
  }
  const auto folder = begin_bridge(run, invocation);
  contrastive::set_threads(run.threads);
  try {
    tell(study_embeddings(files, options, run.seed, run.threads), options, run, folder, invocation);
  } catch (const Stopped&) {
    log_warning("lagoon bridge: stopped by " + std::string(stop_signal_name()) +
                "; of embeddings nothing is kept");
    return kExitStopped;
  }
  return kExitDone;
}

}  // namespace lagoon::pipelines
