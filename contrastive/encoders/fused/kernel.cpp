// Compiled once per instruction set: LAGOON_ISA names the namespace.
#include "contrastive/encoders/fused/kernel.hpp"

#include "contrastive/encoders/fused/heads.hpp"

namespace lagoon::contrastive::fused::LAGOON_ISA {
namespace {

/// 1 / (1 + exp(-1.702 x)).
[[gnu::always_inline]] inline Lanes gate(const Lanes& x) {
  // Of a float below exp(-87.6) nothing is left beside 1; above exp(87) a product is infinite.
  const Lanes bounded =
      Lanes(0.0) - larger(Lanes(-87.0), Lanes(0.0) - larger(Lanes(-87.0), x * Lanes(-1.702)));
  return Lanes(1.0) / (Lanes(1.0) + lanes::exponential(bounded));
}

/// For all numbers, kLanes at a time; the last ones by a copy of theirs.
template <class Number, class Work>
[[gnu::always_inline]] inline void for_all(std::int64_t n, const Number* a, const Number* b,
                                           Number* to, Work&& work) {
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    store_numbers(work(load_numbers(a + i), load_numbers(b + i)), to + i);
  }
  if (i == n) return;
  Number last_a[kLanes] = {}, last_b[kLanes] = {}, last[kLanes];
  for (std::int64_t k = i; k < n; ++k) last_a[k - i] = a[k], last_b[k - i] = b[k];
  store_numbers(work(load_numbers(last_a), load_numbers(last_b)), last);
  for (std::int64_t k = i; k < n; ++k) to[k] = last[k - i];
}

template <class Number>
void quick_gelu(std::int64_t n, const Number* x, Number* y) {
  for_all(
      n, x, x, y,
      [](const Lanes& a, const Lanes&) __attribute__((always_inline)) { return a * gate(a); });
}

template <class Number>
void quick_gelu_gradient(std::int64_t n, const Number* x, const Number* by_y, Number* by_x) {
  for_all(
      n, x, by_y, by_x, [](const Lanes& a, const Lanes& by) __attribute__((always_inline)) {
        const Lanes open = gate(a);
        return by * open * (Lanes(1.0) + Lanes(1.702) * a * (Lanes(1.0) - open));
      });
}

template <class Number>
constexpr Functions<Number> kFunctions = {quick_gelu<Number>, quick_gelu_gradient<Number>,
                                          attention<Number>, attention_gradient<Number>};

}  // namespace

constinit const Kernel kKernel = {flow::LAGOON_ISA::kSetName, flow::LAGOON_ISA::kIsFused,
                                  kFunctions<float>, kFunctions<Bfloat16>, head_scratch};

}  // namespace lagoon::contrastive::fused::LAGOON_ISA
