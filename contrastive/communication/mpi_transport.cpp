#include <algorithm>
#include <stdexcept>
#include <string>
#include <thread>

#include <ATen/ATen.h>
#include <mpi.h>

#include "contrastive/communication/transports.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

using Clock = std::chrono::steady_clock;

void check(int code) {
  if (code == MPI_SUCCESS) return;
  std::string text(MPI_MAX_ERROR_STRING, '\0');
  int length = 0;
  MPI_Error_string(code, text.data(), &length);
  throw std::runtime_error(text.substr(0, length));
}

MPI_Datatype type_of(const at::Tensor& tensor) {
  if (tensor.scalar_type() == at::kFloat) return MPI_FLOAT;
  return tensor.scalar_type() == at::kDouble ? MPI_DOUBLE : MPI_INT64_T;
}

/// Waits without holding the core, which computes while sums go on; MPI's own waiting would.
void wait(MPI_Request& request, std::chrono::seconds patience) {
  constexpr std::chrono::microseconds kAttentive{200}, kNap{20};
  const auto begin = Clock::now();
  for (int done = 0; done == 0;) {
    check(MPI_Test(&request, &done, MPI_STATUS_IGNORE));
    const auto waited = Clock::now() - begin;
    if (done != 0) return;
    if (waited > patience) {
      throw std::runtime_error("nothing heard for " + std::to_string(patience.count()) + " s");
    }
    if (waited < kAttentive) {
      std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(kNap);
    }
  }
}

/// MPI counts in int: tensors go in pieces. All calls come from the thread that begins MPI.
class MpiTransport : public Transport {
 public:
  explicit MpiTransport(const Launch& launch) : launch_(launch) {}

  /// After a failure MPI cannot be ended in order: its launcher then ends the other ranks.
  ~MpiTransport() override {
    int finalized = 0;
    if (!begun_ || failed_ || MPI_Finalized(&finalized) != MPI_SUCCESS || finalized != 0) return;
    MPI_Finalize();
  }

  std::string name() const override { return "mpi"; }
  void abandon() override { failed_ = true; }

  void sum(const at::Tensor& tensor, std::chrono::seconds patience) override {
    reduce(tensor, MPI_SUM, patience);
  }
  void maximum(const at::Tensor& tensor, std::chrono::seconds patience) override {
    reduce(tensor, MPI_MAX, patience);
  }

  void gather(const at::Tensor& own, const at::Tensor& all,
              std::chrono::seconds patience) override {
    if (own.numel() <= kMostNumbers) return gather_piece(own, all, patience);
    const at::Tensor flat = own.view(-1), table = all.view({all.size(0), -1});
    for (std::int64_t first = 0; first < flat.size(0); first += kMostNumbers) {
      const std::int64_t count = std::min(kMostNumbers, flat.size(0) - first);
      const at::Tensor piece = at::empty({all.size(0), count}, all.options());
      gather_piece(flat.narrow(0, first, count), piece, patience);
      table.narrow(1, first, count).copy_(piece);
    }
  }

 private:
  static constexpr std::int64_t kMostNumbers = std::int64_t{1} << 27;

  void begin() {
    if (begun_) return;
    int provided = 0, size = 0;
    check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided));
    begun_ = true;
    require(provided >= MPI_THREAD_FUNNELED,
            "this MPI takes no calls from a program with threads: use another, or --ranks 1");
    check(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN));
    check(MPI_Comm_size(MPI_COMM_WORLD, &size));
    if (size == launch_.size) return;
    throw Error(launch_.by + " started " + std::to_string(launch_.size) + " ranks, but MPI sees " +
                std::to_string(size) +
                ": it was built without this launcher's PMI (see srun --mpi=list); use mpirun");
  }

  /// Begins MPI if need be; remembers a failure.
  template <typename Start>
  void complete(const Start& start, std::chrono::seconds patience) {
    try {
      begin();
      MPI_Request request = MPI_REQUEST_NULL;
      check(start(&request));
      wait(request, patience);
    } catch (...) {
      failed_ = true;
      throw;
    }
  }

  template <typename Start>
  void for_each_piece(const at::Tensor& tensor, const Start& start, std::chrono::seconds patience) {
    const at::Tensor flat = tensor.view(-1);
    for (std::int64_t first = 0; first < flat.size(0); first += kMostNumbers) {
      const at::Tensor piece = flat.narrow(0, first, std::min(kMostNumbers, flat.size(0) - first));
      complete(
          [&](MPI_Request* request) {
            return start(piece.data_ptr(), static_cast<int>(piece.numel()), request);
          },
          patience);
    }
  }

  void reduce(const at::Tensor& tensor, MPI_Op operation, std::chrono::seconds patience) {
    for_each_piece(
        tensor,
        [&](void* values, int count, MPI_Request* request) {
          return MPI_Iallreduce(MPI_IN_PLACE, values, count, type_of(tensor), operation,
                                MPI_COMM_WORLD, request);
        },
        patience);
  }

  void gather_piece(const at::Tensor& own, const at::Tensor& all, std::chrono::seconds patience) {
    const int count = static_cast<int>(own.numel());
    complete(
        [&](MPI_Request* request) {
          return MPI_Iallgather(own.data_ptr(), count, type_of(own), all.data_ptr(), count,
                                type_of(own), MPI_COMM_WORLD, request);
        },
        patience);
  }

  Launch launch_;
  bool begun_ = false, failed_ = false;
};

}  // namespace

std::unique_ptr<Transport> mpi_transport(const Launch& launch) {
  return std::make_unique<MpiTransport>(launch);
}

}  // namespace lagoon::contrastive
