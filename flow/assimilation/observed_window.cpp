#include "flow/assimilation/observed_window.hpp"

#include <cmath>

namespace lagoon::flow {

ObservedWindow::ObservedWindow(const Law& law, const Tracks& all, double end)
    : x(all.x.begin(), all.x.end()), y(all.y.begin(), all.y.end()) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (law.times[i % law.n_times()] > end) x[i] = y[i] = std::nan("");
  }
}

}  // namespace lagoon::flow
