#include "pipelines/support/json/json_lines.hpp"

#include <fstream>

#include "flow/error.hpp"

namespace lagoon::pipelines {
namespace {

void append(const std::filesystem::path& path, const std::string& text) {
  std::ofstream stream(path, std::ios::app);
  stream << text << std::flush;
  require(stream.good(),
          path.string() + ": cannot be written (is the disk full, or the folder read-only?)");
}

}  // namespace

std::vector<JsonLine> read_json_lines(const std::filesystem::path& path) {
  std::vector<JsonLine> lines;
  std::ifstream stream(path);
  for (std::string text; std::getline(stream, text);) {
    auto value = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    const auto number = static_cast<std::int64_t>(lines.size()) + 1;
    lines.push_back({number, std::move(text), std::move(value), false});
  }
  if (!lines.empty()) lines.back().is_last = true;
  return lines;
}

std::vector<JsonLine> reopen_json_lines(const std::filesystem::path& path) {
  auto lines = read_json_lines(path);
  std::ifstream stream(path);
  stream.seekg(-1, std::ios::end);
  const int last = stream.get();
  if (stream.good() && last != '\n') append(path, "\n");
  return lines;
}

void make_json_lines(const std::filesystem::path& path) {
  append(path, "");
}

void append_json_line(const std::filesystem::path& path, const nlohmann::json& value) {
  append(path, value.dump() + "\n");
}

}  // namespace lagoon::pipelines
