// lagoon mnist: what it leaves, how it stops and goes on, what it refuses, and the figures asked
// for.
#include "datasets/digits/mnist.hpp"

#include <chrono>
#include <csignal>
#include <sstream>
#include <thread>

#include <nlohmann/json.hpp>

#include "tests/datasets/digits/idx_file.hpp"
#include "tests/pipelines/program.hpp"
#include "tests/pipelines/report/page_checks.hpp"
#include "tests/support/study.hpp"

namespace lagoon::pipelines::tests {
namespace {

namespace fs = std::filesystem;
using datasets::Digits;

constexpr const char* kLosses[] = {"label_given_image", "image_given_label", "two_sided"};
constexpr const char* kFigures[] = {"label_probabilities",   "images_given_7",
                                    "effective_sample_size", "confusions",
                                    "fine_tuning",           "loss"};

/// Label v: a bar of ink at a height of its own, with noise.
std::string bar(std::uint32_t i) {
  std::string image(Digits::kPixels, '\0');
  for (std::uint32_t p = 0; p < Digits::kPixels; ++p) {
    const std::uint32_t noise = (i * 31 + p * 17 + i * p) % 90;
    image[p] = static_cast<char>(p / 28 / 2 == 2 + i % 10 ? 255 - noise : noise);
  }
  return image;
}

class MnistTest : public ProgramTest {
 protected:
  /// A folder `name` of made digits.
  void make(const std::string& name, std::uint32_t train = 600, std::uint32_t test = 200) const {
    fs::create_directories(path(name));
    for (const auto& [split, n] : {std::pair{"train", train}, {"t10k", test}}) {
      std::string images = datasets::tests::idx_header(0x0803, {n, 28, 28});
      std::string labels = datasets::tests::idx_header(0x0801, {n});
      for (std::uint32_t i = 0; i < n; ++i) {
        images += bar(i);
        labels += static_cast<char>(i % 10);
      }
      write(name + "/" + split + "-images-idx3-ubyte.gz", datasets::tests::gzip(images, 1));
      write(name + "/" + split + "-labels-idx1-ubyte", labels);
    }
  }

