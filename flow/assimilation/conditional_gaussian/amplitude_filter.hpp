#pragma once

#include <cstddef>
#include <functional>

#include "flow/assimilation/conditional_gaussian/filter.hpp"
#include "flow/assimilation/control.hpp"
#include "flow/assimilation/tracks.hpp"
#include "flow/law/law.hpp"

namespace lagoon::flow {

/// The standard normal law of a control vector.
GaussianPosterior prior_of(const ControlSpace& space);

/// Runs the filter through a flow's tracks. Its state begins with the control vector of the
/// amplitudes a(t) at t = 0; after(j, filter), where given, sees it at observation time j, given
/// the positions up to then. Exact where the observation times are the steps of Euler-Maruyama; an
/// increment needs both ends. Throws Error for a law without diffusivity, with observation noise or
/// a release between observation times, and for tracks of another shape.
using AfterObservation = std::function<void(std::size_t, const ConditionalGaussianFilter&)>;
void filter_amplitudes(const Law& law, const ControlSpace& space, const Tracks& tracks,
                       ConditionalGaussianFilter& filter, const AfterObservation& after = {});

/// What all of a flow's positions say.
struct FilteredPosterior {
  GaussianPosterior at_start;  ///< of the control vector at t = 0, psi_hat: smoothed
  GaussianPosterior at_end;    ///< of that of the amplitudes at the last time: filtered
  double log_evidence = 0;     ///< log density of the seen increments, nats
  double information = 0;      ///< of psi_hat, as in ExactPosterior, nats
};

/// Throws Error as filter_amplitudes(). With damping 0 it is the regression of increments.
FilteredPosterior filtered_posterior(const Law& law, const ControlSpace& space,
                                     const Tracks& tracks);

}  // namespace lagoon::flow
