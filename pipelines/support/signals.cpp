#include "pipelines/support/signals.hpp"

#include <array>
#include <csignal>

#include <unistd.h>

namespace lagoon::pipelines {
namespace {

volatile std::sig_atomic_t received = 0;

void on_signal(int signal) {
  constexpr int kInterrupted = 130;
  if (signal == SIGINT && received == SIGINT) _exit(kInterrupted);
  received = signal;
}

}  // namespace

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

}  // namespace lagoon::pipelines
