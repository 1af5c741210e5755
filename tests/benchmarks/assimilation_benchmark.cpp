// What does a learned posterior cost beside 4D-Var?
//
//   assimilation_benchmark RUN [RUN...] [--queries=256] [--library=32768] [--large=1000000]
//
// RUNs are of one law, the first with the default encoders, others (a transformer) beside it; how
// well they were trained changes no time:
//   lagoon train --stream --run mlp --release uniform --drifters 8 --times 1000 --noise 5 --steps 2
//   lagoon train --stream --run transformer --law-from mlp --lagrangian-encoder transformer --steps
//   2
// First the weights that come in stretches must be those of the whole library at once. Times are of
// the processor, a query, on one thread and from the tracks to the posterior; the library is
// embedded once, which is told apart. Aim: 4D-Var takes 100 times as long.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "contrastive/inference/posterior.hpp"
#include "contrastive/threads.hpp"
#include "pipelines/assimilation/methods/learned_weights.hpp"

namespace lagoon::tests {
namespace {

using pipelines::Method;
using pipelines::MethodContext;
using pipelines::MethodRequest;
using pipelines::Queries;

struct Settings {
  std::vector<std::filesystem::path> runs;
  std::int64_t queries = 256;
  std::int64_t library = 32768;
  std::int64_t large = 1'000'000;
};

Settings parse(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    bool is_number = false;
    for (auto [name, number] : {std::pair{"--queries=", &settings.queries},
                                {"--library=", &settings.library},
                                {"--large=", &settings.large}}) {
      const std::string start = name;
      if (!argument.starts_with(start)) continue;
      *number = std::atoll(argument.c_str() + start.size());
      is_number = true;
    }
    if (!is_number) settings.runs.emplace_back(argument);
  }
  return settings;
}

struct Cost {
  double once = 0;
  double query = 0;  ///< seconds
};

/// Of the method by that name, over all queries together.
Cost cost_of(const MethodContext& context, const std::string& name) {
  auto choices = pipelines::choose_methods(context);
  const auto choice = std::ranges::find(choices, name, &pipelines::MethodChoice::name);
  const Method::Prepared prepared = choice->method->prepare();
  const double asked = pipelines::processor_seconds_of([&] {
    for (std::size_t q = 0; q < context.queries.size(); ++q) choice->method->posterior(q);
  });
  return {prepared.seconds_once,
          (prepared.seconds + asked) / static_cast<double>(context.queries.size())};
}

Cost cost_of(const std::filesystem::path& run, const Queries& queries, std::int64_t library,
             const std::string& name) {
  MethodRequest request;
  request.methods = {name};
  request.library_size = library;
  request.threads = 1;
  return cost_of(pipelines::make_context(request, queries, run), name);
}

/// The largest difference of a weight in stretches from the softmax of the whole row.
bool prove_equality(const std::filesystem::path& run, const Queries& queries) {
  constexpr double kSinglePrecision = 1e-3;  // of a logarithm of scores up to hundreds
  MethodRequest request;
  request.library_size = 10000;
  request.threads = 1;
  const auto context = pipelines::make_context(request, queries, run);
  pipelines::LearnedWeights weights(context, contrastive::EncoderPair::load(run));
  weights.compute();
  const auto encoders = contrastive::EncoderPair::load(run);
  const auto library = encoders.embed_eulerian(context.library->psi_hat());
  const auto asked = encoders.embed_lagrangian(queries.x, queries.y);
  double worst = 0;
  for (std::size_t q = 0; q < queries.size(); ++q) {
    const auto whole = contrastive::posterior(asked.row(static_cast<std::int64_t>(q)), library,
                                              encoders.temperature());
    const auto& kept = weights.of(q).kept;
    for (std::size_t i = 0; i < kept.members.size(); ++i) {
      const double weight = whole.weights[static_cast<std::size_t>(kept.members[i])];
      worst = std::max(worst, std::abs(kept.weights[static_cast<Eigen::Index>(i)] - weight));
    }
  }
  std::printf("weights differ by %.1e at most (allowed %.0e)\n", worst, kSinglePrecision);
  return worst < kSinglePrecision;
}

Queries draw_queries(const std::filesystem::path& run, std::int64_t n) {
  constexpr std::uint64_t kSeed = 1;
  return pipelines::draw_twins(contrastive::EncoderPair::load(run).law(), n, kSeed, 1);
}

void print_cost(const std::string& what, const Cost& cost, double variational) {
  std::printf("  %-34s %9.3f ms a query, 1/%.0f of 4D-Var's", what.c_str(), 1e3 * cost.query,
              variational / cost.query);
  if (cost.once > 0) std::printf("; once %.2f s", cost.once);
  std::printf("\n");
}

/// Of one query alone and of all together; what costs the most only of the first run.
void print_run(const std::filesystem::path& run, const Settings& settings, const Queries& queries,
               double variational) {
  constexpr std::int64_t kRefined = 32;
  const auto encoders = contrastive::EncoderPair::load(run);
  std::printf("%s, embeddings of %d\n", encoders.options().lagrangian_encoder.c_str(),
              encoders.options().embedding_dim);
  const auto print_for = [&](const std::string& what, const Queries& some, std::int64_t library,
                             const char* method) {
    print_cost(what, cost_of(run, some, library, method), variational);
  };
  const std::string batch = "batches of " + std::to_string(queries.size());
  print_for(batch, queries, settings.library, "contrastive");
  print_for("one query alone", draw_queries(run, 1), settings.library, "contrastive");
  if (run != settings.runs.front()) return;
  print_for(batch + ", " + std::to_string(settings.large) + " flows", queries, settings.large,
            "contrastive");
  print_for("batches of " + std::to_string(kRefined) + ", refined", draw_queries(run, kRefined),
            settings.library, "contrastive_refined");
}

int run_all(const Settings& settings) {
  if (settings.runs.empty()) {
    std::fprintf(stderr, "assimilation_benchmark: give the run folder of lagoon train\n");
    return 2;
  }
  contrastive::set_threads(1);
  const Queries queries = draw_queries(settings.runs.front(), settings.queries);
  if (!prove_equality(settings.runs.front(), draw_queries(settings.runs.front(), 16))) return 1;
  const Cost variational = cost_of(settings.runs.front(), queries, settings.library, "variational");
  std::printf("4D-Var, integral-form start, 100 steps: %.2f ms a query; a library of %lld flows\n",
              1e3 * variational.query, static_cast<long long>(settings.library));
  for (const auto& run : settings.runs) print_run(run, settings, queries, variational.query);
  return 0;
}

}  // namespace
}  // namespace lagoon::tests

int main(int argc, char** argv) {
  return lagoon::tests::run_all(lagoon::tests::parse(argc, argv));
}
