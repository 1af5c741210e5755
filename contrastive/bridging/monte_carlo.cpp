#include "contrastive/bridging/monte_carlo.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "contrastive/bridging/link_scores.hpp"
#include "contrastive/bridging/log_sums.hpp"
#include "contrastive/torch_errors.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

/// Bridge samples of one product: two sides of a thousand rows are 64 MB.
constexpr std::int64_t kPoolTile = 2048;

ScoreGrid to_grid(const torch::Tensor& values) {
  const torch::Tensor whole = values.contiguous();
  const auto* data = whole.data_ptr<double>();
  return {whole.size(0), whole.size(1), {data, data + whole.numel()}};
}

void require_pool(const Embeddings& b, const Embeddings& b_prime, std::int64_t first,
                  std::int64_t count) {
  require(b.n == b_prime.n, "the pool has " + std::to_string(b.n) + " samples for one pair and " +
                                std::to_string(b_prime.n) + " for the other: give the same ones");
  require(first >= 0 && count >= 0 && first + count <= b.n,
          "bridge samples " + std::to_string(first) + " to " + std::to_string(first + count) +
              " are asked for: there are " + std::to_string(b.n));
}

}  // namespace

struct MonteCarloSum::State {
  Link ab, bc;
  const Embeddings *a, *c;
  torch::Tensor rows, columns;
  LogSums sums;
  std::int64_t samples = 0;

  void add(const torch::Tensor& b, const torch::Tensor& b_prime) {
    sums.add([&](auto first, auto n) { return link_scores(ab, rows.narrow(0, first, n), b); },
             link_scores(bc, columns, b_prime));
    samples += b.size(0);
  }

  /// Sums over the pool as means.
  torch::Tensor mean(const torch::Tensor& log_sums) const {
    require(samples > 0, "the pool of bridge samples is empty: add some");
    return log_sums - std::log(static_cast<double>(samples));
  }
};

MonteCarloSum::MonteCarloSum(const Embeddings& a, const Link& ab, const Embeddings& c,
                             const Link& bc, bool with_errors) {
  require(a.n > 0 && c.n > 0, "a grid of scores needs at least one row and one column");
  with_torch_errors([&] {
    state_.reset(new State{ab, bc, &a, &c, prepared_rows(a, 0, a.n, ab.critic),
                           prepared_rows(c, 0, c.n, bc.critic), LogSums(a.n, c.n, with_errors)});
  });
}

MonteCarloSum::~MonteCarloSum() = default;

void MonteCarloSum::add(const Embeddings& b, const Embeddings& b_prime, std::int64_t first,
                        std::int64_t count) {
  State& s = *state_;
  require_pool(b, b_prime, first, count);
  require_link(*s.a, b, s.ab);
  require_link(b_prime, *s.c, s.bc);
  with_torch_errors([&] {
    const torch::NoGradGuard no_grad;
    for (std::int64_t done = 0; done < count; done += kPoolTile) {
      const std::int64_t n = std::min(kPoolTile, count - done);
      s.add(prepared_rows(b, first + done, n, s.ab.critic),
            prepared_rows(b_prime, first + done, n, s.bc.critic));
    }
  });
}

std::int64_t MonteCarloSum::samples() const {
  return state_->samples;
}

ScoreGrid MonteCarloSum::scores() const {
  return to_grid(state_->mean(state_->sums.values()));
}

ScoreGrid MonteCarloSum::self_normalized_scores() const {
  const LogSums& sums = state_->sums;
  return to_grid(state_->mean(sums.values()) - state_->mean(sums.row_values()).unsqueeze(1) -
                 state_->mean(sums.col_values()).unsqueeze(0));
}

MonteCarloEstimate MonteCarloSum::estimate() const {
  const LogSums& sums = state_->sums;
  require(sums.squares().defined(), "error bars were not asked for when the sums began");
  const double n = static_cast<double>(samples());
  const torch::Tensor effective = (2 * sums.values() - sums.squares()).exp().clamp(1, n);
  return {samples(), scores(), to_grid((1 / effective - 1 / n).clamp_min(0).sqrt()),
          to_grid(effective)};
}

ScoreGrid monte_carlo_scores(const Embeddings& a, const Embeddings& b, const Link& ab,
                             const Embeddings& b_prime, const Embeddings& c, const Link& bc) {
  MonteCarloSum sum(a, ab, c, bc);
  sum.add(b, b_prime);
  return sum.scores();
}

ScoreGrid self_normalized_scores(const Embeddings& a, const Embeddings& b, const Link& ab,
                                 const Embeddings& b_prime, const Embeddings& c, const Link& bc) {
  MonteCarloSum sum(a, ab, c, bc);
  sum.add(b, b_prime);
  return sum.self_normalized_scores();
}

MonteCarloEstimate monte_carlo_estimate(const Embeddings& a, const Embeddings& b, const Link& ab,
                                        const Embeddings& b_prime, const Embeddings& c,
                                        const Link& bc) {
  MonteCarloSum sum(a, ab, c, bc, /*with_errors=*/true);
  sum.add(b, b_prime);
  return sum.estimate();
}

}  // namespace lagoon::contrastive
