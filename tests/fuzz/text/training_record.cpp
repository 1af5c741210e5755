// A run folder's records: pipelines/report/training_record.hpp. The input is metrics.jsonl; if its
// first line has a key "encoder", that line is summary.json.
#include "pipelines/report/training_record.hpp"

#include "tests/fuzz/target.hpp"

namespace lagoon::fuzz {
namespace {

constexpr auto kSummary =
    R"({"encoder": "mlp", "batch_size": 8, "seconds": {"load": 1.5, "steps": 3}})";
constexpr auto kLoss =
    R"({"kind":"loss","step":50,"samples":400,"seconds":1.5,"loss":2.25,"temperature":0.07,"gradient_norm":1})";
constexpr auto kRecall =
    R"({"kind":"recall","step":50,"seconds":2,"split":"train","library_size":64,"recall":{"lagrangian_to_eulerian":)"
    R"({"1":0.5,"5":0.75,"10":1},"eulerian_to_lagrangian":{"1":0.5,"5":0.75,"10":1}}})";

}  // namespace

std::vector<std::string> seeds() {
  const std::string lines = std::string(kLoss) + "\n" + kRecall + "\n";
  return {lines, std::string(kSummary) + "\n" + lines, lines + R"({"kind":"loss","st)"};
}

void read(const std::string& bytes) {
  const auto end = bytes.find('\n') + 1;  // 0: there is no line
  const bool has_summary = bytes.substr(0, end).find("\"encoder\"") != std::string::npos;
  const auto summary = has_summary ? bytes.substr(0, end) : std::string(kSummary);
  file_of("metrics.jsonl", has_summary ? bytes.substr(end) : bytes);
  pipelines::load_training_record(folder(), nlohmann::json::parse(summary, nullptr, false));
}

}  // namespace lagoon::fuzz
