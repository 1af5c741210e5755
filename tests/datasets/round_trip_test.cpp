#include <limits>
#include <sstream>

#include <gtest/gtest.h>

#include "datasets/storage/schema.hpp"
#include "flow/error.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::datasets::tests {
namespace {

std::vector<std::string> attributes_as_text(const Description& description) {
  std::vector<std::string> lines;
  visit_attributes(description, [&](const char* name, const auto& value) {
    std::ostringstream line;
    line << std::hexfloat << name << " = " << value;
    lines.push_back(line.str());
  });
  return lines;
}

TEST(RoundTrip, float64_positions_and_coefficients_come_back_to_the_bit) {
  const TemporaryFolder folder;
  const Description description = small_description(37, Storage::float64);
  write_dataset(folder / "a.h5", description);
  const Reader reader(folder / "a.h5");
  const SampleBlock expected = samples_of(description, 0, 37);
  const Reader::Components positions = reader.positions(0, 37);
  EXPECT_TRUE(reader.complete());
  EXPECT_EQ(reader.psi_hat(0, 37), expected.psi_hat);
  EXPECT_EQ(positions.x, expected.x);
  EXPECT_EQ(positions.y, expected.y);
}

TEST(RoundTrip, float32_positions_are_the_nearest_and_coefficients_exact) {
  const TemporaryFolder folder;
  const Description description = small_description(37);
  write_dataset(folder / "a.h5", description);
  const Reader reader(folder / "a.h5");
  const SampleBlock expected = samples_of(description, 0, 37);
  const Reader::Components positions = reader.positions(0, 37);
  EXPECT_EQ(reader.psi_hat(0, 37), expected.psi_hat);
  ASSERT_EQ(positions.x.size(), expected.x.size());
  for (std::size_t i = 0; i < expected.x.size(); ++i) {
    EXPECT_EQ(positions.x[i], static_cast<double>(static_cast<float>(expected.x[i])));
    EXPECT_EQ(positions.y[i], static_cast<double>(static_cast<float>(expected.y[i])));
  }
}

TEST(RoundTrip, a_part_of_a_file_of_several_blocks_is_the_same_part) {
  const TemporaryFolder folder;
  const Description description = small_description(2 * kBlockFlows + 5, Storage::float64);
  write_dataset(folder / "a.h5", description);
  const Reader reader(folder / "a.h5");
  const std::int64_t first = kBlockFlows - 2;
  const SampleBlock expected = samples_of(description, first, kBlockFlows + 4);
  EXPECT_EQ(reader.psi_hat(first, kBlockFlows + 4), expected.psi_hat);
  EXPECT_EQ(reader.positions(first, kBlockFlows + 4).y, expected.y);
  EXPECT_NO_THROW(reader.verify_checksums());
}

TEST(RoundTrip, everything_that_a_file_can_hold_comes_back_to_the_bit) {
  const TemporaryFolder folder;
  const Description description = rich_description(37, Storage::float64);
  write_dataset(folder / "a.h5", description);
  const Reader reader(folder / "a.h5");
  EXPECT_EQ(text_of(read_samples(reader, 0, 37)), text_of(samples_of(description, 0, 37)));
  EXPECT_EQ(text_of(read_samples(reader, 11, 5)), text_of(samples_of(description, 11, 5)));
  EXPECT_EQ(reader.description().eulerian, description.eulerian);
  EXPECT_EQ(reader.description().scales, description.scales);
  EXPECT_NO_THROW(reader.verify_checksums());
}

TEST(RoundTrip, what_a_file_does_not_hold_is_empty) {
  const TemporaryFolder folder;
  write_dataset(folder / "a.h5", small_description(9));
  const Reader reader(folder / "a.h5");
  EXPECT_TRUE(reader.amplitudes(0, 9).empty());
  EXPECT_TRUE(reader.station_velocity(0, 9).x.empty());
  EXPECT_TRUE(reader.psi(0, 9).empty());
  EXPECT_TRUE(reader.vorticity(0, 9).empty());
}

TEST(RoundTrip, gaps_are_taken_only_where_the_law_has_them_and_in_both_coordinates) {
  const TemporaryFolder folder;
  const auto refusal = [&](const Description& description, bool both) {
    Writer writer = Writer::create(folder / "a.h5", description, true);
    SampleBlock block = samples_of(description, 0, 5);
    const std::size_t first_of_flow_2 =
        2 * description.law.n_drifters() * description.law.n_times();
    block.x[first_of_flow_2] = std::numeric_limits<double>::quiet_NaN();
    if (both) block.y[first_of_flow_2] = block.x[first_of_flow_2];
    return error_of([&] { writer.write_block(block); });
  };
  EXPECT_NE(refusal(small_description(5), true).find("x of flow 2 is not finite"),
            std::string::npos);
  EXPECT_NE(refusal(rich_description(5), false).find("flow 2 one is observed, the other is not"),
            std::string::npos);
}

TEST(RoundTrip, the_description_comes_back_whole) {
  const TemporaryFolder folder;
  const Description expected = rich_description(9, Storage::float64);
  write_dataset(folder / "a.h5", expected);
  const Reader reader(folder / "a.h5");
  const Description& found = reader.description();
  EXPECT_EQ(flow::first_difference(found.law, expected.law), "");
  EXPECT_EQ(reader.law_hash(), flow::hash(expected.law));
  EXPECT_EQ(sample_hash(found), sample_hash(expected));
  EXPECT_EQ(found.n_flows, 9);
  EXPECT_EQ(found.storage, Storage::float64);
  EXPECT_EQ(attributes_as_text(found), attributes_as_text(expected));
}

TEST(RoundTrip, names_of_storage_and_split_are_those_that_are_read_or_refused) {
  for (const Storage storage : {Storage::float32, Storage::float64})
    EXPECT_EQ(storage_from_string(to_string(storage)), storage);
  for (const Split split : {Split::train, Split::validation, Split::test})
    EXPECT_EQ(split_from_string(to_string(split)), split);
  EXPECT_NE(error_of([] { storage_from_string("float16"); }).find("'float16' is unknown: give"),
            std::string::npos);
  EXPECT_NE(error_of([] { split_from_string("dev"); }).find("'dev' is unknown: give"),
            std::string::npos);
}

TEST(RoundTrip, rows_of_the_splits_are_those_that_split_of_tells) {
  const TemporaryFolder folder;
  const Description description = small_description(100);
  write_dataset(folder / "a.h5", description);
  const Reader reader(folder / "a.h5");
  std::size_t n_rows = 0;
  for (Split split : {Split::train, Split::validation, Split::test}) {
    for (std::int64_t row : reader.rows(split)) {
      EXPECT_EQ(split_of(row, description.fractions), split);
      EXPECT_EQ(reader.splits()[static_cast<std::size_t>(row)], split);
    }
    n_rows += reader.rows(split).size();
  }
  EXPECT_EQ(n_rows, 100U);
  EXPECT_EQ(reader.all_rows().size(), 100U);
}

TEST(RoundTrip, rows_outside_the_file_are_refused) {
  const TemporaryFolder folder;
  write_dataset(folder / "a.h5", small_description(5));
  const Reader reader(folder / "a.h5");
  EXPECT_EQ(reader.psi_hat(5, 0).size(), 0U);
  EXPECT_THROW(reader.psi_hat(-1, 1), Error);
  EXPECT_THROW(reader.psi_hat(3, 3), Error);
  EXPECT_THROW(reader.positions(1, std::numeric_limits<std::int64_t>::max()), Error);
}

TEST(RoundTrip, what_is_not_finite_is_refused_with_its_flow) {
  const TemporaryFolder folder;
  const Description description = small_description(5);
  Writer writer = Writer::create(folder / "a.h5", description, false);
  SampleBlock samples = samples_of(description, 0, 5);
  samples.psi_hat[3 * description.law.n_modes()] = std::numeric_limits<double>::quiet_NaN();
  const std::string message = error_of([&] { writer.write_block(samples); });
  EXPECT_NE(message.find("psi_hat of flow 3"), std::string::npos) << message;
}

TEST(RoundTrip, a_dataset_of_no_flows_or_of_impossible_fractions_is_refused) {
  const TemporaryFolder folder;
  EXPECT_THROW(Writer::create(folder / "a.h5", small_description(0), false), Error);
  Description description = small_description(5);
  description.fractions = {0.75, 0.5};
  EXPECT_THROW(Writer::create(folder / "a.h5", description, false), Error);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(RoundTrip, a_refused_dataset_leaves_the_folder_as_it_was) {
  const TemporaryFolder folder;
  const Description description = small_description(5);
  write_dataset(folder / "a.h5", description);
  const auto files = [&] {
    return std::distance(std::filesystem::directory_iterator(folder.path()), {});
  };
  EXPECT_THROW(Writer::create(folder / "a.h5", description, false), Error);
  EXPECT_EQ(files(), 1);
  Reader(folder / "a.h5").verify_checksums();
}

}  // namespace
}  // namespace lagoon::datasets::tests
