#include "datasets/drifters/csv_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "datasets/drifters/csv_lines.hpp"
#include "datasets/text/text.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

enum Role { id, time_of_fix, longitude, latitude, plane_x, plane_y, velocity_x, velocity_y };
constexpr std::size_t kRoles = 8;
constexpr std::array<std::string_view, kRoles> kRoleNames = {
    "id", "time", "longitude", "latitude", "x", "y", "velocity_x", "velocity_y"};

/// Usual names of columns, in lower case and without a unit at their end.
const std::array<std::vector<std::string_view>, kRoles> kUsualNames = {{
    {"id", "d_number", "drifter", "drifter_id", "drifterid", "float", "float_id", "trajectory",
     "buoy", "buoy_id", "platform", "platform_code", "device", "device_id", "wmo"},
    {"time", "date", "datetime", "date_time", "timestamp", "unix_time", "matlab_time", "datenum"},
    {"longitude", "lon", "long"},
    {"latitude", "lat"},
    {"x"},
    {"y"},
    {"u", "ve", "vx", "velocity_x", "eastward_velocity"},
    {"v", "vn", "vy", "velocity_y", "northward_velocity"},
}};

struct Ending {
  std::string_view text;
  double factor;  ///< to metres, or metres per second
};
constexpr std::array<Ending, 9> kEndings = {{{"_cm_s", 0.01},
                                             {"_m_s", 1},
                                             {"_mps", 1},
                                             {"_deg", 1},
                                             {"_degrees", 1},
                                             {"_utc", 1},
                                             {"_km", kMetresPerKilometre},
                                             {"_m", 1},
                                             {"_s", 1}}};

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
struct Column {
  std::size_t place = kNowhere;
  double factor = 1;
};

Ending ending_of(std::string_view name) {
  const auto found = std::ranges::find_if(
      kEndings, [&](const Ending& ending) { return name.ends_with(ending.text); });
  return found == kEndings.end() ? Ending{"", 1} : *found;
}

bool is_usual(std::string_view name, std::size_t role) {
  const auto& usual = kUsualNames[role];
  name.remove_suffix(ending_of(name).text.size());
  return std::ranges::find(usual, name) != usual.end();
}

/// The columns of a table by their role.
class Header {
 public:
  Header(const CsvLines& lines, const CsvRequest& request) : path_(lines.path()) {
    for (const std::string_view cell : lines.cells()) names_.emplace_back(cell);
    for (std::size_t place = 0; place < names_.size(); ++place) {
      const std::string name = lower_case(names_[place]);
      for (std::size_t role = 0; role < kRoles; ++role)
        if (!has(role) && is_usual(name, role)) assign(role, place);
    }
    for (const std::string& given : request.columns) name_column(given);
    require_enough();
  }

  const Column& operator[](Role role) const { return columns_[role]; }
  bool has(std::size_t role) const { return columns_[role].place != kNowhere; }
  bool geographic() const { return has(longitude) && has(latitude); }
  bool has_velocity() const { return has(velocity_x) && has(velocity_y); }

  /// Some names tell what a time that is a bare number means, whatever is asked for.
  NumberedTime numbered_time(NumberedTime asked) const {
    const std::string name = lower_case(names_[columns_[time_of_fix].place]);
    const bool is_matlab = name.starts_with("matlab_time") || name.starts_with("datenum");
    return is_matlab ? NumberedTime::matlab_days : asked;
  }

 private:
  void assign(std::size_t role, std::size_t place) {
    columns_[role] = Column{place, ending_of(lower_case(names_[place])).factor};
  }

  void name_column(const std::string& given) {
    const std::size_t equals = std::min(given.find('='), given.size());
    const auto role = std::ranges::find(kRoleNames, std::string_view(given).substr(0, equals));
    require(role != kRoleNames.end() && equals < given.size(),
            "--columns " + given + ": is no ROLE=NAME with a role of " + joined(kRoleNames));
    const auto name = std::ranges::find(names_, given.substr(equals + 1));
    require(name != names_.end(), "--columns " + given + ": " + there_are());
    assign(static_cast<std::size_t>(role - kRoleNames.begin()),
           static_cast<std::size_t>(name - names_.begin()));
  }

  std::string there_are() const {
    constexpr std::size_t kMost = 300;
    std::string text = joined(names_);
    for (char& letter : text)
      if (static_cast<unsigned char>(letter) < ' ') letter = '?';
    return path_ + " has the columns " + text.substr(0, kMost);
  }

  void require_enough() const {
    const bool plane = has(plane_x) && has(plane_y);
    const std::string remedy = " (name one: --columns ROLE=NAME,...)";
    require(geographic() || plane,
            there_are() + ": none for longitude and latitude, or x and y" + remedy);
    require(has(time_of_fix), there_are() + ": none for time" + remedy);
  }

  std::string path_;
  std::vector<std::string> names_;
  std::array<Column, kRoles> columns_;
};

bool is_missing(std::string_view cell) {
  const std::string word = lower_case(cell);
  return word.empty() || word == "nan" || word == "na" || word == "null" || word == "none";
}

/// Turns rows into records.
class RecordReader {
 public:
  RecordReader(const std::filesystem::path& path, const Header& header, NumberedTime numbers)
      : header_(header), numbers_(numbers), name_(path.stem().string()) {
    records_.geographic = header.geographic();
  }

