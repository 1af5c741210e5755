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

void to_file(spdlog::level::level_enum level, std::string_view message) {
  if (file()) file()->log(level, "{}", message);
}

}  // namespace

void log_info(std::string_view message) {
  if (!quiet) output().info("{}", message);
  to_file(spdlog::level::info, message);
}

void log_warning(std::string_view message) {
  errors().warn("{}", message);
  to_file(spdlog::level::warn, message);
}

void log_error(std::string_view message) {
  errors().error("{}", message);
  to_file(spdlog::level::err, message);
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
