// The signal that asks for the stop comes to whichever thread the system chooses.
#include "pipelines/support/signals.hpp"

#include <atomic>
#include <csignal>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace lagoon::pipelines {
namespace {

TEST(Signals, one_that_another_thread_takes_is_seen) {
  install_signal_handlers();
  ASSERT_FALSE(stop_requested());
  std::atomic<bool> asked = false;
  std::jthread other([&] {
    while (!asked) std::this_thread::yield();
    std::raise(SIGUSR1);
  });
  asked = true;
  while (!stop_requested()) std::this_thread::yield();
  EXPECT_EQ(stop_signal(), SIGUSR1);
  EXPECT_EQ(stop_signal_name(), std::string("SIGUSR1"));
}

}  // namespace
}  // namespace lagoon::pipelines
