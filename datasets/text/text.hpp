#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Small words about text that readers and writers share.
namespace lagoon::datasets {

/// Without white space at either end.
std::string_view trim(std::string_view text);
/// A to Z made small, all else as it is.
std::string lower_case(std::string_view text);

/// The words with `separator` between them; `words` is a range of texts of any kind.
template <class Words>
std::string joined(const Words& words, std::string_view separator = ", ") {
  std::string text;
  for (const auto& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

/// "A, B and C".
std::string enumerated(const std::vector<std::string>& words);

/// Text as it may stand in an attribute or element of XML or HTML.
std::string xml_text(std::string_view text);

/// The last part of an object's path in a file: "sla" of "slasnapshot/sla".
std::string name_of(const std::string& path);

/// The number that the whole text is, "nan" and "inf" among them; nothing if it is none.
std::optional<double> parse_number(std::string_view text);

}  // namespace lagoon::datasets
