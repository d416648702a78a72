/// What SQS takes as the body of a message.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ekiden::cli {

/// Why SQS would refuse `body`, as the end of a sentence that says what to do; nothing if it would take it: up to
/// aws::sqs::kMessageBytesMax of UTF-8, of which XML 1.0 allows every character (SQS API Reference, SendMessage).
std::optional<std::string> refusal_of(std::string_view body);

}  // namespace ekiden::cli
