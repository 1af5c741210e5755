#include "flow/assimilation/library/log_likelihoods.hpp"

#include <algorithm>
#include <atomic>
#include <string>
#include <vector>

#include "flow/assimilation/library/instruction_sets.hpp"
#include "flow/assimilation/library/packed_tracks.hpp"
#include "flow/assimilation/thread_seconds.hpp"
#include "flow/error.hpp"
#include "flow/integration/parallel.hpp"
#include "flow/integration/trajectories.hpp"
#include "flow/numerics/divide_up.hpp"

namespace lagoon::flow {
namespace {

constexpr std::size_t kMembers = library::kTileMembers;

void require_likelihood(const Law& law) {
  require(law.observation_noise_std > 0,
          "observation_noise_std is 0: the likelihood of a library's flows needs errors of "
          "observation (give the law noise)");
  require(law.diffusivity == 0, "diffusivity is " + std::to_string(law.diffusivity) +
                                    ": drifters of one flow part, and a library of flows has no "
                                    "trajectories to compare (give a law without)");
  require(
      !law.has_varying_amplitudes(),
      "damping is not 0: psi_hat at t = 0 does not say where a library's drifters go (give a law "
      "of constant amplitudes)");
}

/// One call: the library in blocks, each of which fills its columns of the result.
class Run {
 public:
  Run(const library::Kernel& kernel, const Law& law, std::span<const std::complex<double>> psi_hat,
      std::span<const Tracks> queries, const LibraryScheme& scheme)
      : kernel_(kernel),
        law_(law),
        psi_hat_(psi_hat),
        scheme_{Method::runge_kutta4, scheme.precision, scheme.steps_per_interval},
        queries_(law, queries) {}

  std::size_t n_members() const { return psi_hat_.size() / law_.n_modes(); }
  std::size_t n_blocks() const { return divide_up(n_members(), kMembers); }

  void fill_block(std::size_t block, LogLikelihoods& result) {
    const std::size_t first = block * kMembers;
    const std::size_t n = std::min(kMembers, n_members() - first);
    const double begin = thread_seconds();
    const library::PackedMembers members = packed(first, n);
    const double integrated = thread_seconds();
    const std::vector<double> sums = squared_distances(members);
    const double factor = -0.5 / (law_.observation_noise_std * law_.observation_noise_std);
    for (Eigen::Index query = 0; query < result.rows(); ++query) {
      const double* const row = sums.data() + static_cast<std::size_t>(query) * kMembers;
      for (std::size_t i = 0; i < n; ++i) {
        result(query, static_cast<Eigen::Index>(first + i)) = factor * row[i];
      }
    }
    integration_ += integrated - begin;
    comparison_ += thread_seconds() - integrated;
  }

  LibrarySeconds seconds() const { return {integration_, comparison_}; }

 private:
  library::PackedMembers packed(std::size_t first, std::size_t n) const {
    const std::size_t size = n * law_.n_positions();
    std::vector<double> x(size), y(size);
    const auto flows = psi_hat_.subspan(first * law_.n_modes(), n * law_.n_modes());
    integrate_fixed(law_, scheme_, {flows, {}, {}}, 1, x, y);
    library::PackedMembers members(law_);
    members.pack(x, y);
    return members;
  }

  /// (row, kTileMembers)
  std::vector<double> squared_distances(const library::PackedMembers& members) const {
    std::vector<double> sums(queries_.n_rows() * kMembers);
    for (std::size_t c = 0; c < library::n_chains(law_); ++c) {
      kernel_.add_squared_distances({members.chain(c), queries_.chain(c), queries_.seen(c),
                                     static_cast<int>(queries_.n_rows()), sums.data()});
    }
    return sums;
  }

  const library::Kernel& kernel_;
  const Law& law_;
  std::span<const std::complex<double>> psi_hat_;
  Scheme scheme_;
  library::PackedQueries queries_;
  std::atomic<double> integration_ = 0, comparison_ = 0;
};

}  // namespace

LogLikelihoods library_log_likelihoods(const library::Kernel& kernel, const Law& law,
                                       std::span<const std::complex<double>> psi_hat,
                                       std::span<const Tracks> queries, const LibraryScheme& scheme,
                                       LibrarySeconds* seconds) {
  require_likelihood(law);
  for (const Tracks& tracks : queries) require_shape(law, tracks);
  Run run(kernel, law, psi_hat, queries, scheme);
  LogLikelihoods result(static_cast<Eigen::Index>(queries.size()),
                        static_cast<Eigen::Index>(run.n_members()));
  parallel_for(run.n_blocks(), scheme.threads,
               [&](std::size_t block) { run.fill_block(block, result); });
  if (seconds != nullptr) *seconds = run.seconds();
  return result;
}

LogLikelihoods library_log_likelihoods(const Law& law,
                                       std::span<const std::complex<double>> psi_hat,
                                       std::span<const Tracks> queries, const LibraryScheme& scheme,
                                       LibrarySeconds* seconds) {
  return library_log_likelihoods(library::chosen_kernel(), law, psi_hat, queries, scheme, seconds);
}

}  // namespace lagoon::flow
