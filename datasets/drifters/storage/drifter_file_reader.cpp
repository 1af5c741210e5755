#include <type_traits>
#include <vector>

#include "datasets/drifters/storage/drifter_file.hpp"
#include "datasets/drifters/storage/drifter_schema.hpp"
#include "datasets/storage/hdf5.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;
using hdf5::File;
using hdf5::Type;

/// Reads variables whose type and lengths agree with the table and with the file's size.
class Source {
 public:
  explicit Source(const fs::path& path)
      : path_(path.string()),
        size_(static_cast<std::int64_t>(fs::file_size(path))),
        file_(File::open(path, File::Access::read)) {}

  const File& file() const { return file_; }

  std::vector<std::int64_t> lengths(const std::string& name) const {
    const hdf5::DatasetInfo info = file_.info("/" + name);
    const std::string fault = fault_of(info, size_);
    require(fault.empty(), path_ + ": " + name + " " + fault);
    return info.lengths;
  }

  /// Of a variable that is a list.
  std::int64_t length(const std::string& name) const {
    const std::vector<std::int64_t> all = lengths(name);
    require(all.size() == 1, path_ + ": " + name + " has not one axis");
    return all[0];
  }

  template <class Number>
  std::vector<Number> read(const std::string& name, const std::vector<std::int64_t>& expected,
                           Type type = hdf5::type_of<Number>()) const {
    require(file_.info("/" + name).type == type && lengths(name) == expected,
            path_ + ": " + name + " is not " + hdf5::to_string(type) +
                " of the lengths that the other variables have");
    std::int64_t size = 1;
    for (const std::int64_t length : expected) size *= length;
    std::vector<Number> values(static_cast<std::size_t>(size));
    file_.read("/" + name, 0, expected[0], values.data());
    return values;
  }

  std::string failure(const std::string& what) const { return path_ + ": " + what; }

 private:
  std::string path_;
  std::int64_t size_;
  File file_;
};

void require_version(const Source& source) {
  const File& file = source.file();
  if (!file.has_attribute("drifter_schema_version")) return;
  const auto version = file.number_attribute<std::int32_t>("drifter_schema_version");
  require(version == drifter_schema::kSchemaVersion,
          source.failure("drifter_schema_version is " + std::to_string(version) +
                         ", this program reads " + std::to_string(drifter_schema::kSchemaVersion) +
                         " (use the version of lagoon that wrote it)"));
}

void read_global_attributes(const Source& source, DrifterFile& content) {
  const File& file = source.file();
  require(file.has_attribute("lagoon_content") &&
              file.text_attribute("lagoon_content") == drifter_schema::kContent,
          source.failure("is no file of drifters by lagoon import"));
  require_version(source);
  const std::string layout = file.text_attribute("layout");
  require(layout == "ragged" || layout == "orthogonal",
          source.failure("layout '" + layout + "' is unknown"));
  content.layout = layout == "ragged" ? DrifterLayout::ragged : DrifterLayout::orthogonal;
  content.scales.geographic = file.number_attribute<std::int8_t>("geographic") != 0;
  content.tracks.geographic = content.scales.geographic;
  content.records_hash = file.text_attribute("records_hash");
  drifter_schema::visit_attributes(content, [&](const std::string& name, auto& member) {
    if constexpr (requires { member.size(); })
      member = file.text_attribute(name);
    else
      member = file.number_attribute<std::remove_reference_t<decltype(member)>>(name);
  });
}

void read_ids(const Source& source, std::int64_t n_tracks, DrifterTracks& tracks) {
  const std::vector<std::int64_t> lengths = source.lengths("id");
  require(lengths.size() == 2 && lengths[1] <= static_cast<std::int64_t>(kLongestId),
          source.failure("id is no table of characters"));
  const auto characters = source.read<char>("id", {n_tracks, lengths[1]});
  const auto length = static_cast<std::size_t>(lengths[1]);
  for (std::size_t i = 0; i < static_cast<std::size_t>(n_tracks); ++i) {
    const std::string padded(characters.data() + i * length, length);
    tracks.ids.push_back(padded.substr(0, padded.find('\0')));
  }
}

void require_rowsize(const Source& source, const std::vector<std::int64_t>& rowsize,
                     std::int64_t n_records) {
  std::int64_t left = n_records;
  for (const std::int64_t size : rowsize) {
    require(size >= 0 && size <= left, source.failure("rowsize does not add up to obs"));
    left -= size;
  }
  require(left == 0, source.failure("rowsize does not add up to obs"));
}

/// Times that are common to all tracks, once for each.
std::vector<double> repeated(const std::vector<double>& times, std::int64_t n_tracks) {
  std::vector<double> result;
  for (std::int64_t i = 0; i < n_tracks; ++i)
    result.insert(result.end(), times.begin(), times.end());
  return result;
}

/// Fills rowsize and times; the lengths of what has one number a record.
std::vector<std::int64_t> read_times(const Source& source, std::int64_t n_tracks,
                                     DrifterFile& content) {
  const std::int64_t n_times = source.length("time");
  const auto time = source.read<double>("time", {n_times});
  const auto model_time = source.read<double>("model_time", {n_times});
  if (content.layout == DrifterLayout::ragged) {
    content.tracks.rowsize = source.read<std::int64_t>("rowsize", {n_tracks}, Type::int32);
    require_rowsize(source, content.tracks.rowsize, n_times);
    content.tracks.time = time;
    content.records.time = model_time;
    return {n_times};
  }
  content.tracks.rowsize.assign(static_cast<std::size_t>(n_tracks), n_times);
  source.read<double>("x", {n_tracks, n_times});  // that large, or the times are not repeated
  content.tracks.time = repeated(time, n_tracks);
  content.records.time = repeated(model_time, n_tracks);
  return {n_tracks, n_times};
}

}  // namespace

bool is_drifter_file(const fs::path& path) try {
  const File file = File::open(path, File::Access::read);
  return file.has_attribute("lagoon_content") &&
         file.text_attribute("lagoon_content") == drifter_schema::kContent;
} catch (const Error&) {
  return false;
}

DrifterFile read_drifter_file(const fs::path& path) {
  require(fs::is_regular_file(path), path.string() + ": there is no such file");
  const Source source(path);
  DrifterFile content;
  read_global_attributes(source, content);
  const std::int64_t n_tracks = source.length("trajectory");
  read_ids(source, n_tracks, content.tracks);
  content.tracks.segment = source.read<std::int32_t>("segment", {n_tracks});
  const std::vector<std::int64_t> lengths = read_times(source, n_tracks, content);
  const bool velocity = source.file().number_attribute<std::int8_t>("has_velocity") != 0;
  drifter_schema::visit_records(content, velocity, [&](const std::string& name, auto& values) {
    values = source.read<double>(name, lengths);
  });
  return content;
}

}  // namespace lagoon::datasets
