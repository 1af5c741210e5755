#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "flow/assimilation/posterior.hpp"
#include "flow/scores/bootstrap.hpp"
#include "pipelines/assimilation/queries.hpp"
#include "pipelines/programs/learning.hpp"
#include "pipelines/support/option_table.hpp"

namespace lagoon::pipelines {

/// All methods, in the order of tables and of their work: later ones may compare with earlier ones.
inline constexpr std::array<const char*, 8> kMethodNames = {
    "prior",       "nearest", "importance",  "ensemble",
    "variational", "exact",   "contrastive", "contrastive_refined"};

/// Ensembles and libraries are followed in steps no longer than this: right to a share of the noise
/// that nobody sees.
inline constexpr double kLongestStep = 1e-3;

/// The window of laws by default; longer ones take more of 4D-Var's steps.
inline constexpr double kUsualWindow = 0.1;

/// Queries that a thread answers before answers are let go.
inline constexpr int kBlockOfThread = 8;

/// What the methods are told.
struct MethodRequest {
  std::vector<std::string> methods;  ///< empty: all that apply
  bool refuses = true;  ///< one that was asked for and does not exist; else it is left out
  std::int64_t library_size = 32768;
  std::filesystem::path library;  ///< dataset; empty: fresh flows
  double temper_power = 1;        ///< of weights over the library
  double temper_sample_size = 0;  ///< the power is what gives them this effective sample size
  std::string checkpoint = "last";
  int variational_steps = 100;
  std::string variational_start = "integral";  ///< integral | zero
  std::string ensemble = "auto";               ///< auto | iterative | repeated | filter
  int members = 200;
  int assimilations = 16;  ///< of repeated
  int every = 0;  ///< observation times from one that the filter sees to the next; 0: it sees 20
  double ensemble_error = 0;  ///< 0: the law's, or twice the diffusion between two
  std::uint64_t seed = 0;
  int threads = 0;
};

/// Adds their options to a verb's table.
void declare_methods(OptionTable& table, MethodRequest& request);

/// The names in request.methods, which may be typed with commas. Throws UsageError for one that is
/// no method's.
std::vector<std::string> method_names(const MethodRequest& request);

/// Seconds of all threads that work takes: what one thread would need, however many had nothing to
/// do.
template <class Work>
double processor_seconds_of(const Work& work) {
  const std::clock_t begin = std::clock();
  work();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

/// KEY and KEY_interval of a summary; null where there is none, for JSON has no NaN.
void add_estimate(nlohmann::json& json, const std::string& key, const flow::Estimate& estimate);

/// A method bound to the queries of one law.
class Method {
 public:
  Method() = default;
  Method(const Method&) = delete;
  Method& operator=(const Method&) = delete;
  virtual ~Method() = default;

  /// What is done for all queries together, with its seconds: of one thread, for all of them, and
  /// once for any number of queries (following a library's drifters, or embedding it).
  struct Prepared {
    double seconds = 0;
    double seconds_once = 0;
  };
  virtual Prepared prepare() { return {}; }

  /// What it says of one query: a function of the query, from any thread.
  virtual flow::Posterior posterior(std::size_t query) = 0;

  /// What else is to be told, once all queries are done: keys of its part of the summary.
  virtual nlohmann::json more() const { return nlohmann::json::object(); }
};

/// The reason of a method that --methods leaves out.
inline constexpr const char* kNotAskedFor = "not asked for";

/// A method, or why there is none.
struct MethodChoice {
  std::string name;
  std::string title;
  std::string reason;  ///< why it does not exist here; empty: it does
  std::unique_ptr<Method> method;
};

inline constexpr const char* kContrastiveTitle = "contrastive posterior";
inline constexpr const char* kRefinedTitle = "contrastive, refined";

/// Costs of the variational method's optima, nats (query), NaN where it did not run: what others
/// are compared with.
using ReferenceCosts = std::vector<double>;

class FlowLibrary;
class LibraryLikelihoods;

/// What the methods of one set of queries share.
struct MethodContext {
  const MethodRequest& request;
  const Queries& queries;
  std::filesystem::path run;  ///< of encoders; empty: none
  const Learning* learning;   ///< what reads it
  std::shared_ptr<ReferenceCosts> reference;
  std::shared_ptr<FlowLibrary> library;
  std::shared_ptr<LibraryLikelihoods> likelihoods;
};

/// The same with a library and reference costs that no method has used yet. Request and queries
/// must outlive it, and the methods. Only a run needs `learning`.
MethodContext make_context(const MethodRequest& request, const Queries& queries,
                           const std::filesystem::path& run = {},
                           const Learning* learning = nullptr);

/// All of kMethodNames. Throws Error if one was asked for by name, does not exist here and
/// request.refuses.
std::vector<MethodChoice> choose_methods(const MethodContext& context);

}  // namespace lagoon::pipelines
