#pragma once

#include <cstdint>
#include <functional>

namespace lagoon::contrastive::streaming {

/// Calls visit(tile) for tiles 0 to n - 1, in any order, on the threads of contrastive/threads.hpp.
void for_each_tile(std::int64_t n, const std::function<void(std::int64_t)>& visit);

/// Calls visit(row_tile, column_tile) for all pairs, on these threads. Two pairs that share a row
/// tile or a column tile are never visited at once, and each tile meets its partners in an order
/// that depends on n_rows and n_columns alone: sums kept for each row and for each column need no
/// locks, and have the same bits for any number of threads. visit must not throw.
void for_each_tile_pair(std::int64_t n_rows, std::int64_t n_columns,
                        const std::function<void(std::int64_t, std::int64_t)>& visit);

}  // namespace lagoon::contrastive::streaming
