// Encoding and decoding of Base64.
#include <ekiden/base/base64.hpp>

#include <gtest/gtest.h>

namespace ekiden::base {
namespace {

// Goal: the vectors of RFC 4648, section 10.
TEST(Base64Test, MatchesTheRfc) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"},
                                                                   {"\xff\xfe", "//4="}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
    EXPECT_EQ(base64_bytes(text), bytes.size());
  }
}

// Goal: text that to_base64() would not write is rejected.
TEST(Base64Test, RefusesWhatItWouldNotWrite) {
  for (const char* text : {"Zg=", "Zg", "Z===", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "=Zg=", "Zm-_"}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
}

}  // namespace
}  // namespace ekiden::base
