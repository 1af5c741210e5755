#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace lagoon::contrastive {

/// Where the time went: seconds by the name of the work.
class Stopwatch {
 public:
  /// Goes on from these seconds.
  explicit Stopwatch(std::map<std::string, double> seconds = {}) : seconds_(std::move(seconds)) {}

  /// Called before every piece of work from now on; an exception it throws goes through.
  void before_each(std::function<void()> check) { check_ = std::move(check); }

  /// Runs the work and adds its time to `name`; gives back what the work gives.
  template <typename Work>
  auto time(const std::string& name, Work&& work) {
    if (check_) check_();
    const Lap lap(seconds_[name]);
    return work();
  }

  /// Seconds of that name; 0 if there was no such work.
  double seconds(const std::string& name) const {
    const auto found = seconds_.find(name);
    return found == seconds_.end() ? 0 : found->second;
  }

  double total() const {
    double sum = 0;
    for (const auto& [name, seconds] : seconds_) sum += seconds;
    return sum;
  }

  const std::map<std::string, double>& all() const { return seconds_; }

 private:
  using Clock = std::chrono::steady_clock;

  /// Adds the time of its life.
  struct Lap {
    explicit Lap(double& seconds) : sum(seconds) {}
    ~Lap() { sum += std::chrono::duration<double>(Clock::now() - start).count(); }
    double& sum;
    Clock::time_point start = Clock::now();
  };

  std::map<std::string, double> seconds_;
  std::function<void()> check_;
};

}  // namespace lagoon::contrastive