  void read_row(const CsvLines& lines) {
    ++counts_.read;
    const auto& cells = lines.cells();
    const auto time = time_of(cells);
    const auto x = number_of(cells, records_.geographic ? longitude : plane_x);
    const auto y = number_of(cells, records_.geographic ? latitude : plane_y);
    const auto name = name_of(cells);
    if (!time || !x || !y || !name) return refuse(lines, !time ? "time" : name ? "position" : "id");
    track_.push_back(track_of(*name));
    records_.time.push_back(*time);
    records_.x.push_back(*x);
    records_.y.push_back(*y);
    if (!header_.has_velocity()) return;
    records_.velocity_x.push_back(number_of(cells, velocity_x).value_or(kMissing));
    records_.velocity_y.push_back(number_of(cells, velocity_y).value_or(kMissing));
  }

  DrifterRecords finish() {
    counts_.drifters_read = static_cast<std::int64_t>(ids_.size());
    return {group_by_track(records_, track_, std::move(ids_)), counts_};
  }

 private:
  using Cells = std::vector<std::string_view>;

  std::optional<std::string_view> cell_of(const Cells& cells, Role role) const {
    const std::size_t place = header_[role].place;
    return place < cells.size() ? std::optional(cells[place]) : std::nullopt;
  }

  std::optional<double> number_of(const Cells& cells, Role role) const {
    const auto cell = cell_of(cells, role);
    if (!cell) return std::nullopt;
    if (is_missing(*cell)) return kMissing;
    const auto number = parse_number(*cell);
    if (!number) return std::nullopt;
    return *number * header_[role].factor;
  }

  std::optional<double> time_of(const Cells& cells) const {
    const auto cell = cell_of(cells, time_of_fix);
    if (!cell) return std::nullopt;
    return is_missing(*cell) ? kMissing : parse_time(*cell, numbers_);
  }

  std::optional<std::string_view> name_of(const Cells& cells) const {
    const std::optional<std::string_view> name = header_.has(id) ? cell_of(cells, id) : name_;
    return name && name->size() <= kLongestId ? name : std::nullopt;
  }

  std::size_t track_of(std::string_view name) {
    const auto [place, is_new] = places_.emplace(name, ids_.size());
    if (is_new) ids_.emplace_back(name);
    return place->second;
  }

  void refuse(const CsvLines& lines, const std::string& what) {
    counts_.reject(Rejection::unreadable);
    if (!counts_.first_unreadable.empty()) return;
    counts_.first_unreadable =
        "line " + std::to_string(lines.line_number()) + ": no " + what + " could be read";
  }

  const Header& header_;
  NumberedTime numbers_;
  std::string name_;
  DrifterTracks records_;
  RecordCounts counts_;
  std::vector<std::size_t> track_;
  std::vector<std::string> ids_;
  std::unordered_map<std::string, std::size_t> places_;
};

void require_header(const CsvLines& lines) {
  const bool numbers = std::ranges::all_of(
      lines.cells(), [](std::string_view cell) { return parse_number(cell).has_value(); });
  require(!numbers, lines.path() +
                        ": has no header line with the names of its columns (positions without "
                        "names and times need --velocities FILE)");
}

std::vector<std::array<double, 2>> read_pairs(const std::filesystem::path& path) {
  CsvLines lines(path);
  std::vector<std::array<double, 2>> pairs;
  while (lines.next()) {
    const auto& cells = lines.cells();
    const auto first = parse_number(cells[0]), last = parse_number(cells.back());
    const std::array<double, 2> pair = {first.value_or(kMissing), last.value_or(kMissing)};
    require(cells.size() == 2 && std::isfinite(pair[0]) && std::isfinite(pair[1]),
            lines.path() + ": line " + std::to_string(lines.line_number()) +
                " is not two finite numbers");
    pairs.push_back(pair);
  }
  require(!pairs.empty(), lines.path() + ": is empty");
  return pairs;
}

}  // namespace

DrifterRecords read_drifter_csv(const std::filesystem::path& path, const CsvRequest& request) {
  CsvLines lines(path);
  require(lines.next(), path.string() + ": is empty");
  require_header(lines);
  const Header header(lines, request);
  RecordReader reader(path, header, header.numbered_time(request.numbers));
  while (lines.next()) reader.read_row(lines);
  return reader.finish();
}

VelocitySnapshot read_velocity_snapshot(const std::filesystem::path& positions,
                                        const std::filesystem::path& velocities) {
  const auto places = read_pairs(positions), moves = read_pairs(velocities);
  require(places.size() == moves.size(),
          positions.string() + " has " + std::to_string(places.size()) + " points, " +
              velocities.string() + " " + std::to_string(moves.size()) +
              ": give the velocities of these points");
  VelocitySnapshot snapshot;
  for (std::size_t i = 0; i < places.size(); ++i) {
    snapshot.x.push_back(places[i][0] * kMetresPerKilometre);
    snapshot.y.push_back(places[i][1] * kMetresPerKilometre);
    snapshot.velocity_x.push_back(moves[i][0]);
    snapshot.velocity_y.push_back(moves[i][1]);
  }
  return snapshot;
}

}  // namespace lagoon::datasets
