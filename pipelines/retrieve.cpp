#include "pipelines/retrieve.hpp"

#include <algorithm>
#include <complex>
#include <optional>

#include "contrastive/communication/ranks.hpp"
#include "contrastive/inference/encoder_pair.hpp"
#include "contrastive/threads.hpp"
#include "contrastive/training/step/stopwatch.hpp"
#include "datasets/probe.hpp"
#include "flow/error.hpp"
#include "flow/hash.hpp"
#include "pipelines/diagnosis/diagnosis_figure.hpp"
#include "pipelines/diagnosis/diagnosis_section.hpp"
#include "pipelines/figures/field_figures.hpp"
#include "pipelines/figures/library_figure.hpp"
#include "pipelines/figures/query_figure.hpp"
#include "pipelines/report/sections.hpp"
#include "pipelines/retrieval/example.hpp"
#include "pipelines/retrieval/statistics.hpp"
#include "pipelines/retrieval/summary.hpp"
#include "pipelines/support/log.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/run_record.hpp"
#include "pipelines/training/local_ranks.hpp"
#include "pipelines/verbs.hpp"

namespace lagoon::pipelines {
namespace {

namespace fs = std::filesystem;

/// The files that take part, checked to be of the run's law.
struct Inputs {
  contrastive::EncoderPair encoders;
  datasets::Reader data;
  std::optional<datasets::Reader> library;
  std::string split;  ///< resolved: train | validation | test | all
};

Inputs open_inputs(const RetrieveOptions& options) {
  require(!fs::is_regular_file(options.run) || !fs::is_directory(options.data),
          options.run.string() + ": is a file, where the run comes first (lagoon retrieve " +
              options.data.string() + " " + options.run.string() + ")");
  datasets::probe_file(options.data);
  if (!options.library.empty()) datasets::probe_file(options.library);
  Inputs inputs{contrastive::EncoderPair::load(options.run, options.checkpoint),
                datasets::Reader(options.data),
                {},
                {}};
  contrastive::require_same_law(inputs.encoders, inputs.data);
  if (!options.library.empty()) {
    inputs.library.emplace(options.library);
    contrastive::require_same_law(inputs.encoders, *inputs.library);
  }
  inputs.split = resolve_split(options.split, inputs.data);
  return inputs;
}

std::size_t count(const std::vector<ChosenRows>& selections) {
  std::size_t n = 0;
  for (const auto& selection : selections) n += selection.rows.size();
  return n;
}

/// The candidates, two or more of them, with those of DATA first.
std::vector<ChosenRows> select(const Inputs& inputs) {
  std::vector<ChosenRows> selections = {{&inputs.data, rows_of_split(inputs.data, inputs.split)}};
  if (inputs.library) selections.push_back({&*inputs.library, inputs.library->all_rows()});
  require(count(selections) >= 2,
          inputs.data.path().string() + ": one flow is no choice (give more with --library)");
  return selections;
}

std::vector<std::string> warnings_of(const RetrieveOptions& options, const Inputs& inputs,
                                     const std::vector<ChosenRows>& selections) {
  std::vector<std::string> warnings;
  const auto n_data = static_cast<std::int64_t>(selections.front().rows.size());
  if (auto warning = too_few_flows(n_data, options.queries); !warning.empty())
    warnings.push_back(std::move(warning));
  for (const auto& [reader, rows] : selections) {
    const auto splits = reader->splits();
    const bool has_train = std::any_of(rows.begin(), rows.end(), [&](std::int64_t row) {
      return splits[static_cast<std::size_t>(row)] == datasets::Split::train;
    });
    if (has_train && reader->description().seed == inputs.encoders.data_seed()) {
      warnings.push_back(reader->path().string() +
                         " has the seed of the training data, and its training split is searched: "
                         "the candidates may hold flows trained on");
    }
  }
  return warnings;
}

std::vector<Example> make_examples(const RetrieveOptions& options, const Inputs& inputs,
                                   const ChosenRows& data, const Candidates& candidates,
                                   const Evaluation& evaluation) {
  std::vector<Example> examples;
  if (options.examples == 0) return examples;
  for (const std::size_t q : choose_examples(evaluation, options.examples, options.seed)) {
    const std::int64_t row = data.rows[static_cast<std::size_t>(evaluation.queries[q])];
    const auto positions = inputs.data.positions(row, 1);
    examples.push_back(make_example(static_cast<int>(examples.size()) + 1, q, candidates,
                                    evaluation, inputs.encoders,
                                    observed_paths(inputs.data.law(), positions.x, positions.y)));
  }
  return examples;
}

int dry_run(const Inputs& inputs, const std::vector<ChosenRows>& selections) {
  const std::size_t n = count(selections);
  const auto& law = inputs.encoders.law();
  const auto& model = inputs.encoders.options();
  const int dim = contrastive::embedding_dim(model, law) + (model.tilting == "quadratic" ? 2 : 0);
  const double bytes =
      static_cast<double>(n) * (static_cast<double>(law.n_modes()) * sizeof(std::complex<double>) +
                                2.0 * dim * sizeof(float));
  print("# " + std::to_string(n) + " candidates, coefficients and embeddings " + bytes_text(bytes) +
        " in memory");
  return kExitDone;
}

nlohmann::json settings_json(const RetrieveOptions& options, const Inputs& inputs,
                             const Invocation& invocation) {
  return {{"verb", "retrieve"},
          {"run", options.run.string()},
          {"data", options.data.string()},
          {"library", options.library.empty() ? "none" : options.library.string()},
          {"split", inputs.split},
          {"seed", options.seed},
          {"law_hash", to_hex(inputs.data.law_hash())},
          {"encoder", inputs.encoders.options().lagrangian_encoder},
          {"tilting", inputs.encoders.options().tilting},
          {"step", inputs.encoders.step()},
          {"temperature", inputs.encoders.temperature()},
          {"config", invocation.config_toml},
          {"history", history_line(invocation)}};
}

std::vector<Figure> draw_figures(const FigureFolder& folder, const Evaluation& evaluation,
                                 const std::vector<Example>& examples,
                                 const RetrievalRecord& record) {
  std::vector<Figure> figures;
  for (const auto& example : examples) {
    figures.push_back(draw_potentials(folder, example));
    figures.push_back(draw_posterior(folder, example));
  }
  if (record.n_queries < kFewestDrawnQueries) return figures;
  figures.push_back(draw_library_curves(folder, {record}));
  figures.push_back(draw_query_distributions(folder, evaluation, record.library_size));
  return figures;
}

void write_page(const fs::path& out, const RetrievalRecord& record, const Invocation& invocation) {
  HtmlPage page("Retrieval: " + record.label);
  add_recall_section(page, {record});
  page.heading("Pictures");
  add_figures(page, record.figures, out);
  add_example_section(page, record);
  add_diagnosis_section(page, record.summary.value("diagnosis", nlohmann::json()));
  add_settings_section(page, {}, {record}, history_line(invocation));
  page.write(out / "index.html");
}

void print_recall(const RetrievalRecord& record) {
  for (const auto& direction : kDirections) {
    std::string line = direction.title + ", " + std::to_string(record.n_queries) +
                       " queries among " + std::to_string(record.library_size) + " flows:";
    for (const int k : kRecallDepths) {
      line += " recall@" + std::to_string(k) + " " +
              share_text(record.recall.at(direction.key).at(k), record.n_queries);
    }
    print(line);
  }
}

void write_results(const fs::path& out, const RetrievalRecord& record,
                   const Invocation& invocation) {
  write_page(out, record, invocation);
  write_summary(out, record.summary);
  write_json_result(invocation, record.summary);
  print_recall(record);
  print((out / "index.html").string());
}

/// What was searched, and found.
struct Found {
  std::vector<ChosenRows> selections;
  std::vector<std::string> warnings;
  Candidates candidates;
  Evaluation evaluation;
};

/// Of all candidates with their trajectories, where they are enough and have directions.
void add_diagnosis(RetrievalRecord& record, const FigureFolder& folder, const Inputs& inputs,
                   const Found& found, int threads) {
  const auto& eulerian = found.candidates.eulerian;
  if (eulerian.n < kFewestDiagnosed) return;
  try {
    const auto diagnosis =
        diagnose(eulerian, found.candidates.lagrangian, inputs.encoders.options().tilting,
                 inputs.encoders.temperature(), threads);
    record.summary["diagnosis"] = to_json(diagnosis);
    record.figures.push_back(draw_diagnosis(folder, diagnosis));
  } catch (const Error& error) {
    log_warning(std::string("no diagnosis of the embeddings: ") + error.what());
  }
}

/// Embeddings if asked for, pictures, page and summary.
void write_all(const RetrieveOptions& options, const Invocation& invocation, const Inputs& inputs,
               const FigureFolder& folder, const Found& found, contrastive::Stopwatch& stopwatch) {
  const ChosenRows& data = found.selections.front();
  if (options.embeddings) {
    write_embeddings(options.out / "embeddings.safetensors", found.candidates, found.selections,
                     inputs.encoders);
  }
  const auto examples = stopwatch.time("pictures", [&] {
    return make_examples(options, inputs, data, found.candidates, found.evaluation);
  });
  auto summary = settings_json(options, inputs, invocation);
  summary["warnings"] = found.warnings;
  stopwatch.time("scores", [&] { add_scores(summary, found.evaluation, found.candidates.size()); });
  for (const auto& example : examples) {
    summary["examples"].push_back(
        to_json(example, data.rows[static_cast<std::size_t>(example.candidate)]));
  }
  auto record = make_retrieval_record(options.out, summary);
  record.figures = stopwatch.time(
      "pictures", [&] { return draw_figures(folder, found.evaluation, examples, record); });
  stopwatch.time("diagnosis",
                 [&] { add_diagnosis(record, folder, inputs, found, options.threads); });
  record.summary["figures"] = to_json(record.figures);
  record.summary["seconds"] = stopwatch.all();
  write_results(options.out, record, invocation);
}

}  // namespace

int run_retrieve(const RetrieveOptions& options, const Invocation& invocation) {
  const auto environment = contrastive::environment_of_process();
  const auto launch = contrastive::detect_launch(environment, options.ranks);
  if (options.ranks > launch.size && !invocation.dry_run) {
    return run_local_ranks(options.ranks, {"retrieve", {}});
  }
  const int threads = options.threads == 0 && launch.size > 1
                          ? contrastive::threads_of_rank(launch, environment)
                          : options.threads;
  contrastive::Stopwatch stopwatch;
  contrastive::set_threads(threads);
  const Inputs inputs = stopwatch.time("load and embed", [&] { return open_inputs(options); });
  const auto selections = select(inputs);
  if (invocation.dry_run) return dry_run(inputs, selections);
  const auto ranks = contrastive::join_ranks(launch);
  std::optional<FigureFolder> folder;
  const bool is_open = contrastive::on_first_rank(
      *ranks, [&] { folder.emplace(FigureFolder::create(options.out, options.force)); });
  if (!is_open) return kExitFailed;
  const auto warnings = warnings_of(options, inputs, selections);
  if (ranks->rank() == 0) {
    for (const auto& warning : warnings) log_warning(warning);
  }
  auto candidates = stopwatch.time(
      "load and embed", [&] { return load_candidates(inputs.encoders, selections, *ranks); });
  const auto n_data = static_cast<std::int64_t>(selections.front().rows.size());
  auto evaluation = stopwatch.time("search", [&] {
    return evaluate_queries(candidates, choose_queries(n_data, options.queries, options.seed),
                            inputs.encoders.temperature(), threads, *ranks);
  });
  if (!folder) return kExitDone;  // the first rank's
  write_all(options, invocation, inputs, *folder,
            {selections, warnings, std::move(candidates), std::move(evaluation)}, stopwatch);
  return kExitDone;
}

}  // namespace lagoon::pipelines
