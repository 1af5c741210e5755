#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

/// A fuzz target is a file that defines seeds() and read(); target.cpp makes a program of libFuzzer
/// of it.
namespace lagoon::fuzz {

/// Whole inputs as lagoon or its users write them, from which libFuzzer begins.
std::vector<std::string> seeds();

/// Reads one input as the program does. lagoon::Error is how a reader refuses it; anything else
/// that is thrown, a crash, a hang, a leak or more memory than the input accounts for is a finding.
void read(const std::string& bytes);

/// A folder of this process, in memory where TMPDIR is.
const std::filesystem::path& folder();

/// Writes `bytes` to a file of that name in folder(); its path.
std::filesystem::path file_of(const std::string& name, const std::string& bytes);

/// The bytes of the file that write(path) writes.
std::string bytes_of(const std::function<void(const std::filesystem::path&)>& write);

}  // namespace lagoon::fuzz
