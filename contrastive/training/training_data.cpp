#include "contrastive/training/training_data.hpp"

#include <algorithm>
#include <functional>
#include <span>

#include "contrastive/threads.hpp"
#include "contrastive/torch_embeddings.hpp"

namespace lagoon::contrastive {
namespace {

struct RawPairs {
  torch::Tensor u;  // (n, 2 K) double
  torch::Tensor v;  // (n, 2 P J) double
};

/// Reads the flows [rows.front(), rows.back()] and keeps the rows.
RawPairs read_rows(const datasets::Reader& data, std::span<const std::int64_t> rows) {
  const std::int64_t first = rows.front();
  const std::int64_t count = rows.back() - first + 1;
  const auto positions = data.positions(first, count);
  const torch::Tensor keep = row_index(rows) - first;
  const auto n_modes = static_cast<std::int64_t>(data.law().n_modes());
  return {raw_coefficients(data.psi_hat(first, count), n_modes).index_select(0, keep),
          raw_trajectories(data.law(), positions.x, positions.y).index_select(0, keep)};
}

/// Visits the rows in stretches of at most 4,096 flows of the file (fewer of large trajectories),
/// with the number of rows visited before.
void visit_blocks(const datasets::Reader& data, std::span<const std::int64_t> rows,
                  Stopwatch& stopwatch,
                  const std::function<void(std::int64_t, const RawPairs&)>& visit) {
  constexpr std::int64_t kBlockValues = std::int64_t{1} << 23;
  const std::int64_t flows =
      std::clamp<std::int64_t>(kBlockValues / n_coordinates(data.law()), 1, 4096);
  std::size_t done = 0;
  while (done < rows.size()) {
    const auto end = std::lower_bound(rows.begin() + done, rows.end(), rows[done] + flows);
    const auto block = rows.subspan(done, end - (rows.begin() + done));
    visit(static_cast<std::int64_t>(done),
          stopwatch.time("load", [&] { return read_rows(data, block); }));
    done += block.size();
  }
}

RawPairs raw_pairs(const flow::Law& law, const datasets::SampleBlock& block) {
  return {raw_coefficients(block.psi_hat, static_cast<std::int64_t>(law.n_modes())),
          raw_trajectories(law, block.x, block.y)};
}

RawPairs draw_raw(const datasets::FreshFlows& flows, datasets::Split split, std::int64_t first,
                  std::int64_t n) {
  datasets::SampleBlock block;
  flows.draw(split, first, n, /*threads=*/1, block);
  return raw_pairs(flows.law(), block);
}

/// Calls visit(begin, count) for the blocks of n flows.
template <class Visit>
void visit_stretches(std::int64_t n, std::int64_t at_once, Visit&& visit) {
  for (std::int64_t begin = 0; begin < n; begin += at_once) {
    visit(begin, std::min(at_once, n - begin));
  }
}

void put_features(const FeatureMaps& maps, const RawPairs& raw, std::int64_t at,
                  const PairedFeatures& features) {
  features.u.narrow(0, at, raw.u.size(0)).copy_(maps.u.apply(raw.u));
  features.v.narrow(0, at, raw.v.size(0)).copy_(maps.v.apply(raw.v));
}

/// The first n raw training pairs, in blocks.
std::vector<RawPairs> first_raw(const TrainingFlows& flows, std::int64_t n, Stopwatch& stopwatch) {
  std::vector<RawPairs> blocks;
  if (flows.stream) {
    const std::int64_t at_once = flows_at_once(flows.law());
    blocks.resize(static_cast<std::size_t>((n + at_once - 1) / at_once));
    stopwatch.time("load", [&] {
      run_tasks(blocks.size(), [&](std::size_t i) {
        const std::int64_t first = static_cast<std::int64_t>(i) * at_once;
        blocks[i] =
            draw_raw(*flows.stream, datasets::Split::train, first, std::min(at_once, n - first));
      });
    });
    return blocks;
  }
  const auto rows = flows.file->rows(datasets::Split::train);
  visit_blocks(*flows.file, std::span(rows).first(static_cast<std::size_t>(n)), stopwatch,
               [&](auto, const RawPairs& raw) { blocks.push_back(raw); });
  return blocks;
}

/// Of a stream as many as are wanted, whatever the run takes of them.
std::int64_t fit_rows(const TrainingFlows& flows) {
  const std::int64_t wanted =
      std::min(kFitRows, std::max<std::int64_t>(kFitValues / n_coordinates(flows.law()), 2));
  return flows.stream ? wanted : std::min(wanted, flows.n_train({}));
}

}  // namespace

PairedFeatures empty_features(const FeatureMaps& maps, std::int64_t n) {
  return {at::empty({n, maps.u.n_features()}, at::kFloat),
          at::empty({n, maps.v.n_features()}, at::kFloat)};
}

void put_features(const FeatureMaps& maps, const flow::Law& law, const datasets::SampleBlock& block,
                  std::int64_t at, const PairedFeatures& features) {
  put_features(maps, raw_pairs(law, block), at, features);
}

FeatureMaps fit_feature_maps(const TrainingFlows& flows, const ModelOptions& options,
                             Stopwatch& stopwatch) {
  std::vector<torch::Tensor> u, v;
  for (const RawPairs& raw : first_raw(flows, fit_rows(flows), stopwatch)) {
    u.push_back(raw.u);
    v.push_back(raw.v);
  }
  return stopwatch.time("features", [&] {
    return FeatureMaps{CoefficientFeatures::fit(options, at::cat(u)),
                       TrajectoryFeatures::fit(options, flows.law(), at::cat(v))};
  });
}

PairedFeatures load_features(const datasets::Reader& data, const FeatureMaps& maps,
                             const std::vector<std::int64_t>& rows, Stopwatch& stopwatch) {
  PairedFeatures features = empty_features(maps, static_cast<std::int64_t>(rows.size()));
  visit_blocks(data, rows, stopwatch, [&](std::int64_t first, const RawPairs& raw) {
    stopwatch.time("features", [&] { put_features(maps, raw, first, features); });
  });
  return features;
}

PairedFeatures draw_features(const datasets::FreshFlows& flows, const FeatureMaps& maps,
                             datasets::Split split, std::int64_t first, std::int64_t n) {
  PairedFeatures features = empty_features(maps, n);
  visit_stretches(n, flows_at_once(flows.law()), [&](std::int64_t begin, std::int64_t count) {
    put_features(maps, draw_raw(flows, split, first + begin, count), begin, features);
  });
  return features;
}

PairedFeatures draw_features_together(const datasets::FreshFlows& flows, const FeatureMaps& maps,
                                      datasets::Split split, std::int64_t first, std::int64_t n) {
  PairedFeatures features = empty_features(maps, n);
  std::vector<std::pair<std::int64_t, std::int64_t>> stretches;
  visit_stretches(n, std::min<std::int64_t>(flows_at_once(flows.law()), 256),
                  [&](auto... stretch) { stretches.emplace_back(stretch...); });
  run_tasks(stretches.size(), [&](std::size_t i) {
    const auto [begin, count] = stretches[i];
    put_features(maps, draw_raw(flows, split, first + begin, count), begin, features);
  });
  return features;
}

PairedFeatures held_out_features(const TrainingFlows& flows, const FeatureMaps& maps,
                                 std::int64_t limit, Stopwatch& stopwatch) {
  if (flows.file) return load_features(*flows.file, maps, flows.held_out_rows(limit), stopwatch);
  return stopwatch.time("load", [&] {
    return draw_features_together(*flows.stream, maps, datasets::Split::validation, 0, limit);
  });
}

}  // namespace lagoon::contrastive
