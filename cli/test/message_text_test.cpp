#include "send/message_text.hpp"

#include <ekiden/aws/sqs/types.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ekiden::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using namespace std::string_view_literals;

// Goal: a text that SQS accepts is accepted. Method: the first and last character of each range that SQS documents.
TEST(MessageTextTest, TakesWhatSqsTakes) {
  for (const std::string_view body :
       {""sv, "\t\n\r ~\x7f"sv, "\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbd"sv,
        "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"sv}) {
    EXPECT_EQ(refusal_of(body), std::nullopt) << body;
  }
  EXPECT_EQ(refusal_of(std::string(aws::sqs::kMessageBytesMax, 'x')), std::nullopt);
}

// Goal: every other character is reported with its position.
TEST(MessageTextTest, NamesTheCharacterThatSqsRefuses) {
  EXPECT_THAT(*refusal_of("ab\0c"sv), StartsWith("byte 3 is the character U+0000, which SQS rejects; escape it"));
  EXPECT_THAT(*refusal_of("\x1b[0m"sv), StartsWith("byte 1 is the character U+001B"));
  EXPECT_THAT(*refusal_of("\xc3\xa9\xef\xbf\xbe"sv), StartsWith("byte 3 is the character U+FFFE"));
  EXPECT_THAT(*refusal_of("\xef\xbf\xbf"sv), StartsWith("byte 1 is the character U+FFFF"));
}

// Goal: for bytes that are not UTF-8, the position of the first one is reported. Method: Latin-1, a lone and a missing
// continuation byte, overlong forms, a surrogate, and a value beyond Unicode.
TEST(MessageTextTest, RefusesWhatIsNotUtf8) {
  for (const std::string_view wrong :
       {"\xe9t\xe9"sv, "\x80"sv, "\xc3"sv, "\xe2\x82"sv, "\xc0\x80"sv, "\xc1\xbf"sv, "\xe0\x9f\xbf"sv,
        "\xf0\x8f\xbf\xbf"sv, "\xed\xa0\x80"sv, "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xff"sv}) {
    const std::string body = "caf" + std::string(wrong);
    ASSERT_TRUE(refusal_of(body).has_value()) << testing::PrintToString(body);
    EXPECT_THAT(*refusal_of(body), StartsWith("byte 4 is not UTF-8"));
  }
}

// Goal: a message that is one byte too long is rejected.
TEST(MessageTextTest, RefusesWhatIsTooLong) {
  EXPECT_THAT(*refusal_of(std::string(aws::sqs::kMessageBytesMax + 1, 'x')),
              HasSubstr("the message has 1,048,577 bytes, but SQS accepts at most 1,048,576 bytes"));
}

}  // namespace
}  // namespace ekiden::cli
