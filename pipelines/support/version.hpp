#pragma once

#include <string>

namespace lagoon::pipelines {

/// "LibTorch 1.13.0, HDF5 1.10.8, FFTW 3.3.10": what the program was built with.
std::string library_versions();

}  // namespace lagoon::pipelines
