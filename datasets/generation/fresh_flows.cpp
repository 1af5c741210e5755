#include "datasets/generation/fresh_flows.hpp"

#include "datasets/generation/blocks.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

/// The description of a dataset of which every flow is of one split. It has no end: its number of
/// flows means nothing, and is 1 for those who check it.
Description all_of(const Description& given, const SplitFractions& fractions) {
  Description d;
  d.law = given.law;
  d.seed = given.seed;
  d.n_flows = 1;
  d.storage = Storage::float64;
  d.fractions = fractions;
  d.scheme = given.scheme;
  d.precision = given.precision;
  d.steps_per_interval = given.steps_per_interval;
  d.step = given.step;
  d.tolerance = given.tolerance;
  d.max_error = given.max_error;
  d.quantile_999_error = given.quantile_999_error;
  d.n_probe_flows = given.n_probe_flows;
  return d;
}

}  // namespace

FreshFlows::FreshFlows(const Description& description)
    : of_training_(all_of(description, {.validation = 0, .test = 0})),
      of_validation_(all_of(description, {.validation = 1, .test = 0})),
      of_test_(all_of(description, {.validation = 0, .test = 1})) {
  require_valid(of_training_);
  require(of_training_.steps_per_interval > 0,
          "the steps of fresh flows have not been chosen: give steps or a tolerance");
}

std::uint64_t FreshFlows::hash() const {
  return sample_hash(of_training_);
}

void FreshFlows::draw(Split split, std::int64_t first, std::int64_t count, int threads,
                      SampleBlock& block) const {
  const Description& d = split == Split::train        ? of_training_
                         : split == Split::validation ? of_validation_
                                                      : of_test_;
  generate_block(d, first, count, threads, block);
}

}  // namespace lagoon::datasets
