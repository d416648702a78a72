/// Durations and sizes as people write them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::base {

/// Parses "100ms", "30s", "5m", "1h", "1m30s", "1.5s", "250us" or "0". Returns nothing if the text is not a duration,
/// or if the duration does not fit into 64 bits of nanoseconds.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);
/// The text that parse_duration() reads as the same duration: 90 s is "1m30s".
std::string format_duration(std::chrono::nanoseconds time);

/// For people: the two largest units, rounded: "1 min 30 s", "1 d 2 h", "4 d", "0 s".
std::string format_rounded(std::chrono::nanoseconds time);

/// Parses a size in bytes: "512", "64KiB", "64k", "10MB". KiB, MiB, GiB, and K, M, G in either case, are powers of
/// 1024, as in `docker run --memory 512m`, systemd's MemoryMax=512M and java -Xmx512m. KB, MB and GB are powers of
/// 1000. Returns nothing if the text is not a size.
std::optional<std::uint64_t> parse_size(std::string_view text);
/// For people, in MiB. format_mebibytes() rounds down to a tenth, "9.5 MiB". format_mebibytes_up() rounds up to a whole
/// MiB, for an amount that must be enough.
std::string format_mebibytes(std::uint64_t bytes);
std::string format_mebibytes_up(std::uint64_t bytes);
/// For people: 67108864 is "64 MiB", 1610612736 is "1.5 GiB", 100 is "100 bytes".
std::string format_size(std::uint64_t bytes);

}  // namespace ekiden::base
