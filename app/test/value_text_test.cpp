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
}

}  // namespace
}  // namespace ekiden::app
