#include "contrastive/training/checkpoint/checkpoint.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <vector>

#include "datasets/text/text.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStepPrefix = "step-";

fs::path newest_folder(const fs::path& run_dir) {
  return run_dir / "checkpoint";
}

fs::path best_folder(const fs::path& run_dir) {
  return run_dir / "checkpoint-best";
}

fs::path step_folder(const fs::path& run_dir, std::int64_t step) {
  std::string digits = std::to_string(step);
  constexpr std::size_t kDigits = 6;  // so that names sort as steps do
  digits.insert(0, kDigits - std::min(kDigits, digits.size()), '0');
  return run_dir / "checkpoints" / (std::string(kStepPrefix) + digits);
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return {};
  return number;
}

/// The folder's state if the checkpoint is whole.
std::optional<RunState> whole_state(const fs::path& folder) {
  if (!fs::exists(folder)) return {};
  try {
    return read_state(folder);
  } catch (const Error&) {
    return {};
  }
}

/// Keeps the newest checkpoint, if it is whole, under the name of its step.
void keep_newest(const fs::path& run_dir, std::int64_t next_step) {
  const auto state = whole_state(newest_folder(run_dir));
  if (!state || state->step == next_step) return;
  copy_folder(newest_folder(run_dir), step_folder(run_dir, state->step));
}

/// Leaves the last `kept` of the checkpoints before `step`.
void drop_earlier(const fs::path& run_dir, std::int64_t step, int kept) {
  auto steps = earlier_steps(run_dir);
  std::erase_if(steps, [&](std::int64_t earlier) { return earlier > step; });
  const auto n_dropped = std::max<std::int64_t>(std::ssize(steps) - kept, 0);
  std::error_code ignored;  // what stays is dropped after the next checkpoint
  for (std::int64_t i = 0; i < n_dropped; ++i) {
    fs::remove_all(step_folder(run_dir, steps[static_cast<std::size_t>(i)]), ignored);
  }
  fs::remove(run_dir / "checkpoints", ignored);  // while it is empty
}

void write_newest(const fs::path& run_dir, const Checkpoint& checkpoint) {
  if (checkpoint.state.best_step != checkpoint.state.step) {
    write_folder(newest_folder(run_dir), checkpoint);
    return;
  }
  // The best first: a run killed in between comes to this step, and to this best one, again.
  write_folder(best_folder(run_dir), checkpoint);
  copy_folder(best_folder(run_dir), newest_folder(run_dir));
}

std::string those_there(const fs::path& run_dir) {
  std::vector<std::string> names;
  if (fs::exists(newest_folder(run_dir))) names.emplace_back("last");
  if (fs::exists(best_folder(run_dir))) names.emplace_back("best");
  for (const std::int64_t step : earlier_steps(run_dir)) names.push_back(std::to_string(step));
  return names.empty() ? "there is none" : "there are " + datasets::joined(names, ", ");
}

}  // namespace

void write_checkpoint(const fs::path& run_dir, const Checkpoint& checkpoint) {
  const int kept = checkpoint.state.training.keep_last;
  try {
    if (kept > 0) keep_newest(run_dir, checkpoint.state.step);
    write_newest(run_dir, checkpoint);
  } catch (const Error& error) {
    const auto left = whole_state(newest_folder(run_dir));
    const std::string hint = left ? "the checkpoint of step " + std::to_string(left->step) +
                                        " is whole: make room, then go on from it with --resume"
                                  : "there is no earlier checkpoint: make room, then begin again";
    throw Error(std::string(error.what()) + " (" + hint + ")");
  }
  drop_earlier(run_dir, checkpoint.state.step, kept);
}

fs::path checkpoint_folder(const fs::path& run_dir, const std::string& which) {
  require(fs::exists(run_dir),
          run_dir.string() + ": there is no such folder (give the --run of lagoon train)");
  if (which == "last") return newest_folder(run_dir);
  if (which == "best" && fs::exists(best_folder(run_dir))) return best_folder(run_dir);
  if (const auto step = number_in(which)) {
    for (const fs::path& folder :
         {step_folder(run_dir, *step), newest_folder(run_dir), best_folder(run_dir)}) {
      const auto state = whole_state(folder);
      if (state && state->step == *step) return folder;
    }
  }
  throw Error(run_dir.string() + ": has no checkpoint '" + which + "', " + those_there(run_dir) +
              ": give one of them");
}

Checkpoint read_checkpoint(const fs::path& run_dir, const std::string& which) {
  return read_folder(checkpoint_folder(run_dir, which));
}

ResumePoint find_resume_point(const fs::path& run_dir) {
  std::string damage;
  try {
    return {read_checkpoint(run_dir), ""};
  } catch (const Error& error) {
    damage = error.what();
  }
  auto steps = earlier_steps(run_dir);
  for (; !steps.empty(); steps.pop_back()) {
    const fs::path folder = step_folder(run_dir, steps.back());
    if (whole_state(folder)) return {read_folder(folder), damage};
  }
  throw Error(damage);
}

std::vector<std::int64_t> earlier_steps(const fs::path& run_dir) {
  std::vector<std::int64_t> steps;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(run_dir / "checkpoints", missing)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kStepPrefix)) continue;
    if (const auto step = number_in(name.substr(kStepPrefix.size()))) steps.push_back(*step);
  }
  std::ranges::sort(steps);
  return steps;
}

}  // namespace lagoon::contrastive
