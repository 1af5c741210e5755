#include "pipelines/reference/reference.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include "pipelines/reference/bash.hpp"
#include "pipelines/reference/fish.hpp"
#include "pipelines/reference/man_page.hpp"
#include "pipelines/reference/markdown.hpp"
#include "pipelines/reference/zsh.hpp"

namespace lagoon::pipelines {
namespace {

using Tables = std::span<const OptionTable>;

std::string man_page(Tables tables, const std::string& verb) {
  const auto table = std::ranges::find(tables, verb, &OptionTable::verb);
  if (table != tables.end()) return man_page_of_verb(*table);
  throw UsageError("man " + verb + ": there is no such verb (lagoon --help lists them)");
}

}  // namespace

std::string command_reference(std::span<const std::string> words, Tables tables) {
  static const std::map<std::string, std::function<std::string(Tables)>> kFormats = {
      {"markdown", markdown_page},
      {"man", man_page_of_program},
      {"bash", bash_completion},
      {"zsh", zsh_completion},
      {"fish", fish_completion}};
  if (words.size() == 2 && words[0] == "man") return man_page(tables, words[1]);
  const auto format = words.size() == 1 ? kFormats.find(words[0]) : kFormats.end();
  if (format != kFormats.end()) return format->second(tables);
  throw UsageError("takes markdown | man [VERB] | bash | zsh | fish");
}

}  // namespace lagoon::pipelines
