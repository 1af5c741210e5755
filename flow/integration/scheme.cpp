#include "flow/integration/scheme.hpp"

#include <iterator>

#include "flow/error.hpp"

namespace lagoon::flow {
namespace {

struct MethodLine {
  Method method;
  const char* name;
  int order;
  bool takes_noise;
};

constexpr MethodLine kMethodLines[] = {
#define LAGOON_METHOD(method, name, step, order, takes_noise) \
  {Method::method, name, order, takes_noise},
#include "flow/integration/scheme.def"
#undef LAGOON_METHOD
};

const MethodLine& line_of(Method method) {
  return kMethodLines[static_cast<std::size_t>(method)];
}

}  // namespace

std::vector<std::string> method_names() {
  std::vector<std::string> names;
  for (const MethodLine& line : kMethodLines) names.emplace_back(line.name);
  return names;
}

int order_of(Method method) {
  return line_of(method).order;
}

bool takes_noise(Method method) {
  return line_of(method).takes_noise;
}

std::string to_string(Method method) {
  return line_of(method).name;
}

Method method_from_string(const std::string& name) {
  std::string known;
  for (const MethodLine& line : kMethodLines) {
    if (name == line.name) return line.method;
    const bool is_last = &line == std::end(kMethodLines) - 1;
    known += (known.empty() ? "" : is_last ? " or " : ", ") + std::string(line.name);
  }
  throw Error("scheme '" + name + "' is unknown: give " + known);
}

std::string to_string(Precision precision) {
  return precision == Precision::float64 ? "float64" : "float32";
}

Precision precision_from_string(const std::string& name) {
  if (name == "float64") return Precision::float64;
  if (name == "float32") return Precision::float32;
  throw Error("precision '" + name + "' is unknown: give float64 or float32");
}

}  // namespace lagoon::flow
