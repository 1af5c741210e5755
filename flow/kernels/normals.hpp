#pragma once

#include <cstdint>

#include "flow/kernels/kernel.hpp"
#include "flow/kernels/pack.hpp"

// Brownian increments on SIMD packs: Philox4x32-10 on 64-bit lanes (Salmon et al. 2011), then
// Box-Muller, as flow/random.cpp does one by one.
namespace lagoon::flow::LAGOON_ISA {

using Words = Bits<double>;  ///< 32-bit words, one a lane; the upper halves are rubbish

/// The lower halves multiplied: 64-bit products. (GCC 12 warns of its own unmasked intrinsics.)
[[gnu::always_inline]] inline Words product(Words a, Words b) {
#if defined(__AVX512F__)
  return reinterpret_cast<Words>(
      _mm512_maskz_mul_epu32(0xFF, reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
#elif defined(__AVX2__)
  return reinterpret_cast<Words>(
      _mm256_mul_epu32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
#elif defined(__x86_64__)
  return reinterpret_cast<Words>(
      _mm_mul_epu32(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b)));
#else
  return (a & 0xFFFFFFFF) * (b & 0xFFFFFFFF);
#endif
}

/// Philox4x32-10 of each lane's counter and key.
[[gnu::always_inline]] inline void philox(Words (&counter)[4], Words key0, Words key1) {
  for (int round = 0; round < 10; ++round) {
    const Words first = product(counter[0], Words{} + 0xD2511F53);
    const Words second = product(counter[2], Words{} + 0xCD9E8D57);
    counter[0] = (second >> 32) ^ counter[1] ^ key0;
    counter[2] = (first >> 32) ^ counter[3] ^ key1;
    counter[1] = second;
    counter[3] = first;
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
}

/// Odd multiples of 2^-53, as in flow/random.cpp; the 52 bits become a double behind the exponent
/// of 2^52.
[[gnu::always_inline]] inline Vector<double> to_open_unit_interval(Words high, Words low) {
  const Words bits = ((high << 32) | (low & 0xFFFFFFFF)) >> 12;
  const auto shifted = reinterpret_cast<Vector<double>>(bits | 0x4330000000000000);
  return ((shifted - 0x1p52) + 0.5) * 0x1p-52;
}

/// Uniform numbers of one register's lanes: draw number `draw` of the streams at `words`,
/// (kDrawWords, .) with `stride` between them.
[[gnu::always_inline]] inline void draw_uniform(const std::uint64_t* words, int stride,
                                                std::uint32_t draw, Vector<double>& a,
                                                Vector<double>& b) {
  Words read[kDrawWords];
  for (int i = 0; i < kDrawWords; ++i) __builtin_memcpy(&read[i], words + i * stride, kVectorBytes);
  Words counter[4] = {Words{} + draw, read[0], read[1], read[2]};
  philox(counter, read[3], read[4]);
  a = to_open_unit_interval(counter[0], counter[1]);
  b = to_open_unit_interval(counter[2], counter[3]);
}

/// Two independent standard normals a lane.
[[gnu::always_inline]] inline void draw_normals(const std::uint64_t* words, int stride,
                                                std::uint32_t draw, Pack<double>& a,
                                                Pack<double>& b) {
  Pack<double> radius;
  Pack<double> angle;
  draw_uniform(words, stride, draw, radius.low, angle.low);
  draw_uniform(words + kVectorLanes<double>, stride, draw, radius.high, angle.high);
  radius = square_root(Pack<double>(-2.0) * logarithm(radius));
  Pack<double> sine;
  Pack<double> cosine;
  sine_cosine<double>(angle, sine, cosine);
  a = radius * cosine;
  b = radius * sine;
}

}  // namespace lagoon::flow::LAGOON_ISA
