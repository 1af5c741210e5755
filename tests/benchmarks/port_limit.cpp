#include "tests/benchmarks/port_limit.hpp"

#include <array>
#include <cstdio>
#include <memory>
#include <string_view>

#include "tests/benchmarks/stopwatch.hpp"

namespace lagoon::tests {
namespace {

constexpr long kRounds = 2'000'000;
constexpr int kChains = 12;  ///< four cycles of latency on two ports need eight

#if defined(__x86_64__)
#define LAGOON_FUSED(suffix, reg, i) "vfmadd231" suffix " %%" reg "14, %%" reg "15, %%" reg #i "\n"
#define LAGOON_PEAK(suffix, reg)                                                                 \
  long rounds = kRounds;                                                                         \
  asm volatile("vzeroall\n1:\n" LAGOON_FUSED(suffix, reg, 0) LAGOON_FUSED(suffix, reg, 1)        \
                   LAGOON_FUSED(suffix, reg, 2) LAGOON_FUSED(suffix, reg, 3) LAGOON_FUSED(       \
                       suffix, reg, 4) LAGOON_FUSED(suffix, reg, 5) LAGOON_FUSED(suffix, reg, 6) \
                       LAGOON_FUSED(suffix, reg, 7) LAGOON_FUSED(suffix, reg, 8)                 \
                           LAGOON_FUSED(suffix, reg, 9) LAGOON_FUSED(suffix, reg, 10)            \
                               LAGOON_FUSED(suffix, reg, 11) "dec %0\njnz 1b\nvzeroupper\n"      \
               : "+r"(rounds)                                                                    \
               :                                                                                 \
               : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",   \
                 "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15")

void fuse_512_double() {
  LAGOON_PEAK("pd", "zmm");
}
void fuse_512_float() {
  LAGOON_PEAK("ps", "zmm");
}
void fuse_256_double() {
  LAGOON_PEAK("pd", "ymm");
}
void fuse_256_float() {
  LAGOON_PEAK("ps", "ymm");
}
#endif

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The mnemonic of a line of objdump, as "vaddpd".
std::string_view mnemonic(std::string_view line) {
  const std::size_t tab = line.find('\t');
  if (tab == std::string_view::npos) return {};
  line.remove_prefix(tab + 1);
  return line.substr(0, line.find_first_of(" \n"));
}

bool is_arithmetic(std::string_view name) {
  if (!name.ends_with("pd") && !name.ends_with("ps")) return false;
  for (const std::string_view start :
       {"vfmadd", "vfmsub", "vfnmadd", "vfnmsub", "vmulp", "vaddp", "vsubp", "vdivp"}) {
    if (name.starts_with(start)) return true;
  }
  return false;
}

/// A function of the 49-mode RK4 step where the lanes are drifters of one flow.
bool is_of_step(std::string_view function, const std::string& instruction_set,
                const std::string& real) {
  if (!contains(function, "TableOfOneFlow<" + real + ">")) return false;
  if (!contains(function, "lagoon::flow::" + instruction_set + "::")) return false;
  const bool is_odeint = contains(function, "runge_kutta4_classic<") &&
                         contains(function, "Velocity<" + real + ", 3,");
  return is_odeint ||
         (contains(function, "step_rows<" + real) && contains(function, "RungeKutta4, 3,"));
}

}  // namespace

std::optional<double> peak_fused_rate(const std::string& instruction_set, flow::Precision precision,
                                      double seconds) {
#if defined(__x86_64__)
  const bool is_double = precision == flow::Precision::float64;
  const double amount = double{kChains} * kRounds;
  if (instruction_set == "avx512")
    return best_rate(amount, seconds, is_double ? fuse_512_double : fuse_512_float);
  if (instruction_set == "avx2")
    return best_rate(amount, seconds, is_double ? fuse_256_double : fuse_256_float);
#endif
  return std::nullopt;
}

std::optional<int> instructions_per_step(const std::string& instruction_set,
                                         flow::Precision precision) {
  const std::string real = precision == flow::Precision::float64 ? "double" : "float";
  const std::unique_ptr<FILE, int (*)(FILE*)> objdump(
      popen("exec 2>/dev/null objdump -dC --no-show-raw-insn --no-addresses /proc/$PPID/exe", "r"),
      pclose);
  if (objdump == nullptr || instruction_set == "base") return std::nullopt;
  std::array<char, 4096> line{};
  bool counts = false;
  int n = 0;
  while (std::fgets(line.data(), line.size(), objdump.get()) != nullptr) {
    if (line[0] == '<') counts = is_of_step(line.data(), instruction_set, real);
    if (counts && is_arithmetic(mnemonic(line.data()))) ++n;
  }
  if (n == 0) return std::nullopt;
  return n / 2;
}

}  // namespace lagoon::tests
