#pragma once

#include <functional>

#include "contrastive/communication/communicator.hpp"

namespace lagoon::contrastive::tests {

/// Runs work(ranks) on `size` threads, each a rank of its own; they meet in memory, where sums are
/// taken in rank order. Rethrows what a rank threw.
void run_ranks(int size, const std::function<void(Communicator&)>& work);

/// The same through Gloo on the loopback.
void run_gloo_ranks(int size, const std::function<void(Communicator&)>& work);

}  // namespace lagoon::contrastive::tests
