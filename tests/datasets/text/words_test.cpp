#include <gtest/gtest.h>

#include "datasets/text/text.hpp"

namespace lagoon::datasets::tests {
namespace {

TEST(Words, are_joined_and_enumerated) {
  EXPECT_EQ(joined(std::vector<std::string>{"a", "b", "c"}), "a, b, c");
  EXPECT_EQ(joined(std::vector<std::string>{"a", "b"}, ","), "a,b");
  EXPECT_EQ(enumerated({"a", "b", "c"}), "a, b and c");
  EXPECT_EQ(enumerated({"a", "b"}), "a and b");
  EXPECT_EQ(enumerated({"a"}), "a");
  EXPECT_EQ(enumerated({}), "");
}

TEST(Words, of_xml_are_no_marks) {
  EXPECT_EQ(xml_text("a < b & \"c\" > d"), "a &lt; b &amp; &quot;c&quot; &gt; d");
}

}  // namespace
}  // namespace lagoon::datasets::tests
