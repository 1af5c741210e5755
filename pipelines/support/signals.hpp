#pragma once

namespace lagoon::pipelines {

/// SIGINT, SIGTERM, SIGUSR1 and SIGUSR2 ask the program to save its progress and stop (batch
/// systems send the last three before a job's time is over). A second SIGINT ends it at once with
/// code 130.
void install_signal_handlers();

/// True once such a signal has come.
bool stop_requested();

/// "SIGTERM", or "" if none has come.
const char* stop_signal_name();

}  // namespace lagoon::pipelines
