#include "pipelines/programs/learning.hpp"

#include "contrastive/threads.hpp"
#include "pipelines/assimilation/methods/contrastive.hpp"
#include "pipelines/assimilation/observed/learned/log_ratio.hpp"
#include "pipelines/bridge/bridge.hpp"
#include "pipelines/diagnosis/run_diagnosis.hpp"
#include "pipelines/gaussian/gaussian.hpp"
#include "pipelines/mnist/mnist.hpp"
#include "pipelines/retrieve.hpp"
#include "pipelines/train.hpp"

namespace lagoon::pipelines {

const Learning& learning() {
  static constexpr Learning all = {run_train,
                                   run_retrieve,
                                   run_gaussian,
                                   run_mnist,
                                   run_bridge,
                                   diagnose_run,
                                   add_contrastive_methods,
                                   learn_log_ratio,
                                   contrastive::run_side_by_side};
  return all;
}

}  // namespace lagoon::pipelines
