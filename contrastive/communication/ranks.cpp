#include "contrastive/communication/ranks.hpp"

#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "contrastive/communication/store.hpp"
#include "contrastive/communication/transports.hpp"
#include "contrastive/torch_errors.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

#ifdef LAGOON_HAS_GLOO
constexpr bool kGloo = true;
#else
constexpr bool kGloo = false;
#endif
#ifdef LAGOON_HAS_MPI
constexpr bool kMpi = true;
#else
constexpr bool kMpi = false;
#endif
#ifdef LAGOON_HAS_NCCL
constexpr bool kNccl = true;
#else
constexpr bool kNccl = false;
#endif

constexpr std::chrono::minutes kAllCome{5};

/// Otherwise only MPI knows where. (A build may have nothing else.)
[[maybe_unused]] bool can_meet_by_store(const Launch& launch) {
  return !launch.host.empty();
}

std::unique_ptr<Transport> make_transport(const Launch& launch, bool on_gpu) {
#ifdef LAGOON_HAS_NCCL
  if (on_gpu && can_meet_by_store(launch)) return nccl_transport(launch);
#endif
  require(!on_gpu,
          "ranks on GPUs meet by NCCL, which this build lacks, or where MASTER_ADDR says, "
          "which is unset: give --device cpu, or start them by torchrun");
#ifdef LAGOON_HAS_MPI
  if (launch.started_by_mpi() || !kGloo) return mpi_transport(launch);
#endif
#ifdef LAGOON_HAS_GLOO
  if (can_meet_by_store(launch)) return gloo_transport(launch);
#endif
  if (kGloo) {
    throw Error(launch.by +
                " started the ranks and this build is without MPI: set MASTER_ADDR and "
                "MASTER_PORT, or build where libopenmpi-dev is");
  }
  throw Error("there are " + std::to_string(launch.size) +
              " ranks, and this build has neither Gloo nor MPI: build where libgloo-dev (Debian's "
              "LibTorch) or libopenmpi-dev is, or give --ranks 1");
}

}  // namespace

bool has_transport(const std::string& name) {
  return (name == "gloo" && kGloo) || (name == "mpi" && kMpi) || (name == "nccl" && kNccl);
}

c10::intrusive_ptr<c10d::Store> meeting_store(const Launch& launch) {
  c10d::TCPStoreOptions options;
  options.port = static_cast<std::uint16_t>(launch.port);
  options.isServer = launch.rank == 0 && !launch.store_is_served;
  options.waitWorkers = false;
  options.timeout = kAllCome;
  auto store = c10::make_intrusive<c10d::TCPStore>(launch.host, options);
  return c10::make_intrusive<c10d::PrefixStore>("lagoon", store);
}

std::unique_ptr<Communicator> join_ranks(const Launch& launch, bool on_gpu) {
  if (launch.size == 1) return std::make_unique<Communicator>();
  const std::string where =
      launch.host.empty() ? "" : " at " + launch.host + ":" + std::to_string(launch.port);
  try {
    auto result =
        std::make_unique<Communicator>(make_transport(launch, on_gpu), launch.rank, launch.size);
    result->barrier(kAllCome);
    return result;
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error("rank " + std::to_string(launch.rank) + " of " + std::to_string(launch.size) +
                " did not meet the others" + where + " (" + first_line(error.what()) +
                "): start all of them, by one launcher");
  }
}

LocalStore::LocalStore() {
  c10d::TCPStoreOptions options;
  options.port = 0;
  options.isServer = true;
  options.waitWorkers = false;
  const auto store = std::make_shared<c10::intrusive_ptr<c10d::TCPStore>>(
      c10::make_intrusive<c10d::TCPStore>("127.0.0.1", options));
  port_ = (*store)->getPort();
  store_ = store;
}

LocalStore::~LocalStore() = default;

}  // namespace lagoon::contrastive
