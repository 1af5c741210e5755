#pragma once

#include <memory>

#include "contrastive/communication/communicator.hpp"
#include "contrastive/communication/launch.hpp"

// One maker each; those of libraries that a build lacks are not defined.
namespace lagoon::contrastive {

/// Meets the other ranks at the launch's host and port.
std::unique_ptr<Transport> gloo_transport(const Launch& launch);
std::unique_ptr<Transport> nccl_transport(const Launch& launch);

/// Begins MPI, at the first call from the thread that communicates. Throws Error if MPI counts
/// other ranks than the launcher.
std::unique_ptr<Transport> mpi_transport(const Launch& launch);

}  // namespace lagoon::contrastive
