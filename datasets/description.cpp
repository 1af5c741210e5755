#include "datasets/description.hpp"

#include <span>
#include <string_view>

#include "flow/hash.hpp"

namespace lagoon::datasets {
namespace {

class Hasher {
 public:
  template <class Number>
  void add(const Number& value) {
    hash_ = hash_bytes(std::as_bytes(std::span(&value, 1)), hash_);
  }
  void add_text(std::string_view text) {
    add(text.size());
    hash_ = hash_bytes(std::as_bytes(std::span(text)), hash_);
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0;
};

std::string two_values(const std::string& name, const std::string& a, const std::string& b) {
  return name + " (" + a + " and " + b + ")";
}

template <class Number>
std::string two_values(const std::string& name, Number a, Number b) {
  return two_values(name, std::to_string(a), std::to_string(b));
}

}  // namespace

std::uint64_t sample_hash(const Description& description) {
  Hasher hasher;
  hasher.add(flow::hash(description.law));
  hasher.add(description.seed);
  hasher.add(description.n_flows);
  hasher.add(description.storage);
  hasher.add(description.fractions.validation);
  hasher.add(description.fractions.test);
  hasher.add(description.steps_per_interval);
  hasher.add_text(description.scheme);
  hasher.add_text(description.lagoon_version);
  return hasher.value();
}

std::string sample_difference(const Description& a, const Description& b) {
  const std::string of_law = flow::first_difference(a.law, b.law);
  if (!of_law.empty()) return of_law + " of the law";
  if (a.seed != b.seed) return two_values("seed", a.seed, b.seed);
  if (a.n_flows != b.n_flows) return two_values("number of flows", a.n_flows, b.n_flows);
  if (a.storage != b.storage) return "storage";
  if (a.fractions != b.fractions) return "validation or test fraction";
  if (a.scheme != b.scheme) return two_values("scheme", a.scheme, b.scheme);
  if (a.steps_per_interval != b.steps_per_interval)
    return two_values("steps_per_interval", a.steps_per_interval, b.steps_per_interval);
  if (a.lagoon_version != b.lagoon_version)
    return two_values("lagoon_version", a.lagoon_version, b.lagoon_version);
  return "";
}

}  // namespace lagoon::datasets
