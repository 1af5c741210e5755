#pragma once

#include <memory>
#include <vector>

#include "flow/streamfunction.hpp"

namespace lagoon::flow {

/// Fields of a flow on the periodic n x n grid (i / n, j / n), by FFTW. Value (i, j), x index
/// first, is at [i * n + j]. The plan is made once and reused.
class GridFields {
 public:
  /// Throws Error unless n > 2 max_wavenumber(modes).
  GridFields(ModeSet modes, int n);
  ~GridFields();
  GridFields(GridFields&&) noexcept;
  GridFields& operator=(GridFields&&) noexcept;

  int n() const;

  /// psi, the two velocity components, or the vorticity of the flow at time t, each (n, n).
  std::vector<double> psi(const Flow& flow, double t);
  std::vector<double> velocity_x(const Flow& flow, double t);
  std::vector<double> velocity_y(const Flow& flow, double t);
  std::vector<double> vorticity(const Flow& flow, double t);

 private:
  struct Plan;
  std::unique_ptr<Plan> plan_;
};

}  // namespace lagoon::flow
