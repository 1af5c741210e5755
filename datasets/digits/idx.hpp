#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace lagoon::datasets {

/// What an IDX file of unsigned bytes holds, the last axis fastest.
struct IdxArray {
  std::vector<std::int64_t> lengths;
  std::vector<std::uint8_t> values;
};

/// A length of an IDX array that may be any number from 1.
inline constexpr std::int64_t kAnyLength = -1;

/// Reads an IDX file of unsigned bytes, gzip'd or plain (its first two bytes tell which): magic
/// 0x0800 + number of axes, the lengths, the values; numbers of 32 bits, big-endian. The header is
/// compared with `shape` (a number, or kAnyLength) and with the most that a file of this size can
/// hold (deflate packs 1032 bytes into one) before any memory is taken for values, and memory grows
/// with what comes. Throws Error "PATH: what is wrong (remedy)" for a file that is missing, of
/// another kind or shape (`reason` follows what was expected), empty, cut short, followed by more
/// bytes, or damaged (gzip's checksum).
IdxArray read_idx(const std::filesystem::path& path, std::span<const std::int64_t> shape,
                  const std::string& reason = "");

}  // namespace lagoon::datasets
