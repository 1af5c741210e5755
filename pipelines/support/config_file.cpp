#include "pipelines/support/config_file.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

// toml++ 3.3 asserts, or lets the compiler assume, what a file may break ("[?]"), and then looks
// once more: the second look tells the line.
#undef NDEBUG
#define TOML_ASSERT(expression) static_cast<void>(0)
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include "flow/error.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {
namespace {

std::string place(const std::string& source, const toml::source_region& region) {
  return source + ":" + std::to_string(region.begin.line);
}

std::string word_of(const toml::node& node, const std::string& where) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
  if (const auto* number = node.as_floating_point()) return shortest(number->get());
  throw UsageError(where + ": neither a text, a number, true, false nor a list of those");
}

ConfigEntry make_entry(const std::string& table, const std::string& key, const toml::node& node,
                       const std::string& source) {
  ConfigEntry entry{table, key, {}, false, node.is_array(), place(source, node.source())};
  if (const auto* list = node.as_array()) {
    for (const auto& element : *list) entry.words.push_back(word_of(element, entry.where));
    entry.text = std::ranges::any_of(*list, [](const toml::node& n) { return n.is_string(); });
  } else {
    entry.words.push_back(word_of(node, entry.where));
    entry.text = node.is_string();
  }
  return entry;
}

std::vector<ConfigEntry> entries_of(const toml::table& document, const std::string& source) {
  std::vector<ConfigEntry> entries;
  for (const auto& [name, node] : document) {
    const std::string key(name.str());
    if (const auto* table = node.as_table()) {
      if (table->empty())
        entries.push_back({key, "", {}, false, false, place(source, node.source())});
      for (const auto& [inner, value] : *table) {
        entries.push_back(make_entry(key, std::string(inner.str()), value, source));
      }
    } else {
      entries.push_back(make_entry("", key, node, source));
    }
  }
  return entries;
}

}  // namespace

std::vector<ConfigEntry> read_config(const std::filesystem::path& path) {
  std::ifstream stream(path);
  std::ostringstream text;
  text << stream.rdbuf();
  require(stream.good() && !std::filesystem::is_directory(path),
          path.string() + ": cannot be read (--config takes a TOML file)");
  return parse_config(text.str(), path.string());
}

std::vector<ConfigEntry> parse_config(const std::string& toml, const std::string& source) {
  try {
    return entries_of(toml::parse(toml), source);
  } catch (const toml::parse_error& error) {
    throw UsageError(place(source, error.source()) + ": " + std::string(error.description()));
  }
}

}  // namespace lagoon::pipelines
