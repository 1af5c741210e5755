#pragma once

#include <torch/types.h>

namespace lagoon::contrastive {

/// How encoders compute on a thread.
struct Computation {
  at::ScalarType products = at::kFloat;  ///< or at::kBFloat16: of matrix products; sums and norms
                                         ///< are float32
  bool checkpointing = false;            ///< a block's activations are computed again in backward
};

/// The calling thread's: as default, unless a ComputationGuard says otherwise.
const Computation& computation();

/// While it lives, encoders compute so on its thread.
class ComputationGuard {
 public:
  /// From now on; with its life's end what was before comes back.
  explicit ComputationGuard(const Computation& computation);
  ~ComputationGuard();
  ComputationGuard(const ComputationGuard&) = delete;
  ComputationGuard& operator=(const ComputationGuard&) = delete;

 private:
  Computation before_;
};

}  // namespace lagoon::contrastive
