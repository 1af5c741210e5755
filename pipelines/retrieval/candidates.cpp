#include "pipelines/retrieval/candidates.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "contrastive/communication/shared_scores.hpp"
#include "datasets/safetensors.hpp"
#include "flow/error.hpp"

namespace lagoon::pipelines {
namespace {

constexpr std::int64_t kBlockFlows = 1024;

// Appends to `kept` the records of the wanted rows out of a block that begins at row `first`.
template <typename T>
void keep_rows(const std::vector<T>& block, std::int64_t first, std::span<const std::int64_t> rows,
               std::size_t record, std::vector<T>& kept) {
  for (const std::int64_t row : rows) {
    const auto begin = block.begin() + (row - first) * static_cast<std::int64_t>(record);
    kept.insert(kept.end(), begin, begin + static_cast<std::int64_t>(record));
  }
}

void load_block(const contrastive::EncoderPair& encoders, const datasets::Reader& reader,
                std::int64_t first, std::int64_t count, std::span<const std::int64_t> rows,
                Candidates& candidates) {
  const flow::Law& law = reader.law();
  std::vector<std::complex<double>> psi_hat;
  keep_rows(reader.psi_hat(first, count), first, rows, law.n_modes(), psi_hat);
  const auto positions = reader.positions(first, count);
  std::vector<double> x;
  std::vector<double> y;
  keep_rows(positions.x, first, rows, law.n_drifters() * law.n_times(), x);
  keep_rows(positions.y, first, rows, law.n_drifters() * law.n_times(), y);
  append(candidates.eulerian, encoders.embed_eulerian(psi_hat));
  append(candidates.lagrangian, encoders.embed_lagrangian(x, y));
  candidates.psi_hat.insert(candidates.psi_hat.end(), psi_hat.begin(), psi_hat.end());
}

template <typename T>
datasets::SafeTensor tensor(const char* dtype, std::vector<std::int64_t> shape,
                            const std::vector<T>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {dtype, std::move(shape), {bytes.begin(), bytes.end()}};
}

std::string digits(double value) {
  return nlohmann::json(value).dump();
}

Candidates load_own(const contrastive::EncoderPair& encoders,
                    const std::vector<ChosenRows>& selections) {
  Candidates candidates;
  for (const auto& [reader, rows] : selections) {
    for (std::size_t begin = 0; begin < rows.size();) {
      const std::int64_t first = rows[begin];
      const auto end = static_cast<std::size_t>(
          std::lower_bound(rows.begin(), rows.end(), first + kBlockFlows) - rows.begin());
      load_block(encoders, *reader, first, rows[end - 1] - first + 1,
                 std::span(rows).subspan(begin, end - begin), candidates);
      begin = end;
    }
  }
  return candidates;
}

/// Rows first to first + count of all selections together.
std::vector<ChosenRows> cut(const std::vector<ChosenRows>& selections, std::int64_t first,
                            std::int64_t count) {
  std::vector<ChosenRows> result;
  for (const auto& [reader, rows] : selections) {
    const auto n = static_cast<std::int64_t>(rows.size());
    const auto begin = std::clamp<std::int64_t>(first, 0, n);
    const auto end = std::clamp<std::int64_t>(first + count, 0, n);
    if (begin < end) result.push_back({reader, {rows.begin() + begin, rows.begin() + end}});
    first -= n;
  }
  return result;
}

std::int64_t count_rows(const std::vector<ChosenRows>& selections) {
  std::int64_t n = 0;
  for (const auto& selection : selections) n += static_cast<std::int64_t>(selection.rows.size());
  return n;
}

std::vector<std::complex<double>> gather_complex(const std::vector<std::complex<double>>& own,
                                                 std::int64_t n, contrastive::Communicator& ranks) {
  std::vector<double> parts;
  parts.reserve(2 * own.size());
  for (const auto& number : own) parts.insert(parts.end(), {number.real(), number.imag()});
  parts = contrastive::gather_rows(parts, n, ranks);
  std::vector<std::complex<double>> result(parts.size() / 2);
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = {parts[2 * i], parts[2 * i + 1]};
  return result;
}

}  // namespace

void require_a_share_each(std::int64_t n, const contrastive::Communicator& ranks,
                          const std::string& what) {
  if (n >= ranks.size()) return;
  throw Error(std::to_string(n) + " " + what + " for " + std::to_string(ranks.size()) +
              " ranks: give fewer --ranks");
}

Candidates load_candidates(const contrastive::EncoderPair& encoders,
                           const std::vector<ChosenRows>& selections,
                           contrastive::Communicator& ranks) {
  const std::int64_t n = count_rows(selections);
  require_a_share_each(n, ranks, "candidates");
  Candidates own = load_own(encoders, cut(selections, ranks.first_row(n), ranks.n_rows(n)));
  if (ranks.alone()) return own;
  return {gather_complex(own.psi_hat, n, ranks),
          {n, own.eulerian.dim, contrastive::gather_rows(own.eulerian.values, n, ranks)},
          {n, own.lagrangian.dim, contrastive::gather_rows(own.lagrangian.values, n, ranks)}};
}

void write_embeddings(const std::filesystem::path& path, const Candidates& candidates,
                      const std::vector<ChosenRows>& selections,
                      const contrastive::EncoderPair& encoders) {
  std::vector<std::int64_t> rows;
  for (const auto& selection : selections) {
    rows.insert(rows.end(), selection.rows.begin(), selection.rows.end());
  }
  datasets::SafeTensors file;
  file.tensors["row"] = tensor("I64", {candidates.size()}, rows);
  for (const auto& [name, embeddings] :
       {std::pair{"eulerian", &candidates.eulerian}, {"lagrangian", &candidates.lagrangian}}) {
    file.tensors[name] = tensor("F32", {embeddings->n, embeddings->dim}, embeddings->values);
  }
  file.metadata = {{"tilting", encoders.options().tilting},
                   {"temperature", digits(encoders.temperature())},
                   {"data", selections.front().reader->path().string()},
                   {"n_data", std::to_string(selections.front().rows.size())}};
  if (selections.size() > 1) file.metadata["library"] = selections[1].reader->path().string();
  datasets::write_safetensors(path, file);
}

}  // namespace lagoon::pipelines
