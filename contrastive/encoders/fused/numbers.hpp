#pragma once

#include "contrastive/encoders/fused/kernel.hpp"
#include "contrastive/simd/lanes.hpp"

// Included by kernel.cpp alone, once per instruction set.
namespace lagoon::contrastive::fused::LAGOON_ISA {

namespace lanes = simd::LAGOON_ISA;
using lanes::Lanes;
using simd::kLanes;

[[gnu::always_inline]] inline float widened(Bfloat16 number) {
  return __builtin_bit_cast(float, static_cast<std::uint32_t>(number) << 16);
}
[[gnu::always_inline]] inline float widened(float number) {
  return number;
}

/// To the nearest, ties to even; what is not a number stays none.
[[gnu::always_inline]] inline void round_to(float value, Bfloat16& to) {
  const auto bits = __builtin_bit_cast(std::uint32_t, value);
  const std::uint32_t rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
  const bool is_none = (bits & 0x7FFFFFFF) > 0x7F800000;
  to = static_cast<Bfloat16>(is_none ? 0x7FC0 : rounded);
}
[[gnu::always_inline]] inline void round_to(float value, float& to) {
  to = value;
}

/// kLanes numbers from or to memory.
template <class Number>
[[gnu::always_inline]] inline Lanes load_numbers(const Number* from) {
  alignas(64) float x[kLanes];
  for (int i = 0; i < kLanes; ++i) x[i] = widened(from[i]);
  return lanes::load(x);
}
template <class Number>
[[gnu::always_inline]] inline void store_numbers(const Lanes& value, Number* to) {
  alignas(64) float x[kLanes];
  lanes::store(value, x);
  for (int i = 0; i < kLanes; ++i) round_to(x[i], to[i]);
}

}  // namespace lagoon::contrastive::fused::LAGOON_ISA
