#pragma once

#include <cstdint>
#include <functional>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

namespace lagoon::contrastive {

/// As people write it: 0.01, 1e-06, 512.
template <typename Number>
std::string number_text(Number value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

/// What a value must be.
struct OptionRule {
  /// Any value; none below a least one, none not above zero, or one of a few.
  enum class Kind { anything, at_least, above_zero, one_of };
  Kind kind = Kind::anything;
  double least = 0;                  ///< of at_least
  std::vector<std::string> choices;  ///< of one_of
};

/// All that is said of a member of an options struct: flags, help, configuration files,
/// checkpoints, records and checks are made from its row.
struct OptionRow {
  /// Where the value is.
  using Member = std::variant<bool*, int*, std::int64_t*, std::uint64_t*, double*, std::string*>;

  /// It changes nothing unless this holds; `what` says it: "--loss joint".
  OptionRow& only_if(std::function<bool()> holds, std::string what);

  /// A resumed run may have another value.
  OptionRow& may_change();

  bool has_effect() const { return !matters || matters(); }

  std::string name;  ///< the key in files: "mlp_width"; its flag is flag_name(name)
  Member member;
  OptionRule rule;
  std::string help;
  std::function<bool()> matters;
  std::string needs;
  bool is_kept = true;  ///< by a run that is resumed
};

/// The flag of `lagoon train` that sets a member of the options: "--mlp-width" of "mlp_width".
std::string flag_name(std::string member);

/// Throws Error naming the first value that breaks its rule; numbers must be finite.
void require_rules(const std::vector<OptionRow>& rows);

/// Names of the options that have no effect given the values of the others.
std::vector<std::string> idle_names(const std::vector<OptionRow>& rows);

/// The values as an object of any JSON library's kind, and back (that library's error for what is
/// missing or of another type).
template <class Json>
Json to_json(const std::vector<OptionRow>& rows) {
  Json json = Json::object();
  for (const OptionRow& row : rows) {
    std::visit([&](const auto* member) { json[row.name] = *member; }, row.member);
  }
  return json;
}
template <class Json>
void from_json(const Json& json, const std::vector<OptionRow>& rows) {
  for (const OptionRow& row : rows) {
    std::visit([&](auto* member) { json.at(row.name).get_to(*member); }, row.member);
  }
}

}  // namespace lagoon::contrastive
