#include <ekiden/app/value_text.hpp>

#include <gtest/gtest.h>

namespace ekiden::app {
namespace {

// Goal: a misspelt word finds the intended one; a word that resembles none finds none.
TEST(ValueTextTest, NamesTheNearest) {
  const std::vector<std::string> names{"stop-timeout", "table", "queue"};
  EXPECT_EQ(nearest("stop-timeot", names), "stop-timeout");
  EXPECT_EQ(nearest("tabel", names), "table");
  EXPECT_EQ(nearest("xyzzy", names), "");
  EXPECT_EQ(nearest("idle", {"image"}), "");
  EXPECT_EQ(nearest("version", {"region"}), "");
  EXPECT_EQ(nearest("x", {"up"}), "");
  EXPECT_EQ(nearest("pu", {"up"}), "up");
}

std::string fault(const OptionSpec& spec, const std::string& text) { return check_value(spec, text).value_or("none"); }

// Goal: an error says what is wrong with a value, and its example is a value that the option accepts.
TEST(ValueTextTest, SaysWhatIsWrongWithAValue) {
  OptionSpec wait{.name = "wait", .type = OptionType::kDuration, .fallback = "20s", .minimum = "1s", .maximum = "20s"};
  EXPECT_EQ(fault(wait, "20s"), "none");
  EXPECT_EQ(fault(wait, "30s"), "is too long; use a duration from 1s to 20s, such as 20s");
  EXPECT_EQ(fault(wait, "1ms"), "is too short; use a duration from 1s to 20s, such as 20s");
  EXPECT_EQ(fault(wait, "20"), "has no unit; use a duration from 1s to 20s, such as 20s");
  EXPECT_EQ(fault(wait, "soon"), "is not allowed; use a duration from 1s to 20s, such as 20s");
  wait.fallback.clear();
  EXPECT_EQ(fault(wait, "20"), "has no unit; use a duration from 1s to 20s, such as 1s");
  wait.maximum = "12h";
  EXPECT_EQ(fault(wait, "20"), "has no unit; use a duration from 1s to 12h, such as 30s");
  OptionSpec memory{.name = "memory", .type = OptionType::kSize, .minimum = "32MiB"};
  EXPECT_EQ(fault(memory, "1M"),
            "is too small; use a size, at least 32MiB, such as 64MiB (units: KiB, MiB, GiB, KB, MB, GB)");
  memory.minimum = "128MiB";
  EXPECT_EQ(fault(memory, "1M"),
            "is too small; use a size, at least 128MiB, such as 128MiB (units: KiB, MiB, GiB, KB, MB, GB)");
}

// Goal: the error about a flag without its value names the value as the help does.
TEST(ValueTextTest, NamesTheWantedValue) {
  EXPECT_EQ(wanted_value({.name = "file", .value_name = "FILE"}), "FILE");
  EXPECT_EQ(wanted_value({.name = "queue", .fallback = "news", .value_name = "QUEUE"}), "QUEUE, such as news");
  EXPECT_EQ(wanted_value({.name = "key", .type = OptionType::kList, .fallback = "a,b"}), "LIST, such as a,b");
  EXPECT_EQ(wanted_value({.name = "tasks", .type = OptionType::kInteger, .minimum = "1"}),
            "a whole number, at least 1");
}

}  // namespace
}  // namespace ekiden::app
