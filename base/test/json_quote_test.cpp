#include <ekiden/base/json/quote.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ekiden::base {
namespace {

std::string printable(std::string_view text, std::size_t max = std::string_view::npos) {
  std::string out = "before ";
  append_printable_quoted(out, text, max);
  EXPECT_TRUE(out.starts_with("before \"")) << out;
  return out.substr(7);
}

// Goal: characters that JSON requires to escape, and those that control a terminal, are escaped; others are unchanged.
TEST(JsonQuoteTest, EscapesWhatMisleads) {
  EXPECT_EQ(printable(""), R"("")");
  EXPECT_EQ(printable("plain /text/ 'x' ~"), R"("plain /text/ 'x' ~")");
  EXPECT_EQ(printable("\"\\\n\r\t\b\x01\x1f"), R"("\"\\\n\r\t\u0008\u0001\u001f")");
  EXPECT_EQ(printable(std::string_view("\0", 1)), R"("\u0000")");
  EXPECT_EQ(printable("\x7f \xc2\x80 \xc2\x9f"), R"("\u007f \u0080 \u009f")");
  EXPECT_EQ(printable("\xe2\x80\xa8\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9"), R"("\u2028\u202e\u2066\u2069")");
  EXPECT_EQ(printable("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
  EXPECT_EQ(printable("a\xff\xc3"), "\"a\xef\xbf\xbd\xef\xbf\xbd\"");
}

// Goal: the size of a quoted text is known without writing it. Method: compare with what is written, for each byte
// alone and among others.
TEST(JsonQuoteTest, KnowsTheSizeBeforeItWrites) {
  EXPECT_EQ(json_quoted_size(""), 2U);
  EXPECT_EQ(json_quoted_size("plain"), 7U);
  EXPECT_EQ(json_quoted_size("\"\\\n\r\t"), 12U);
  EXPECT_EQ(json_quoted_size(std::string(160'000, '\x01')), 960'002U);
  for (int byte = 0; byte < 256; ++byte) {
    for (const std::size_t before : {0U, 1U, 7U, 8U, 9U, 23U}) {
      const std::string text = std::string(before, 'x') + static_cast<char>(byte) + "\x1f" + std::string(before, 'y');
      std::string written;
      append_json_quoted(written, text);
      EXPECT_EQ(json_quoted_size(text), written.size()) << byte << " after " << before;
    }
  }
}

// Goal: a text that is too long ends in three dots, within the limit, and never inside an escape or a character.
TEST(JsonQuoteTest, CutsBetweenCharacters) {
  EXPECT_EQ(printable("1234567890", 10), R"("1234567890")");
  EXPECT_EQ(printable("12345678901", 10), R"("1234567...")");
  EXPECT_EQ(printable("123456\"890", 10), R"("123456...")");  // With the escape one byte too long.
  EXPECT_EQ(printable("12345\x01", 10), R"("12345...")");
  EXPECT_EQ(printable("1234\x01", 10), R"("1234\u0001")");
  EXPECT_EQ(printable("123456\xc3\xa9"
                      "890",
                      10),
            R"("123456...")");
  EXPECT_EQ(printable("12345\xc3\xa9"
                      "8901",
                      10),
            "\"12345\xc3\xa9...\"");
}

}  // namespace
}  // namespace ekiden::base
