// What does a learned posterior cost beside 4D-Var?
//
//   assimilation_benchmark RUN [RUN...] [--queries=256] [--library=32768] [--large=1000000]
//
// RUNs are of one law, the first with the default encoders, others (a transformer) beside it; sharp
// posteriors cost less than the broad ones of little training:
//   lagoon train --stream --run mlp --release uniform --drifters 8 --times 1000 --noise 5 --steps 2
//   lagoon train --stream --run transformer --law-from mlp --lagrangian-encoder transformer --steps
//   2
// First moments in one pass must be those of each query's whole row of weights. Times are of the
// processor, a query, on one thread: of the learned posterior from the tracks to normaliser,
// effective sample size, likeliest member, mean and spread of all unknowns, the best of some turns;
// the library is embedded once, which is told apart. Aim: 4D-Var takes 100 times as long.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "contrastive/inference/posterior.hpp"
#include "contrastive/threads.hpp"
#include "flow/assimilation/library/weights.hpp"
#include "pipelines/assimilation/methods/learned_weights.hpp"
#include "tests/support/tolerances.hpp"

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
  nlohmann::json more = {};
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
          (prepared.seconds + asked) / static_cast<double>(context.queries.size()),
          choice->method->more()};
}

MethodRequest request_of(std::int64_t library, const std::string& name) {
  MethodRequest request;
  request.methods = {name};
  request.library_size = library;
  request.threads = 1;
  return request;
}

Cost cost_of(const std::filesystem::path& run, const Queries& queries, std::int64_t library,
             const std::string& name) {
  const MethodRequest request = request_of(library, name);
  return cost_of(pipelines::make_context(request, queries, run, &pipelines::learning()), name);
}

constexpr int kTurns = 5;

template <class Work>
double best_seconds(const Work& work) {
  double best = pipelines::processor_seconds_of(work);
  for (int turn = 1; turn < kTurns; ++turn) {
    best = std::min(best, pipelines::processor_seconds_of(work));
  }
  return best;
}

/// Of the learned posterior's moments.
Cost learned_cost(const std::filesystem::path& run, const Queries& queries, std::int64_t library) {
  const MethodRequest request = request_of(library, "contrastive");
  const auto context = pipelines::make_context(request, queries, run, &pipelines::learning());
  pipelines::LearnedWeights weights(context, contrastive::EncoderPair::load(run));
  const auto prepared = weights.compute();
  return {prepared.seconds_once,
          best_seconds([&] { weights.weigh(); }) / static_cast<double>(queries.size())};
}

/// 4D-Var's time over the learned posterior's, of turns in which one follows the other: median and
/// extremes.
void print_ratios(const std::filesystem::path& run, const Queries& queries, std::int64_t library) {
  constexpr int kRepeats = 4;
  const MethodRequest request = request_of(library, "contrastive");
  const auto context = pipelines::make_context(request, queries, run, &pipelines::learning());
  pipelines::LearnedWeights weights(context, contrastive::EncoderPair::load(run));
  weights.compute();
  std::array<double, kTurns> ratios;
  for (double& ratio : ratios) {
    const double variational = cost_of(run, queries, library, "variational").query;
    const double learned = pipelines::processor_seconds_of([&] {
      for (int repeat = 0; repeat < kRepeats; ++repeat) weights.weigh();
    });
    ratio = variational * kRepeats * static_cast<double>(queries.size()) / learned;
  }
  std::ranges::sort(ratios);
  std::printf("  4D-Var's over means of %d, in %d turns: median %.1f, from %.1f to %.1f\n",
              kRepeats, kTurns, ratios[kTurns / 2], ratios.front(), ratios.back());
}

/// The largest differences of one pass from whole rows of weights in double precision, in shares of
/// what is allowed.
bool prove_equality(const std::filesystem::path& run, const Queries& queries) {
  const MethodRequest request = request_of(10000, "contrastive");
  const auto context = pipelines::make_context(request, queries, run, &pipelines::learning());
  pipelines::LearnedWeights weights(context, contrastive::EncoderPair::load(run));
  weights.compute();
  const auto encoders = contrastive::EncoderPair::load(run);
  const auto library = encoders.embed_eulerian(context.library->psi_hat());
  const auto asked = encoders.embed_lagrangian(queries.x, queries.y);
  const auto controls =
      flow::library_controls(queries.law, queries.space, context.library->psi_hat());
  double normaliser = 0, mean = 0, spread = 0;
  for (std::size_t q = 0; q < queries.size(); ++q) {
    const auto whole = contrastive::posterior(asked.row(static_cast<std::int64_t>(q)), library,
                                              encoders.temperature());
    const Eigen::Map<const Eigen::VectorXd> all(whole.weights.data(), library.n);
    const auto slow = flow::weighted_moments(controls, all);
    const auto& fast = weights.moments(q);
    const double of_top = weights.log_weights(q, std::array{Eigen::Index{fast.top}})[0];
    normaliser = std::max(normaliser, std::abs(of_top - std::log(all.maxCoeff())));
    for (Eigen::Index i = 0; i < slow.mean.size(); ++i) {
      const auto c = static_cast<std::size_t>(i);
      mean = std::max(mean, std::abs(slow.mean[i] - fast.mean[c]));
      spread = std::max(spread, std::abs(slow.spread[i] - fast.spread[c]));
    }
  }
  std::printf(
      "log weights differ by %.0e at most (allowed %.0e), means by %.0e and spreads by %.0e "
      "standard deviations of the prior (allowed %.0e)\n",
      normaliser, kLearnedLogWeight, mean, spread, kLearnedMoment);
  return normaliser < kLearnedLogWeight && mean < kLearnedMoment && spread < kLearnedMoment;
}

