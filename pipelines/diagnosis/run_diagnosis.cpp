#include "pipelines/diagnosis/run_diagnosis.hpp"

#include <optional>

#include "contrastive/communication/ranks.hpp"
#include "contrastive/inference/encoder_pair.hpp"
#include "contrastive/threads.hpp"
#include "datasets/generation/fresh_flows.hpp"
#include "datasets/probe.hpp"
#include "flow/error.hpp"
#include "pipelines/assimilation/queries.hpp"
#include "pipelines/diagnosis/diagnosis.hpp"
#include "pipelines/diagnosis/diagnosis_figure.hpp"
#include "pipelines/diagnosis/diagnosis_section.hpp"
#include "pipelines/report/sections.hpp"
#include "pipelines/report/training_record.hpp"
#include "pipelines/retrieval/candidates.hpp"
#include "pipelines/retrieval/statistics.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

struct EmbeddedPairs {
  contrastive::Embeddings eulerian, lagrangian;
};

EmbeddedPairs fresh_pairs(const contrastive::EncoderPair& encoders, std::int64_t n, int threads) {
  // Test flows of any seed share no draw with those trained on.
  const datasets::FreshFlows flows(describe_twins(encoders.law(), /*seed=*/0));
  datasets::SampleBlock block;
  flows.draw(datasets::Split::test, 0, n, threads, block);
  return {encoders.embed_eulerian(block.psi_hat), encoders.embed_lagrangian(block.x, block.y)};
}

EmbeddedPairs pairs_of_file(const contrastive::EncoderPair& encoders, const fs::path& path,
                            std::int64_t n) {
  datasets::probe_file(path);
  const datasets::Reader data(path);
  contrastive::require_same_law(encoders, data);
  auto rows = rows_of_split(data, resolve_split("auto", data));
  if (static_cast<std::int64_t>(rows.size()) > n) rows.resize(static_cast<std::size_t>(n));
  const auto alone = contrastive::join_ranks({});
  auto candidates = load_candidates(encoders, {{&data, std::move(rows)}}, *alone);
  return {std::move(candidates.eulerian), std::move(candidates.lagrangian)};
}

void write_page(const fs::path& run, const Diagnosis& diagnosis, const nlohmann::json& numbers,
                const FigureFolder& folder, const Invocation& invocation) {
  HtmlPage page("Diagnostics of " + folder_label(run));
  add_diagnosis_section(page, numbers);
  add_figures(page, {draw_diagnosis(folder, diagnosis)}, folder.path());
  finish_page(page, folder.path(), invocation);
}

}  // namespace

nlohmann::json diagnose_run(const fs::path& run, const RunDiagnosisOptions& options, int threads,
                            const Invocation& invocation) {
  require(fs::is_directory(run),
          run.string() + ": is a dataset; --diagnose is of runs (give a run folder)");
  std::optional<FigureFolder> page;
  if (!options.page.empty()) page = FigureFolder::create(options.page, invocation.force);
  contrastive::set_threads(threads);
  const auto encoders = contrastive::EncoderPair::load(run);
  const auto pairs = options.data.empty() ? fresh_pairs(encoders, options.pairs, threads)
                                          : pairs_of_file(encoders, options.data, options.pairs);
  const auto diagnosis = diagnose(pairs.eulerian, pairs.lagrangian, encoders.options().tilting,
                                  encoders.temperature(), threads);
  auto numbers = to_json(diagnosis);
  if (page) write_page(run, diagnosis, numbers, *page, invocation);
  return numbers;
}

}  // namespace lagoon::pipelines
