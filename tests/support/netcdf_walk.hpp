#pragma once

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <hdf5.h>
#include <hdf5_hl.h>

namespace lagoon::tests {

/// Walks a file and asserts the rules that make netCDF-4 clients read every variable of it:
/// creation order, one named scale for every axis within reach, types that all clients know, fill
/// values.
class NetcdfWalk {
 public:
  explicit NetcdfWalk(hid_t file) : file_(file) {}

  /// The root group and all that lies in it.
  void visit_all() {
    std::vector<std::string> objects;
    H5Ovisit2(
        file_, H5_INDEX_NAME, H5_ITER_INC,
        [](hid_t, const char* name, const H5O_info_t*, void* list) {
          static_cast<std::vector<std::string>*>(list)->push_back(
              std::string(name) == "." ? "/" : "/" + std::string(name));
          return 0;
        },
        &objects, H5O_INFO_BASIC);
    for (const std::string& object : objects) visit(object);
  }

  int n_groups = 0, n_datasets = 0, n_scales = 0, n_fill_values = 0, n_texts = 0, n_virtual = 0;

 private:
  static constexpr unsigned kTracked = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

  void visit(const std::string& path) {
    SCOPED_TRACE(path);
    const hid_t object = H5Oopen(file_, path.c_str(), H5P_DEFAULT);
    ASSERT_GE(object, 0);
    if (H5Iget_type(object) == H5I_GROUP) {
      ++n_groups;
      expect_group(object);
    } else {
      ++n_datasets;
      expect_dataset(object, path);
    }
    expect_attributes(object);
    H5Oclose(object);
  }

  static void expect_group(hid_t group) {
    const hid_t list = H5Gget_create_plist(group);
    unsigned links = 0, attributes = 0;
    H5Pget_link_creation_order(list, &links);
    H5Pget_attr_creation_order(list, &attributes);
    H5Pclose(list);
    EXPECT_EQ(links, kTracked);
    EXPECT_EQ(attributes, kTracked);
  }

  void expect_dataset(hid_t dataset, const std::string& path) {
    const hid_t list = H5Dget_create_plist(dataset), space = H5Dget_space(dataset);
    unsigned attributes = 0;
    H5Pget_attr_creation_order(list, &attributes);
    EXPECT_EQ(attributes, kTracked);
    const H5D_layout_t layout = H5Pget_layout(list);
    EXPECT_TRUE(layout == H5D_CONTIGUOUS || layout == H5D_VIRTUAL);
    n_virtual += layout == H5D_VIRTUAL ? 1 : 0;
    const hid_t type = H5Dget_type(dataset);
    expect_known_type(type);
    const int rank = H5Sget_simple_extent_ndims(space);
    EXPECT_GE(rank, 1);
    if (H5DSis_scale(dataset) > 0)
      expect_scale(dataset, path, rank);
    else
      for (int axis = 0; axis < rank; ++axis) expect_axis(dataset, path, axis);
    if (H5Aexists(dataset, "_FillValue") > 0) expect_fill_value(dataset, list, type);
    H5Tclose(type);
    H5Sclose(space);
    H5Pclose(list);
  }

  static void expect_known_type(hid_t type) {
    const H5T_class_t kind = H5Tget_class(type);
    const bool character = kind == H5T_STRING && H5Tget_size(type) == 1;
    EXPECT_TRUE(kind == H5T_INTEGER || kind == H5T_FLOAT || character);
    EXPECT_LE(H5Tget_size(type), 8U);
    EXPECT_EQ(H5Tcommitted(type), 0);
  }

  void expect_scale(hid_t dataset, const std::string& path, int rank) {
    ++n_scales;
    EXPECT_EQ(rank, 1);
    std::array<char, 100> name{};
    H5DSget_scale_name(dataset, name.data(), name.size());
    const std::string text = name.data();
    EXPECT_TRUE(text == path.substr(path.rfind('/') + 1) ||
                text.starts_with("This is a netCDF dimension but not a netCDF variable."))
        << text;
  }

  // Exactly one scale, in the dataset's group or in one above it.
  static void expect_axis(hid_t dataset, const std::string& path, int axis) {
    ASSERT_EQ(H5DSget_num_scales(dataset, static_cast<unsigned>(axis)), 1);
    std::string scale_path;
    H5DSiterate_scales(
        dataset, static_cast<unsigned>(axis), nullptr,
        [](hid_t, unsigned, hid_t scale, void* result) {
          std::array<char, 100> name{};
          H5Iget_name(scale, name.data(), name.size());
          *static_cast<std::string*>(result) = name.data();
          return 0;
        },
        &scale_path);
    const std::string group = scale_path.substr(0, scale_path.rfind('/') + 1);
    EXPECT_TRUE(path.starts_with(group)) << scale_path;
  }

  void expect_fill_value(hid_t dataset, hid_t list, hid_t type) {
    ++n_fill_values;
    const hid_t attribute = H5Aopen(dataset, "_FillValue", H5P_DEFAULT);
    const hid_t attribute_type = H5Aget_type(attribute);
    EXPECT_GT(H5Tequal(attribute_type, type), 0);
    std::array<unsigned char, 8> of_attribute{}, of_dataset{};
    H5Aread(attribute, type, of_attribute.data());
    H5Pget_fill_value(list, type, of_dataset.data());
    EXPECT_EQ(of_attribute, of_dataset);
    H5Tclose(attribute_type);
    H5Aclose(attribute);
  }

  // Text is a scalar of fixed length; only the scales' own bookkeeping is of other kinds.
  void expect_attributes(hid_t object) {
    H5O_info_t info;
    H5Oget_info2(object, &info, H5O_INFO_NUM_ATTRS);
    for (hsize_t i = 0; i < info.num_attrs; ++i) {
      const hid_t attribute =
          H5Aopen_by_idx(object, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, H5P_DEFAULT, H5P_DEFAULT);
      ASSERT_GE(attribute, 0);
      expect_attribute(attribute);
      H5Aclose(attribute);
    }
  }

  void expect_attribute(hid_t attribute) {
    std::array<char, 100> name{};
    H5Aget_name(attribute, name.size(), name.data());
    const std::string text = name.data();
    if (text == "DIMENSION_LIST" || text == "REFERENCE_LIST") return;
    const hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    if (H5Tget_class(type) == H5T_STRING) {
      ++n_texts;
      EXPECT_EQ(H5Tis_variable_str(type), 0) << text;
      EXPECT_EQ(H5Sget_simple_extent_type(space), H5S_SCALAR) << text;
    } else {
      expect_known_type(type);
    }
    H5Sclose(space);
    H5Tclose(type);
  }

  hid_t file_;
};

}  // namespace lagoon::tests
