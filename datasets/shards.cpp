#include "datasets/shards.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <regex>
#include <string>
#include <system_error>
#include <vector>

#include <unistd.h>

#include "datasets/storage/dataset_file.hpp"
#include "datasets/storage/durable_file.hpp"
#include "datasets/storage/layout.hpp"
#include "flow/error.hpp"

namespace lagoon::datasets {
namespace {

namespace fs = std::filesystem;

std::string text_of(const Shard& shard) {
  return std::to_string(shard.index) + "/" + std::to_string(shard.count);
}

std::vector<Shard> shards_of(int count) {
  std::vector<Shard> shards;
  for (int index = 0; index < count; ++index) shards.push_back({index, count});
  return shards;
}

// The count that a file's name tells if it is a shard of `out`, begun or finished; else 0.
int count_in_name(const fs::path& out, const std::string& name) {
  static const std::regex pattern(R"((.*)\.shard-(\d{5})-of-(\d{5})(\.[^.]*)(\.part)?)");
  std::smatch match;
  if (!std::regex_match(name, match, pattern)) return 0;
  const Shard shard{std::stoi(match[2]), std::stoi(match[3])};
  const std::string shard_name = shard_path(out, shard).filename().string();
  return name == shard_name || name == shard_name + ".part" ? shard.count : 0;
}

std::string other_shards(const fs::path& out, int one, int other) {
  return out.string() + ": shards of " + std::to_string(one) + " and of " + std::to_string(other) +
         " lie beside it (remove those that do not belong)";
}

// The dataset's description, by the first shard; Error unless all shards are whole and agree.
Description require_complete_shards(const fs::path& out, int count) {
  Description whole;
  for (const Shard& shard : shards_of(count)) {
    const DatasetFile file(shard_path(out, shard));
    if (shard.index == 0) whole = file.description();
    file.require_is_shard(shard, sample_hash(whole));
  }
  whole.shard = {};
  return whole;
}

void require_replaceable(const fs::path& out, std::uint64_t hash) {
  if (!is_there(out)) return;
  const DatasetFile found(out);
  if (found.n_shards() == 0 || sample_hash(found.description()) != hash)
    throw Error(out.string() +
                ": is there already, and no master of these shards (choose another "
                "name, or --force to replace it)");
}

fs::path own_part_of(const fs::path& out) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return fs::path(out.string() + ".part." + host.data() + "." + std::to_string(::getpid()));
}

}  // namespace

FlowRange flows_of(const Shard& shard, std::int64_t n_flows) {
  // Whole multiples apart, so that no product overflows.
  const auto begin = [&](std::int64_t index) {
    return n_flows / shard.count * index + n_flows % shard.count * index / shard.count;
  };
  return {begin(shard.index), begin(shard.index + 1) - begin(shard.index)};
}

void require_valid(const Shard& shard, std::int64_t n_flows) {
  constexpr int kMostShards = 99999;  // names have five digits
  if (shard.count > kMostShards || shard.index < 0 || shard.index >= shard.count)
    throw Error("shard " + text_of(shard) +
                " (--shard) cannot be: give I/N with 0 <= I < N <= " + std::to_string(kMostShards));
  if (shard.count > n_flows)
    throw Error("shard " + text_of(shard) + " (--shard) of " + std::to_string(n_flows) +
                " flows: give at most one shard a flow");
}

fs::path shard_path(const fs::path& out, const Shard& shard) {
  if (shard == Shard{}) return out;
  std::array<char, 48> numbers{};
  std::snprintf(numbers.data(), numbers.size(), ".shard-%05d-of-%05d", shard.index, shard.count);
  const std::string extension = out.has_extension() ? out.extension().string() : ".h5";
  return out.parent_path() / (out.stem().string() + numbers.data() + extension);
}

int count_of_shards(const fs::path& out) {
  int count = 0;
  for (const auto& entry : fs::directory_iterator(folder_of(out))) {
    const int found = count_in_name(out, entry.path().filename().string());
    if (found == 0 || found == count) continue;
    if (count != 0) throw Error(other_shards(out, count, found));
    count = found;
  }
  return count;
}

bool all_shards_are_there(const fs::path& out, int count) {
  return std::ranges::all_of(shards_of(count),
                             [&](const Shard& shard) { return is_there(shard_path(out, shard)); });
}

int require_shards(const fs::path& out) {
  const int count = count_of_shards(out);
  require(count > 0,
          out.string() + ": no shards lie beside it (generate them with --shard I/N first)");
  return count;
}

void merge_shards(const fs::path& out, bool force) {
  const int count = require_shards(out);
  const Description description = require_complete_shards(out, count);
  if (!force) require_replaceable(out, sample_hash(description));
  const fs::path part = own_part_of(out);
  try {
    create_master(part, description, shards_of(count), out);
    DurableFile(part, DurableFile::Mode::update).sync();
    rename_durably(part, out);
  } catch (...) {
    std::error_code ignored;
    fs::remove(part, ignored);
    throw;
  }
}

}  // namespace lagoon::datasets
