// Embeddings of others' models: bridges uniform on the sphere, where Lemma 2 is the truth.
#include <chrono>
#include <cmath>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "contrastive/theory/bridging/closed_forms.hpp"
#include "datasets/storage/hdf5.hpp"
#include "flow/random.hpp"
#include "pipelines/bridge/embeddings/embeddings_report.hpp"
#include "pipelines/support/run_record.hpp"
#include "tests/pipelines/program.hpp"
#include "tests/support/study.hpp"

namespace lagoon::pipelines::tests {
namespace {

using Matrix = std::vector<float>;
namespace hdf5 = datasets::hdf5;

/// Rows first .. first + n - 1 of a stream, uniform on the unit sphere.
Matrix sphere(std::int64_t first, std::int64_t n, std::int64_t dim, std::uint64_t seed) {
  Matrix values;
  for (std::int64_t i = first; i < first + n; ++i) {
    std::vector<double> row;
    double square = 0;
    for (std::int64_t j = 0; j < dim; j += 2) {
      for (const double x :
           flow::normal_pair(seed, flow::Purpose::score_draw, static_cast<std::uint64_t>(i),
                             static_cast<std::uint32_t>(j))) {
        row.push_back(x);
        square += x * x;
      }
    }
    for (const double x : row) values.push_back(static_cast<float>(x / std::sqrt(square)));
  }
  return values;
}

/// c = (a + spread * direction) / length: each row near its partner.
Matrix near(const Matrix& a, std::int64_t dim, double spread, std::uint64_t seed) {
  Matrix c = sphere(0, static_cast<std::int64_t>(a.size()) / dim, dim, seed);
  for (std::size_t i = 0; i < c.size(); ++i) c[i] = a[i] + static_cast<float>(spread) * c[i];
  return c;
}

class EmbeddingsProgram : public ProgramTest {
 protected:
  void write_matrix(const std::string& name, std::int64_t dim, const Matrix& values) const {
    auto file = hdf5::File::create(path(name));
    file.create_dataset(
        {"embeddings", hdf5::Type::float32, {static_cast<std::int64_t>(values.size()) / dim, dim}});
    file.write("embeddings", 0, std::span<const float>(values));
    file.close();
  }

  /// A pool written in stretches.
  void write_pool(const std::string& name, std::int64_t n, std::int64_t dim) const {
    constexpr std::int64_t kRows = 5000;
    auto file = hdf5::File::create(path(name));
    file.create_dataset({"embeddings", hdf5::Type::float32, {n, dim}});
    for (std::int64_t first = 0; first < n; first += kRows) {
      const auto rows = sphere(first, std::min(kRows, n - first), dim, 3);
      file.write("embeddings", first, std::span<const float>(rows));
    }
    file.close();
  }

  Outcome bridge(const Arguments& more) const {
    Arguments all = {"bridge",
                     "embeddings",
                     path("a.h5").string(),
                     path("b.h5").string(),
                     path("c.h5").string(),
                     "--out",
                     path("out").string(),
                     "--quiet"};
    all.insert(all.end(), more.begin(), more.end());
    return run(all);
  }

