#pragma once

#include "contrastive/options.hpp"

namespace lagoon::contrastive {

/// Whether these options train on a GPU of this machine. Throws Error for `cuda` without one.
bool trains_on_gpu(const TrainingOptions& options);

/// Floating-point operations a second that matrix products of these options' precision reach here,
/// on all their threads: the best of several products of a size that leaves the memory out of it
/// (512 on a CPU, a tenth of a second in all; 8,192 on a GPU). What utilisation is measured by.
double measured_peak(const TrainingOptions& options);

}  // namespace lagoon::contrastive
