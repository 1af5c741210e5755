#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace lagoon::pipelines {

/// Tells how far long work is: a bar with rate and time left where standard error is a terminal,
/// a log line every ten seconds elsewhere, nothing under --quiet. Cheap to call often.
///
///   Progress progress("drawing flows", n_flows, "flows");
///   for (...) progress.update(done, "optional note");
///   progress.finish();
class Progress {
 public:
  /// `begin`: what an earlier run had done already; it does not count in the rate.
  Progress(std::string what, std::int64_t total, std::string unit, std::int64_t begin = 0);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// So much is done; `note` stands behind the bar.
  void update(std::int64_t done, std::string_view note = "");

  /// Clears the bar. The caller logs the result.
  void finish();

  double seconds() const;  ///< since construction

 private:
  using Clock = std::chrono::steady_clock;
  void draw(std::int64_t done, std::string_view note);
  std::string figures(std::int64_t done, std::string_view note) const;

  std::string what_, unit_;
  std::int64_t total_, begin_;
  bool terminal_;
  Clock::time_point start_, shown_;
  bool drawn_ = false;
};

/// "42 s", "7 min 05 s", "3 h 20 min".
std::string duration_text(double seconds);

/// "950", "12.3 k", "4.56 M": three figures.
std::string count_text(double count);

/// "1 drifter", "2 drifters": the noun with an s unless there is one.
std::string counted_text(std::size_t count, const std::string& noun);

/// "0.0123", "1.99e-10": three figures.
std::string figures_text(double value);

/// "0.953": so many digits after the point.
std::string decimals(double value, int digits);

/// "0.953 (0.946 to 0.959)": a value and its interval.
std::string with_interval(double value, double low, double high);

/// "0.0123 (0.0119 to 0.0127)": the same in three figures.
std::string figures_with_interval(double value, double low, double high);

/// "1.50 GiB".
std::string bytes_text(double bytes);

}  // namespace lagoon::pipelines
