#include "pipelines/support/signals.hpp"

#include <atomic>
#include <csignal>
#include <string_view>

#include <unistd.h>

namespace lagoon::pipelines {
namespace {

// The thread that takes the signal may be another than the one that asks: no sig_atomic_t will do.
std::atomic<int> received = 0;
static_assert(std::atomic<int>::is_always_lock_free, "a handler may not wait");

void on_signal(int signal) {
  constexpr int kInterrupted = 130;
  if (received.exchange(signal) == SIGINT && signal == SIGINT) _exit(kInterrupted);
}

// The handler is gone when it runs, so that the second signal is the program's end.
void on_interruption(int signal) {
  constexpr std::string_view kLine =
      "lagoon was ended by Ctrl-C: unfinished work is lost (--force replaces what is left of it)\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, kLine.data(), kLine.size());
  raise(signal);
}

auto handler_of_interrupts() {
  struct sigaction action {};
  sigaction(SIGINT, nullptr, &action);
  return action.sa_handler;
}

}  // namespace

bool ends_at_interrupts() {
  const auto handler = handler_of_interrupts();
  return handler == SIG_DFL || handler == on_interruption;
}

void tell_of_interruption() {
  if (handler_of_interrupts() != SIG_DFL) return;  // a script's background job ignores them
  struct sigaction action {};
  action.sa_handler = on_interruption;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
}

void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigset_t obeyed;
  sigemptyset(&obeyed);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGUSR2}) {
    sigaction(signal, &action, nullptr);
    sigaddset(&obeyed, signal);
  }
  // Whoever started this program may have held them back until now.
  sigprocmask(SIG_UNBLOCK, &obeyed, nullptr);
}

void let_writes_beyond_limits_fail() {
  std::signal(SIGXFSZ, SIG_IGN);
}

bool stop_requested() {
  return received != 0;
}

int stop_signal() {
  return received;
}

const char* stop_signal_name() {
  switch (received) {
    case SIGINT:
      return "SIGINT";
    case SIGTERM:
      return "SIGTERM";
    case SIGUSR1:
      return "SIGUSR1";
    case SIGUSR2:
      return "SIGUSR2";
    default:
      return "";
  }
}

void stop_if_asked() {
  if (stop_requested()) throw Stopped();
}

}  // namespace lagoon::pipelines
