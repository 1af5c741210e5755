#include "pipelines/assimilation/observed/observed.hpp"

#include "datasets/drifters/storage/drifter_file.hpp"
#include "datasets/probe.hpp"
#include "flow/assimilation/control.hpp"
#include "flow/error.hpp"
#include "pipelines/assimilation/observed/drifter_study.hpp"
#include "pipelines/assimilation/observed/sample_study.hpp"
#include "pipelines/assimilation/observed/track_study.hpp"

namespace lagoon::pipelines {
namespace {

/// Something is seen, and something is held out.
Check inner_share() {
  return {
      "greater than 0 and less than 1", [](double value) { return value > 0 && value < 1; }, {}};
}

Check drift_terms() {
  return {"from 1 to " + std::to_string(flow::kMostDriftTerms),
          [](double value) { return value >= 1 && value <= flow::kMostDriftTerms; },
          {}};
}

}  // namespace

void declare_observed(OptionTable& table, ObservedRequest& r) {
  OptionGroup group(table, [](Option& option) { option.in_group("Real data"); });
  const auto held_out = [&r] { return r.hold_out != "none"; };
  const auto of_tracks = [&r] { return r.hold_out == "tracks"; };
  group.add("hold-out", &r.hold_out, one_of({"none", "blocks", "tracks", "drifters"}),
            "of DATA, whose flow nobody knows: spatial blocks of velocity samples, drifters and "
            "the ends of tracks, or drifters of a dataset");
  group
      .add("folds", &r.folds, at_least(2),
           "of blocks, windows or drifters: priors are fitted to the others")
      .only_if(held_out, "--hold-out");
  group.add("block-km", &r.block_km, positive(), "side of a block")
      .only_if([&r] { return r.hold_out == "blocks"; }, "--hold-out blocks");
  group
      .add("waves", &r.max_wavenumber, at_least(0),
           "largest |k| of the waves (0: 10 of blocks, 4 of tracks, 7 of drifters)")
      .only_if(held_out, "--hold-out");
  group
      .add("learned", &r.learning.learned, anything(),
           "train encoders for each case on flows of its prior, and forecast by them too")
      .only_if(held_out, "--hold-out");
  group
      .add("learned-flows", &r.learning.flows, at_least(r.learning.encoders.batch_size),
           "drawn of each case's prior to train on")
      .only_if([&r] { return r.hold_out != "none" && r.learning.learned; }, "--learned");
  group.add("window-hours", &r.window_hours, positive(), "of tracks that are assimilated together")
      .only_if(of_tracks, "--hold-out tracks");
  group.add("seen-share", &r.seen_share, inner_share(), "of a window, before its held-out end")
      .only_if(of_tracks, "--hold-out tracks");
  group
      .add("drift-terms", &r.drift_terms, drift_terms(),
           "cosines in time of the unknown mean velocity; 1: it is constant")
      .only_if(of_tracks, "--hold-out tracks");
}

ObservedStudy study_observed(const std::filesystem::path& data, const ObservedRequest& request,
                             const LearnedForecaster& learned, std::uint64_t seed, int threads) {
  if (request.hold_out == "drifters") return study_drifters(data, request, learned, seed, threads);
  datasets::probe_file(data, [](const std::filesystem::path& file) {
    if (datasets::is_drifter_file(file)) void(datasets::read_drifter_file(file));
  });
  require(datasets::is_drifter_file(data),
          data.string() +
              ": is no file of real drifters (write one by lagoon import, or give "
              "--hold-out drifters for a dataset)");
  return request.hold_out == "blocks" ? study_samples(data, request, learned, seed, threads)
                                      : study_tracks(data, request, learned, seed, threads);
}

}  // namespace lagoon::pipelines
