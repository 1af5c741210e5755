#pragma once

#include <complex>
#include <span>
#include <string>
#include <vector>

#include "flow/random.hpp"

namespace lagoon::flow {

/// How drifters are followed.
///   runge_kutta4     classical, fourth order; no diffusion
///   euler_maruyama   Ito; strong order 1 for the constant diffusivity of a law
///   heun             Stratonovich, drift by the trapezoidal rule; the same order, smaller errors
/// Each is a line of scheme.def.
enum class Method {
#define LAGOON_METHOD(method, name, step, order, takes_noise) method,
#include "flow/integration/scheme.def"
#undef LAGOON_METHOD
};

/// Floating point of the kernels; observations are double in either.
enum class Precision { float64, float32 };

/// How drifters are followed, and how finely.
struct Scheme {
  Method method = Method::runge_kutta4;
  Precision precision = Precision::float64;
  int steps_per_interval = 1;  ///< in the longest interval between clock times (observations,
                               ///< releases); shorter ones get as many as keep the step as small
};

/// The names of all methods, in the order of help.
std::vector<std::string> method_names();

/// By which power of the step errors fall where nothing diffuses.
int order_of(Method method);

/// Whether it follows Brownian motion.
bool takes_noise(Method method);

/// "rk4" | "euler-maruyama" | "heun", and back (Error for another name).
std::string to_string(Method method);
Method method_from_string(const std::string& name);
/// "float64" | "float32", and back.
std::string to_string(Precision precision);
Precision precision_from_string(const std::string& name);

/// The flows of one call.
struct FlowBatch {
  std::span<const std::complex<double>> psi_hat;     ///< (n, mode) at t = 0
  std::span<const std::complex<double>> amplitudes;  ///< (n, time, mode), see draw_amplitudes();
                                                     ///< empty unless the law has varying ones
  std::span<const DrawKey> diffusion;                ///< (n) Brownian motion of the drifters; empty
                                                     ///< unless the law has diffusivity
};

}  // namespace lagoon::flow
