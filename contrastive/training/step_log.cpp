#include "contrastive/training/step_log.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lagoon::contrastive {
namespace {

/// "3, 17, 20, ..."
std::string first_few(const std::vector<std::int64_t>& flows) {
  constexpr std::size_t kFew = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(flows.size(), kFew); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(flows[i]);
  }
  return text + (flows.size() > kFew ? ", ..." : "");
}

/// One number a step, read in one go.
template <typename Entries, typename Member>
std::vector<double> numbers(const Entries& entries, Member member) {
  std::vector<torch::Tensor> scalars;
  for (const auto& entry : entries) scalars.push_back((entry.*member).detach().reshape({}));
  const torch::Tensor all = at::stack(scalars).to(at::kCPU, at::kDouble);
  return {all.data_ptr<double>(), all.data_ptr<double>() + all.numel()};
}

}  // namespace

void StepLog::add(std::int64_t step, const StepRecord& record) {
  entries_.push_back({step, record.loss, record.gradient_norm});
}

std::vector<SkipRecord> StepLog::collect(RunState& state) {
  std::vector<SkipRecord> skipped;
  if (entries_.empty()) return skipped;
  const auto losses = numbers(entries_, &Entry::loss);
  const auto norms = numbers(entries_, &Entry::gradient_norm);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (std::isfinite(losses[i]) && std::isfinite(norms[i])) {
      ++state.pending.n_steps;
      state.pending.loss += losses[i];
      state.pending.gradient_norm += norms[i];
      state.skipped_in_row = 0;
      continue;
    }
    ++state.skipped;
    ++state.skipped_in_row;
    skipped.push_back({entries_[i].step, losses[i], norms[i], state.skipped_in_row, {}, {}});
  }
  entries_.clear();
  return skipped;
}

std::vector<std::int64_t> flows_of_step(const TrainingFlows& flows, const TrainingOptions& options,
                                        std::int64_t step) {
  if (flows.stream) {
    std::vector<std::int64_t> samples(static_cast<std::size_t>(options.batch_size));
    const std::int64_t begin = first_sample(BatchStream::pairs);
    std::iota(samples.begin(), samples.end(), begin + step * options.batch_size);
    return samples;
  }
  const auto rows = flows.file->rows(datasets::Split::train);
  Batches batches(static_cast<std::int64_t>(rows.size()), options.batch_size, options.seed);
  std::vector<std::int64_t> taken;
  for (const std::int64_t i : batches.rows(step))
    taken.push_back(rows[static_cast<std::size_t>(i)]);
  return taken;
}

std::vector<std::int64_t> places_not_finite(const PairBatch& batch) {
  const auto finite = [](const torch::Tensor& rows) {
    return at::isfinite(rows).reshape({rows.size(0), -1}).all(1);
  };
  const torch::Tensor bad =
      at::nonzero(at::logical_not(at::logical_and(finite(batch.u), finite(batch.v))))
          .to(at::kCPU)
          .reshape({-1});
  return {bad.data_ptr<std::int64_t>(), bad.data_ptr<std::int64_t>() + bad.numel()};
}

Error too_many_skipped(const SkipRecord& skip) {
  const std::string blame =
      skip.not_finite.empty()
          ? "begin a new run with a lower --learning-rate; its flows were " + first_few(skip.flows)
          : "flows " + first_few(skip.not_finite) + " hold NaN or Inf: leave them out";
  return Error("step " + std::to_string(skip.step) + " is the last of " +
               std::to_string(skip.in_a_row) +
               " in a row whose loss or gradient is not finite: " + blame +
               " (RUN/skipped.jsonl has all; the last checkpoint, if there is one, holds the last "
               "good weights)");
}

}  // namespace lagoon::contrastive
