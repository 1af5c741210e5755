#pragma once

#include <Eigen/Core>

#include "flow/random.hpp"

// Ensembles are matrices (state, member).
namespace lagoon::flow {

/// Member less the ensemble's mean.
Eigen::MatrixXd anomalies(const Eigen::MatrixXd& ensemble);

/// Standard normals (rows, columns): column j is a function of the key and j alone.
Eigen::MatrixXd normals(Eigen::Index rows, Eigen::Index columns, const DrawKey& key);

/// n_members draws from N(0, I_n). `matched`: moved so that their mean is 0 and, where n_members >
/// n, mapped so that their covariance (over n_members - 1) is I, as Pham (2001, MWR 129, 1194)
/// does; else the first members of a larger ensemble are those of a smaller one.
Eigen::MatrixXd draw_members(Eigen::Index n, Eigen::Index n_members, bool matched,
                             const DrawKey& key);

/// Anomalies times the factor (Anderson & Anderson 1999).
void inflate(Eigen::MatrixXd& ensemble, double factor);

/// A uniformly random rotation or reflection Q (member, member) with Q 1 = 1.
Eigen::MatrixXd mean_preserving_rotation(Eigen::Index n_members, const DrawKey& key);

/// Mixes the anomalies by it: mean and covariance stay (Sakov & Oke 2008b, MWR 136, 1042).
void rotate(Eigen::MatrixXd& ensemble, const DrawKey& key);

}  // namespace lagoon::flow
