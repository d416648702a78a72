/// Durations and sizes as people write them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::base {

/// "100ms", "30s", "5m", "1h", "1m30s", "1.5s", "250us", "0". Nothing if the text is no duration, or too long for 64
/// bits of nanoseconds.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);
/// The shortest text that parse_duration reads as the same time: 90 s is "1m30s".
std::string format_duration(std::chrono::nanoseconds time);

/// For people: in its two largest units, the last one rounded: "1 min 30 s", "1 d 2 h", "4 d", "0 s".
std::string format_rounded(std::chrono::nanoseconds time);

/// In bytes: "512", "64KiB", "64k", "10MB". K, M and G, large or small, alone or with iB, are of 1024, as in
/// `docker run --memory 512m`, systemd's MemoryMax=512M and java -Xmx512m; with B of 1000. Nothing if the text is no
/// size.
std::optional<std::uint64_t> parse_size(std::string_view text);
/// For people, always in MiB: rounded down to a tenth, "9.5 MiB"; or up to a whole one, for what must be enough.
std::string format_mebibytes(std::uint64_t bytes);
std::string format_mebibytes_up(std::uint64_t bytes);
/// For people: 67108864 is "64 MiB", 1610612736 is "1.5 GiB", 100 is "100 bytes".
std::string format_size(std::uint64_t bytes);

}  // namespace ekiden::base
