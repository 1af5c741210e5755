#include "pipelines/export/vtk_arrays.hpp"

#include <bit>
#include <cassert>

namespace lagoon::pipelines {
namespace {

static_assert(std::endian::native == std::endian::little, "headers say LittleEndian");

constexpr std::size_t kPendingArrayBytes = 1 << 18;
constexpr const char* kEnd = "\n  </AppendedData>\n</VTKFile>\n";

std::string file_head(const std::string& type, const std::string& body) {
  return "<?xml version=\"1.0\"?>\n<VTKFile type=\"" + type +
         "\" version=\"1.0\" byte_order=\"LittleEndian\" header_type=\"UInt64\">\n" + body +
         "  <AppendedData encoding=\"raw\">\n_";
}

}  // namespace

std::size_t VtkArrays::declare_bytes(const std::string& type, const std::string& attributes,
                                     int components, std::int64_t bytes) {
  arrays_.push_back({type, attributes, components, bytes, data_bytes_, 0, {}});
  data_bytes_ += static_cast<std::int64_t>(sizeof(std::uint64_t)) + bytes;
  return arrays_.size() - 1;
}

std::string VtkArrays::element(std::size_t array) const {
  const auto& [type, attributes, components, bytes, offset, written, pending] = arrays_[array];
  return "<DataArray type=\"" + type + "\" " + attributes + " NumberOfComponents=\"" +
         std::to_string(components) + "\" format=\"appended\" offset=\"" + std::to_string(offset) +
         "\"/>\n";
}

void VtkArrays::begin(OutputFile& out, const std::string& type, const std::string& body) {
  const std::string head = file_head(type, body);
  data_begin_ = static_cast<std::int64_t>(head.size());
  out.reserve(data_begin_ + data_bytes_);
  out.append(head);
  for (const auto& array : arrays_) {
    const auto length = static_cast<std::uint64_t>(array.bytes);
    out.write_at(data_begin_ + array.offset, std::as_bytes(std::span(&length, 1)));
  }
}

void VtkArrays::append_bytes(OutputFile& out, std::size_t array, std::span<const std::byte> bytes) {
  auto& pending = arrays_[array].pending;
  pending.insert(pending.end(), bytes.begin(), bytes.end());
  if (pending.size() >= kPendingArrayBytes) flush(out, arrays_[array]);
}

void VtkArrays::flush(OutputFile& out, Array& array) const {
  constexpr auto kLength = static_cast<std::int64_t>(sizeof(std::uint64_t));
  out.write_at(data_begin_ + array.offset + kLength + array.written, array.pending);
  array.written += static_cast<std::int64_t>(array.pending.size());
  assert(array.written <= array.bytes);
  array.pending.clear();
}

void VtkArrays::complete(OutputFile& out, std::size_t array) {
  flush(out, arrays_[array]);
  arrays_[array].pending.shrink_to_fit();
}

void VtkArrays::finish(OutputFile& out) {
  for (std::size_t array = 0; array < arrays_.size(); ++array) complete(out, array);
  out.write_at(data_begin_ + data_bytes_, std::as_bytes(std::span(std::string_view(kEnd))));
}

}  // namespace lagoon::pipelines
