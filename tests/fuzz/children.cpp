#include "tests/fuzz/children.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <pthread.h>
#include <sanitizer/common_interface_defs.h>
#include <sys/mman.h>
#include <unistd.h>

namespace lagoon::fuzz {
namespace {

int reports = -1;  // a file in memory

// libFuzzer would take the child's death for its own, and write the input down as a finding.
void become_child() {
  ::dup2(reports, STDERR_FILENO);
  ::__sanitizer_set_death_callback([] {});
  std::signal(SIGABRT, SIG_DFL);
}

std::string take_reports() {
  const off_t size = ::lseek(reports, 0, SEEK_END);
  if (size <= 0) return {};
  std::string text(static_cast<std::size_t>(size), '\0');
  if (::pread(reports, text.data(), text.size(), 0) != size) std::abort();
  if (::ftruncate(reports, 0) != 0) std::abort();
  ::lseek(reports, 0, SEEK_SET);
  return text;
}

/// The stack on which it happened: the frames from the first #0 to the line after them.
std::string first_stack(const std::string& report) {
  const std::size_t begin = report.find("    #0 ");
  if (begin == std::string::npos) return {};
  return report.substr(begin, report.find("\n\n", begin) - begin);
}

bool is_ours(const std::string& report) {
  if (report.find("runtime error: ") != std::string::npos) return true;  // only we are instrumented
  if (report.find("ERROR: AddressSanitizer") == std::string::npos) return false;
  const std::string stack = first_stack(report);
  return stack.find("libhdf5") == std::string::npos && stack.find("libnetcdf") == std::string::npos;
}

}  // namespace

void watch_children() {
  reports = ::memfd_create("reports", 0);
  if (reports < 0 || ::pthread_atfork(nullptr, nullptr, become_child) != 0) std::abort();
}

void require_no_fault_in_children() {
  const std::string report = take_reports();
  if (report.empty() || !is_ours(report)) return;
  std::fprintf(stderr, "a child died of:\n%s\n", report.c_str());
  std::abort();
}

}  // namespace lagoon::fuzz
