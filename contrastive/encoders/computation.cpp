#include "contrastive/encoders/computation.hpp"

namespace lagoon::contrastive {
namespace {

thread_local Computation of_thread;

}  // namespace

const Computation& computation() {
  return of_thread;
}

ComputationGuard::ComputationGuard(const Computation& computation) : before_(of_thread) {
  of_thread = computation;
}

ComputationGuard::~ComputationGuard() {
  of_thread = before_;
}

}  // namespace lagoon::contrastive
