#include "web/page.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace ekiden::ops {
namespace {

std::string file(const std::string& name) {
  const std::ifstream in(std::string(EKIDEN_PAGE_DIR "/") + name, std::ios::binary);
  EXPECT_TRUE(in.good()) << name;
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

void replace(std::string& page, std::string_view line, const std::string& with) {
  const std::size_t at = page.find(line);
  ASSERT_NE(at, std::string::npos) << line;
  page.replace(at, line.size(), with);
  EXPECT_EQ(page.find(line), std::string::npos) << line << " is there twice";
}

// Goal: a browser receives the three files, byte for byte, as one document. Method: compare the built text with the
// files; they contain the characters that CMake could change: semicolons, brackets, backslashes, dollar signs.
TEST(PageTest, IsItsThreeFilesInOneDocument) {
  std::string page = file("page.html");
  replace(page, R"(<link rel="stylesheet" href="page.css">)", "<style>\n" + file("page.css") + "</style>");
  replace(page, R"(<script src="page.js"></script>)", "<script>\n" + file("page.js") + "</script>");
  EXPECT_EQ(status_page(), page);
  for (const char* trap : {";", "[[", "]", "\\u2013", "$(\"", "\\26A0"}) {
    EXPECT_NE(page.find(trap), std::string::npos) << trap;
  }
}

}  // namespace
}  // namespace ekiden::ops
