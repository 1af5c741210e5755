#pragma once

#include <string>

#include "contrastive/bridging/critic.hpp"

namespace lagoon::contrastive {

/// Nats by which a link tells the samples of a pool apart: the mean over the rows a of
/// KL(softmax over m of link(a, b_m) || uniform), an estimate of the pair's mutual information from
/// scores alone, which no pool can show to be more than log M. The rows are a's first `most`.
double pool_information(const Embeddings& a, const Embeddings& pool, const Link& link,
                        std::int64_t most = 256);

/// Why a pool of M is too small for links of such information, or "": the exponential of the
/// information must stay well below M, and is counted as too near within two nats of log M, where
/// the mean is carried by a handful of samples. The information is that of the pool's first `seen`
/// samples: within two nats of log(seen) it is a lower bound only, and tells of no larger pool.
std::string pool_warning(double information_ab, double information_bc, std::int64_t seen,
                         std::int64_t samples);

}  // namespace lagoon::contrastive