  /// Root mean square of (score - Lemma 2) / (its own standard error).
  double standardized_error(std::int64_t n, std::int64_t dim, double scale, const Matrix& a,
                            const Matrix& c) const {
    const auto file = hdf5::File::open(path("out") / "scores.h5", hdf5::File::Access::read);
    std::vector<double> scores(static_cast<std::size_t>(n * n)), errors(scores.size());
    file.read("monte_carlo", 0, n, scores.data());
    file.read("standard_errors", 0, n, errors.data());
    double sum = 0;
    for (std::int64_t i = 0; i < n * n; ++i) {
      const auto *x = a.data() + i / n * dim, *y = c.data() + i % n * dim;
      double xy = 0, yy = 0;
      for (std::int64_t d = 0; d < dim; ++d) {
        xy += static_cast<double>(x[d]) * y[d];
        yy += static_cast<double>(y[d]) * y[d];
      }
      const double truth =
          contrastive::log_mean_on_sphere(dim, scale, scale, std::min(1.0, xy / std::sqrt(yy)));
      const auto at = static_cast<std::size_t>(i);
      sum += std::pow((scores[at] - truth) / errors[at], 2);
    }
    return std::sqrt(sum / static_cast<double>(n * n));
  }
};

TEST_F(EmbeddingsProgram, scores_through_a_sphere_are_lemma_2s) {
  const std::int64_t n = 20, dim = 16;
  const Matrix a = sphere(0, n, dim, 1), c = near(a, dim, 0.5, 2);
  write_matrix("a.h5", dim, a);
  write_matrix("c.h5", dim, c);
  write_pool("b.h5", 20000, dim);
  ASSERT_EQ(bridge({"--scale-ab", "4", "--scale-bc", "4", "--grid", "--stretch", "3000", "--json",
                    path("r.json").string()})
                .code,
            0);
  const double error = standardized_error(n, dim, 4, a, c);
  EXPECT_GT(error, 0.3);  // one pool for all cells: their errors go together
  EXPECT_LT(error, 2.5);
  const auto json = read_json(path("r.json"));
  EXPECT_EQ(json["samples"], 20000);
  EXPECT_EQ(json["recall"]["direct"]["a_to_c"]["1"], 1.0);
  EXPECT_GT(json["recall"]["monte_carlo"]["a_to_c"]["1"], 0.9);
  EXPECT_EQ(json["warning"], "");
  EXPECT_TRUE(std::filesystem::exists(path("out") / "samples.png"));
  // 20 of 20 rows: Wilson's interval from 20 / (20 + 1.96^2).
  EXPECT_NE(read_text(path("out") / "samples.csv").find(",1,0.8388"), std::string::npos);
}

TEST(SamplesFinding, tells_of_the_most_samples_and_of_the_direct_comparison) {
  EmbeddingsStudy study;
  study.rows = 100;
  study.recall_by_samples = {{10, 0.2}, {1000, 0.5}};
  EXPECT_EQ(samples_finding(study),
            "Through 1000 bridge samples the true C comes first for 0.500 (0.404 to 0.596) of A. ");
  study.recall["direct"].a_to_c.recall[1] = 1;
  EXPECT_EQ(samples_finding(study),
            "Through 1000 bridge samples the true C comes first for 0.500 (0.404 to 0.596) of A, "
            "by comparing A and C directly for 1.000 (0.963 to 1.000). ");
}

TEST_F(EmbeddingsProgram, too_few_samples_for_the_scales_are_told) {
  const Matrix a = sphere(0, 5, 16, 1);
  write_matrix("a.h5", 16, a);
  write_matrix("c.h5", 16, a);
  write_pool("b.h5", 100, 16);
  const auto outcome = bridge({"--scale-ab", "100", "--scale-bc", "100"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.err.find("100 bridge samples"), std::string::npos) << outcome.err;
}

/// A stretch of 100 is saturated at log(100) whatever the scale: it cannot say that 20,000 are
/// enough.
TEST_F(EmbeddingsProgram, a_stretch_that_cannot_show_the_need_is_told) {
  const Matrix a = sphere(0, 5, 16, 1);
  write_matrix("a.h5", 16, a);
  write_matrix("c.h5", 16, a);
  write_pool("b.h5", 20000, 16);
  const auto outcome = bridge({"--scale-ab", "100", "--scale-bc", "100", "--stretch", "100"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.err.find("the first 100 samples"), std::string::npos) << outcome.err;
}

TEST_F(EmbeddingsProgram, a_signal_stops_them) {
  const Matrix a = sphere(0, 100, 16, 1);
  write_matrix("a.h5", 16, a);
  write_matrix("c.h5", 16, a);
  write_pool("b.h5", 50000, 16);
  const pid_t child =
      start({"bridge", "embeddings", path("a.h5").string(), path("b.h5").string(),
             path("c.h5").string(), "--stretch", "1", "--out", path("out").string(), "--quiet"});
  while (!std::filesystem::exists(path("out") / "config.toml")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  kill(child, SIGTERM);
  const auto outcome = finish(child);
  EXPECT_EQ(outcome.code, 75);
  EXPECT_NE(outcome.err.find("SIGTERM; of embeddings nothing is kept"), std::string::npos)
      << outcome.err;
}

TEST_F(EmbeddingsProgram, bad_input_is_one_line) {
  const Matrix a = sphere(0, 4, 8, 1);
  write_matrix("a.h5", 8, a);
  write_matrix("c.h5", 4, a);
  write_pool("b.h5", 10, 8);
  expect_one_line(bridge({}), 1, {"c.h5", "dimension 4"});
  expect_one_line(bridge({"--resume"}), 2, {"--resume", "nothing to go on from"});
  expect_one_line(bridge({"--names", "embeddings"}), 1, {"--names", "3 files"});
  expect_one_line(bridge({"--names", "embeddings,embeddings,none"}), 1, {"c.h5", "none"});
  expect_one_line(bridge({"--critic-ab", "manhattan"}), 2, {"--critic-ab"});
  expect_one_line(run({"bridge", "embeddings", path("a.h5").string(), "--out", "x"}), 1,
                  {"1 files", "A, B and C"});
  expect_one_line(run({"bridge", "embeddings", path("a.h5").string(), path("none.h5").string(),
                       path("c.h5").string(), "--out", "x"}),
                  1, {"none.h5", "no file"});
  write_matrix("c.h5", 8, a);
  expect_one_line(bridge({"--bridge-samples", "11"}), 1, {"--bridge-samples", "10"});
}

using EmbeddingsSizeStudy = lagoon::tests::Study<EmbeddingsProgram>;

/// 2 GB of bridge samples in a process that may have 1 GiB.
TEST_F(EmbeddingsSizeStudy, half_a_million_samples_in_1024_dimensions_fit_in_a_gibibyte) {
  const std::int64_t n = 200, dim = 1024;
  const Matrix a = sphere(0, n, dim, 1), c = near(a, dim, 1, 2);
  write_matrix("a.h5", dim, a);
  write_matrix("c.h5", dim, c);
  write_pool("b.h5", 500000, dim);
  ASSERT_EQ(
      bridge({"--scale-ab", "20", "--scale-bc", "20", "--grid", "--json", path("r.json").string()})
          .code,
      0);
  const double error = standardized_error(n, dim, 20, a, c);
  EXPECT_GT(error, 0.3);
  EXPECT_LT(error, 2.5);
  const auto json = read_json(path("r.json"));
  EXPECT_LT(json["peak_memory_bytes"].get<double>(), 1073741824.0);
  EXPECT_GT(json["recall_by_samples"]["500000"].get<double>(),
            json["recall_by_samples"]["10"].get<double>());
}

}  // namespace
}  // namespace lagoon::pipelines::tests
