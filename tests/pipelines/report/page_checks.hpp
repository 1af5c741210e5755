#pragma once

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "tests/pipelines/program.hpp"

namespace lagoon::pipelines::tests {

/// Expects a page that loads nothing and shows at least one picture, each from inside the page.
inline void expect_self_contained(const std::filesystem::path& page) {
  const std::string text = read_text(page);
  for (const auto* forbidden : {"http:", "https:", "<link", "<script", "@import", "url("}) {
    EXPECT_EQ(text.find(forbidden), std::string::npos) << forbidden;
  }
  int pictures = 0;
  for (auto at = text.find("src="); at != std::string::npos; at = text.find("src=", at + 1)) {
    EXPECT_EQ(text.compare(at, 27, "src=\"data:image/png;base64,"), 0) << text.substr(at, 60);
    ++pictures;
  }
  EXPECT_GT(pictures, 0);
}

}  // namespace lagoon::pipelines::tests
