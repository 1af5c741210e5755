#pragma once

#include <cstddef>
#include <vector>

#include "flow/assimilation/observed/track_forecast.hpp"

namespace lagoon::flow {

/// Displacements since the release (place, x | y) of what a case asks for, times `km`.
Eigen::MatrixX2d asked_displacements(const TrackCase& track_case, double km);

/// Positions that were forecast as displacements since the release, times `km`.
VectorForecast to_displacements(const TrackCase& track_case, const VectorForecast& positions,
                                double km);

/// Adds every method's forecast of a case to a record, in km.
void add_case(const TrackCase& track_case, const std::vector<VectorForecast>& forecasts, double km,
              HeldOutRecord& record);

}  // namespace lagoon::flow
