#include "pipelines/import/fields/explained_variance.hpp"

namespace lagoon::pipelines {
namespace {

using Values = std::vector<double>;

// Sums of squares, of a field and of what is left of it.
struct Shares {
  double all = 0, left = 0;
  double explained() const { return 1 - left / all; }
};

// Sum of squares about the mean over the marked points.
double squares_inside(const Values& values, const std::vector<char>& inside) {
  double count = 0, sum = 0, squares = 0;
  for (std::size_t p = 0; p < values.size(); ++p) {
    if (!inside[p]) continue;
    ++count;
    sum += values[p];
  }
  const double mean = sum / count;
  for (std::size_t p = 0; p < values.size(); ++p) {
    if (inside[p]) squares += (values[p] - mean) * (values[p] - mean);
  }
  return squares;
}

Values difference(Values a, const Values& b) {
  for (std::size_t p = 0; p < a.size(); ++p) a[p] -= b[p];
  return a;
}

void add(Shares& shares, const Values& field, const Values& kept, const std::vector<char>& inside) {
  shares.all += squares_inside(field, inside);
  shares.left += squares_inside(difference(field, kept), inside);
}

// (-d psi/dy, d psi/dx) in m/s on a torus of `side` metres.
struct GridVelocity {
  Values x, y;
};

GridVelocity velocity_of(const flow::SpectralField& psi, int n, double side) {
  return {flow::grid_values(flow::scaled(flow::derivative_y(psi), -1 / side), n),
          flow::grid_values(flow::scaled(flow::derivative_x(psi), 1 / side), n)};
}

struct Sums {
  Shares psi, velocity, psi_inside, velocity_inside, given_velocity;
};

void add_snapshot(Sums& sums, const SnapshotProjection& snapshot, int max_wavenumber, double side) {
  const flow::SpectralField kept = flow::truncate(snapshot.psi, max_wavenumber);
  const double psi = flow::variance(snapshot.psi), speed = flow::velocity_variance(snapshot.psi);
  sums.psi.all += psi;
  sums.psi.left += psi - flow::variance(kept);
  sums.velocity.all += speed;
  sums.velocity.left += speed - flow::velocity_variance(kept);
  add(sums.psi_inside, flow::grid_values(snapshot.psi, snapshot.n),
      flow::grid_values(kept, snapshot.n), snapshot.inside);
  const GridVelocity all = velocity_of(snapshot.psi, snapshot.n, side);
  const GridVelocity part = velocity_of(kept, snapshot.n, side);
  add(sums.velocity_inside, all.x, part.x, snapshot.inside);
  add(sums.velocity_inside, all.y, part.y, snapshot.inside);
  if (snapshot.given.x.empty()) return;
  add(sums.given_velocity, snapshot.given.x, part.x, snapshot.inside);
  add(sums.given_velocity, snapshot.given.y, part.y, snapshot.inside);
}

}  // namespace

std::vector<ExplainedVariance> explained_variances(const std::vector<SnapshotProjection>& snapshots,
                                                   const std::vector<int>& wavenumbers,
                                                   double side) {
  std::vector<ExplainedVariance> rows;
  for (const int wavenumber : wavenumbers) {
    Sums sums;
    for (const auto& snapshot : snapshots) add_snapshot(sums, snapshot, wavenumber, side);
    const flow::ModeSet modes = flow::half_plane_modes(wavenumber);
    const auto psi_hat = half_plane_psi_hat(snapshots, wavenumber);
    rows.push_back({wavenumber, sums.psi.explained(), sums.velocity.explained(),
                    sums.psi_inside.explained(), sums.velocity_inside.explained(),
                    sums.given_velocity.explained(),
                    flow::fit_random_mode_prior("power", modes, psi_hat),
                    flow::fit_random_mode_prior("matern", modes, psi_hat)});
  }
  return rows;
}

std::vector<std::complex<double>> half_plane_psi_hat(
    const std::vector<SnapshotProjection>& snapshots, int max_wavenumber) {
  const flow::ModeSet modes = flow::half_plane_modes(max_wavenumber);
  std::vector<std::complex<double>> all;
  for (const auto& snapshot : snapshots) {
    const auto psi_hat = flow::project(snapshot.psi, modes);
    all.insert(all.end(), psi_hat.begin(), psi_hat.end());
  }
  return all;
}

}  // namespace lagoon::pipelines
