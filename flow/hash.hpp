#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace lagoon {

/// 64-bit checksum of bytes (not cryptographic), the same on every machine of the same byte order.
/// It guards data blocks, checkpoints and laws against damage. Chain calls through `seed`.
std::uint64_t hash_bytes(std::span<const std::byte> bytes, std::uint64_t seed = 0);

/// 16 lower-case hexadecimal digits.
std::string to_hex(std::uint64_t hash);

}  // namespace lagoon
