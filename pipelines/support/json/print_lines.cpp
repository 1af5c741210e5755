#include "pipelines/support/json/print_lines.hpp"

#include <array>
#include <cstdio>
#include <sstream>
#include <string>

#include "pipelines/support/log.hpp"

namespace lagoon::pipelines {
namespace {

using Json = nlohmann::ordered_json;

/// To ten digits (--json has all).
std::string ten_digits(double value) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%.10g", value);
  return text.data();
}

std::string line_of(const std::string& name, const Json& value) {
  if (value.is_number_float()) return name + ": " + ten_digits(value.get<double>());
  return name + ": " + (value.is_string() ? value.get<std::string>() : value.dump());
}

/// The lines of a text, indented below their name.
std::string paragraph(const std::string& name, const std::string& text) {
  std::istringstream lines(text);
  std::string result = name + ":";
  for (std::string line; std::getline(lines, line);) result.append("\n  ").append(line);
  return result;
}

void print_below(const Json& content, const std::string& prefix) {
  for (const auto& [key, value] : content.items()) {
    const std::string name = std::string(prefix).append(prefix.empty() ? "" : ".").append(key);
    if (value.is_object()) {
      print_below(value, name);
    } else if (value.is_string() && value.get<std::string>().find('\n') != std::string::npos) {
      print(paragraph(name, value));
    } else {
      print(line_of(name, value));
    }
  }
}

}  // namespace

void print_lines(const Json& content) {
  print_below(content, "");
}

}  // namespace lagoon::pipelines
