#include "flow/modes.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <utility>

#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

template <class Keep>
ModeSet modes_of_square(int max_wavenumber, Keep keep) {
  ModeSet modes;
  for (int k = -max_wavenumber; k <= max_wavenumber; ++k) {
    for (int l = -max_wavenumber; l <= max_wavenumber; ++l) {
      if (!keep(k, l)) continue;
      modes.k.push_back(k);
      modes.l.push_back(l);
    }
  }
  return modes;
}

}  // namespace

ModeSet square_modes(int max_wavenumber, bool keep_mean) {
  return modes_of_square(max_wavenumber,
                         [&](int k, int l) { return keep_mean || k != 0 || l != 0; });
}

ModeSet disk_modes(int max_wavenumber, bool keep_mean) {
  return modes_of_square(max_wavenumber, [&](int k, int l) {
    const int squared = k * k + l * l;
    return squared <= max_wavenumber * max_wavenumber && (keep_mean || squared > 0);
  });
}

ModeSet half_plane_of(const ModeSet& modes) {
  ModeSet half;
  for (std::size_t m = 0; m < modes.size(); ++m) {
    if (modes.k[m] < 0 || (modes.k[m] == 0 && modes.l[m] <= 0)) continue;
    half.k.push_back(modes.k[m]);
    half.l.push_back(modes.l[m]);
  }
  return half;
}

int max_wavenumber(const ModeSet& modes) {
  int largest = 0;
  for (std::size_t m = 0; m < modes.size(); ++m) {
    largest = std::max({largest, std::abs(modes.k[m]), std::abs(modes.l[m])});
  }
  return largest;
}

std::optional<std::size_t> find_mode(const ModeSet& modes, int k, int l) {
  for (std::size_t m = 0; m < modes.size(); ++m) {
    if (modes.k[m] == k && modes.l[m] == l) return m;
  }
  return std::nullopt;
}

void require_valid(const ModeSet& modes) {
  require(modes.k.size() == modes.l.size(),
          "modes: " + std::to_string(modes.k.size()) + " values of k but " +
              std::to_string(modes.l.size()) + " of l: give one pair (k, l) a mode");
  require(modes.size() > 0, "modes: the set is empty: give at least one mode (k, l)");
  std::set<std::pair<int, int>> seen;
  for (std::size_t m = 0; m < modes.size(); ++m) {
    const auto [k, l] = std::pair(modes.k[m], modes.l[m]);
    require(std::max(std::abs(k), std::abs(l)) <= kLargestWavenumber,
            "modes: (" + std::to_string(k) + ", " + std::to_string(l) + ") is beyond wavenumber " +
                std::to_string(kLargestWavenumber) + ": keep to smaller wavenumbers");
    require(seen.emplace(k, l).second, "modes: (" + std::to_string(k) + ", " + std::to_string(l) +
                                           ") appears twice: list each mode once");
  }
}

}  // namespace lagoon::flow
