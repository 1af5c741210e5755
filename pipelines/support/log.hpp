#pragma once

#include <filesystem>
#include <string_view>

namespace lagoon::pipelines {

/// Log lines: information goes to standard output, warnings and errors to standard error, all of
/// them with the time of day to the log file if there is one. The only door to spdlog: any file may
/// include this header, those that include torch too.
void log_info(std::string_view message);

/// One line each: names that they quote may hold anything, so that control characters are printed
/// as C writes them ("\n", "\x1b") and move no cursor.
void log_warning(std::string_view message);
void log_error(std::string_view message);

/// A result, which --quiet does not silence: standard output as it is, and the log file.
void print(std::string_view text);

/// With true, information is kept from standard output (never from the log file).
void set_quiet(bool quiet);
bool is_quiet();

/// From now on every line is appended to `path` too. Throws Error if it cannot be written.
void log_to_file(const std::filesystem::path& path);

}  // namespace lagoon::pipelines
