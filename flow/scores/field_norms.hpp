#pragma once

#include <vector>

#include <Eigen/Core>
#include <Eigen/SparseCore>

#include "flow/assimilation/control.hpp"

namespace lagoon::flow {

/// A squared norm of flows as a symmetric form of their control vectors: control^T G control (n,
/// n).
using Gram = Eigen::SparseMatrix<double>;

/// control^T G control = the mean over the torus and over [0, T] of psi^2, psi without its mean
/// over the torus; T is the last observation time, amplitudes are constant. A wave and its mirror
/// fold into one at every time,
///   c_k(t) = psi_hat_k exp(i omega_k t) + conj(psi_hat_-k) exp(-i omega_-k t),
/// whose mean square over time has the cross term Re(psi_hat_k psi_hat_-k z), z the mean over
/// [0, T] of exp(i (omega_k + omega_-k) t).
Gram psi_gram(const Law& law, const ControlSpace& space);

/// The same of |velocity|^2: (2 pi |k|)^2 times as much a wave, and the unknown part of the mean
/// velocity, if there is one.
Gram velocity_gram(const Law& law, const ControlSpace& space);

/// The same by wavenumber: the grams of shells add up to the whole, the mean velocity being shell
/// 0.
struct ShellGrams {
  std::vector<int> shells;  ///< |k| rounded, increasing
  std::vector<Gram> grams;  ///< (shell)
};
ShellGrams psi_shell_grams(const Law& law, const ControlSpace& space);
ShellGrams velocity_shell_grams(const Law& law, const ControlSpace& space);

/// control^T gram control: the mean square of the field that the gram is of.
double squared_norm(const Gram& gram, const Eigen::VectorXd& control);

/// |estimate - truth| / |truth| in the norm; NaN if the truth has none.
double relative_error(const Gram& gram, const Eigen::VectorXd& estimate,
                      const Eigen::VectorXd& truth);

}  // namespace lagoon::flow
