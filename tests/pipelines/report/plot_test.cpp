// Pictures of datasets, and the numbers that they show.
#include <chrono>
#include <cmath>
#include <csignal>
#include <limits>
#include <thread>

#include "datasets/writer.hpp"
#include "pipelines/figures/panel_grid.hpp"
#include "pipelines/inspection/dispersion.hpp"
#include "pipelines/inspection/drifter_path.hpp"
#include "pipelines/inspection/energy_spectrum.hpp"
#include "pipelines/support/signals.hpp"
#include "tests/pipelines/program.hpp"
#include "tests/support/tolerances.hpp"

namespace lagoon::pipelines::tests {
namespace {

using lagoon::tests::kFewRoundings;
using lagoon::tests::kManySigmas;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double length_of(const std::vector<Line>& lines) {
  double length = 0;
  for (const auto& line : lines) {
    for (std::size_t i = 1; i < line.size(); ++i) {
      length += std::hypot(line[i].x - line[i - 1].x, line[i].y - line[i - 1].y);
    }
  }
  return length;
}

TEST(Seam, cutting_keeps_the_length_and_stays_in_the_square) {
  std::vector<double> x, y;
  for (int i = 0; i < 400; ++i) {
    x.push_back(0.3 + 2.6 * std::sin(0.11 * i));
    y.push_back(-0.2 + 1.7 * std::cos(0.17 * i));
  }
  const auto lines = cut_at_seam(x, y);
  EXPECT_NEAR(length_of(lines), length_of(cut_at_gaps(x, y)), 1e-12);
  for (const auto& line : lines) {
    for (const auto& [place, at_x, at_y] : line) {
      EXPECT_TRUE(at_x >= 0 && at_x <= 1 && at_y >= 0 && at_y <= 1) << place;
      EXPECT_NEAR(std::remainder(at_place(x, place) - at_x, 1), 0, kFewRoundings);
      EXPECT_NEAR(std::remainder(at_place(y, place) - at_y, 1), 0, kFewRoundings);
    }
  }
}

TEST(Seam, edges_are_met_exactly) {
  const std::vector<double> x = {0.5, 1.0, 0.5, -0.5, -0.5}, y = {0.5, 0.5, 0.5, 0.5, 2.25};
  const auto lines = cut_at_seam(x, y);
  EXPECT_NEAR(length_of(lines), 0.5 + 0.5 + 1 + 1.75, kFewRoundings);
  for (const auto& line : lines) EXPECT_GE(line.size(), 2U);
  EXPECT_EQ(lines.front().back().x, 1);
}

TEST(Seam, missing_observations_cut_a_line) {
  const std::vector<double> x = {0.1, kNaN, 0.3, 0.4, kNaN}, y = {0.1, kNaN, 0.1, 0.1, kNaN};
  const auto lines = cut_at_gaps(x, y);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].size(), 1U);
  EXPECT_EQ(lines[1].size(), 2U);
  EXPECT_EQ(lines[1].front().place, 2);
}

class PlotTest : public ProgramTest {
 protected:
  datasets::Reader generate(int samples, const Arguments& more = {}) const {
    const auto outcome = run(small("flows.h5", samples, more));
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return datasets::Reader(path("flows.h5"));
  }

  /// The drifters of a law, all of them carried by one velocity.
  datasets::Reader write_uniform_flow(datasets::Description description, double velocity_x,
                                      double velocity_y) const {
    const auto& law = description.law;
    datasets::SampleBlock block;
    const auto n_flows = static_cast<std::size_t>(description.n_flows);
    block.psi_hat.resize(n_flows * law.n_modes());
    for (std::size_t i = 0; i < n_flows * law.n_drifters() * law.n_times(); ++i) {
      const std::size_t drifter = i / law.n_times() % law.n_drifters();
      const double time = law.times[i % law.n_times()] - law.release_time[drifter];
      const bool lost = i % 7 == 3 && i >= law.n_times();
      block.x.push_back(lost ? kNaN : law.release_x[drifter] + velocity_x * time);
      block.y.push_back(lost ? kNaN : law.release_y[drifter] + velocity_y * time);
    }
    auto writer = datasets::Writer::create(path("uniform.h5"), description, true);
    writer.write_block(block);
    writer.finish();
    return datasets::Reader(path("uniform.h5"));
  }
};

