#pragma once

#include <cstdint>
#include <vector>

#include "contrastive/communication/communicator.hpp"
#include "contrastive/inference/retrieval.hpp"

namespace lagoon::contrastive {

class Embedder;

/// (n, columns) of which every rank has the rows of its share, Communicator::first_row, and gets
/// all. Number is float, double or std::int64_t; each share holds a row at least.
template <class Number>
std::vector<Number> gather_rows(const std::vector<Number>& own, std::int64_t n,
                                Communicator& ranks);

/// score_retrieval(embedder.u(u), embedder.v(v)) on every rank, which all have the features: each
/// embeds its share and ranks the partners of its share of the queries. To the bit what one process
/// finds.
RetrievalScores shared_scores(const Embedder& embedder, const at::Tensor& u, const at::Tensor& v,
                              Communicator& ranks);

}  // namespace lagoon::contrastive
