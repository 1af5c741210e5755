#pragma once

namespace lagoon::pipelines {

/// gnuplot commands before digits are drawn: paper white, ink black, no axes.
inline constexpr const char* kInk =
    "set palette defined (0 '#FFFFFF', 1 '#1B1B1B')\nset cbrange [0:255]\nunset colorbox\n"
    "unset tics\nunset grid\nset border 15\nunset xlabel\nunset ylabel\nset size ratio -1\n";

}  // namespace lagoon::pipelines
