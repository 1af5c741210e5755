#include "datasets/matrices/matrix_file.hpp"

#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

#include "datasets/safetensors.hpp"
#include "datasets/storage/hdf5.hpp"
#include "flow/error.hpp"
#include "tests/datasets/fixture.hpp"
#include "tests/support/files.hpp"

namespace lagoon::datasets::tests {
namespace {

namespace fs = std::filesystem;

const std::vector<float> kValues = {1.5F, -2, 0.25F, 3, -0.5F, 65504};  // exact in half precision

class MatrixFiles : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  template <class T>
  std::string write_npy(const std::string& name, const std::string& descr,
                        const std::vector<T>& values, const std::string& shape = "(3, 2)",
                        const std::string& order = "False") {
    std::string header =
        "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
    while ((10 + header.size() + 1) % 64 != 0) header += ' ';
    header += '\n';
    const auto size = static_cast<std::uint16_t>(header.size());
    std::ofstream stream(path(name), std::ios::binary);
    stream << std::string("\x93NUMPY\x01\x00", 8) << static_cast<char>(size & 0xFF)
           << static_cast<char>(size >> 8) << header;
    stream.write(reinterpret_cast<const char*>(values.data()),
                 static_cast<std::streamsize>(values.size() * sizeof(T)));
    return path(name);
  }

  template <class T>
  static SafeTensor tensor(const std::string& dtype, const std::vector<T>& values) {
    const auto* bytes = reinterpret_cast<const std::byte*>(values.data());
    return {dtype, {3, 2}, {bytes, bytes + values.size() * sizeof(T)}};
  }

  /// kValues behind `header`.
  std::string write_safetensors_by_hand(const std::string& name, const std::string& header) {
    const std::uint64_t size = header.size();
    std::ofstream stream(path(name), std::ios::binary);
    stream.write(reinterpret_cast<const char*>(&size), sizeof(size)) << header;
    stream.write(reinterpret_cast<const char*>(kValues.data()), 24);
    return path(name);
  }

  std::string write_hdf5(const std::string& name, const std::vector<std::string>& datasets) {
    auto file = hdf5::File::create(path(name));
    for (const auto& dataset : datasets) {
      file.create_dataset({dataset, hdf5::Type::float32, {3, 2}});
      file.write(dataset, 0, std::span<const float>(kValues));
    }
    file.close();
    return path(name);
  }

