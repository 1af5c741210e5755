#include "flow/hash.hpp"

#include <set>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace lagoon {
namespace {

std::uint64_t hash_text(std::string_view text, std::uint64_t seed = 0) {
  return hash_bytes(std::as_bytes(std::span(text)), seed);
}

// The values of the reference implementation of XXH64.
TEST(Hash, agrees_with_the_published_algorithm) {
  EXPECT_EQ(hash_text(""), 0xEF46DB3751D8E999);
  EXPECT_EQ(hash_text("a"), 0xD24EC4F1A98C6E5B);
  EXPECT_EQ(hash_text("abc"), 0x44BC2CF5AD770999);
  EXPECT_EQ(hash_text("Nobody inspects the spammish repetition"), 0xFBCEA83C8A378BF1);
}

TEST(Hash, every_bit_of_every_length_counts) {
  for (const std::size_t length : {1, 4, 7, 8, 31, 32, 33, 64, 77}) {
    std::vector<std::byte> bytes(length);
    std::set<std::uint64_t> seen = {hash_bytes(bytes)};
    for (std::size_t bit = 0; bit < 8 * length; ++bit) {
      const auto mask = static_cast<std::byte>(1 << (bit % 8));
      bytes[bit / 8] ^= mask;
      seen.insert(hash_bytes(bytes));
      bytes[bit / 8] ^= mask;
    }
    EXPECT_EQ(seen.size(), 8 * length + 1) << length << " bytes";
  }
}

TEST(Hash, chained_calls_depend_on_order_and_on_where_they_are_cut) {
  EXPECT_NE(hash_text("b", hash_text("a")), hash_text("a", hash_text("b")));
  EXPECT_NE(hash_text("bc", hash_text("a")), hash_text("c", hash_text("ab")));
}

TEST(Hash, hexadecimal_has_sixteen_digits) {
  EXPECT_EQ(to_hex(0), "0000000000000000");
  EXPECT_EQ(to_hex(0x0123456789ABCDEF), "0123456789abcdef");
}

}  // namespace
}  // namespace lagoon
