/// Checks whether SQS accepts a text as the body of a message.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ekiden::cli {

/// Says why SQS would reject `body`, and what to do; returns nothing if SQS accepts it. SQS accepts up to
/// aws::sqs::kMessageBytesMax bytes of UTF-8 with the characters that XML 1.0 allows (SQS API Reference, SendMessage).
std::optional<std::string> refusal_of(std::string_view body);

}  // namespace ekiden::cli
