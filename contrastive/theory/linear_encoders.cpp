#include "contrastive/theory/linear_encoders.hpp"

#include <string>

#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

void require_fitting(const LinearEncoders& encoders, const GaussianPair& pair, double temperature) {
  require_valid(pair);
  const auto rows = encoders.G.rows();
  require(encoders.G.cols() == pair.n_u() && encoders.H.cols() == pair.n_v() &&
              encoders.H.rows() == rows && (encoders.g.size() == 0 || encoders.g.size() == rows) &&
              (encoders.h.size() == 0 || encoders.h.size() == rows),
          "encoders G (" + std::to_string(rows) + ", " + std::to_string(encoders.G.cols()) +
              ") and H (" + std::to_string(encoders.H.rows()) + ", " +
              std::to_string(encoders.H.cols()) + ") do not fit u of " +
              std::to_string(pair.n_u()) + " and v of " + std::to_string(pair.n_v()) +
              " components: give (E, n_u), (E, n_v), g and h of E");
  require(temperature > 0,
          "the temperature is " + std::to_string(temperature) + ": it must be above 0");
}

// What the encoder maps the mean to.
Eigen::VectorXd at_mean(const Eigen::MatrixXd& map, const Eigen::VectorXd& shift,
                        const Eigen::VectorXd& mean) {
  return shift.size() == 0 ? Eigen::VectorXd(map * mean) : Eigen::VectorXd(map * mean + shift);
}

}  // namespace

Tilt inner_product_tilt(const LinearEncoders& encoders, const GaussianPair& pair,
                        double temperature) {
  require_fitting(encoders, pair, temperature);
  const auto& [G, H, g, h] = encoders;
  return {G.transpose() * H / temperature, Eigen::MatrixXd::Zero(pair.n_u(), pair.n_u()),
          Eigen::MatrixXd::Zero(pair.n_v(), pair.n_v()),
          G.transpose() * at_mean(H, h, pair.mean_v) / temperature,
          H.transpose() * at_mean(G, g, pair.mean_u) / temperature};
}

Tilt quadratic_tilt(const LinearEncoders& encoders, const GaussianPair& pair, double temperature) {
  require_fitting(encoders, pair, temperature);
  const auto& [G, H, g, h] = encoders;
  const Eigen::VectorXd apart = at_mean(G, g, pair.mean_u) - at_mean(H, h, pair.mean_v);
  return {G.transpose() * H / temperature, G.transpose() * G / temperature,
          H.transpose() * H / temperature, -G.transpose() * apart / temperature,
          H.transpose() * apart / temperature};
}

}  // namespace lagoon::contrastive