Queries draw_queries(const std::filesystem::path& run, std::int64_t n) {
  constexpr std::uint64_t kSeed = 1;
  return pipelines::draw_twins(contrastive::EncoderPair::load(run).law(), n, kSeed, 1);
}

void print_cost(const std::string& what, const Cost& cost, double variational) {
  std::printf("  %-34s %9.3f ms a query, 4D-Var's over %.2f", what.c_str(), 1e3 * cost.query,
              variational / cost.query);
  if (cost.once > 0) std::printf("; once %.2f s", cost.once);
  std::printf("\n");
}

/// Multiplications and additions a query: of the features, the encoder, the scores, and the moments
/// of members that count.
void print_products(const contrastive::EncoderPair& encoders, std::int64_t library) {
  const auto& law = encoders.law();
  const auto& options = encoders.options();
  const double features =
      4.0 * static_cast<double>(law.n_drifters() * law.n_times()) * options.whitened_components;
  const double width = options.mlp_width;
  const double encoder =
      2 * width *
      (options.whitened_components + (options.mlp_depth - 1) * width + options.embedding_dim);
  const double scores = 2.0 * static_cast<double>(library) * options.embedding_dim;
  std::printf("  products, Mflop a query: features %.2f, encoder (mlp) %.2f, scores %.2f\n",
              features / 1e6, encoder / 1e6, scores / 1e6);
}

/// Where the time of a batch goes.
void print_stages(const std::filesystem::path& run, const Queries& queries, std::int64_t size) {
  const MethodRequest request = request_of(size, "contrastive");
  const auto context = pipelines::make_context(request, queries, run, &pipelines::learning());
  pipelines::LearnedWeights weights(context, contrastive::EncoderPair::load(run));
  weights.compute();
  const auto encoders = contrastive::EncoderPair::load(run);
  contrastive::Embeddings asked;
  const auto each = [&](const auto& work) {
    return 1e6 * best_seconds(work) / static_cast<double>(queries.size());
  };
  const auto each_of = [&](const contrastive::MemberValues& values) {
    return each([&] {
      contrastive::posterior_moments(asked, weights.members(), encoders.temperature(), values);
    });
  };
  const double embedding = each([&] { asked = encoders.embed_lagrangian(queries.x, queries.y); });
  const double of_one_number = each_of({size, 1});
  const double all = each_of(weights.controls());
  double size_of_sample = 0, left_out = 0;
  for (std::size_t q = 0; q < queries.size(); ++q) {
    size_of_sample += weights.moments(q).effective_sample_size;
    left_out = std::max(left_out, weights.moments(q).left_out);
  }
  print_products(encoders, size);
  std::printf(
      "  microseconds a query: features and encoder %.0f, scores and weights %.0f, moments "
      "%.0f; effective sample size %.0f, of the weights %.0e left out at most\n",
      embedding, of_one_number, all - of_one_number,
      size_of_sample / static_cast<double>(queries.size()), left_out);
}

/// Of one query alone and of all together; what costs the most only of the first run.
void print_run(const std::filesystem::path& run, const Settings& settings, const Queries& queries,
               double variational) {
  constexpr std::int64_t kRefined = 32;
  const auto encoders = contrastive::EncoderPair::load(run);
  std::printf("%s, %s, %d whitened components, embeddings of %d\n",
              encoders.options().lagrangian_encoder.c_str(), encoders.options().tilting.c_str(),
              encoders.options().whitened_components, encoders.options().embedding_dim);
  const std::string batch = "batches of " + std::to_string(queries.size());
  print_cost(batch, learned_cost(run, queries, settings.library), variational);
  print_ratios(run, queries, settings.library);
  print_stages(run, queries, settings.library);
  print_cost("one query alone", learned_cost(run, draw_queries(run, 1), settings.library),
             variational);
  if (run != settings.runs.front()) return;
  print_cost(batch + ", " + std::to_string(settings.large) + " flows",
             learned_cost(run, queries, settings.large), variational);
  print_cost("batches of " + std::to_string(kRefined) + ", refined",
             cost_of(run, draw_queries(run, kRefined), settings.library, "contrastive_refined"),
             variational);
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
  std::printf(
      "4D-Var, integral-form start, 100 steps: %.2f ms a query, %.1f linearisations after the "
      "first, %.1f%% converged; a library of %lld flows\n",
      1e3 * variational.query, variational.more.at("iterations").get<double>(),
      100 * variational.more.at("converged").get<double>(),
      static_cast<long long>(settings.library));
  for (const auto& run : settings.runs) print_run(run, settings, queries, variational.query);
  return 0;
}

}  // namespace
}  // namespace lagoon::tests

int main(int argc, char** argv) {
  return lagoon::tests::run_all(lagoon::tests::parse(argc, argv));
}
