#include "contrastive/bridging/pair_loss.hpp"

namespace lagoon::contrastive {
namespace {

torch::Tensor lengths(const torch::Tensor& rows) {
  constexpr double kLeastLength = 1e-12;
  return rows.norm(2, {1}, /*keepdim=*/true).clamp_min_(kLeastLength);
}

/// From the gradient of x / |x| to that of x.
torch::Tensor through_length(const torch::Tensor& unit, const torch::Tensor& length,
                             const torch::Tensor& gradient) {
  return (gradient - unit * (gradient * unit).sum(1, /*keepdim=*/true)) / length;
}

/// critic(x, y) of all pairs, x and y of unit length for the cosine.
torch::Tensor critic_values(Critic critic, const torch::Tensor& x, const torch::Tensor& y) {
  torch::Tensor values = at::mm(x, y.t());
  if (critic != Critic::l2) return values;
  values.sub_((x * x).sum(1, /*keepdim=*/true), 0.5);
  return values.sub_((y * y).sum(1).unsqueeze_(0), 0.5);
}

/// Gradients of x and y, given that of the critic's values.
void add_embedding_gradients(Critic critic, const torch::Tensor& x, const torch::Tensor& y,
                             const torch::Tensor& gradient, PairLoss& loss) {
  loss.left = at::mm(gradient, y);
  loss.right = at::mm(gradient.t(), x);
  if (critic != Critic::l2) return;
  loss.left.sub_(gradient.sum(1, /*keepdim=*/true) * x);
  loss.right.sub_(gradient.sum(0).unsqueeze_(1) * y);
}

}  // namespace

PairLoss pair_loss(const Link& link, const torch::Tensor& left, const torch::Tensor& right,
                   double weight) {
  const bool cosine = link.critic == Critic::cosine;
  const torch::Tensor left_length = cosine ? lengths(left) : torch::Tensor();
  const torch::Tensor right_length = cosine ? lengths(right) : torch::Tensor();
  const torch::Tensor x = cosine ? left / left_length : left;
  const torch::Tensor y = cosine ? right / right_length : right;
  const torch::Tensor scores = critic_values(link.critic, x, y).mul_(link.scale);
  const torch::Tensor by_row = scores.log_softmax(1), by_col = scores.log_softmax(0);
  const double each = weight / (2 * static_cast<double>(left.size(0)));
  PairLoss loss;
  loss.value = -each * (by_row.diagonal().sum() + by_col.diagonal().sum()).item<double>();
  torch::Tensor gradient = by_row.exp().add_(by_col.exp());
  gradient.diagonal().sub_(2);
  gradient.mul_(each);
  loss.log_scale = (gradient * scores).sum().item<double>();
  add_embedding_gradients(link.critic, x, y, gradient.mul_(link.scale), loss);
  if (!cosine) return loss;
  loss.left = through_length(x, left_length, loss.left);
  loss.right = through_length(y, right_length, loss.right);
  return loss;
}

}  // namespace lagoon::contrastive
