#include <ekiden/base/digest.hpp>
#include <ekiden/base/hex.hpp>

#include <gtest/gtest.h>

namespace ekiden::base {
namespace {

// Goal: the examples of RFC 1321 (MD5) and FIPS 180-4 (SHA-256), computed one after the other by one object.
TEST(DigestTest, AreThoseOfTheStandards) {
  Digest sha256 = Digest::sha256();
  EXPECT_EQ(to_hex(sha256.of("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256.of("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Digest md5 = Digest::md5();
  if (md5.available()) {  // Not in FIPS mode.
    EXPECT_EQ(to_hex(md5.of("")), "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(to_hex(md5.of("message digest")), "f96b697d7cb7938d525a2f31aaf161d0");
  } else {
    EXPECT_TRUE(md5.of("message digest").bytes().empty());
  }
}

// Goal: data added in parts gives the digest of the whole; begin() discards what was added before.
TEST(DigestTest, AddsParts) {
  Digest sha256 = Digest::sha256();
  sha256.begin();
  sha256.add("left behind");
  sha256.begin();
  sha256.add("a");
  sha256.add("");
  sha256.add("bc");
  const DigestValue in_parts = sha256.end();  // Not beside of(), which begins another: arguments have no order.
  EXPECT_EQ(in_parts.bytes(), sha256.of("abc").bytes());
}

// Goal: RFC 4231's test cases 1, 2 and 6; the last has a key longer than a block.
TEST(DigestTest, SignsWithAKey) {
  Digest sha256 = Digest::sha256();
  EXPECT_EQ(to_hex(sha256.hmac(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(sha256.hmac("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(sha256.hmac(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// Goal: a moved Digest works.
TEST(DigestTest, Moves) {
  Digest first = Digest::sha256();
  const DigestValue expected = first.of("abc");
  Digest second = std::move(first);
  EXPECT_EQ(second.of("abc").bytes(), expected.bytes());
}

}  // namespace
}  // namespace ekiden::base
