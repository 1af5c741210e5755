#include "contrastive/bridging/link_scores.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "contrastive/threads.hpp"
#include "contrastive/torch_embeddings.hpp"
#include "contrastive/torch_errors.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

constexpr std::int64_t kGridTile = 256;

torch::Tensor half_square_lengths(const torch::Tensor& rows) {
  return 0.5 * at::sum(rows * rows, {1}, /*keepdim=*/true);
}

}  // namespace

void require_link(const Embeddings& x, const Embeddings& y, const Link& link) {
  require(x.dim == y.dim && x.dim > 0, "embeddings of dimension " + std::to_string(x.dim) +
                                           " are compared with some of dimension " +
                                           std::to_string(y.dim) + ": give one space");
  require(std::isfinite(link.scale),
          "scale " + std::to_string(link.scale) + " of a critic: give a number");
}

torch::Tensor prepared_rows(const Embeddings& embeddings, std::int64_t first, std::int64_t count,
                            Critic critic) {
  torch::Tensor rows = rows_of(embeddings, first, count).to(at::kDouble);
  require(std::isfinite(rows.sum().item<double>()),
          "an embedding among rows " + std::to_string(first) + " to " +
              std::to_string(first + count - 1) + " is not finite: give finite ones");
  if (critic != Critic::cosine) return rows;
  const torch::Tensor lengths = rows.norm(2, {1}, /*keepdim=*/true);
  require(count == 0 || lengths.min().item<double>() > 0,
          "an embedding among rows " + std::to_string(first) + " to " +
              std::to_string(first + count - 1) +
              " is 0 and has no cosine: leave it out, or use the critic dot or l2");
  return rows / lengths;
}

torch::Tensor link_scores(const Link& link, const torch::Tensor& x, const torch::Tensor& y) {
  torch::Tensor scores = at::mm(x, y.t());
  if (link.critic == Critic::l2) {
    scores.sub_(half_square_lengths(x)).sub_(half_square_lengths(y).t());
  }
  return scores.mul_(link.scale);
}

ScoreGrid direct_scores(const Embeddings& a, const Embeddings& c, const Link& link) {
  require_link(a, c, link);
  ScoreGrid grid{a.n, c.n, std::vector<double>(static_cast<std::size_t>(a.n * c.n))};
  with_torch_errors([&] {
    const torch::NoGradGuard no_grad;
    const torch::Tensor columns = prepared_rows(c, 0, c.n, link.critic);
    run_tasks(static_cast<std::size_t>((a.n + kGridTile - 1) / kGridTile), [&](std::size_t tile) {
      const torch::NoGradGuard of_this_thread;
      const auto first = static_cast<std::int64_t>(tile) * kGridTile;
      const std::int64_t count = std::min(kGridTile, a.n - first);
      const auto scores =
          link_scores(link, prepared_rows(a, first, count, link.critic), columns).contiguous();
      std::copy_n(scores.data_ptr<double>(), count * c.n, grid.values.data() + first * c.n);
    });
  });
  return grid;
}

}  // namespace lagoon::contrastive
