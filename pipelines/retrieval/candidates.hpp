#pragma once

#include <complex>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "contrastive/communication/communicator.hpp"
#include "contrastive/inference/encoder_pair.hpp"
#include "datasets/reader.hpp"

namespace lagoon::pipelines {

/// Rows of one file that take part in a retrieval.
struct ChosenRows {
  const datasets::Reader* reader = nullptr;
  std::vector<std::int64_t> rows;  ///< ascending
};

/// The flows that a retrieval searches, with both embeddings of each.
struct Candidates {
  std::vector<std::complex<double>> psi_hat;  ///< (candidate, mode)
  contrastive::Embeddings eulerian;           ///< (candidate, E)
  contrastive::Embeddings lagrangian;         ///< (candidate, E)

  std::int64_t size() const { return eulerian.n; }
};

/// Throws Error unless each rank has a share of n things.
void require_a_share_each(std::int64_t n, const contrastive::Communicator& ranks,
                          const std::string& what);

/// Reads and embeds the selections in order, block by block, each rank its share of them; every
/// rank has all. Trajectories are not kept.
Candidates load_candidates(const contrastive::EncoderPair& encoders,
                           const std::vector<ChosenRows>& selections,
                           contrastive::Communicator& ranks);

/// Writes the embeddings for other programs: `eulerian` and `lagrangian` (candidate, E) float32,
/// `row` (candidate) int64, the place of each in its file, and in the metadata `tilting`,
/// `temperature` and the files, `data` (the first `n_data` candidates) and `library`.
void write_embeddings(const std::filesystem::path& path, const Candidates& candidates,
                      const std::vector<ChosenRows>& selections,
                      const contrastive::EncoderPair& encoders);

}  // namespace lagoon::pipelines
