#include "pipelines/training/profile.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace lagoon::pipelines {
namespace {

/// Parts that happen once or now and then; all others are of every step.
bool is_of_steps(const std::string& part) {
  constexpr std::array<const char*, 3> kOthers = {"features", "validation", "checkpoint"};
  return std::find(kOthers.begin(), kOthers.end(), part) == kOthers.end();
}

template <class... Values>
std::string row(const char* format, Values... values) {
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

}  // namespace

nlohmann::json profile_json(const contrastive::TrainingSummary& summary, int batch_size,
                            double peak, int ranks) {
  double total = 0, of_steps = 0;
  for (const auto& [part, seconds] : summary.seconds) {
    total += seconds;
    if (is_of_steps(part)) of_steps += seconds;
  }
  nlohmann::json parts = nlohmann::json::array();
  for (const auto& [part, seconds] : summary.seconds) {
    parts.push_back(
        {{"part", part}, {"seconds", seconds}, {"share", total > 0 ? seconds / total : 0}});
  }
  const double pairs = static_cast<double>(summary.step) * batch_size;
  const double rate = of_steps > 0 ? 3 * summary.flops_per_pair * pairs / of_steps : 0;
  return {{"parts", parts},
          {"flops_per_pair", 3 * summary.flops_per_pair},
          {"flops_per_second", rate},
          {"peak_flops_per_second", peak * ranks},
          {"utilisation", peak > 0 ? rate / (peak * ranks) : 0}};
}

std::string profile_text(const nlohmann::json& profile) {
  std::string text = row("%-14s %10s %7s\n", "part", "seconds", "share");
  for (const auto& part : profile["parts"]) {
    text += row("%-14s %10.3f %6.1f%%\n", part["part"].get<std::string>().c_str(),
                part["seconds"].get<double>(), 100 * part["share"].get<double>());
  }
  return text + row("encoders: %.3g operations a pair, %.1f GFLOP/s of %.1f measured: "
                    "utilisation %.1f%%",
                    profile["flops_per_pair"].get<double>(),
                    1e-9 * profile["flops_per_second"].get<double>(),
                    1e-9 * profile["peak_flops_per_second"].get<double>(),
                    100 * profile["utilisation"].get<double>());
}

}  // namespace lagoon::pipelines
