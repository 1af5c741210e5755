#pragma once

#include <cstdlib>

#include <gtest/gtest.h>

namespace lagoon::tests {

/// Tests of figures that take minutes, on the fixture `Base`: skipped unless LAGOON_STUDY is set,
/// as `ctest -L study` does.
template <class Base = testing::Test>
class Study : public Base {
 protected:
  void SetUp() override {
    if (std::getenv("LAGOON_STUDY") == nullptr) GTEST_SKIP() << "a study: ctest -L study";
    Base::SetUp();
  }
};

}  // namespace lagoon::tests
