#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "flow/assimilation/observed/track_forecast.hpp"
#include "flow/assimilation/observed/velocity_regression.hpp"
#include "flow/assimilation/posterior.hpp"
#include "pipelines/assimilation/observed/learned/simulated_case.hpp"

namespace lagoon::pipelines {

struct Learning;

/// What encoders that were trained for a case say of what it asks for.
struct LearnedForecast {
  flow::VectorForecast sampled;      ///< by draws of the posterior that they say
  flow::VectorForecast refined;      ///< by 4D-Var from the mean of these; empty of samples
  double effective_sample_size = 0;  ///< of the draws
  double widening = 1;               ///< of the errors that they were trained with
};

/// Trains encoders of each case on flows of its prior, under the same assumptions as the classical
/// methods, and forecasts by them. A batch of B tells apart no more than ln B nats; where the case
/// says more, by Fisher's information at rest, they are trained with errors so much larger that it
/// does not, and say the posterior of so much wider a likelihood. A function of case, request,
/// seed.
class LearnedForecaster {
 public:
  /// `learning` may be null where nothing is asked of it. The request must outlive it.
  LearnedForecaster(const LearnedRequest& request, const Learning* learning, std::uint64_t seed)
      : request_(request), learning_(learning), seed_(seed) {}

  /// Encoders are asked for.
  bool is_on() const { return request_.learned; }
  const LearnedRequest& request() const { return request_; }

  /// Calls task(i) of n cases on that many threads, each with a LibTorch of its own.
  void for_each_case(std::size_t n, int threads,
                     const std::function<void(std::size_t)>& task) const;

  /// Of tracks: `number` keeps the draws of cases apart.
  LearnedForecast of_tracks(const flow::TrackCase& track_case, const flow::UnknownDrift& drift,
                            const flow::UnresolvedMotion& unresolved, std::uint64_t number) const;

  /// Of velocities at points, which are linear in the flow, so that there is nothing to refine.
  LearnedForecast of_samples(const flow::VelocityRegression& regression,
                             const flow::VelocityPrior& prior, const flow::VelocitySamples& seen,
                             const flow::VelocitySamples& asked, std::uint64_t number) const;

 private:
  /// A draw of what would have been seen in a flow, summed up.
  using Summarise = std::function<Eigen::VectorXd(const Eigen::VectorXd& control, std::uint64_t)>;
  /// How much larger errors must be that a summary of this precision tells no more than a batch can
  /// learn.
  double widening_of(const Eigen::MatrixXd& precision) const;
  /// Weighted draws of the posterior. What is learned are the directions of the control of which
  /// the summary tells something, from its part along them (Cui et al. 2014, Inverse Problems 30,
  /// 114015); in all others the prior stays.
  flow::EnsemblePosterior sample(const Eigen::MatrixXd& precision, const Eigen::VectorXd& observed,
                                 const Summarise& summarise, std::uint64_t number) const;

  const LearnedRequest& request_;
  const Learning* learning_;
  std::uint64_t seed_;
};

/// How the encoders of a study's cases fared: of each its effective sample size and widening.
struct LearnedRecord {
  std::vector<double> effective_sample_sizes, widenings;

  /// Makes room for n cases.
  void resize(std::size_t n) { effective_sample_sizes.resize(n), widenings.resize(n); }
  /// Notes case i.
  void put(std::size_t i, const LearnedForecast& forecast) {
    effective_sample_sizes[i] = forecast.effective_sample_size;
    widenings[i] = forecast.widening;
  }
};

/// `learned`: {flows, effective_sample_size, widening}, means over the cases.
nlohmann::json learned_json(const LearnedRequest& request, const LearnedRecord& record);

/// What a page says of it.
std::string learned_setting(const LearnedRequest& request, const LearnedRecord& record);

}  // namespace lagoon::pipelines