  Arguments mnist(const std::string& out, const Arguments& more = {}) const {
    Arguments all = {"mnist", "--data",           path("made").string(),
                     "--out", path(out).string(), "--quiet"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  Arguments begin(const std::string& out, const Arguments& more = {}) const {
    Arguments all = mnist(out, {"--epochs", "4", "--batch-size", "40", "--warmup-steps", "5"});
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  nlohmann::json summary(const std::string& out) const {
    return nlohmann::json::parse(read_text(path(out) / "summary.json"));
  }

  fs::path weights(const std::string& out, const std::string& encoder) const {
    return path(out) / "checkpoint" / (encoder + ".safetensors");
  }
};

void expect_digits_contract(const nlohmann::json& result) {
  ASSERT_EQ(result["losses"].size(), 3u);
  for (const auto* loss : kLosses) {
    const auto& scores = result["losses"][loss];
    EXPECT_TRUE(scores["accuracy"].is_number()) << loss;
    EXPECT_TRUE(scores["accuracy_uncalibrated"].is_number()) << loss;
    EXPECT_GT(scores["loss"].get<double>(), result["least_loss"].get<double>()) << loss;
    EXPECT_EQ(scores["effective_sample_size"].size(), 10u) << loss;
    ASSERT_EQ(scores["unique_of_16"].size(), 10u) << loss;
    for (const auto& unique : scores["unique_of_16"]) {
      EXPECT_GE(unique.get<int>(), 1);
      EXPECT_LE(unique.get<int>(), 16);
    }
  }
  EXPECT_TRUE(result["fine_tuned"]["accuracy"].is_number());
  EXPECT_TRUE(result["fine_tuned"]["pairs"].is_number_integer());
}

TEST_F(MnistTest, made_digits_are_learned_and_told_in_full) {
  make("made");
  const auto outcome = run(begin("out", {"--json", path("result.json").string()}));
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const auto result = summary("out");
  EXPECT_EQ(result, nlohmann::json::parse(read_text(path("result.json"))));
  expect_digits_contract(result);
  EXPECT_NEAR(result["least_loss"].get<double>(), -std::log(10), 1e-12);
  for (const auto* loss : kLosses) EXPECT_GT(result["losses"][loss]["accuracy"], 0.9) << loss;
  EXPECT_EQ(result["fine_tuned"]["pairs"], 600);
  EXPECT_GT(result["fine_tuned"]["accuracy"], 0.9);
  EXPECT_EQ(outcome.out, (path("out") / "index.html").string() + "\n");
  expect_self_contained(path("out") / "index.html");
  for (const auto* figure : kFigures) {
    EXPECT_TRUE(fs::exists(path("out") / (std::string(figure) + ".png"))) << figure;
    EXPECT_TRUE(fs::exists(path("out") / (std::string(figure) + ".csv"))) << figure;
  }
  EXPECT_NE(read_text(path("out") / "index.html").find("Where the print differs"),
            std::string::npos);
}

TEST_F(MnistTest, stopped_study_keeps_its_encoders_and_ends_in_the_same_weights) {
  make("made");
  const pid_t child = start(begin("out"));
  while (!fs::exists(weights("out", kLosses[0]))) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  kill(child, SIGTERM);
  expect_one_line(finish(child), 75, {"SIGTERM", "--resume"});
  EXPECT_TRUE(fs::exists(path("out") / "checkpoint" / "requeue"));
  const auto first = fs::last_write_time(weights("out", kLosses[0]));
  ASSERT_EQ(run(mnist("out", {"--resume"})).code, 0);
  EXPECT_EQ(fs::last_write_time(weights("out", kLosses[0])), first);
  EXPECT_FALSE(fs::exists(path("out") / "checkpoint" / "requeue"));
  ASSERT_EQ(run(begin("whole")).code, 0);
  for (const auto* encoder : {kLosses[0], kLosses[1], kLosses[2], "without_7_8_9"}) {
    EXPECT_EQ(read_text(weights("out", encoder)), read_text(weights("whole", encoder))) << encoder;
  }
  EXPECT_EQ(summary("out")["losses"], summary("whole")["losses"]);
}

TEST_F(MnistTest, study_stopped_before_anything_is_saved_begins_again) {
  make("made");
  const pid_t child = start(begin("out", {"--epochs", "10000"}));
  while (read_text(path("out") / "metrics.jsonl").empty()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  kill(child, SIGINT);
  expect_one_line(finish(child), 75, {"SIGINT", "before the first encoder", "--resume"});
  EXPECT_TRUE(fs::exists(path("out") / "checkpoint" / "requeue"));
  const std::string config = read_text(path("out") / "config.toml");
  write("out/config.toml", config.substr(0, config.find("epochs")) + "epochs = 1" +
                               config.substr(config.find('\n', config.find("epochs"))));
  EXPECT_EQ(run(mnist("out", {"--resume"})).code, 0);
}

TEST_F(MnistTest, lost_and_damaged_records_of_the_losses_stop_no_page) {
  make("made");
  ASSERT_EQ(run(begin("out", {"--epochs", "1"})).code, 0);
  const auto page = path("out") / "index.html";
  fs::remove(page);
  write("out/metrics.jsonl", "{\"step\": 1, \"encoder\": 7, \"loss\": \"low\"}\n");
  ASSERT_EQ(run(mnist("out", {"--resume"})).code, 0);
  EXPECT_NE(read_text(page).find("is lost"), std::string::npos);
  fs::remove(path("out") / "metrics.jsonl");
  EXPECT_EQ(run(mnist("out", {"--resume"})).code, 0);
  expect_self_contained(page);
}

TEST_F(MnistTest, finished_study_is_neither_overwritten_nor_resumed_on_other_digits) {
  make("made");
  const Arguments quick = {"--epochs", "1"};
  ASSERT_EQ(run(begin("out", quick)).code, 0);
  expect_one_line(run(begin("out", quick)), 1, {"out", "--force"});
  expect_one_line(run(mnist("out", {"--resume", "--epochs", "2"})), 2, {"--epochs", "config.toml"});
  expect_one_line(run(mnist("out", {"--resume", "--force"})), 2, {"--resume", "--force"});
  expect_one_line(run(mnist("none", {"--resume"})), 1, {"none", "--resume"});
  make("made", 500);
  expect_one_line(run(mnist("out", {"--resume"})), 1, {"label_given_image", "other data"});
  EXPECT_EQ(run(begin("out", {"--epochs", "1", "--force"})).code, 0);
}

TEST_F(MnistTest, data_that_cannot_be_read_leave_nothing) {
  make("made");
  expect_one_line(run({"mnist", "--out", path("out").string()}), 2, {"--data"});
  expect_one_line(run({"mnist", "--data", path("made").string()}), 2, {"--out"});
  expect_one_line(run({"mnist", "--data", path("none").string(), "--out", path("out").string()}), 1,
                  {"none"});
  expect_one_line(run(begin("out", {"--batch-size", "601"})), 1, {"601", "600"});
  expect_one_line(run(begin("out", {"--train-images", "20"})), 1, {"20"});
  write("made/train-labels-idx1-ubyte", datasets::tests::idx_header(0x0803, {600}));
  expect_one_line(run(begin("out")), 1, {"train-labels-idx1-ubyte"});
  EXPECT_FALSE(fs::exists(path("out")));
}

TEST_F(MnistTest, dry_run_tells_sizes_and_writes_nothing) {
  make("made");
  const auto outcome = run(begin("out", {"--dry-run"}));
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.out.find("# 600 training and 200 test images"), std::string::npos)
      << outcome.out;
  EXPECT_FALSE(fs::exists(path("out")));
}

// ---------------------------------------------------------------- the real digits

class RealMnist : public ProgramTest {
 protected:
  void SetUp() override {
    folder_ = lagoon::tests::real_data("mnist");
    if (folder_.empty()) GTEST_SKIP() << "LAGOON_DATA is not set";
  }

  nlohmann::json study(const Arguments& more) const {
    Arguments all = {"mnist", "--data", folder_.string(), "--out", path("out").string(), "--quiet"};
    all.insert(all.end(), more.begin(), more.end());
    const auto outcome = run(all);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return nlohmann::json::parse(read_text(path("out") / "summary.json"));
  }

  fs::path folder_;
};

/// An epoch over a twentieth of the images: every part runs on real digits, and what is learned is
/// far from chance.
TEST_F(RealMnist, three_thousand_digits_are_learned_in_an_epoch) {
  const auto result = study({"--train-images", "3000", "--epochs", "1", "--batch-size", "50",
                             "--fine-tuning-images", "1000"});
  expect_digits_contract(result);
  EXPECT_EQ(result["train_images"], 3000);
  for (const auto* loss : kLosses) EXPECT_GT(result["losses"][loss]["accuracy"], 0.8) << loss;
  EXPECT_EQ(result["fine_tuned"]["pairs"], 1000);
  EXPECT_GT(result["fine_tuned"]["accuracy"], 0.7);
}

/// Minutes, so that only the study runs it.
using MnistStudy = lagoon::tests::Study<RealMnist>;

TEST_F(MnistStudy, default_preset_meets_the_figures_asked_for) {
  const auto result = study({});
  expect_digits_contract(result);
  const auto& losses = result["losses"];
  EXPECT_NEAR(result["least_loss"].get<double>(), -2.301159, 1e-6 / 2);
  EXPECT_GE(losses["label_given_image"]["accuracy"], 0.985);
  for (const auto* loss : kLosses) {
    const bool image_given_label = std::string(loss) == "image_given_label";
    EXPECT_LT(losses[loss]["loss_above_least"], image_given_label ? 0.15 : 0.1) << loss;
    EXPECT_GE(losses[loss]["loss_above_least"], 0) << loss;
  }
  const auto& of_classifier = losses["label_given_image"]["effective_sample_size"];
  for (const auto* loss : {"image_given_label", "two_sided"}) {
    const auto& sizes = losses[loss]["effective_sample_size"];
    for (std::size_t v = 0; v < 10; ++v) {
      const double size = sizes[v], count = result["test_images_of_label"][v];
      EXPECT_GT(size, 5 * of_classifier[v].get<double>()) << loss << " " << v;
      EXPECT_NEAR(size, count, 0.2 * count) << loss << " " << v;
    }
  }
  const auto& tuned = result["fine_tuned"];
  EXPECT_GE(tuned["accuracy"], 0.92);
  EXPECT_NEAR(tuned["accuracy"].get<double>(),
              tuned["logistic_regression"]["accuracy"].get<double>(), 0.005);
  EXPECT_LT(tuned["logits"]["accuracy"], tuned["accuracy"]);
}

}  // namespace
}  // namespace lagoon::pipelines::tests
