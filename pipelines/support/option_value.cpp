#include "pipelines/support/option_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <type_traits>

namespace lagoon::pipelines {
namespace {

template <class Number>
Number parse(const std::string& text, const char* expected) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) throw std::invalid_argument(expected);
  return value;
}

/// Also with an exponent, 1e6, where the double that it names holds the number exactly.
template <class Whole>
Whole parse_whole(const std::string& text, const char* expected) {
  if (text.find_first_of("eE") == std::string::npos) return parse<Whole>(text, expected);
  constexpr double kExact = 9007199254740992;  // 2^53
  const auto value = parse<double>(text, expected);
  const double least = std::is_signed_v<Whole> ? -kExact : 0;
  const double most = std::min(kExact, static_cast<double>(std::numeric_limits<Whole>::max()));
  if (std::trunc(value) != value || value < least || value > most)
    throw std::invalid_argument(expected);
  return static_cast<Whole>(value);
}

double parse_double(const std::string& text) {
  const auto value = parse<double>(text, "a number");
  if (!std::isfinite(value)) throw std::invalid_argument("a finite number");
  return value;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

void store(bool& member, const std::string& text) {
  if (text != "true" && text != "false") throw std::invalid_argument("true or false");
  member = text == "true";
}
void store(int& member, const std::string& text) {
  member = parse_whole<int>(text, "a whole number");
}
void store(std::int64_t& member, const std::string& text) {
  member = parse_whole<std::int64_t>(text, "a whole number");
}
void store(std::uint64_t& member, const std::string& text) {
  constexpr const char* kExpected = "a whole number from 0 to 9223372036854775807";
  const auto value = parse_whole<std::uint64_t>(text, kExpected);
  if (value > std::numeric_limits<std::int64_t>::max()) throw std::invalid_argument(kExpected);
  member = value;
}
void store(double& member, const std::string& text) {
  member = parse_double(text);
}
void store(std::string& member, const std::string& text) {
  member = text;
}
void store(std::filesystem::path& member, const std::string& text) {
  member = text;
}

void store_words(std::vector<double>& member, std::span<const std::string> words) {
  std::vector<double> values;
  for (const auto& word : words) {
    for (const auto& part : split(word)) values.push_back(parse_double(part));
  }
  member = std::move(values);
}
void store_words(std::vector<std::string>& member, std::span<const std::string> words) {
  member.assign(words.begin(), words.end());
}
template <class Scalar>
void store_words(Scalar& member, std::span<const std::string> words) {
  if (words.size() != 1) throw std::invalid_argument("one value");
  store(member, words.front());
}

std::string quoted(const std::string& text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string result = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7f) {
      result += std::string("\\u00") + kHex[code >> 4] + kHex[code & 15];
    } else {
      if (c == '"' || c == '\\') result += '\\';
      result += c;
    }
  }
  return result + '"';
}

std::string literal(bool value) {
  return value ? "true" : "false";
}
std::string literal(int value) {
  return std::to_string(value);
}
std::string literal(std::int64_t value) {
  return std::to_string(value);
}
std::string literal(std::uint64_t value) {
  return std::to_string(value);
}
std::string literal(double value) {
  return shortest(value);
}
std::string literal(const std::string& value) {
  return quoted(value);
}
std::string literal(const std::filesystem::path& value) {
  return quoted(value.string());
}
template <class Value>
std::string literal(const std::vector<Value>& values) {
  std::string result;
  for (const auto& value : values) result += (result.empty() ? "" : ", ") + literal(value);
  return "[" + result + "]";
}

}  // namespace

void assign(const OptionTarget& target, std::span<const std::string> words) {
  std::visit([&](auto* member) { store_words(*member, words); }, target);
}

std::string to_text(const OptionTarget& target) {
  if (const auto* text = std::get_if<std::string*>(&target)) return **text;
  if (const auto* path = std::get_if<std::filesystem::path*>(&target)) return (*path)->string();
  if (!is_list(target)) return to_toml(target);
  std::string list = to_toml(target);
  std::erase_if(list, [](char c) { return c == '[' || c == ']' || c == ' ' || c == '"'; });
  return list;
}

std::string to_toml(const OptionTarget& target) {
  return std::visit([](const auto* member) { return literal(*member); }, target);
}

std::vector<double> numbers_of(const OptionTarget& target) {
  return std::visit(
      [](const auto* member) -> std::vector<double> {
        using Member = std::remove_cvref_t<decltype(*member)>;
        if constexpr (std::is_same_v<Member, std::vector<double>>) return *member;
        if constexpr (std::is_arithmetic_v<Member> && !std::is_same_v<Member, bool>) {
          return {static_cast<double>(*member)};
        }
        return {};
      },
      target);
}

bool is_text(const OptionTarget& target) {
  return std::holds_alternative<std::string*>(target) ||
         std::holds_alternative<std::filesystem::path*>(target) ||
         std::holds_alternative<std::vector<std::string>*>(target);
}

bool is_list(const OptionTarget& target) {
  return std::holds_alternative<std::vector<double>*>(target) ||
         std::holds_alternative<std::vector<std::string>*>(target);
}

std::string type_name(const OptionTarget& target) {
  constexpr std::array<const char*, std::variant_size_v<OptionTarget>> kNames = {
      "", "INT", "INT", "INT", "NUMBER", "TEXT", "PATH", "LIST", "PATH..."};
  return kNames[target.index()];
}

std::string shortest(double value) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  std::string text(buffer.data(), end);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

}  // namespace lagoon::pipelines
