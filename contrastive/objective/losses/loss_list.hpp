#pragma once

#include <string>
#include <vector>

namespace lagoon::contrastive {

/// What losses heed beside the scores: bits of a sum.
enum LossTraits : unsigned {
  kWeighted = 1,  ///< lambda_u and lambda_v
  kStreamed = 2,  ///< evaluation: it has a way that never holds the matrix of scores
  kCompared = 4,  ///< kernel, statistic and bandwidths: it compares the encoders' inputs
  kBiased = 8     ///< a bias that is learned
};

/// The losses there are (losses.def), in the order of help.
std::vector<std::string> loss_names();

/// Those that heed all of `traits`.
std::vector<std::string> losses_that_heed(unsigned traits);

/// False for the name of no loss.
bool heeds(const std::string& loss, unsigned traits);

}  // namespace lagoon::contrastive
