#include "tests/datasets/fixture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "flow/error.hpp"

namespace lagoon::datasets::tests {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "lagoon_datasets_XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw Error("no temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

Description small_description(std::int64_t n_flows, Storage storage) {
  Description description;
  description.law.modes = flow::ModeSet{{-1, 0, 0, 1, 2}, {1, 1, 2, 0, -2}};
  description.law.prior_std = {0.5, 0.25, 0.125, 1.0 / 3, 0.1};
  description.law.omega = {-31.5, 3.25, 0.0, 12.0, 1e-3};
  description.law.damping = {0, 0, 0, 0, 0};
  description.law.release_x = {0.75, 0.1};
  description.law.release_y = {0.75, 0.9};
  description.law.release_time = {0, 0};
  description.law.times = {0.025, 0.05, 0.1};
  description.law.observation_noise_std = 0.015;
  description.law_seed = 0x8000000000000001;
  description.seed = 0xfedcba9876543210;
  description.n_flows = n_flows;
  description.storage = storage;
  description.fractions = {0.25, 0.125};
  description.scheme = "rk4";
  description.steps_per_interval = 3;
  description.step = 0.1 / 9;
  description.tolerance = 1e-9;
  description.max_error = 2.5e-10;
  description.quantile_999_error = 1.25e-10;
  description.n_probe_flows = 1024;
  description.title = "A small dataset";
  description.history = "written by a test\nin two lines";
  description.source = "";
  description.lagoon_version = "0.1.0";
  description.git_commit = "0123456";
  description.config_toml = "[generate]\nsamples = 7 # caf\u00e9\n";
  return description;
}

Samples samples_of(const Description& description, std::int64_t first, std::int64_t count) {
  const std::size_t n_modes = description.law.n_modes();
  const std::size_t n_positions = description.law.n_drifters() * description.law.n_times();
  Samples samples;
  for (std::int64_t flow = first; flow < first + count; ++flow) {
    const auto phase = static_cast<double>(flow) * 0.37;
    for (std::size_t m = 0; m < n_modes; ++m)
      samples.psi_hat.push_back(std::polar(0.3, phase + static_cast<double>(m)));
    for (std::size_t j = 0; j < n_positions; ++j) {
      samples.x.push_back(0.75 + std::sin(phase + 0.1 * static_cast<double>(j)));
      samples.y.push_back(0.75 + std::cos(phase + 0.2 * static_cast<double>(j)));
    }
  }
  return samples;
}

void write_rest(Writer& writer, const Description& description,
                const std::function<void()>& before_block) {
  while (writer.flows_complete() < description.n_flows) {
    before_block();
    const std::int64_t first = writer.flows_complete();
    const Samples block =
        samples_of(description, first, std::min(Writer::kBlockFlows, description.n_flows - first));
    writer.write_block(block.psi_hat, block.x, block.y);
  }
  writer.finish();
}

void write_dataset(const fs::path& path, const Description& description) {
  Writer writer = Writer::create(path, description, false);
  write_rest(writer, description);
}

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_EQ(message.find('\n'), std::string::npos) << "one line: " << message;
    return message;
  }
  ADD_FAILURE() << "no Error was thrown";
  return "";
}

int run_in_child(const std::function<void()>& action, unsigned seconds) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(seconds);
    try {
      action();
    } catch (const Error&) {
      ::_exit(1);
    } catch (...) {
      ::_exit(2);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

std::string read_text(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string find_python() {
  for (const std::string python : {"python3", "/usr/bin/python3"})
    if (run_command(python + " -c 'import xarray, h5netcdf, netCDF4, h5py'").status == 0)
      return python;
  return "";
}

CommandResult run_command(const std::string& command) {
  CommandResult result{-1, ""};
  // A sanitizer's runtime, if it is preloaded, is not for other programs.
  FILE* const pipe = ::popen(("env -u LD_PRELOAD timeout 60 " + command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return result;
  std::array<char, 4096> buffer{};
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe))
    result.output.append(buffer.data(), n);
  result.status = WEXITSTATUS(::pclose(pipe));
  return result;
}

}  // namespace lagoon::datasets::tests
