// Flows are drawn by threads while another one writes: nothing depends on how they take turns.
#include <gtest/gtest.h>

#include "pipelines/generation/blocks.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::pipelines {
namespace {

namespace fixture = datasets::tests;

constexpr std::int64_t kFlows = 9000;  // three blocks

/// Generates as much as `on_block` lets it.
bool generate(const std::filesystem::path& path, const datasets::Description& description,
              int threads, bool resume, const std::function<bool(std::int64_t)>& on_block) {
  auto writer = resume ? datasets::Writer::resume(path, description)
                       : datasets::Writer::create(path, description, false);
  const bool done = generate_flows(description, writer, threads, on_block);
  if (done) writer.finish();
  return done;
}

std::string samples_in(const std::filesystem::path& path) {
  const datasets::Reader reader(path);
  return fixture::text_of(fixture::read_samples(reader, 0, reader.n_flows()));
}

TEST(GenerateInThreads, gives_what_one_thread_gives_also_after_a_stop) {
  const fixture::TemporaryFolder folder;
  const auto description = fixture::rich_description(kFlows);
  const auto go_on = [](std::int64_t) { return true; };
  ASSERT_TRUE(generate(folder / "one.h5", description, 1, false, go_on));
  const std::string expected = samples_in(folder / "one.h5");
  ASSERT_TRUE(generate(folder / "three.h5", description, 3, false, go_on));
  EXPECT_EQ(samples_in(folder / "three.h5"), expected);
  ASSERT_FALSE(generate(folder / "half.h5", description, 2, false,
                        [](std::int64_t done) { return done < kFlows / 2; }));
  ASSERT_TRUE(generate(folder / "half.h5", description, 3, true, go_on));
  EXPECT_EQ(samples_in(folder / "half.h5"), expected);
}

}  // namespace
}  // namespace lagoon::pipelines