 private:
  lagoon::tests::TemporaryFolder folder_;
};

void expect_values(const MatrixFile& file) {
  EXPECT_EQ(file.rows(), 3);
  EXPECT_EQ(file.cols(), 2);
  EXPECT_EQ(file.read(0, 3), kValues);
  EXPECT_EQ(file.read(1, 1), (std::vector<float>{0.25F, 3}));
  EXPECT_THROW(file.read(2, 2), Error);
}

const std::vector<std::uint16_t> kHalves = {0x3E00, 0xC000, 0x3400, 0x4200, 0xB800, 0x7BFF};

TEST_F(MatrixFiles, of_every_kind_hold_the_same_rows) {
  const std::vector<double> doubles(kValues.begin(), kValues.end());
  expect_values(MatrixFile::open(write_npy("f4.npy", "<f4", kValues)));
  expect_values(MatrixFile::open(write_npy("f8.npy", "<f8", doubles)));
  expect_values(MatrixFile::open(write_npy("f2.npy", "<f2", kHalves)));
  expect_values(MatrixFile::open(write_hdf5("one.h5", {"embeddings"})));
  expect_values(MatrixFile::open(write_hdf5("two.h5", {"first", "second"}), "second"));
  SafeTensors content;
  content.tensors["half"] = tensor("F16", kHalves);
  content.tensors["single"] = tensor("F32", kValues);
  content.tensors["double"] = tensor("F64", doubles);
  write_safetensors(path("all.safetensors"), content);
  for (const char* name : {"half", "single", "double"}) {
    expect_values(MatrixFile::open(path("all.safetensors"), name));
  }
}

TEST_F(MatrixFiles, small_halves_and_brain_floats_are_read) {
  const std::vector<std::uint16_t> halves = {0x0001, 0x8001, 0x03FF, 0x0400, 0x0000, 0x3C01};
  const auto read = MatrixFile::open(write_npy("small.npy", "<f2", halves)).read(0, 3);
  EXPECT_EQ(read,
            (std::vector<float>{0x1p-24F, -0x1p-24F, 1023 * 0x1p-24F, 0x1p-14F, 0, 1 + 0x1p-10F}));
  SafeTensors content;
  const std::vector<std::uint16_t> brain = {0x3FC0, 0xC000, 0x3E80, 0x4040, 0xBF00, 0x0000};
  content.tensors["b"] = tensor("BF16", brain);
  write_safetensors(path("b.safetensors"), content);
  EXPECT_EQ(MatrixFile::open(path("b.safetensors")).read(0, 3),
            (std::vector<float>{1.5F, -2, 0.25F, 3, -0.5F, 0}));
}

TEST_F(MatrixFiles, what_cannot_be_read_is_told_in_a_line) {
  const auto told = [](const std::string& file, const std::string& name = "") {
    return error_of([&] { static_cast<void>(MatrixFile::open(file, name)); });
  };
  const auto says = [](const std::string& text, const std::string& words) {
    EXPECT_NE(text.find(words), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  };
  says(told(path("absent.h5")), "is no file");
  write_npy("f4.npy", "<f4", kValues);
  says(told(write_npy("order.npy", "<f4", kValues, "(3, 2)", "True")), "column by column");
  says(told(write_npy("ints.npy", "<i4", kValues)), "no little-endian floats");
  says(told(write_npy("axes.npy", "<f4", kValues, "(6,)")), "1 axes");
  says(told(write_npy("long.npy", "<f4", kValues, "(4, 2)")), "shorter than its 4 rows");
  says(told(write_npy("huge.npy", "<f4", kValues, "(4611686018427387904, 8)")), "shorter");
  says(told(write_npy("none.npy", "<f4", kValues, "(0, 2)")), "empty");
  std::ofstream(path("cut.npy")) << lagoon::tests::read_text(path("f4.npy")).substr(0, 60);
  says(told(path("cut.npy")), "its NPY header is damaged (save it again with numpy.save)");
  says(told(write_hdf5("many.h5", {"first", "second"})), "first, second (name one dataset)");
  says(told(write_hdf5("named.h5", {"first"}), "third"), "third");
  std::ofstream(path("text.csv")) << "1,2,3,4,5,6\n";
  says(told(path("text.csv")), "neither HDF5, NPY nor safetensors");
  auto values = kValues;
  values[3] = std::nanf("");
  const auto file = MatrixFile::open(write_npy("nan.npy", "<f4", values));
  says(error_of([&] { static_cast<void>(file.read(0, 3)); }), "row 1 is not finite");
}

TEST_F(MatrixFiles, numbers_that_are_no_floats_are_not_taken_for_the_only_matrix) {
  SafeTensors content;
  content.tensors["places"] = {"I64", {3, 2}, std::vector<std::byte>(48)};
  content.tensors["values"] = tensor("F32", kValues);
  write_safetensors(path("two.safetensors"), content);
  expect_values(MatrixFile::open(path("two.safetensors")));
}

TEST_F(MatrixFiles, a_tensor_of_a_kind_made_later_does_not_hide_the_others) {
  const auto file = write_safetensors_by_hand(
      "odd.safetensors", R"({"x":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]},)"
                         R"("scales":{"dtype":"F8_E8M0","shape":[3,2],"data_offsets":[24,30]}})");
  expect_values(MatrixFile::open(file));
  expect_values(MatrixFile::open(file, "x"));
  EXPECT_NE(error_of([&] { static_cast<void>(MatrixFile::open(file, "scales")); }).find("F8_E8M0"),
            std::string::npos);
}

TEST_F(MatrixFiles, damaged_headers_of_tensors_are_told_in_a_line) {
  const auto open = [&](const std::string& shape, const std::string& offsets) {
    const std::string header =
        R"({"x":{"dtype":"F32","shape":[)" + shape + R"(],"data_offsets":[)" + offsets + "]}}";
    return MatrixFile::open(write_safetensors_by_hand("x.safetensors", header));
  };
  expect_values(open("3,2", "0,24"));
  for (const auto& [shape, offsets] : std::vector<std::pair<std::string, std::string>>{
           {"2,2", "0,24"},
           {"3,2", "0,16"},
           {"3,2", "24,0"},
           {"3,2", "9223372036854775800,9223372036854775824"},
           {"3,2", "18446744073709551592,18446744073709551615"},
           {"4611686018427387904,2", "0,24"},
           {"18446744073709551615,18446744073709551592", "0,24"}}) {
    const auto text = error_of([&] { static_cast<void>(open(shape, offsets)); });
    EXPECT_NE(text.find("header is damaged"), std::string::npos) << shape << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  }
  const auto text = error_of([&] { static_cast<void>(open("4,2", "0,32")); });
  EXPECT_NE(text.find("shorter than its 4 rows"), std::string::npos) << text;
}

TEST_F(MatrixFiles, more_rows_than_memory_are_told_in_a_line) {
  // More than a vector can be asked for: sanitizers end a program whose allocation fails.
  const std::int64_t rows = std::int64_t{1} << 41, cols = std::int64_t{1} << 20;
  auto file = hdf5::File::create(path("huge.h5"));
  file.create_dataset(
      {.path = "x", .type = hdf5::Type::float32, .lengths = {rows, cols}, .without_space = true});
  file.close();
  const auto text =
      error_of([&] { static_cast<void>(MatrixFile::open(path("huge.h5")).read(0, rows)); });
  EXPECT_NE(text.find("huge.h5: 2199023255552 rows of 1048576"), std::string::npos) << text;
  EXPECT_EQ(text.find('\n'), std::string::npos) << text;
}

}  // namespace
}  // namespace lagoon::datasets::tests
