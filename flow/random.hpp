#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lagoon::flow {

/// What a draw is for. Each purpose is its own stream: training, validation and test samples never
/// share numbers, whatever their seeds and indices. Values are stored in files: append only.
enum class Purpose : std::uint32_t {
  train = 0,
  validation = 1,
  test = 2,
  law_frequency = 16,
  law_release = 17,
  law_time = 20,
  law_station = 21,
  step_probe = 18,
  displacement_probe = 19,
  train_noise = 32,
  validation_noise = 33,
  test_noise = 34,
  initial_weights = 48,
  batch_order = 49,
  query_choice = 64,
  library_draw = 65,
  train_amplitude = 80,
  validation_amplitude = 81,
  test_amplitude = 82,
  train_diffusion = 96,
  validation_diffusion = 97,
  test_diffusion = 98,
  train_missing = 112,
  validation_missing = 113,
  test_missing = 114,
  train_station_noise = 128,
  validation_station_noise = 129,
  test_station_noise = 130,
  train_process = 144,
  validation_process = 145,
  test_process = 146,
  train_process_noise = 160,
  validation_process_noise = 161,
  test_process_noise = 162,
  train_gaussian_pair = 176,
  validation_gaussian_pair = 177,
  test_gaussian_pair = 178,
  conditional_draw = 192,
  ensemble_member = 208,
  ensemble_error = 209,
  ensemble_rotation = 210,
  ensemble_model_noise = 211,
  ensemble_resampling = 212,
  twin_truth = 224,
  twin_error = 225,
  score_draw = 240,
  bootstrap_draw = 241,
  rank_draw = 242,
  functional_draw = 243,
  rank_member_draw = 244,
};

/// One stream of draws: numbers within it are told apart by their index alone.
struct DrawKey {
  std::uint64_t seed = 0;
  Purpose purpose = Purpose::train;
  std::uint64_t sample = 0;
};

/// Counter-based random numbers (Philox4x32-10, Random123): a draw is a function of
/// (seed, purpose, sample, index) and of nothing else, so results depend neither on threads, ranks
/// and order nor on how many samples there are.
std::array<std::uint32_t, 4> random_bits(std::uint64_t seed, Purpose purpose, std::uint64_t sample,
                                         std::uint32_t index);

/// Uniform on the open interval (0, 1): 52 random bits, and half a step away from either end.
double uniform(std::uint64_t seed, Purpose purpose, std::uint64_t sample, std::uint32_t index);

/// Two independent standard normals by Box-Muller, with a logarithm and a sine of our own: bits
/// that depend on no maths library.
std::array<double, 2> normal_pair(std::uint64_t seed, Purpose purpose, std::uint64_t sample,
                                  std::uint32_t index);

/// The same of a stream.
inline double uniform(const DrawKey& key, std::uint32_t index) {
  return uniform(key.seed, key.purpose, key.sample, index);
}
/// The same of a stream.
inline std::array<double, 2> normal_pair(const DrawKey& key, std::uint32_t index) {
  return normal_pair(key.seed, key.purpose, key.sample, index);
}

/// One of 0 .. n - 1, each as likely: n times that uniform, rounded down. n >= 1.
std::size_t uniform_index(const DrawKey& key, std::uint32_t index, std::size_t n);

/// A random order of 0 .. n - 1: by the uniform numbers of the samples of those numbers.
std::vector<std::size_t> random_order(std::size_t n, std::uint64_t seed, Purpose purpose);

/// Fills values with a stream's standard normals in order: values 2j and 2j + 1 are
/// normal_pair(key, first_pair + j).
void fill_normals(std::span<double> values, const DrawKey& key, std::uint32_t first_pair = 0);

}  // namespace lagoon::flow
