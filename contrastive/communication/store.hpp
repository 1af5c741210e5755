#pragma once

#include <torch/csrc/distributed/c10d/Store.hpp>

#include "contrastive/communication/launch.hpp"

namespace lagoon::contrastive {

/// Where ranks find one another: a store at the meeting place, served by rank 0 unless the launcher
/// serves it. Throws an exception of c10's if it cannot be reached, of which join_ranks() makes an
/// Error.
c10::intrusive_ptr<c10d::Store> meeting_store(const Launch& launch);

}  // namespace lagoon::contrastive
