// How fast is a library searched, beside FAISS's flat index?
//
//   search_benchmark [--rows=1000000] [--dims=64] [--queries=256] [--k=10] [--turns=3]
//
// Exact inner products of unit embeddings, the k best of every query, all cores. First both must
// find the same scores, to single precision's rounding; then they take turns. Ratios are of one
// turn's times, and the median counts. Aims: 1 against FAISS, ten queries a second, below 4 GiB.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <faiss/IndexFlat.h>
#include <sys/resource.h>

#include "contrastive/inference/retrieval.hpp"
#include "contrastive/threads.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/random.hpp"

namespace lagoon::tests {
namespace {

using contrastive::Embeddings;

struct Settings {
  std::int64_t rows = 1'000'000;
  std::int64_t dims = 64;
  std::int64_t queries = 256;
  std::int64_t k = 10;
  std::int64_t turns = 3;
};

Settings parse(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    for (auto [name, number] : {std::pair{"--rows=", &settings.rows},
                                {"--dims=", &settings.dims},
                                {"--queries=", &settings.queries},
                                {"--k=", &settings.k},
                                {"--turns=", &settings.turns}}) {
      const std::string start = name;
      if (argument.starts_with(start)) *number = std::atoll(argument.c_str() + start.size());
    }
  }
  return settings;
}

Embeddings unit_rows(std::int64_t n, std::int64_t dims, std::uint64_t seed) {
  Embeddings result{n, dims, std::vector<float>(static_cast<std::size_t>(n * dims))};
  flow::parallel_for(static_cast<std::size_t>(n), 0, [&](std::size_t row) {
    float* values = result.values.data() + static_cast<std::int64_t>(row) * dims;
    double squares = 0;
    for (std::int64_t d = 0; d < dims; ++d) {
      const auto number = flow::normal_pair(seed, flow::Purpose::query_choice, row,
                                            static_cast<std::uint32_t>(d))[0];
      values[d] = static_cast<float>(number);
      squares += number * number;
    }
    for (std::int64_t d = 0; d < dims; ++d) {
      values[d] /= static_cast<float>(std::sqrt(squares));
    }
  });
  return result;
}

std::vector<float> search_by_faiss(const faiss::IndexFlatIP& index, const Embeddings& queries,
                                   std::int64_t k) {
  std::vector<float> scores(static_cast<std::size_t>(queries.n * k));
  std::vector<faiss::Index::idx_t> rows(scores.size());
  index.search(queries.n, queries.values.data(), k, scores.data(), rows.data());
  return scores;
}

bool prove_equality(const std::vector<float>& ours, const std::vector<float>& theirs) {
  constexpr double kSinglePrecision = 1e-5;
  double worst = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    worst = std::max(worst, std::abs(static_cast<double>(ours[i]) - theirs[i]));
  }
  std::printf("scores of the best differ by %.1e at most (allowed %.0e)\n", worst,
              kSinglePrecision);
  return worst < kSinglePrecision;
}

template <class Run>
double seconds_of(Run&& run) {
  const auto begin = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void take_turns(const Settings& settings, const Embeddings& queries, const Embeddings& library,
                const faiss::IndexFlatIP& index) {
  std::vector<double> ours, theirs, ratios;
  for (std::int64_t turn = 0; turn < settings.turns; ++turn) {
    ours.push_back(seconds_of([&] { contrastive::search_top_k(queries, library, settings.k); }));
    theirs.push_back(seconds_of([&] { search_by_faiss(index, queries, settings.k); }));
    ratios.push_back(theirs.back() / ours.back());
  }
  const auto n = static_cast<double>(queries.n);
  std::printf("ours %.1f queries/s, FAISS %.1f: %.2f times (aim 1; ten queries/s)\n",
              n / median(ours), n / median(theirs), median(ratios));
}

double peak_gib() {
  constexpr double kKibibytes = 1024.0 * 1024.0;
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / kKibibytes;
}

int run_all(const Settings& settings) {
  contrastive::set_threads(0);
  const Embeddings library = unit_rows(settings.rows, settings.dims, 1);
  const Embeddings queries = unit_rows(settings.queries, settings.dims, 2);
  const auto best = contrastive::search_top_k(queries, library, settings.k);
  std::printf("%lld rows of %lld: %.2f GiB with our search (aim 4)\n",
              static_cast<long long>(settings.rows), static_cast<long long>(settings.dims),
              peak_gib());
  faiss::IndexFlatIP index(settings.dims);
  index.add(settings.rows, library.values.data());
  if (!prove_equality(best.scores, search_by_faiss(index, queries, settings.k))) return 1;
  take_turns(settings, queries, library, index);
  return 0;
}

}  // namespace
}  // namespace lagoon::tests

int main(int argc, char** argv) {
  return lagoon::tests::run_all(lagoon::tests::parse(argc, argv));
}