TEST_F(PlotTest, spectrum_of_drawn_flows_is_the_priors) {
  const auto reader = generate(2000);
  const auto spectrum = measure_energy_spectrum(reader);
  EXPECT_NEAR(spectrum.total.prior, 5.5 * 5.5 / 2, 1e-12);
  double prior = 0, measured = 0;
  for (const auto& shell : spectrum.shells) {
    const double sigma = (shell.high - shell.low) / 4;
    EXPECT_NEAR(shell.measured, shell.prior, kManySigmas * sigma) << shell.wavenumber;
    EXPECT_LT(shell.low, shell.measured);
    EXPECT_LT(shell.flow_tenth, shell.flow_ninth);
    prior += shell.prior;
    measured += shell.measured;
  }
  EXPECT_NEAR(prior, spectrum.total.prior, 1e-12);
  EXPECT_NEAR(measured, spectrum.total.measured, 1e-12);
  EXPECT_EQ(spectrum.shells.size(), 4U);
  EXPECT_EQ(spectrum.lengths.size(), 9U);
}

TEST_F(PlotTest, dispersion_begins_ballistic) {
  const auto reader =
      generate(1000, {"--release", "uniform", "--drifters", "3", "--final-time", "0.01"});
  const auto dispersion = measure_dispersion(reader);
  ASSERT_EQ(dispersion.n_pairs, 3U);
  const auto& one = dispersion.one.front();
  const auto& two = dispersion.two.front();
  EXPECT_NEAR(one.mean, dispersion.speed_squared * one.age * one.age,
              kManySigmas * one.standard_error);
  EXPECT_NEAR(two.mean, dispersion.speed_difference_squared * two.age * two.age,
              kManySigmas * two.standard_error);
  EXPECT_LT(one.standard_error, 0.05 * one.mean);
}

TEST_F(PlotTest, dispersion_of_a_uniform_flow_is_exact_in_spite_of_gaps) {
  auto description = generate(1, {"--release", "grid", "--drifters", "4", "--missing", "10",
                                  "--storage", "float64"})
                         .description();
  description.n_flows = 5;
  const auto dispersion = measure_dispersion(write_uniform_flow(description, 3, -4));
  ASSERT_EQ(dispersion.one.size(), description.law.n_times());
  for (const auto& point : dispersion.one) {
    EXPECT_NEAR(point.mean, 25 * point.age * point.age, 1e-14);
    EXPECT_NEAR(point.standard_error, 0, 1e-8);
    EXPECT_EQ(point.n_flows, 5);
  }
  for (const auto& point : dispersion.two) EXPECT_NEAR(point.mean, 0, 1e-28);
  for (const double slope : local_slopes(dispersion.one)) EXPECT_NEAR(slope, 2, 1e-9);
}

TEST_F(PlotTest, ballistic_law_holds_for_the_ages_of_staggered_releases) {
  auto description = generate(1, {"--release", "grid", "--drifters", "4", "--storage", "float64",
                                  "--release-interval", "0.0137", "--spacing", "random"})
                         .description();
  const auto dispersion = measure_dispersion(write_uniform_flow(description, 3, -4));
  bool ages_differ = false;
  for (const auto& point : dispersion.one) {
    EXPECT_NEAR(point.mean, 25 * point.square_age, 1e-14) << point.age;
    ages_differ = ages_differ || point.square_age > 1.01 * point.age * point.age;
  }
  EXPECT_TRUE(ages_differ);
}

