#include "contrastive/objective/objective.hpp"

#include <algorithm>
#include <cmath>

#include "contrastive/objective/losses/batch_scores.hpp"
#include "contrastive/objective/losses/loss_list.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

void require_complete(const ObjectiveOptions& options, const EncodedBatch& batch) {
  const torch::Tensor &u = batch.z_u, &v = batch.z_v;
  require(u.dim() == 2 && v.dim() == 2 && u.size(1) == v.size(1),
          "embeddings are not matrices of one width: give z_u (B_u, E) and z_v (B_v, E)");
  require_valid(batch.targets, u.size(0), v.size(0));
  if (!options.has_second_batch()) return;
  for (const torch::Tensor& negatives : {batch.negatives_u, batch.negatives_v}) {
    require(negatives.defined() && negatives.dim() == 2 && negatives.size(1) == u.size(1),
            "negatives is 'second_batch': give negatives_u and negatives_v (M, E)");
  }
  require(!batch.targets.has_exclusions(),
          "negatives is 'second_batch', which has no pairs of the batch to exclude: give targets "
          "without exclusions");
}

using BatchLoss = torch::Tensor (*)(const LossInput& input);

BatchLoss find_loss(const std::string& name) {
#define LAGOON_LOSS(loss, traits) \
  if (name == #loss) return loss##_of_batch;
#include "contrastive/objective/losses/losses.def"
#undef LAGOON_LOSS
  throw Error("loss is '" + name + "', which there is not");
}

}  // namespace

torch::Tensor batch_loss(const ObjectiveOptions& options, Tilting tilting,
                         const EncodedBatch& batch, const torch::Tensor& inverse_temperature,
                         const torch::Tensor& sigmoid_bias) {
  require_complete(options, batch);
  const BatchScores scores = {tilting, inverse_temperature, options.evaluation == "streaming"};
  const std::int64_t size = (options.has_second_batch() ? batch.negatives_u : batch.z_u).size(0);
  const auto bias = bias_or_start(options, sigmoid_bias, size, batch.z_u.options());
  return find_loss(options.loss)({options, batch, scores, bias});
}

double sigmoid_bias_start(const ObjectiveOptions& options, std::int64_t batch_size) {
  const std::int64_t n = options.has_second_batch() ? batch_size : batch_size - 1;
  return -std::log(static_cast<double>(std::max<std::int64_t>(n, 1)));
}

torch::Tensor bias_or_start(const ObjectiveOptions& options, const torch::Tensor& learned,
                            std::int64_t batch_size, const at::TensorOptions& like) {
  if (learned.defined() || !heeds(options.loss, kBiased)) return learned;
  return at::full({}, sigmoid_bias_start(options, batch_size), like);
}

}  // namespace lagoon::contrastive
