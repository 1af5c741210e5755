#pragma once

#include <deque>
#include <functional>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "pipelines/support/option_value.hpp"

namespace lagoon::pipelines {

/// A command line or a configuration that cannot be: printed as one line, exit code 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The rule that a value obeys; its text is part of help and of errors.
struct Check {
  std::string rule;                     ///< "greater than 0"; empty: anything
  std::function<bool(double)> accepts;  ///< asked for each number, if set
  std::vector<std::string> choices;     ///< allowed texts, if not empty
};
Check anything();
Check positive();
Check non_negative();
Check at_least(double smallest);
Check fraction();  ///< from 0 to 1
Check one_of(std::vector<std::string> choices);

/// Who set a value last; later ones win.
enum class Source { default_value, preset, file, flag };

/// One line of a verb's table.
class Option {
 public:
  /// The value matters only if this holds ("needs" says it: "--prior matern"). Given without
  /// it: a warning, and the resolved file leaves it out.
  Option& only_if(std::function<bool()> holds, std::string needs);

  /// The same, but given without it is a UsageError that says `why`.
  Option& refused_unless(std::function<bool()> holds, std::string why);

  /// The heading under which help lists it.
  Option& in_group(std::string heading);

  /// No key of configuration files (outputs, actions such as --force).
  Option& command_line_only();

  /// A key of configuration files, but not part of the resolved file (it changes no result).
  Option& not_recorded();

  bool given() const { return source == Source::file || source == Source::flag; }
  bool has_effect() const { return unmet() == nullptr; }

  /// What an option needs to have an effect, or to be allowed.
  struct Condition {
    std::function<bool()> holds;
    std::string text;  ///< what it needs, or why it is refused
    bool refuse;
  };
  const Condition* unmet() const;  ///< the first condition that does not hold, or null

  std::string key() const;  ///< the key in a file: '_' for '-'

  /// An argument by place, an option with a value, or one that does something at once.
  enum class Kind { positional, value, action };
  std::string name;  ///< "rms-speed"
  OptionTarget target;
  Check check;
  std::string help;
  std::string group = "Options";
  Kind kind = Kind::value;
  Source source = Source::default_value;
  std::vector<Condition> conditions;
  bool required = false;
  bool in_file = true;
  bool recorded = true;
};

/// ONE table a verb: it feeds CLI11 (flags and help only), toml++ (presets and --config, with line
/// numbers) and the resolved file, which --config takes back. The members named here hold the
/// defaults when they are declared.
///
///   struct RetrieveOptions {
///     std::filesystem::path run, data, out;
///     int top_k = 10;
///     std::string split = "test";
///     int threads = 0;
///     bool force = false;
///   };
///   void declare_retrieve(OptionTable& table, RetrieveOptions& o) {
///     table.positional("RUN", &o.run, "run folder of lagoon train");
///     table.positional("DATA", &o.data, "dataset of the same law");
///     auto& out = table.option("out", &o.out, anything(), "folder to write");
///     out.command_line_only().required = true;
///     table.option("top-k", &o.top_k, at_least(1), "neighbours kept a query");
///     table.option("split", &o.split, one_of({"validation", "test"}), "library and queries");
///     add_threads(table, o.threads);
///     add_force(table, o.force);
///   }
///   int run_retrieve(const RetrieveOptions& options, const Invocation& invocation);
///
/// and one line in verbs.cpp. Every verb also gets what declare_common() of configuration.hpp adds.
/// Key in a file: the name with '_' for '-', in the table [verb].
class OptionTable {
 public:
  /// Empty; `summary` is the first line of help.
  OptionTable(std::string verb, std::string summary);

  /// An argument by place, in the order of declaration; a list takes all that are left.
  Option& positional(std::string name, OptionTarget target, std::string help, bool required = true);

  /// `--name VALUE`; a bool becomes the switch pair --name / --no-name.
  Option& option(std::string name, OptionTarget target, Check check, std::string help);

  /// `--name`, an action asked for on the command line only.
  Option& action(std::string name, bool& target, std::string help);

  /// A named set of values, TOML lines "key = value" over the defaults.
  void preset(std::string name, std::string toml);

  /// Where a verb that continues earlier work finds its configuration: if `path` returns one, that
  /// file is used, and recorded options of the command line and --config may only say the same.
  void stored_configuration(std::function<std::filesystem::path()> path);

  /// By name, and by key; null if there is none.
  Option* find(const std::string& name);
  Option* find_key(const std::string& key);

  /// Assigns and checks. `where` begins the error: "--samples -3" or "flows.toml:4: samples = -3".
  void set(Option& option, std::span<const std::string> words, Source source,
           const std::string& where);

  /// The resolved configuration, a TOML file of one table [verb].
  std::string resolved_toml() const;

  const std::string& verb() const { return verb_; }
  const std::string& summary() const { return summary_; }
  /// In the order of declaration.
  std::deque<Option>& options() { return options_; }
  const std::deque<Option>& options() const { return options_; }

  const std::map<std::string, std::string>& presets() const { return presets_; }
  std::filesystem::path stored_configuration() const;

  /// did_you_mean() of the options' names, or without a prefix of the keys of a file.
  std::string suggestion(const std::string& unknown, const std::string& prefix) const;

 private:
  std::string verb_, summary_;
  std::deque<Option> options_;
  std::map<std::string, std::string> presets_;
  std::function<std::filesystem::path()> stored_;
};

/// " (did you mean --samples?)" or "": the nearest of some names, after the prefix, to a word that
/// is none of them.
std::string did_you_mean(const std::string& unknown, std::span<const std::string> names,
                         const std::string& prefix);

/// Options of a table that have something in common: a heading, a condition.
class OptionGroup {
 public:
  /// `share` gives it to each of them.
  OptionGroup(OptionTable& table, std::function<void(Option&)> share)
      : table_(table), share_(std::move(share)) {}

  /// Declares an option of the group.
  Option& add(const char* name, OptionTarget target, Check check, const char* help) {
    Option& option = table_.option(name, target, std::move(check), help);
    share_(option);
    return option;
  }

 private:
  OptionTable& table_;
  std::function<void(Option&)> share_;
};

/// What `declare` adds to the table stands beneath this heading of the help.
void under_heading(OptionTable& table, const std::string& heading,
                   const std::function<void()>& declare);

/// The options that verbs share, with one wording.
Option& add_seed(OptionTable& table, std::uint64_t& member, std::string help);
Option& add_threads(OptionTable& table, int& member);
Option& add_force(OptionTable& table, bool& member);

/// Throws UsageError if both are given.
void require_one_of(bool resume, bool force);

}  // namespace lagoon::pipelines
