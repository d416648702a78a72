/// Splits and joins texts, and writes counts.
#pragma once

#include <concepts>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::base {

/// The parts between the separators: at least one, including empty parts. At most `parts_max` parts; the last one keeps
/// the rest. Returns views into `text`.
///
///   split("arn:aws:sqs", ':')      "arn", "aws", "sqs"
///   split("a/b/c", '/', 2)         "a", "b/c"
std::vector<std::string_view> split(std::string_view text, char separator,
                                    std::size_t parts_max = std::numeric_limits<std::size_t>::max());

/// The texts of a range with `separator` between them.
template <typename Range>
std::string join(const Range& texts, std::string_view separator) {
  std::string joined;
  bool first = true;
  for (const auto& text : texts) {
    joined.append(first ? std::string_view() : separator).append(text);
    first = false;
  }
  return joined;
}

/// "1 message", "2 messages".
std::string counted(std::integral auto count, std::string_view noun) {
  return std::to_string(count).append(" ").append(noun).append(count == 1 ? "" : "s");
}

}  // namespace ekiden::base
