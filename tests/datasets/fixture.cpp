#include "tests/datasets/fixture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <numbers>
#include <sstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "datasets/storage/samples.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets::tests {

namespace fs = std::filesystem;

constexpr double kQuarterTurn = std::numbers::pi / 2;

Description small_description(std::int64_t n_flows, Storage storage) {
  Description description;
  description.law.modes = flow::ModeSet{{-1, 0, 0, 1, 2}, {1, 1, 2, 0, -2}};
  description.law.prior_std = {0.5, 0.25, 0.125, 1.0 / 3, 0.1};
  description.law.omega = {-31.5, 3.25, 0.0, 12.0, 1e-3};
  description.law.damping = {0, 0, 0, 0, 0};
  description.law.release_x = {0.75, 0.1};
  description.law.release_y = {0.75, 0.9};
  description.law.release_time = {0.0, 0.0};
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

Description rich_description(std::int64_t n_flows, Storage storage) {
  Description description = small_description(n_flows, storage);
  description.law.damping = {0.0, 3.5, 0.0, 20.0, 1.0};
  description.law.mean_velocity = {0.5, -0.25};
  description.law.diffusivity = 0.0625;
  description.law.release_time = {0.0, 0.03};
  description.law.missing_fraction = 0.25;
  description.scheme = "heun";
  description.precision = "float32";
  description.eulerian = {.station_x = {0.1, 0.5, 0.9},
                          .station_y = {0.2, 0.6, 0.7},
                          .station_noise_std = 0.125,
                          .grid = 8,
                          .psi = true,
                          .vorticity = true};
  description.scales = {.length_m = 1e6,
                        .time_s = 864000,
                        .origin_longitude = -60.5,
                        .origin_latitude = 35,
                        .origin_time = "2012-07-20T00:00:00Z"};
  return description;
}

Description shard_of(Description description, Shard shard) {
  description.shard = shard;
  return description;
}

namespace {

// Values sin(phase + step * place) for places 0 to n - 1.
void append_wave(std::vector<double>& values, std::size_t n, double phase, double step) {
  for (std::size_t j = 0; j < n; ++j)
    values.push_back(0.75 + std::sin(phase + step * static_cast<double>(j)));
}

// What the law's release times say is not observed, and every seventh position.
void remove_unobserved(const Description& description, std::int64_t flow, SampleBlock& samples) {
  const flow::Law& law = description.law;
  const std::size_t n = law.n_drifters() * law.n_times();
  for (std::size_t i = 0; i < n; ++i) {
    const bool released = law.times[i % law.n_times()] >= law.release_time[i / law.n_times()];
    if (released && (static_cast<std::size_t>(flow) + i) % 7 != 0) continue;
    samples.x[samples.x.size() - n + i] = std::nan("");
    samples.y[samples.y.size() - n + i] = std::nan("");
  }
}

}  // namespace

SampleBlock samples_of(const Description& description, std::int64_t first, std::int64_t count) {
  const flow::Law& law = description.law;
  const flow::EulerianObservations& eulerian = description.eulerian;
  const std::size_t n_amplitudes = law.has_varying_amplitudes() ? law.n_times() : 0;
  const auto n_grid = static_cast<std::size_t>(eulerian.grid * eulerian.grid);
  SampleBlock samples;
  for (std::int64_t flow = first; flow < first + count; ++flow) {
    const auto phase = static_cast<double>(flow) * 0.37;
    for (std::size_t m = 0; m < law.n_modes(); ++m)
      samples.psi_hat.push_back(std::polar(0.3, phase + static_cast<double>(m)));
    for (std::size_t i = 0; i < n_amplitudes * law.n_modes(); ++i)
      samples.amplitudes.push_back(std::polar(0.4, phase + 0.1 * static_cast<double>(i)));
    append_wave(samples.x, law.n_drifters() * law.n_times(), phase, 0.1);
    append_wave(samples.y, law.n_drifters() * law.n_times(), phase + kQuarterTurn, 0.2);
    if (law.has_gaps()) remove_unobserved(description, flow, samples);
    append_wave(samples.station_velocity_x, eulerian.n_stations(), phase, 0.3);
    append_wave(samples.station_velocity_y, eulerian.n_stations(), phase, 0.4);
    if (eulerian.psi) append_wave(samples.psi, n_grid, phase, 0.5);
    if (eulerian.vorticity) append_wave(samples.vorticity, n_grid, phase, 0.6);
  }
  return samples;
}

std::string text_of(const SampleBlock& block) {
  std::ostringstream text;
  text << std::hexfloat;
  visit_samples(block, [&](const char* name, const auto& values) {
    text << name;
    for (const double number : numbers_of(values)) {
      if (std::isnan(number))
        text << " nan";
      else
        text << ' ' << number;
    }
    text << '\n';
  });
  return text.str();
}

SampleBlock read_samples(const Reader& reader, std::int64_t first, std::int64_t count) {
  const Reader::Components positions = reader.positions(first, count);
  const Reader::Components velocity = reader.station_velocity(first, count);
  return {.psi_hat = reader.psi_hat(first, count),
          .amplitudes = reader.amplitudes(first, count),
          .x = positions.x,
          .y = positions.y,
          .station_velocity_x = velocity.x,
          .station_velocity_y = velocity.y,
          .psi = reader.psi(first, count),
          .vorticity = reader.vorticity(first, count)};
}

void write_rest(Writer& writer, const Description& description,
                const std::function<void()>& before_block) {
  const FlowRange flows = flows_of(description);
  while (writer.flows_complete() < flows.size) {
    before_block();
    const std::int64_t first = writer.flows_complete();
    writer.write_block(
        samples_of(description, flows.first + first, std::min(kBlockFlows, flows.size - first)));
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
  return lagoon::tests::status_of_child([&] {
    ::alarm(seconds);
    try {
      action();
    } catch (const Error&) {
      return 1;
    } catch (...) {
      return 2;
    }
    return 0;
  });
}

std::string stored_bytes(const fs::path& path, const Description& description,
                         const VariableRow& variable) {
  const auto file = hdf5::File::open(path, hdf5::File::Access::read);
  std::size_t size = hdf5::size_of(variable.type);
  for (const std::int64_t length : extent_of(description).lengths(variable))
    size *= static_cast<std::size_t>(length);
  std::string bytes(size, '\0');
  std::ifstream stream(path, std::ios::binary);
  stream.seekg(file.info(variable.path).offset);
  stream.read(bytes.data(), static_cast<std::streamsize>(size));
  EXPECT_EQ(stream.gcount(), static_cast<std::streamsize>(size)) << variable.path;
  return bytes;
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
