#pragma once

namespace lagoon::pipelines {

/// Until a verb that saves its progress installs the handlers below, Ctrl-C ends the program as
/// ever, and a line says what became of its work.
void tell_of_interruption();

/// True where Ctrl-C ends the program at once: neither handlers that save progress are installed
/// nor was it started to ignore it.
bool ends_at_interrupts();

/// SIGINT, SIGTERM, SIGUSR1 and SIGUSR2 ask the program to save its progress and stop (batch
/// systems send the last three before a job's time is over). A second SIGINT ends it at once with
/// code 130.
void install_signal_handlers();

/// A write beyond the limit of a file's size (ulimit -f, a batch system's) fails as on a full disk,
/// which is told in a line, instead of ending the program without a word.
void let_writes_beyond_limits_fail();

/// True once a signal that asks for the stop has come.
bool stop_requested();

/// Its number; 0 if none has come.
int stop_signal();

/// "SIGTERM", or "" if none has come.
const char* stop_signal_name();

/// Thrown where such a signal ends work before its end; what becomes of the part that is done, the
/// catcher knows.
struct Stopped {};

/// Throws it once a signal has come.
void stop_if_asked();

}  // namespace lagoon::pipelines
