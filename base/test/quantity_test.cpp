#include <ekiden/base/quantity.hpp>

#include <gtest/gtest.h>

namespace ekiden::base {
namespace {

using namespace std::chrono_literals;

// Goal: every notation of a duration is read, and other texts are rejected.
TEST(QuantityTest, ReadsDurations) {
  EXPECT_EQ(parse_duration("100ms"), 100ms);
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("1m30s"), 90s);
  EXPECT_EQ(parse_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_duration("0"), 0s);
  for (const char* wrong : {"", "30", "s", "30 s", "-1s", "1e3s", "30sec", "99999999999999h", "1.2.3s"}) {
    EXPECT_EQ(parse_duration(wrong), std::nullopt) << wrong;
  }
}

// Goal: a printed duration reads back as the same duration.
TEST(QuantityTest, WritesDurationsAsTheyAreRead) {
  for (const char* text : {"0", "250us", "100ms", "30s", "1m30s", "12h"}) {
    EXPECT_EQ(format_duration(parse_duration(text).value()), text);
  }
}

// Goal: sizes with decimal and binary units are read; text after the unit is rejected.
TEST(QuantityTest, ReadsSizes) {
  EXPECT_EQ(parse_size("512"), 512U);
  EXPECT_EQ(parse_size("64KiB"), 65536U);
  EXPECT_EQ(parse_size("10MB"), 10'000'000U);
  for (const char* same :
       {"64MiB", "64M", "64m", "67108864", "67108864B", "65536k", "65536K", "0.0625g", "0.0625GiB"}) {
    EXPECT_EQ(parse_size(same), 67'108'864U) << same;
  }
  for (const char* wrong : {"", "KiB", "1 KiB", "1KiBs", "-1", "1T", "1mib", "1Mi", "1b"}) {
    EXPECT_EQ(parse_size(wrong), std::nullopt) << wrong;
  }
}

// Goal: a size is written in the largest suitable unit.
TEST(QuantityTest, WritesSizes) {
  EXPECT_EQ(format_size(0), "0 bytes");
  EXPECT_EQ(format_size(1023), "1023 bytes");
  EXPECT_EQ(format_size(67'108'864), "64 MiB");
  EXPECT_EQ(format_size(1'610'612'736), "1.5 GiB");
  EXPECT_EQ(format_size(10'000'000), "9.5 MiB");
}

// Goal: a duration is rounded to its two largest units.
TEST(QuantityTest, TimesAreRounded) {
  EXPECT_EQ(format_rounded(0s), "0 s");
  EXPECT_EQ(format_rounded(999ms), "1 s");
  EXPECT_EQ(format_rounded(90s), "1 min 30 s");
  EXPECT_EQ(format_rounded(12h), "12 h");
  EXPECT_EQ(format_rounded(std::chrono::days(4) + 5min), "4 d");
  EXPECT_EQ(format_rounded(std::chrono::days(1) + 2h), "1 d 2 h");
}

// Goal: memory is written in MiB and never rounded up.
TEST(QuantityTest, FormatsMemoryInMebibytes) {
  EXPECT_EQ(format_mebibytes(std::uint64_t{512} << 20), "512 MiB");
  EXPECT_EQ(format_mebibytes(10'000'000), "9.5 MiB");
  EXPECT_EQ(format_mebibytes((std::uint64_t{24} << 20) - 1), "23.9 MiB");
}

// Goal: format_mebibytes_up() never rounds down.
TEST(QuantityTest, RoundsUpToWholeMebibytes) {
  EXPECT_EQ(format_mebibytes_up(0), "0 MiB");
  EXPECT_EQ(format_mebibytes_up(1), "1 MiB");
  EXPECT_EQ(format_mebibytes_up(std::uint64_t{24} << 20), "24 MiB");
  EXPECT_EQ(format_mebibytes_up((std::uint64_t{24} << 20) + 1), "25 MiB");
}

}  // namespace
}  // namespace ekiden::base
