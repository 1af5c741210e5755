#include "pipelines/support/log.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "flow/error.hpp"

namespace lagoon::pipelines {
namespace {

std::shared_ptr<spdlog::logger> make_logger(const char* name, spdlog::sink_ptr sink) {
  sink->set_pattern("%v");
  return std::make_shared<spdlog::logger>(name, std::move(sink));
}

spdlog::logger& output() {
  static const auto logger = make_logger("out", std::make_shared<spdlog::sinks::stdout_sink_mt>());
  return *logger;
}

spdlog::logger& errors() {
  static const auto logger = make_logger("err", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  return *logger;
}

std::shared_ptr<spdlog::logger>& file() {
  static std::shared_ptr<spdlog::logger> logger;
  return logger;
}

bool quiet = false;

bool is_control(unsigned char c) {
  return c < ' ' || c == 0x7f;
}

/// As C writes it.
std::string escaped_control(char c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  constexpr const char* kDigits = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(c);
  return std::string("\\x") + kDigits[code / 16] + kDigits[code % 16];
}

/// The C1 controls, U+0080 to U+009F, are two bytes in UTF-8 and mean what escapes mean.
std::string in_one_line(std::string_view message) {
  std::string line;
  for (std::size_t i = 0; i < message.size(); ++i) {
    const auto next = static_cast<unsigned char>(i + 1 < message.size() ? message[i + 1] : ' ');
    if (message[i] == '\xc2' && next >= 0x80 && next < 0xa0) {
      line += escaped_control(message[i]) + escaped_control(message[i + 1]);
      ++i;
    } else if (is_control(static_cast<unsigned char>(message[i]))) {
      line += escaped_control(message[i]);
    } else {
      line += message[i];
    }
  }
  return line;
}

void to_file(spdlog::level::level_enum level, std::string_view message) {
  if (file()) file()->log(level, "{}", message);
}

void to_errors(spdlog::level::level_enum level, std::string_view message) {
  const std::string line = in_one_line(message);
  errors().log(level, "{}", line);
  to_file(level, line);
}

}  // namespace

void log_info(std::string_view message) {
  if (!quiet) output().info("{}", message);
  to_file(spdlog::level::info, message);
}

void log_warning(std::string_view message) {
  to_errors(spdlog::level::warn, message);
}

void log_error(std::string_view message) {
  to_errors(spdlog::level::err, message);
}

void print(std::string_view text) {
  output().info("{}", text);
  to_file(spdlog::level::info, text);
}

void set_quiet(bool value) {
  quiet = value;
}

bool is_quiet() {
  return quiet;
}

void log_to_file(const std::filesystem::path& path) {
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path.string());
    sink->set_pattern("%Y-%m-%dT%H:%M:%S%z %l %v");
    file() = std::make_shared<spdlog::logger>("file", std::move(sink));
    file()->flush_on(spdlog::level::info);
  } catch (const spdlog::spdlog_ex&) {
    throw Error(path.string() + ": cannot be written (choose a folder that you may write to)");
  }
}

}  // namespace lagoon::pipelines