TEST_F(PlotTest, diffusion_alone_spreads_as_four_kappa_t) {
  const auto reader = generate(400, {"--rms-speed", "1e-6", "--diffusivity", "0.3", "--release",
                                     "grid", "--drifters", "4", "--release-interval", "0.01"});
  const auto dispersion = measure_dispersion(reader);
  EXPECT_TRUE(dispersion.two.empty()) << "no two drifters are released together";
  for (const auto& point : dispersion.one) {
    EXPECT_NEAR(point.mean, 4 * 0.3 * point.age, kManySigmas * point.standard_error) << point.age;
  }
}

TEST_F(PlotTest, every_picture_is_drawn_and_shown) {
  const auto reader = generate(40, {"--release", "grid", "--drifters", "4", "--missing", "20",
                                    "--release-interval", "0.01"});
  const Arguments plot = {"inspect",
                          path("flows.h5").string(),
                          "--plot",
                          path("plots").string(),
                          "--plot-flows",
                          "3",
                          "--animate",
                          "--frames",
                          "5"};
  const auto outcome = run(plot);
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  for (const std::string name : {"flows", "energy_spectrum", "dispersion"}) {
    EXPECT_TRUE(read_text(path("plots") / (name + ".png")).starts_with("\x89PNG")) << name;
  }
  const std::string gif = read_text(path("plots") / "animation.gif");
  EXPECT_TRUE(gif.starts_with("GIF89a"));
  std::size_t n_frames = 0;
  for (auto at = gif.find("\x21\xF9\x04"); at != std::string::npos;
       at = gif.find("\x21\xF9\x04", at + 1)) {
    ++n_frames;
  }
  EXPECT_EQ(n_frames, 5U);
  const std::string page = read_text(path("plots") / "index.html");
  EXPECT_NE(page.find("data:image/png;base64"), std::string::npos);
  EXPECT_NE(page.find("data:image/gif;base64"), std::string::npos);
  const auto dispersion = measure_dispersion(reader);
  const auto times = [&](const DispersionPoint& point) {
    return number_text(point.mean / (dispersion.speed_squared * point.square_age), 3) + " times";
  };
  const auto &first = dispersion.one.front(), &last = dispersion.one.back();
  const std::string finding = "it is " + times(first) +
                              " the ballistic law at t = " + number_text(first.age, 3) + " and " +
                              times(last) + " at t = " + number_text(last.age, 3);
  EXPECT_NE(page.find(finding), std::string::npos) << finding;
  expect_one_line(run(plot), 1, {"plots", "--force"});
}

TEST_F(PlotTest, interruption_is_told_in_one_line) {
  generate(40);
  const pid_t child = start({"inspect", path("flows.h5").string(), "--plot", path("plots").string(),
                             "--animate", "--frames", "400"});
  while (!std::filesystem::exists(path("plots")))
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  kill(child, SIGINT);
  expect_one_line(finish(child), 128 + SIGINT, {"Ctrl-C", "--force"});
}

// Pictures' programs die with lagoon then, and are kept from the signal where it goes on.
TEST(Interruption, ends_the_program_until_progress_is_saved) {
  std::signal(SIGINT, SIG_IGN);
  tell_of_interruption();
  EXPECT_FALSE(ends_at_interrupts()) << "a background job was made to listen";
  std::signal(SIGINT, SIG_DFL);
  EXPECT_TRUE(ends_at_interrupts());
  tell_of_interruption();
  EXPECT_TRUE(ends_at_interrupts());
  install_signal_handlers();
  EXPECT_FALSE(ends_at_interrupts());
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGUSR2}) std::signal(signal, SIG_DFL);
}

TEST_F(PlotTest, one_flow_and_one_drifter_make_pictures_too) {
  generate(1, {"--times", "2"});
  const auto outcome =
      run({"inspect", path("flows.h5").string(), "--plot", path("plots").string(), "--animate"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  expect_one_line(run({"inspect", path("flows.h5").string(), "--plot", path("more").string(),
                       "--animate", "--animate-flow", "1"}),
                  1, {"--animate-flow 1"});
}

}  // namespace
}  // namespace lagoon::pipelines::tests
