#pragma once

#include <memory>
#include <string>

#include "contrastive/communication/communicator.hpp"
#include "contrastive/communication/launch.hpp"

namespace lagoon::contrastive {

/// What this build can bring ranks together with: "gloo" (c10d of a LibTorch whose Gloo has
/// headers: Debian's), "mpi" (CPU tensors, any LibTorch), "nccl" (c10d, one GPU a rank).
bool has_transport(const std::string& name);

/// Meets the other ranks. MPI where an MPI launcher started them (and only there, or where nothing
/// else is built in, is MPI begun), NCCL for ranks of one GPU each, else Gloo. Throws Error naming
/// what is missing, and if the ranks do not all come within five minutes.
std::unique_ptr<Communicator> join_ranks(const Launch& launch, bool on_gpu = false);

/// A store for ranks of this machine, served by this process for as long as this lives, at a port
/// that was free.
class LocalStore {
 public:
  LocalStore();
  ~LocalStore();
  LocalStore(const LocalStore&) = delete;
  LocalStore& operator=(const LocalStore&) = delete;

  int port() const { return port_; }

 private:
  std::shared_ptr<void> store_;
  int port_ = 0;
};

}  // namespace lagoon::contrastive
