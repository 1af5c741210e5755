#include "contrastive/inference/embed.hpp"

#include <cmath>
#include <limits>

#include "contrastive/torch_embeddings.hpp"

namespace lagoon::contrastive {
namespace {

/// The power of two nearest to the root of `square`; 1 for 0.
double unit_of(double square) {
  return square > 0 ? std::exp2(std::round(std::log2(square) / 2)) : 1;
}

}  // namespace

Embedder::Embedder(const Model& model, const torch::Tensor& features_u,
                   const torch::Tensor& features_v)
    : model_(&model) {
  if (model.tilting() != Tilting::quadratic) return;
  const torch::NoGradGuard no_grad;
  const torch::Tensor z =
      at::cat({model.u().embed(features_u), model.v().embed(features_v)}).to(at::kDouble);
  const torch::Tensor mean = z.mean(0);
  const double spread = (z - mean).square().sum(1).mean().item<double>();
  centre_ = mean.to(at::kFloat);
  unit_ = at::full({}, unit_of(spread / 2), at::kDouble);
}

Embedder::Embedder(const Model& model, const datasets::SafeTensors& file, const std::string& prefix)
    : model_(&model) {
  if (model.tilting() != Tilting::quadratic) return;
  centre_ = get_tensor(file, prefix, "centre");
  unit_ = get_tensor(file, prefix, "unit");
}

Embeddings Embedder::u(const torch::Tensor& features) const {
  return embed(features, true);
}

Embeddings Embedder::v(const torch::Tensor& features) const {
  return embed(features, false);
}

NamedTensors Embedder::state() const {
  if (!centre_.defined()) return {};
  return {{"centre", centre_}, {"unit", unit_}};
}

torch::Tensor Embedder::rows(const torch::Tensor& z, bool of_u) const {
  if (model_->tilting() == Tilting::cosine) return unit_rows(z).contiguous();
  if (model_->tilting() == Tilting::inner_product) return z.contiguous();
  torch::Tensor d = z - centre_;
  const torch::Tensor squares = d.to(at::kDouble).square().sum(1, /*keepdim=*/true);
  // A row whose square no float holds is as far off as a number can be from every other: it is
  // compared, not refused.
  constexpr double kFarthest = std::numeric_limits<float>::lowest();
  const torch::Tensor exact = squares / (-2 * unit_);
  d = at::where(exact < kFarthest, at::zeros_like(d), d);
  const torch::Tensor halves = exact.clamp_min(kFarthest).to(at::kFloat);
  const torch::Tensor units = at::ones_like(halves) * unit_;
  return at::cat(of_u ? std::vector<torch::Tensor>{d, halves, units}
                      : std::vector<torch::Tensor>{d, units, halves},
                 1)
      .to(at::kFloat);
}

Embeddings Embedder::embed(const torch::Tensor& features, bool of_u) const {
  const Encoder& encoder = of_u ? model_->u() : model_->v();
  return embed_in_blocks(
      features, [&](const torch::Tensor& block) { return rows(encoder.embed(block), of_u); });
}

}  // namespace lagoon::contrastive
