#include "flow/integration/scheme.hpp"

#include "flow/error.hpp"

namespace lagoon::flow {

std::string to_string(Method method) {
  if (method == Method::runge_kutta4) return "rk4";
  return method == Method::heun ? "heun" : "euler-maruyama";
}

Method method_from_string(const std::string& name) {
  if (name == "rk4") return Method::runge_kutta4;
  if (name == "euler-maruyama") return Method::euler_maruyama;
  if (name == "heun") return Method::heun;
  throw Error("scheme '" + name + "' is unknown: give rk4, euler-maruyama or heun");
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
