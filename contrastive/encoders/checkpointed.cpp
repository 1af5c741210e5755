#include "contrastive/encoders/checkpointed.hpp"

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include "contrastive/encoders/computation.hpp"

namespace lagoon::contrastive {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// What backward needs to run again.
struct Again : torch::CustomClassHolder {
  std::function<torch::Tensor(const torch::Tensor&)> run;
  Computation computation;
  variable_list parameters;
};

struct Checkpointed : torch::autograd::Function<Checkpointed> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x,
                               at::TensorList /*parameters*/,
                               const c10::intrusive_ptr<Again>& again) {
    context->save_for_backward({x});
    context->saved_data["again"] = c10::IValue::make_capsule(again);
    // What is kept gets its place before the memory of the work: freed above it, that is one
    // stretch again. Holes between what is kept would take as much as it does.
    const torch::Tensor place = at::empty_like(x);
    const torch::Tensor y = again->run(x);
    return y.sizes() == x.sizes() && y.dtype() == x.dtype() ? place.copy_(y) : y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto again = context->saved_data["again"].toCapsule();
    auto& work = static_cast<Again&>(*again);
    const torch::Tensor saved = context->get_saved_variables()[0];
    const at::AutoGradMode with_graph(true);
    const ComputationGuard guard(work.computation);
    const torch::Tensor x = saved.detach().requires_grad_(saved.requires_grad());
    const torch::Tensor y = work.run(x);
    variable_list inputs = work.parameters;
    if (x.requires_grad()) inputs.insert(inputs.begin(), x);
    variable_list result = torch::autograd::grad({y}, inputs, {gradients[0]}, false, false, true);
    if (!x.requires_grad()) result.insert(result.begin(), torch::Tensor());
    result.emplace_back();
    return result;
  }
};

}  // namespace

torch::Tensor checkpointed(const std::function<torch::Tensor(const torch::Tensor&)>& run,
                           const torch::Tensor& x, const std::vector<torch::Tensor>& parameters) {
  auto again = c10::make_intrusive<Again>();
  again->run = run;
  again->computation = computation();
  again->parameters = parameters;
  return Checkpointed::apply(x, at::TensorList(parameters), again);
}

}  // namespace lagoon::contrastive
