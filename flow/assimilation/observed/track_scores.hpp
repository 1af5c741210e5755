#pragma once

#include <vector>

#include "flow/assimilation/observed/track_forecast.hpp"

namespace lagoon::flow {

/// Displacements since the release (place, x | y) of what a case asks for, in km; `km` is the
/// length of the box in km.
Eigen::MatrixX2d asked_displacements(const TrackCase& track_case, double km);

/// Positions that were forecast as displacements since the release, in km.
VectorForecast to_displacements(const TrackCase& track_case, const VectorForecast& positions,
                                double km);

/// Adds every method's forecast of a case to a record, in km.
void add_case(const TrackCase& track_case, const std::vector<VectorForecast>& forecasts, double km,
              HeldOutRecord& record);

}  // namespace lagoon::flow
