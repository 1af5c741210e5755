#include "contrastive/inference/encoder_pair.hpp"

#include <optional>
#include <utility>

#include "contrastive/inference/amortised/position_features.hpp"
#include "contrastive/inference/embed.hpp"
#include "contrastive/objective/model.hpp"
#include "contrastive/torch_errors.hpp"
#include "contrastive/training/checkpoint/checkpoint.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {

struct EncoderPair::State {
  explicit State(Checkpoint checkpoint)
      : run(std::move(checkpoint.state)),
        law(std::move(checkpoint.law)),
        maps(FeatureMaps::load(run.model, law, checkpoint.tensors)),
        model(make_model(run.model, run.training, law, maps)),
        embedder(model, checkpoint.tensors, kEmbedderTensors),
        position_features(PositionFeatures::make(law, maps.v)) {
    load_tensors(checkpoint.tensors, "model", model.state());
  }

  RunState run;
  flow::Law law;
  FeatureMaps maps;
  Model model;
  Embedder embedder;
  std::optional<PositionFeatures> position_features;
};

EncoderPair::EncoderPair(std::unique_ptr<State> state) : state_(std::move(state)) {}
EncoderPair::EncoderPair(EncoderPair&&) noexcept = default;
EncoderPair& EncoderPair::operator=(EncoderPair&&) noexcept = default;
EncoderPair::~EncoderPair() = default;

EncoderPair EncoderPair::load(const std::filesystem::path& run_dir, const std::string& which) {
  return with_torch_errors(
      [&] { return EncoderPair(std::make_unique<State>(read_checkpoint(run_dir, which))); });
}

const flow::Law& EncoderPair::law() const {
  return state_->law;
}
const ModelOptions& EncoderPair::options() const {
  return state_->run.model;
}
const ObjectiveOptions& EncoderPair::objective() const {
  return state_->run.training.objective;
}
double EncoderPair::temperature() const {
  return state_->model.temperature().value();
}
std::int64_t EncoderPair::step() const {
  return state_->run.step;
}
std::int64_t EncoderPair::n_parameters() const {
  return state_->model.n_parameters();
}
std::uint64_t EncoderPair::data_seed() const {
  return state_->run.data_seed;
}

Embeddings EncoderPair::embed_eulerian(std::span<const std::complex<double>> psi_hat) const {
  const auto n_modes = static_cast<std::int64_t>(state_->law.n_modes());
  return with_torch_errors(
      [&] { return state_->embedder.u(state_->maps.u.apply(raw_coefficients(psi_hat, n_modes))); });
}

Embeddings EncoderPair::embed_lagrangian(std::span<const double> x,
                                         std::span<const double> y) const {
  return with_torch_errors([&] {
    return state_->embedder.v(state_->position_features
                                  ? state_->position_features->apply(x, y)
                                  : state_->maps.v.apply(raw_trajectories(state_->law, x, y)));
  });
}

void require_same_law(const EncoderPair& encoders, const datasets::Reader& data) {
  const std::string field = flow::first_difference(encoders.law(), data.law());
  require(field.empty(), data.path().string() + ": its law differs from the run's in " + field +
                             ": use data of the same law (generate --law-from RUN)");
}

}  // namespace lagoon::contrastive
