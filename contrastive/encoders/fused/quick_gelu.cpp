#include "contrastive/encoders/fused/quick_gelu.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include "contrastive/encoders/fused/chosen_kernel.hpp"

namespace lagoon::contrastive {
namespace {

using fused::kernel_for;
using fused::with_numbers;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct QuickGelu : torch::autograd::Function<QuickGelu> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x) {
    context->save_for_backward({x});
    torch::Tensor y = at::empty_like(x);
    with_numbers(*kernel_for(x), x.scalar_type(), [&](const auto& functions, auto&& numbers) {
      functions.quick_gelu(x.numel(), numbers(x), numbers(y));
    });
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const torch::Tensor x = context->get_saved_variables()[0];
    const torch::Tensor by_y = gradients[0].contiguous();
    torch::Tensor by_x = at::empty_like(x);
    with_numbers(*kernel_for(x), x.scalar_type(), [&](const auto& functions, auto&& numbers) {
      functions.quick_gelu_gradient(x.numel(), numbers(x), numbers(by_y), numbers(by_x));
    });
    return {by_x};
  }
};

}  // namespace

torch::Tensor plain_quick_gelu(const torch::Tensor& x) {
  return x * at::sigmoid(1.702 * x);
}

torch::Tensor quick_gelu(const torch::Tensor& x) {
  return kernel_for(x) == nullptr ? plain_quick_gelu(x) : QuickGelu::apply(x);
}

}  // namespace lagoon::contrastive
