#pragma once

// Every tolerance of the tests, with its reason. Absolute unless the name says relative.
namespace lagoon::tests {

/// Sums of ~50 terms in another order differ by a few units of rounding of the largest term.
inline constexpr double kRoundingRelative = 1e-12;

/// Brent's search of a minimum finds its place to half the digits of the function's values (24 bits
/// asked for), here through R^2 within rounding of 1.
inline constexpr double kDeformationSearchRelative = 1e-5;

/// Velocities by centred differences over a few hundredths of a turning time, and the extrapolated
/// jump of a vorticity on 128 points: errors of second and third order in the step.
inline constexpr double kCentredDifferenceRelative = 1e-3;

/// Figures that a prototype in Python gave to three digits.
inline constexpr double kPrototypeDigits = 1e-3;

/// A handful of roundings of numbers of order one (up to sixteen).
inline constexpr double kFewRoundings = 2e-14;

/// Standard deviations within which a sample moment must lie: seeds are fixed, so a test that
/// passes keeps passing, and a wrong law is off by far more.
inline constexpr double kManySigmas = 5;

/// Positions by the separable form against direct sums, same steps: rounding errors of velocities
/// of order 10, carried over a path of order 1 along which neighbours part by a factor of about 10.
inline constexpr double kSeparableSum = 1e-12;

/// RK4 with thousands of steps, whose error is below 1e-12, against another converged integration.
inline constexpr double kFineSteps = 1e-11;

/// RK4 in single precision with ten steps in a hundredth of T: 2^-24 of each velocity and of each
/// place, a thousand times, along neighbouring paths that part by a factor of about 10.
inline constexpr double kSinglePrecisionPath = 1e-6;

/// Standard errors within which a figure is asked to lie; seeds are fixed.
inline constexpr double kThreeSigmas = 3;

/// The figure asked for: psi along a path in a steady flow, at an integration tolerance of 1e-10.
inline constexpr double kConservedPsi = 1e-9;

/// Orders of convergence, fitted where the next order still contributes a few per cent.
inline constexpr double kOrderFit = 0.2;

/// Centred differences with this step have errors of about 1e-7 (third derivatives reach 1e5) and
/// rounding of 1e-9.
inline constexpr double kDifferenceStep = 1e-6;
inline constexpr double kDifferenceError = 1e-5;

/// Slopes of the loss by centred differences with kDifferenceStep: rounding of 1e-16 over 2e-6.
inline constexpr double kLossDifference = 1e-8;

/// Outputs of LeNet of order one, sums of a few hundred products over five layers, in another
/// order.
inline constexpr double kLeNetSums = 1e-11;

/// Slopes along a direction through LeNet with kDifferenceStep: rounding of 1e-15 over 2e-6, of
/// slopes of order one and more, and no kink within the step for this seed.
inline constexpr double kLeNetDifferenceRelative = 1e-6;

/// Moments of features rounded to single precision: 2^-24 a value, some of size 4.
inline constexpr double kFloatFeatures = 1e-5;

/// Twenty steps of Adam of length 1e-2 in single precision, in another order of operations.
inline constexpr double kTwentyAdamSteps = 2e-6;

/// Weights from inner products in single precision (2^-24 of sums of eight products below 1/4),
/// over a temperature of 0.1 and squared.
inline constexpr double kFloatScores = 1e-5;

/// Squared distances between embeddings in single precision, 1000 from the origin: rounding the
/// embeddings (2^-24 of 1000) over distances of about 4.
inline constexpr double kFloatQuadratic = 1e-4;

/// A loss of order one in single precision: 2^-24 of sums of a few terms of order ten.
inline constexpr double kFloatLoss = 2e-5;

/// Scores of embeddings in single precision, relative to the largest of them: 2^-24 of products of
/// up to ten coordinates, of which those of the quadratic tilting cancel in part.
inline constexpr double kFloatEmbeddings = 2e-6;

/// Four hundred steps of Adam on batches of 512 at a fixed rate that falls to zero, against the
/// optimum of the population: of batches' own optima, O(1/512), and of the last steps' noise.
inline constexpr double kQuickFit = 0.04;

/// Two hundred such steps for a temperature near 2.
inline constexpr double kQuickTemperature = 0.15;

/// Losses of twenty steps of training by sums in another order: 2^-24 of scores below 20, and what
/// the steps before have made of it.
inline constexpr double kTwentySteps = 2e-3;

/// The last step of Adam in single precision, 0.03 of weights near 1, over another one.
inline constexpr double kHalfAStep = 1e-4;

/// The figures asked for: planar models trained on fresh pairs against their closed forms, the
/// conditionals' coefficient and variance, other moments relative, and the best temperature.
inline constexpr double kTrainedConditional = 2e-2;
inline constexpr double kTrainedMoment = 0.05;
inline constexpr double kTrainedTemperature = 0.05;

/// What is left of the process's errors at full rank, about 0.007 for v; more dimensions change it
/// by less.
inline constexpr double kProcessFloor = 0.003;

/// A rank-one fit of the process on 2,000 pairs, relative to the population's error.
inline constexpr double kSmallProcessFit = 0.1;

/// Sums over a grid of 1e-3 across a jump of order one.
inline constexpr double kJumpInGrid = 1e-3;

/// The figure asked for: the end of a path, relative to its length.
inline constexpr double kPathEnd = 1e-6;

/// psi along a path by an adaptive scheme at a tolerance of 1e-11, through the jumps of velocity
/// between some sixty cells: a first-order step across each.
inline constexpr double kKinkedPsi = 1e-6;

/// Strong orders fitted to errors of a thousand paths, whose root mean squares scatter by a few per
/// cent.
inline constexpr double kStrongOrder = 0.1;

/// A search that ends at a gradient of 1e-8, where the second derivative is above 0.1.
inline constexpr double kMinimumPlace = 1e-7;

/// Logistic regression that ends at a gradient of 1e-6 by features of second moment one, where the
/// loss's second derivative is p (1 - p) of about 0.1; and its loss, which is 0 to first order
/// there.
inline constexpr double kFineTunedWeights = 3e-5;
inline constexpr double kFineTunedLoss = 1e-5;

/// The figure asked for: streaming sums in single precision against the whole matrix, relative to
/// the largest. Scores of 100 have roundings of 4e-6.
inline constexpr double kStreaming = 1e-5;

/// The figure asked for against double precision, where differences of scores of 100 are left.
inline constexpr double kStreamingHard = 1e-4;

/// The figure asked for: a field of few waves after a grid, FFTW and a direct sum of its modes.
inline constexpr double kBandLimited = 1e-10;

/// Relaxation stops when no point moves by more than 1e-9 of the field's range, here 46, and is
/// then some ten such steps from its end.
inline constexpr double kHarmonicFill = 1e-6;

/// Share of the variance that 20 intervals leave of a smooth field in a box by its mirror images,
/// whose derivative jumps at the edges.
inline constexpr double kMirroredBoxShare = 0.01;

/// A height summed along paths of some twenty differences of order one.
inline constexpr double kHeightRoundings = 1e-13;

/// Constants between the four parities of a recovered height, by cubics through neighbours: their
/// error, 3/128 of a fourth derivative of (2 x 0.4 a spacing)^4 here, is a mean over the field.
inline constexpr double kParityConstants = 2e-3;

/// Two nested searches, the outer one through a likelihood flat to half the digits of the inner.
inline constexpr double kMaternSearchRelative = 1e-2;

/// Share of the path around a Gaussian eddy, interpolated by splines from a quarter degree and cut
/// to 31 x 31 modes of a tapered box.
inline constexpr double kEddyPath = 1e-3;

/// Covariances of up to 16 components with condition numbers of some hundreds: roundings times
/// those.
inline constexpr double kSmallMatrices = 1e-11;

/// The figure asked for: a divergence at a closed form, and what descents over encoders reach
/// (their gradient below 1e-7 leaves far less).
inline constexpr double kClosedForm = 1e-9;

/// Figures given with six or eight decimals (the figures asked for), which are off by up to half a
/// unit.
inline constexpr double kSixDigits = 1e-6;
inline constexpr double kEightDigits = 1e-8;

/// Rules whose error falls as the fourth power of the step or faster, 20 steps a standard
/// deviation.
inline constexpr double kQuadrature = 1e-7;

/// A ratio of mean squares of 40 repeats of some twenty moments each.
inline constexpr double kSampledSlope = 0.15;

/// The table of docs/real_fields.md has three digits.
inline constexpr double kTableDigits = 1e-3;

/// Altimetry's height by paths of some three hundred differences, over the largest of them.
inline constexpr double kHeightOfAltimetry = 1e-11;

/// Share of five days' displacement (0.045 here): splines through psi against linear interpolation
/// of velocity from a quarter degree.
inline constexpr double kModesAgainstGrid = 0.06;

/// The same (0.11) if psi is the height's: its slopes are steeper than the centred differences over
/// half a degree that the velocity is, and f and lengths are those of the middle latitude.
inline constexpr double kHeightAgainstGrid = 0.15;

/// The figures asked for: a batch that ranks share against one process, in single precision; the
/// gradient's difference against its length.
inline constexpr double kRanksLossRelative = 1e-6;
inline constexpr double kRanksGradientRelative = 1e-5;

/// Fused pieces of encoders in single precision against plain operations in double: sums of up to a
/// hundred products, exponentials of 2.4e-7.
inline constexpr double kFusedEncoder = 3e-6;

/// Products of numbers with 8 bits (2^-9 each), through a few layers, relative to the largest.
inline constexpr double kShortProducts = 0.03;

/// The figure asked for: exact posteriors, in prior standard deviations, against Bayes' rule by the
/// whole covariance of the data; evidence and information relative.
inline constexpr double kExactPosterior = 1e-8;

/// The figure asked for: the share of true coefficients within 90 per cent intervals.
inline constexpr double kCoverageOfNinety = 0.02;

/// The figures asked for: mean errors of the torus filter over ten seeds, relative to the table;
/// with up to five drifters errors vary most from seed to seed.
inline constexpr double kTorusDrifters = 0.15;
inline constexpr double kTorusFewDrifters = 0.25;

/// Algebra of matrices of a few dozen rows whose condition numbers reach 10^8, of which Kalman's
/// dense formula loses half the digits that are left.
inline constexpr double kSmallAlgebra = 1e-7;

/// Covariances sampled by 10^4 members or more, relative.
inline constexpr double kSampledCovariance = 0.06;

/// Displacements of 1e-7: drifters see slopes of the velocity that change by as much, relative to
/// what is linear, and members of several standard deviations.
inline constexpr double kHardlyMovingDrifters = 1e-4;

/// The mean of 600 squared normal errors less some 16 that were fitted, and what members add.
inline constexpr double kMisfitOfSixHundred = 0.25;

/// Relative error of 16 coefficients that six drifters see fifty times with errors of 5%.
inline constexpr double kResolvedFlow = 0.15;

/// Entries of the table of two vortices, medians of 40 runs: these spread by about a tenth between
/// seeds, by far more where half of the runs fail.
inline constexpr double kVortexTableRelative = 0.25;

/// A mean velocity that the same drifters see: errors of 5% of the displacement over T.
inline constexpr double kFoundMeanVelocity = 0.5;

/// Simpson's rule over 100 steps of waves that turn by a hundredth of a radian a step.
inline constexpr double kSimpsonRelative = 1e-7;

/// Distances of equal columns by products: the root of a rounding of their squared lengths.
inline constexpr double kRootOfRounding = 1e-7;
inline constexpr double kEnergyByProducts = 1e-8;

/// Means of scores over thousands of draws, and of 100 queries of 96 components.
inline constexpr double kSampledScore = 0.02;

/// Chance below which uniform ranks are not believed; seeds are fixed.
inline constexpr double kRareChance = 1e-3;

/// A bootstrap's quantile of 2,000 resamples, in half widths.
inline constexpr double kBootstrapRelative = 0.1;

/// Squares of float32 displacements, 64 at a time in single precision.
inline constexpr double kShortSquaresRelative = 1e-6;

/// The same along paths in single precision, off by 1e-7 of departures of a hundredth and more.
inline constexpr double kSinglePathSquaresRelative = 1e-4;

/// The figures asked for: psi over space and [0, T] from exact positions, and from positions
/// rounded to 24 bits (6e-8, of a displacement of 0.3).
inline constexpr double kNoiseFreeFlow = 1e-9;
inline constexpr double kNoiseFreeFlowInFloat = 1e-6;

/// The figure asked for: derivatives by central differences of 1e-5, whose own error is 1e-10.
inline constexpr double kRatioTest = 1e-7;

/// RK4 of 100 steps of T and Hermite between them: 3e-6 is the worst of 2,000 flows, and a mean
/// velocity changes little.
inline constexpr double kCoarseSteps = 1e-5;

/// Sums over some hundreds of observations in another order, relative to the whole.
inline constexpr double kNormalEquations = 1e-12;

/// Nats that another Gauss-Newton step would gain where the search ends; with large departures
/// such steps gain a share of what is left, so that ends differ by more.
inline constexpr double kNewtonDecrement = 1e-4;
inline constexpr double kSameOptimum = 1e-3;

/// Length of the difference of two modes that the search reached by other roundings.
inline constexpr double kSameMode = 1e-2;

/// A Hessian with a condition number of 1e6, times its inverse.
inline constexpr double kInverseOfHessian = 1e-8;

/// Shares and ratios over 60 twins of 96 coefficients whose errors go together: their standard
/// errors are about .005 and .015.
inline constexpr double kCoverageOfSixtyTwins = 0.02;
inline constexpr double kSpreadSkillOfSixtyTwins = 0.06;

/// The figures asked for of the refined learned posterior: the share of queries that end at
/// 4D-Var's optimum, and how near its scores are to 4D-Var's, relative.
inline constexpr double kShareAtTheOptimum = 0.95;
inline constexpr double kAsTheReference = 0.05;

/// A sum of thousands of bridge samples by products of matrices against term by term; scores of
/// 1e6 are rounded to 1e-10 and are relative.
inline constexpr double kBridgeSum = 1e-8;
/// Bridges of flows. Log determinants and Hessians of some tens of rows, in other orders.
inline constexpr double kSameInformation = 1e-8;
/// Sums over modes of terms of a few hundred.
inline constexpr double kLinearMap = 1e-11;
/// A speed of 20 in single precision.
inline constexpr double kSinglePrecisionSpeed = 1e-5;
/// Covariances of 3,000 rows of features in single precision.
inline constexpr double kWhitenedInFloat = 1e-4;
/// Log-ratios of sixteen velocities by Laplace's approximation, from the exact ones: their
/// posterior is nearly normal, and 1,000 draws are off by as much.
inline constexpr double kLaplaceLogRatio = 0.3;
/// Their mean over 40 flows from the information: each scatters by about 3 nats.
inline constexpr double kMeanOfFortyLogRatios = 1.5;
/// The figures asked for of a bridge with 100,000 flows, relative to encoders trained on pairs.
inline constexpr double kBridgedRecallAtFive = 0.95;
inline constexpr double kBridgedRecallAtOne = 0.85;

/// Gradients of small networks in single precision, relative, by another order of operations.
inline constexpr double kSingleGradient = 1e-5;

/// A slope of -1/2 fitted to logarithms of errors of a Monte-Carlo mean over two decades: their
/// scatter over 64 pools is 9%, that of the slope .03.
inline constexpr double kRootLawSlope = 0.08;

/// Angles of directions whose sine and cosine were rounded to 24 bits.
inline constexpr double kFloatAngle = 1e-6;

/// Diagnostics of embeddings. A law tabulated at 4,096 angles: the square of a step, over 8.
inline constexpr double kTabulatedLaw = 1e-6;

/// Standard errors, so many of which a correct estimate exceeds once in 16,000 times.
inline constexpr double kFourErrors = 4;

/// A standard error against the scatter of 60 sets, which is itself known within a tenth.
inline constexpr double kErrorOfAnError = 0.35;

/// Statistics of data stored in single precision against seven printed digits.
inline constexpr double kPrintedStatistic = 1e-5;
/// A learned weight in single precision: log_rho of tens is right to 2^-24 of its terms.
inline constexpr double kLearnedWeight = 1e-4;

/// Forecasts take RK4 steps of 1e-3, which at rms speed 5.5 leave less.
inline constexpr double kForecastSteps = 1e-6;
/// Ratio of spread and error over 60 forecasts of 16 drifters: its standard error is about .03.
inline constexpr double kSpreadSkillOfForecasts = 0.12;

/// Shares of 12 flows' 16 coefficients, and nats a twin over 6 twins of some 130: about four
/// standard errors.
inline constexpr double kCoverageOfTwelveFlows = 0.1;
inline constexpr double kNatsOfSixTwins = 15;
/// Real data. Gaussian algebra by another factorisation, of covariances with condition 1e4.
inline constexpr double kDenseEvidence = 1e-7;

/// Shares and ratios over some thousand held-out numbers, of which those of a flow go together.
inline constexpr double kCoverageOfMadeSamples = 0.03;
inline constexpr double kSpreadSkillOfMadeSamples = 0.08;

/// The same of tracks of 12 flows, whose errors go together; and of a sum over 400 cells.
inline constexpr double kCoverageOfMadeTracks = 0.08;
inline constexpr double kCellSum = 1e-3;

/// Covariances of 4,000 draws over their own size: five standard errors, sqrt(2 / 4000) each.
inline constexpr double kScatterOfSummaries = 0.12;

/// Forecasts by learned weights of some hundred effective members against exact ones: a tenth, the
/// scatter of that many.
inline constexpr double kLearnedForecast = 0.1;

/// Weights and errors of the data that are nearly, not quite, 0.
inline constexpr double kInterpolated = 1e-6;
/// The gain in success asked for of log-sum-exp; how far direct comparison may be from the
/// published mean of three other fits, and how far log-sum-exp may be below it: fits differ by some
/// .1.
inline constexpr double kMazeGain = 0.2;
inline constexpr double kMazeFits = 0.2;
inline constexpr double kMazeShortfall = 0.1;

/// Median effective sample size of 26 queries, from embeddings whose last bits (6e-8) are the
/// processor's, magnified by the temperature 0.07 and by the sums.
inline constexpr double kReleaseSampleSize = 1e-4;

/// Learned weights in one pass: scores of hundreds in single precision, and 1e-5 of the sum left
/// out; moments without 1e-3 of the weights, of values within five standard deviations.
inline constexpr double kLearnedLogWeight = 1e-3;
inline constexpr double kLearnedMoment = 5e-3;

/// Whitened features from positions in single precision, what PositionFeatures allows itself.
inline constexpr double kPositionFeatures = 1e-4;

/// Thinning light members leaves an error whose variance is at most their share times that of one
/// of them; the largest of some hundred errors is below five standard deviations.
inline constexpr double kThinnedErrors = 5;

}  // namespace lagoon::tests
