#include "pipelines/support/progress.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iomanip>
#include <span>
#include <sstream>

#include <sys/ioctl.h>
#include <unistd.h>

#include "pipelines/support/log.hpp"

namespace lagoon::pipelines {
namespace {

std::string printed(const char* format, double value, const char* unit) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, value, unit);
  return buffer.data();
}

/// Three figures of value / base^i with the i-th unit.
std::string scaled(double value, double base, std::span<const char* const> units) {
  std::size_t i = 0;
  for (; i + 1 < units.size() && value >= 999.5; ++i) value /= base;
  const char* format = value >= 99.95 || (i == 0 && value == std::floor(value)) ? "%.0f%s"
                       : value >= 9.995                                         ? "%.1f%s"
                                                                                : "%.2f%s";
  return printed(format, value, units[i]);
}

/// As much of a line as the terminal shows in one row: of a line that wraps, "\r" would go back
/// over the last row only.
std::string in_one_row(std::string line) {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return line;
  line.resize(std::min<std::size_t>(line.size(), size.ws_col - 1));
  return line;
}

}  // namespace

Progress::Progress(std::string what, std::int64_t total, std::string unit, std::int64_t begin)
    : what_(std::move(what)),
      unit_(std::move(unit)),
      total_(total),
      begin_(begin),
      terminal_(isatty(STDERR_FILENO) == 1),
      start_(Clock::now()),
      shown_(start_) {}

Progress::~Progress() {
  finish();
}

void Progress::update(std::int64_t done, std::string_view note) {
  if (is_quiet()) return;
  const auto now = Clock::now();
  const auto pause = terminal_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10000);
  if (now - shown_ < pause) return;
  shown_ = now;
  if (terminal_) {
    draw(done, note);
  } else {
    log_info(what_ + ": " + figures(done, note));
  }
}

void Progress::finish() {
  if (drawn_) std::fputs("\r\033[K", stderr);
  drawn_ = false;
}

double Progress::seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

void Progress::draw(std::int64_t done, std::string_view note) {
  constexpr std::size_t kWidth = 24;
  const double share = total_ > 0 ? static_cast<double>(done) / static_cast<double>(total_) : 1;
  const auto filled = std::min(kWidth, static_cast<std::size_t>(share * kWidth));
  const std::string bar = std::string(filled, '#') + std::string(kWidth - filled, '.');
  const std::string line = what_ + " [" + bar + "] " + figures(done, note);
  std::fprintf(stderr, "\r%s\033[K", in_one_row(line).c_str());
  std::fflush(stderr);
  drawn_ = true;
}

std::string Progress::figures(std::int64_t done, std::string_view note) const {
  const double rate = static_cast<double>(done - begin_) / std::max(seconds(), 1e-9);
  const double left = rate > 0 ? static_cast<double>(total_ - done) / rate : 0;
  std::string text = std::to_string(done) + " of " + std::to_string(total_) + " " + unit_ + ", " +
                     count_text(rate) + " " + unit_ + "/s, " + duration_text(left) + " left";
  if (!note.empty()) text += ", " + std::string(note);
  return text;
}

std::string duration_text(double seconds) {
  if (seconds < 9.95) return printed("%.1f%s", seconds, " s");
  if (seconds < 59.5) return printed("%.0f%s", seconds, " s");
  seconds = std::max(seconds, 60.0);  // "60 s" by rounding is a minute
  const auto minutes = static_cast<std::int64_t>(seconds / 60);
  if (minutes >= 60) {
    return std::to_string(minutes / 60) + printed(" h %02.0f%s", double(minutes % 60), " min");
  }
  const double rest = std::floor(seconds) - 60 * static_cast<double>(minutes);
  return std::to_string(minutes) + printed(" min %02.0f%s", rest, " s");
}

std::string count_text(double count) {
  constexpr std::array<const char*, 5> kUnits = {"", " k", " M", " G", " T"};
  return scaled(count, 1000, kUnits);
}

std::string counted_text(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string figures_text(double value) {
  return printed("%.3g%s", value, "");
}

std::string decimals(double value, int digits) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(digits) << value;
  return text.str();
}

std::string with_interval(double value, double low, double high) {
  return decimals(value, 3) + " (" + decimals(low, 3) + " to " + decimals(high, 3) + ")";
}

std::string figures_with_interval(double value, double low, double high) {
  return figures_text(value) + " (" + figures_text(low) + " to " + figures_text(high) + ")";
}

std::string bytes_text(double bytes) {
  constexpr std::array<const char*, 5> kUnits = {" B", " KiB", " MiB", " GiB", " TiB"};
  return scaled(bytes, 1024, kUnits);
}

}  // namespace lagoon::pipelines
