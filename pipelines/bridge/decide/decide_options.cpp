#include "pipelines/bridge/decide/decide_options.hpp"

#include "flow/error.hpp"
#include "pipelines/figures/panel_grid.hpp"

namespace lagoon::pipelines {

using contrastive::Critic;

std::string DecideSetting::name() const {
  return to_string(critic) + ", " + std::to_string(embedding_dim) + ", " +
         (fixed_scale > 0 ? "scale " + number_text(fixed_scale) : std::string("learned scale")) +
         ", rho " + number_text(rho) + ", " + (shared ? "shared" : "disparate");
}

std::vector<DecideSetting> all_decide_settings() {
  struct Bridge {
    double rho;
    bool shared;
  };
  std::vector<DecideSetting> all;
  for (const int dim : {8, 32, 2}) {
    for (const bool is_learned : {true, false}) {
      for (const auto& [rho, shared] :
           {Bridge{0, true}, Bridge{0, false}, Bridge{0.5, true}, Bridge{0.75, true}}) {
        for (const Critic critic : {Critic::cosine, Critic::dot, Critic::l2}) {
          // A cosine of scale 1 can say almost nothing.
          const double scale = critic == Critic::cosine ? 5 : 1;
          all.push_back({critic, dim, is_learned ? 0 : scale, rho, shared});
        }
      }
    }
  }
  return all;
}

void require_valid(const DecideOptions& o) {
  const auto most = all_decide_settings().size();
  require(o.settings <= static_cast<int>(most), "--settings " + std::to_string(o.settings) +
                                                    ": there are " + std::to_string(most) +
                                                    " (give as many or fewer)");
}

void declare_decide(OptionTable& table, DecideOptions& o, const std::function<bool()>& chosen) {
  const char* study = "the study decide";
  table
      .option("settings", &o.settings, at_least(1),
              "settings of critic, dimension, scale, encoders and bypass to try, 72 at most")
      .only_if(chosen, study);
  table.option("decide-seeds", &o.seeds, at_least(1), "fits a setting").only_if(chosen, study);
  table.option("decide-pairs", &o.pairs, at_least(256), "pairs seen of A and B, and of B and C")
      .only_if(chosen, study);
  table.option("decide-epochs", &o.epochs, at_least(1), "passes over them").only_if(chosen, study);
  table.option("decide-pool", &o.pool, at_least(640), "bridge samples").only_if(chosen, study);
}

}  // namespace lagoon::pipelines
