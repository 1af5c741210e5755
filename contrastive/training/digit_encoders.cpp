#include "contrastive/training/digit_encoders.hpp"

#include <algorithm>

#include "contrastive/encoders/lenet.hpp"
#include "contrastive/encoders/named_tensors.hpp"
#include "contrastive/encoders/one_hot.hpp"
#include "contrastive/threads.hpp"
#include "contrastive/torch_embeddings.hpp"
#include "contrastive/torch_errors.hpp"
#include "contrastive/training/fit.hpp"
#include "contrastive/training/step/batches.hpp"
#include "datasets/safetensors.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

using datasets::Digits;

constexpr const char* kPrefix = "lenet";

/// Thrown through fit() where after_step says stop.
struct Stopped {};

/// Grey levels 0 to 255 -> 0 to 1.
torch::Tensor as_images(const torch::Tensor& bytes) {
  return bytes.to(at::kFloat) / 255;
}

/// The pixels' own memory as a tensor (n, 784).
torch::Tensor as_tensor(std::span<const std::uint8_t> pixels) {
  require(!pixels.empty() && pixels.size() % Digits::kPixels == 0,
          std::to_string(pixels.size()) + " pixels are no images of 784: give whole images");
  return at::from_blob(
      const_cast<std::uint8_t*>(pixels.data()),
      {static_cast<std::int64_t>(pixels.size()) / Digits::kPixels, Digits::kPixels}, at::kByte);
}

void require_labels(const Digits& digits, std::int64_t n_labels) {
  const auto largest = std::ranges::max_element(digits.labels);
  require(largest == digits.labels.end() || *largest < n_labels,
          "an image has label " + std::to_string(largest == digits.labels.end() ? 0 : *largest) +
              ", the encoder " + std::to_string(n_labels) + " outputs: leave such images out");
}

/// Rows (n, E) of `map` over all images.
template <typename Map>
Embeddings embed_images(std::span<const std::uint8_t> pixels, const Map& map) {
  return with_torch_errors([&] {
    return embed_in_blocks(as_tensor(pixels),
                           [&](const torch::Tensor& bytes) { return map(as_images(bytes)); });
  });
}

}  // namespace

struct DigitEncoder::State {
  State(std::int64_t n, std::uint64_t seed) : n_labels(n) {
    WeightSource weights(seed);
    lenet = std::make_shared<LeNet>(n, weights);
  }

  std::int64_t n_labels;
  std::shared_ptr<LeNet> lenet;
};

DigitEncoder::DigitEncoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
DigitEncoder::DigitEncoder(DigitEncoder&&) noexcept = default;
DigitEncoder& DigitEncoder::operator=(DigitEncoder&&) noexcept = default;
DigitEncoder::~DigitEncoder() = default;

std::optional<DigitEncoder> DigitEncoder::train(
    const Digits& digits, std::int64_t n_labels, const TrainingOptions& options,
    const std::function<bool(const DigitStep&)>& after_step) {
  require_labels(digits, n_labels);
  set_threads(options.threads);
  auto state = std::make_unique<State>(n_labels, options.seed);
  Model model(state->lenet, std::make_shared<OneHot>(n_labels), Tilting::inner_product,
              std::make_shared<Temperature>(1.0, /*learned=*/false));
  const auto steps = total_steps(options, digits.n());
  const torch::Tensor pixels = as_tensor(digits.pixels), labels = row_index(digits.labels);
  Batches batches(digits.n(), options.batch_size, options.seed);
  const auto draw = [&](std::int64_t step) -> PairBatch {
    const torch::Tensor rows = row_index(batches.rows(step));
    return {as_images(pixels.index_select(0, rows)), labels.index_select(0, rows)};
  };
  try {
    fit(model, options, steps, draw, [&](const FitRecord& record) {
      if (after_step({record.step, record.total_steps, record.loss()})) throw Stopped{};
    });
  } catch (const Stopped&) {
    return {};
  }
  // fit() took the shared LeNet to where it trained; images are given on the CPU.
  with_torch_errors([&] { state->lenet->to(at::kCPU); });
  return DigitEncoder(std::move(state));
}

std::int64_t DigitEncoder::n_labels() const {
  return state_->n_labels;
}

Embeddings DigitEncoder::logits(std::span<const std::uint8_t> pixels) const {
  return embed_images(pixels, [&](const auto& images) { return state_->lenet->forward(images); });
}

Embeddings DigitEncoder::penultimate(std::span<const std::uint8_t> pixels) const {
  return embed_images(pixels,
                      [&](const auto& images) { return state_->lenet->penultimate(images); });
}

void DigitEncoder::save(const std::filesystem::path& path, const std::string& provenance) const {
  datasets::SafeTensors file;
  file.metadata["provenance"] = provenance;
  with_torch_errors([&] { put_tensors(file, kPrefix, named_tensors(*state_->lenet)); });
  datasets::write_safetensors(path, file);
}

DigitEncoder DigitEncoder::load(const std::filesystem::path& path, std::int64_t n_labels,
                                const std::string& provenance) {
  const auto file = datasets::read_safetensors(path);
  const auto found = file.metadata.find("provenance");
  require(found != file.metadata.end() && found->second == provenance,
          path.string() +
              ": weights of other data or settings (resume with those that they were "
              "trained on, or begin anew with --force)");
  auto state = std::make_unique<State>(n_labels, 0);
  with_torch_errors([&] { load_tensors(file, kPrefix, named_tensors(*state->lenet)); });
  return DigitEncoder(std::move(state));
}

}  // namespace lagoon::contrastive
