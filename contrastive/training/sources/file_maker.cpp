#include "contrastive/training/sources/file_maker.hpp"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

namespace lagoon::contrastive {

FileMaker::FileMaker(const datasets::Reader& file, FeatureMaps maps,
                     std::vector<std::int64_t> train, std::int64_t batch_size, std::uint64_t seed,
                     const BatchRows& rows)
    : reader_(file),
      maps_(std::move(maps)),
      train_(std::move(train)),
      batches_(FileMaker::n_train(), batch_size, seed, rows) {}

PairedFeatures FileMaker::make(std::int64_t step, std::int64_t n_steps, BatchStream stream) const {
  return read(batches_.rows(step, n_steps, stream));
}

PairedFeatures FileMaker::first(std::int64_t n) const {
  std::vector<std::int64_t> places(static_cast<std::size_t>(n));
  std::iota(places.begin(), places.end(), 0);
  return read(std::move(places));
}

PairedFeatures FileMaker::read(std::vector<std::int64_t> places) const {
  for (auto& place : places) place = train_[static_cast<std::size_t>(place)];
  const auto n = static_cast<std::int64_t>(places.size());
  PairedFeatures features = empty_features(maps_, n);
  const std::int64_t at_once = flows_at_once(reader_.law());
  for (std::int64_t begin = 0; begin < n; begin += at_once) {
    const std::int64_t count = std::min(at_once, n - begin);
    const auto flows =
        std::span(places).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count));
    put_features(maps_, reader_.law(), reader_.read(flows), begin, features);
  }
  return features;
}

}  // namespace lagoon::contrastive
