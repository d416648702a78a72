#include <ekiden/base/calendar.hpp>

#include <gtest/gtest.h>

namespace ekiden::base {
namespace {

using namespace std::chrono;

// The example of RFC 9110, section 5.6.7.
constexpr sys_seconds kExample{784'111'777s};
constexpr const char* kExampleText = "Sun, 06 Nov 1994 08:49:37 GMT";

// Goal: the format is that of the standard.
TEST(HttpDateTest, WritesTheStandardsExample) { EXPECT_EQ(format_http_date(kExample), kExampleText); }

TEST(HttpDateTest, ReadsTheStandardsExample) { EXPECT_EQ(parse_http_date(kExampleText), kExample); }

// Goal: a written date reads back as the same time, on each day of four years.
TEST(HttpDateTest, ReadsWhatItWrites) {
  for (int day = 0; day < 4 * 366; ++day) {
    const sys_seconds when = kExample + days{day} + seconds{day * 61};
    EXPECT_EQ(parse_http_date(format_http_date(when)), when) << format_http_date(when);
  }
}

// Goal: text that is not a date is rejected, whatever a peer sends.
TEST(HttpDateTest, RefusesWhatIsNoDate) {
  for (const char* text :
       {"", "now", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nox 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "}) {
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace ekiden::base
