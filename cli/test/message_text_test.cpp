#include "send/message_text.hpp"

#include <ekiden/aws/sqs/types.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ekiden::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using namespace std::string_view_literals;

// Goal: what SQS takes is not refused: the ends of each range of characters that it names.
TEST(MessageTextTest, TakesWhatSqsTakes) {
  for (const std::string_view body :
       {""sv, "\t\n\r ~\x7f"sv, "\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbd"sv,
        "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"sv}) {
    EXPECT_EQ(refusal_of(body), std::nullopt) << body;
  }
  EXPECT_EQ(refusal_of(std::string(aws::sqs::kMessageBytesMax, 'x')), std::nullopt);
}

// Goal: each character beside those is named with its place.
TEST(MessageTextTest, NamesTheCharacterThatSqsRefuses) {
  EXPECT_THAT(*refusal_of("ab\0c"sv), StartsWith("byte 3 is the character U+0000, which SQS refuses; escape it"));
  EXPECT_THAT(*refusal_of("\x1b[0m"sv), StartsWith("byte 1 is the character U+001B"));
  EXPECT_THAT(*refusal_of("\xc3\xa9\xef\xbf\xbe"sv), StartsWith("byte 3 is the character U+FFFE"));
  EXPECT_THAT(*refusal_of("\xef\xbf\xbf"sv), StartsWith("byte 1 is the character U+FFFF"));
}

// Goal: bytes that are not UTF-8 are told by the first of them. Method: Latin-1, a lone and a missing continuation,
// overlong forms, a surrogate, what is beyond Unicode.
TEST(MessageTextTest, RefusesWhatIsNotUtf8) {
  for (const std::string_view wrong :
       {"\xe9t\xe9"sv, "\x80"sv, "\xc3"sv, "\xe2\x82"sv, "\xc0\x80"sv, "\xc1\xbf"sv, "\xe0\x9f\xbf"sv,
        "\xf0\x8f\xbf\xbf"sv, "\xed\xa0\x80"sv, "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xff"sv}) {
    const std::string body = "caf" + std::string(wrong);
    ASSERT_TRUE(refusal_of(body).has_value()) << testing::PrintToString(body);
    EXPECT_THAT(*refusal_of(body), StartsWith("byte 4 is not UTF-8"));
  }
}

// Goal: one byte too many is too many.
TEST(MessageTextTest, RefusesWhatIsTooLong) {
  EXPECT_THAT(*refusal_of(std::string(aws::sqs::kMessageBytesMax + 1, 'x')),
              HasSubstr("1,048,577 bytes; a message has at most 1,048,576"));
}

}  // namespace
}  // namespace ekiden::cli
