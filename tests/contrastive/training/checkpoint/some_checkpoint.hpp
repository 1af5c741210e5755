#pragma once

#include <filesystem>

#include "contrastive/training/checkpoint/checkpoint.hpp"

namespace lagoon::contrastive::tests {

/// A small checkpoint, a function of its step.
Checkpoint some_checkpoint(std::int64_t step);

/// The same, of the best recall so far.
Checkpoint best_checkpoint(std::int64_t step);

/// Fails the test unless both are the same.
void expect_same(const Checkpoint& read, const Checkpoint& written);

/// Reads the run and compares it with what was written; false if it is refused by an Error.
bool loads_as(const std::filesystem::path& run, const Checkpoint& written);

}  // namespace lagoon::contrastive::tests
