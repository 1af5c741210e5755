#include "pipelines/generation/blocks.hpp"

#include <algorithm>
#include <future>

#include "datasets/generation/blocks.hpp"

namespace lagoon::pipelines {
namespace {

using datasets::Description;
using datasets::SampleBlock;

/// Small blocks of small flows: a signal is obeyed between blocks.
constexpr std::int64_t kMostFlows = 4096;

std::int64_t flows_at_once(const Description& d) {
  return std::min(block_flows(d), kMostFlows);
}

}  // namespace

double generation_memory(const Description& description) {
  return 2 * static_cast<double>(flows_at_once(description) * flow_bytes(description));
}

bool generate_flows(const Description& description, datasets::Writer& writer, int threads,
                    const std::function<bool(std::int64_t)>& on_block) {
  const auto range = flows_of(description);
  SampleBlock in_work, in_writing;
  std::future<void> writing;
  const auto wait = [&writing] {
    if (writing.valid()) writing.get();
  };
  bool go_on = true;
  for (std::int64_t done = writer.flows_complete(); go_on && done < range.size;) {
    const auto count = std::min(flows_at_once(description), range.size - done);
    generate_block(description, range.first + done, count, threads, in_work);
    wait();
    std::swap(in_work, in_writing);
    writing = std::async(std::launch::async, [&] { writer.write_block(in_writing); });
    done += count;
    go_on = on_block(done);
  }
  wait();
  return writer.flows_complete() == range.size;
}

}  // namespace lagoon::pipelines
