#include "datasets/safetensors.hpp"

#include <cstring>
#include <random>

#include <gtest/gtest.h>

#include "flow/error.hpp"
#include "tests/datasets/fixture.hpp"

namespace lagoon::datasets::tests {
namespace {

std::vector<std::byte> bytes_of(const std::vector<float>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

SafeTensors sample_content() {
  SafeTensors content;
  content.metadata = {{"step", "12"}, {"note", "quote \" and caf\u00e9"}};
  content.tensors["model.weight"] = {"F32", {2, 3}, bytes_of({1, 2, 3, 4, 5, -0.5F})};
  content.tensors["a.flag"] = {"U8", {3}, {std::byte{1}, std::byte{2}, std::byte{3}}};
  content.tensors["empty"] = {"F64", {0, 4}, {}};
  content.tensors["scalar"] = {"I64", {}, std::vector<std::byte>(8, std::byte{7})};
  return content;
}

// A file with this header and so many bytes of data.
std::string raw_file(const std::string& header, std::size_t n_data) {
  const std::uint64_t size = header.size();
  std::string text(sizeof size, '\0');
  std::memcpy(text.data(), &size, sizeof size);
  return text + header + std::string(n_data, '\1');
}

void expect_refused(const TemporaryFolder& folder, const std::string& file) {
  write_text(folder / "bad", file);
  const std::string message = error_of([&] { read_safetensors(folder / "bad"); });
  EXPECT_TRUE(message.starts_with((folder / "bad").string() + ": ")) << message;
}

TEST(SafeTensors, come_back_to_the_bit) {
  const TemporaryFolder folder;
  const SafeTensors expected = sample_content();
  write_safetensors(folder / "a.safetensors", expected);
  const SafeTensors found = read_safetensors(folder / "a.safetensors");
  EXPECT_EQ(found.metadata, expected.metadata);
  ASSERT_EQ(found.tensors.size(), expected.tensors.size());
  for (const auto& [name, tensor] : expected.tensors) {
    EXPECT_EQ(found.tensors.at(name).dtype, tensor.dtype) << name;
    EXPECT_EQ(found.tensors.at(name).shape, tensor.shape) << name;
    EXPECT_EQ(found.tensors.at(name).bytes, tensor.bytes) << name;
  }
}

TEST(SafeTensors, an_existing_file_is_replaced_whole) {
  const TemporaryFolder folder;
  write_safetensors(folder / "a", sample_content());
  write_safetensors(folder / "a", {});
  EXPECT_TRUE(read_safetensors(folder / "a").tensors.empty());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(SafeTensors, well_formed_headers_by_hand_are_read) {
  const TemporaryFolder folder;
  write_text(folder / "a", raw_file(R"({"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},)"
                                    R"("a":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}}  )",
                                    12));
  EXPECT_EQ(read_safetensors(folder / "a").tensors.at("b").bytes.size(), 8U);
}

TEST(SafeTensors, malformed_headers_are_refused) {
  const TemporaryFolder folder;
  const auto tensor = [](const std::string& fields) { return "{\"a\":{" + fields + "}}"; };
  const std::vector<std::string> headers = {
      "",
      "{",
      "[]",
      "{}",
      tensor(R"("dtype":"F32","shape":[2])"),
      tensor(R"("dtype":"F31","shape":[2],"data_offsets":[0,8])"),
      tensor(R"("dtype":7,"shape":[2],"data_offsets":[0,8])"),
      tensor(R"("dtype":"F32","shape":2,"data_offsets":[0,8])"),
      tensor(R"("dtype":"F32","shape":[-2],"data_offsets":[0,8])"),
      tensor(R"("dtype":"F32","shape":[2.0],"data_offsets":[0,8])"),
      tensor(R"("dtype":"F32","shape":[[2]],"data_offsets":[0,8])"),
      tensor(R"("dtype":"F32","shape":[3],"data_offsets":[0,8])"),
      tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,16])"),
      tensor(R"("dtype":"F32","shape":[2],"data_offsets":[8,0])"),
      tensor(R"("dtype":"F32","shape":[1],"data_offsets":[0,4])"),
      tensor(R"("dtype":"F32","shape":[1],"data_offsets":[4,8])"),
      tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1)"),
      tensor(R"("dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0])"),
      R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
      R"("b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
      R"({"__metadata__":{"a":1},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
      std::string(100000, '['),
  };
  for (const std::string& header : headers) {
    SCOPED_TRACE(header.substr(0, 100));
    expect_refused(folder, raw_file(header, 8));
  }
}

TEST(SafeTensors, a_header_longer_than_the_file_is_refused_without_allocating) {
  const TemporaryFolder folder;
  expect_refused(folder, "\xff\xff\xff\xff\xff\xff\xff\x7f{}");
  expect_refused(folder, "\x10");
  EXPECT_THROW(read_safetensors(folder / "none"), Error);
}

TEST(SafeTensors, every_truncation_is_refused) {
  const TemporaryFolder folder;
  write_safetensors(folder / "a", sample_content());
  const std::string whole = read_text(folder / "a");
  for (std::size_t size = 0; size < whole.size(); size += 7)
    expect_refused(folder, whole.substr(0, size));
}

TEST(SafeTensors, tensors_that_cannot_be_are_not_written) {
  const TemporaryFolder folder;
  SafeTensors content;
  content.tensors["a"] = {"F32", {3}, bytes_of({1})};
  EXPECT_THROW(write_safetensors(folder / "a", content), Error);
  content.tensors["a"] = {"float", {1}, bytes_of({1})};
  EXPECT_THROW(write_safetensors(folder / "a", content), Error);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(SafeTensors, the_python_package_reads_them) {
  if (run_command("python3 -c 'import safetensors.numpy'").status != 0)
    GTEST_SKIP() << "python3 has no package safetensors";
  const TemporaryFolder folder;
  write_safetensors(folder / "a", sample_content());
  const CommandResult result = run_command(
      "python3 -c \"import sys; from safetensors.numpy import load_file; a = "
      "load_file(sys.argv[1]);"
      "print(a['model.weight'].tolist(), a['a.flag'].tolist(), a['empty'].shape)\" " +
      (folder / "a").string());
  EXPECT_EQ(result.output, "[[1.0, 2.0, 3.0], [4.0, 5.0, -0.5]] [1, 2, 3] (0, 4)\n");
}

}  // namespace
}  // namespace lagoon::datasets::tests
