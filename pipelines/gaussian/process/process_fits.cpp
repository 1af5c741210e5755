#include "pipelines/gaussian/process/process_fits.hpp"

#include <algorithm>
#include <mutex>
#include <set>

#include "contrastive/threads.hpp"
#include "contrastive/training/linear_encoders.hpp"
#include "flow/integration/parallel.hpp"
#include "pipelines/support/progress.hpp"
#include "pipelines/support/signals.hpp"

namespace lagoon::pipelines {
namespace {

using contrastive::PairRows;

struct Task {
  FitSetting setting;
  std::uint64_t seed = 0;
};

/// Each setting once for each seed, where the store lacks it; long ones first, so that threads end
/// together.
std::vector<Task> missing_tasks(const ProcessOptions& options, const std::vector<SweepPlan>& plans,
                                std::uint64_t seed, const FitStore& store) {
  std::set<FitSetting> settings;
  for (const auto& plan : plans) settings.insert(plan.settings.begin(), plan.settings.end());
  std::vector<Task> tasks;
  for (const auto& setting : settings) {
    for (std::uint64_t s = seed; s < seed + static_cast<std::uint64_t>(options.seeds); ++s) {
      if (store.find(setting, s) == nullptr) tasks.push_back({setting, s});
    }
  }
  std::ranges::stable_sort(tasks, std::greater(), [&](const Task& task) {
    return steps_of(options, task.setting) * task.setting.batch_size * task.setting.batch_size;
  });
  return tasks;
}

Eigen::MatrixXd rows_of(const std::vector<double>& values, std::int64_t n) {
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const Rows>(values.data(), n, static_cast<Eigen::Index>(values.size()) / n);
}

/// All pairs of one seed.
struct Pairs {
  Eigen::MatrixXd u, v;
};

Pairs draw_pairs(const ProcessTheory& theory, std::uint64_t seed, std::int64_t n) {
  const auto samples =
      theory.process.draw(seed, datasets::Split::train, 0, static_cast<std::size_t>(n));
  return {rows_of(samples.u, n), rows_of(samples.v, n)};
}

/// The pairs of each seed that has a task, as many as its largest task needs.
std::map<std::uint64_t, Pairs> draw_all(const ProcessTheory& theory, const std::vector<Task>& tasks,
                                        int threads) {
  std::map<std::uint64_t, std::int64_t> largest;
  for (const auto& [setting, seed] : tasks) {
    largest[seed] = std::max(largest[seed], setting.samples);
  }
  std::map<std::uint64_t, Pairs> pairs;
  for (const auto& [seed, n] : largest) pairs[seed] = {};
  const std::vector<std::pair<std::uint64_t, std::int64_t>> list(largest.begin(), largest.end());
  flow::parallel_for(list.size(), threads, [&](std::size_t i) {
    pairs.at(list[i].first) = draw_pairs(theory, list[i].first, list[i].second);
  });
  return pairs;
}

/// One over the root mean square of each column, or ones.
Eigen::VectorXd column_scales(const Eigen::MatrixXd& rows, bool standardize) {
  if (!standardize) return Eigen::VectorXd::Ones(rows.cols());
  return rows.colwise().squaredNorm().transpose().cwiseInverse().cwiseSqrt() *
         std::sqrt(static_cast<double>(rows.rows()));
}

contrastive::LinearFitOptions fit_options(const ProcessOptions& options, const Task& task) {
  contrastive::LinearFitOptions fit;
  fit.embedding_dim = task.setting.embedding_dim;
  fit.steps = steps_of(options, task.setting);
  fit.learning_rate = options.learning_rate;
  fit.decay_share = options.decay;
  fit.seed = task.seed;
  return fit;
}

/// `before_step` is called with each step's number.
ProcessFit fit_one(const ProcessTheory& theory, const ProcessOptions& options, const Task& task,
                   const Pairs& all, const std::function<void()>& before_step) {
  const Eigen::MatrixXd u = all.u.topRows(task.setting.samples);
  const Eigen::MatrixXd v = all.v.topRows(task.setting.samples);
  const Eigen::VectorXd scale_u = column_scales(u, options.standardize);
  const Eigen::VectorXd scale_v = column_scales(v, options.standardize);
  const PairRows pairs{(u * scale_u.asDiagonal()).cast<float>(),
                       (v * scale_v.asDiagonal()).cast<float>()};
  const auto batches = contrastive::epoch_batches(pairs, task.setting.batch_size, task.seed);
  const auto fit =
      contrastive::fit_linear_encoders(fit_options(options, task), [&](std::int64_t step) {
        before_step();
        return batches(step);
      });
  contrastive::Tilt tilt;
  tilt.A = scale_u.asDiagonal() * fit.tilt.A * scale_v.asDiagonal();
  const auto plug_in = contrastive::cosine_conditional(
      contrastive::sample_pair(u, v), std::min(task.setting.embedding_dim, theory.full_rank()));
  return {task.setting, task.seed, theory.errors(tilt), theory.errors(plug_in), fit.loss, tilt.A};
}

MeanErrors mean_of(const std::vector<ProcessFit>& fits, MeanErrors ProcessFit::*errors) {
  MeanErrors mean;
  for (const auto& fit : fits) {
    mean.u_given_v += (fit.*errors).u_given_v / static_cast<double>(fits.size());
    mean.v_given_u += (fit.*errors).v_given_u / static_cast<double>(fits.size());
  }
  return mean;
}

void run_tasks(const ProcessTheory& theory, const ProcessOptions& options,
               const std::vector<Task>& tasks, int threads, FitStore& store) {
  std::int64_t total = 0, done = 0;
  for (const auto& task : tasks) total += steps_of(options, task.setting);
  const auto pairs = draw_all(theory, tasks, threads);
  Progress progress("training", total, "steps");
  std::mutex turn;
  const auto before_step = [&] {
    stop_if_asked();
    const std::scoped_lock lock(turn);
    progress.update(++done);
  };
  // A fit is one thread's work; the fits are what is done side by side.
  contrastive::run_side_by_side(tasks.size(), threads, [&](std::size_t i) {
    const auto fit = fit_one(theory, options, tasks[i], pairs.at(tasks[i].seed), before_step);
    const std::scoped_lock lock(turn);
    store.add(fit);
  });
  progress.finish();
}

}  // namespace

FitsBySetting fit_processes(const ProcessTheory& theory, const ProcessOptions& options,
                            const std::vector<SweepPlan>& plans, std::uint64_t seed, int threads,
                            FitStore& store) {
  const auto tasks = missing_tasks(options, plans, seed, store);
  if (!tasks.empty()) run_tasks(theory, options, tasks, threads, store);
  FitsBySetting fits;
  for (const auto& plan : plans) {
    for (const auto& setting : plan.settings) {
      auto& of_setting = fits[setting];
      of_setting.clear();
      for (std::uint64_t s = seed; s < seed + static_cast<std::uint64_t>(options.seeds); ++s) {
        of_setting.push_back(*store.find(setting, s));
      }
    }
  }
  return fits;
}

MeanErrors mean_trained(const std::vector<ProcessFit>& fits) {
  return mean_of(fits, &ProcessFit::trained);
}

MeanErrors mean_plug_in(const std::vector<ProcessFit>& fits) {
  return mean_of(fits, &ProcessFit::plug_in);
}

}  // namespace lagoon::pipelines
