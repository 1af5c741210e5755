#include "contrastive/encoders/lenet.hpp"

#include <string>

namespace lagoon::contrastive {
namespace {

constexpr std::int64_t kFilter = 5;  // sides of a filter, in pixels
constexpr std::int64_t kMargin = 2;  // so that strokes at the edge are seen by every weight
constexpr std::int64_t kEdges = 6, kStrokes = 16;
constexpr std::int64_t kPooledSide = 5;  // ((28 + 2 * 2 - 4) / 2 - 4) / 2
constexpr std::int64_t kHidden = 120;

std::shared_ptr<Linear> rectified(std::int64_t n_in, std::int64_t n_out, WeightSource& weights) {
  return std::make_shared<Linear>(n_in, n_out, he_std(n_in), /*with_bias=*/true, weights);
}

/// Pooling before the ReLU is the same, and four times less work for it.
torch::Tensor pooled_relu(const torch::Tensor& x) {
  return at::relu(at::max_pool2d(x, {2, 2}));
}

}  // namespace

LeNet::LeNet(std::int64_t n_out, WeightSource& weights) {
  edges_ = add_filters("edges", 1, kEdges, weights);
  strokes_ = add_filters("strokes", kEdges, kStrokes, weights);
  hidden_ =
      register_module("hidden", rectified(kStrokes * kPooledSide * kPooledSide, kHidden, weights));
  last_hidden_ = register_module("last_hidden", rectified(kHidden, kPenultimate, weights));
  output_ = register_module(
      "output", std::make_shared<Linear>(kPenultimate, n_out, inverse_root(kPenultimate),
                                         /*with_bias=*/true, weights));
}

LeNet::Filters LeNet::add_filters(const char* name, std::int64_t n_in, std::int64_t n_out,
                                  WeightSource& weights) {
  const std::int64_t fan_in = n_in * kFilter * kFilter;
  return {register_parameter(std::string(name) + "_weight",
                             weights.normal({n_out, n_in, kFilter, kFilter}, he_std(fan_in))),
          register_parameter(std::string(name) + "_bias", at::zeros({n_out}))};
}

torch::Tensor LeNet::penultimate(const torch::Tensor& images) const {
  torch::Tensor x = images.view({-1, 1, kSide, kSide});
  x = pooled_relu(at::conv2d(x, edges_.weight, edges_.bias, /*stride=*/1, kMargin));
  x = pooled_relu(at::conv2d(x, strokes_.weight, strokes_.bias));
  x = at::relu(hidden_->forward(x.flatten(1)));
  return at::relu(last_hidden_->forward(x));
}

torch::Tensor LeNet::forward(const torch::Tensor& images) const {
  return output_->forward(penultimate(images)).to(images.scalar_type());
}

}  // namespace lagoon::contrastive
