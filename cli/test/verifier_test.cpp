#include "bench/verifier.hpp"

#include <gtest/gtest.h>

namespace ekiden::cli {
namespace {

// Goal: a table that has exactly the items that were sent is verified, in any order.
TEST(VerifierTest, AcceptsWhatWasSent) {
  Verifier verifier(3);
  for (const int i : {2, 3, 1}) {
    verifier.see(make_news(i));
  }
  EXPECT_EQ(verifier.items(), 3);
  EXPECT_EQ(verifier.lost(), 0);
  EXPECT_EQ(verifier.wrong(), 0);
}

// Goal: every kind of wrong item is counted: missing, changed, never sent, without a number.
TEST(VerifierTest, CountsWhatIsWrong) {
  Verifier verifier(3);
  verifier.see(make_news(1));
  News changed = make_news(2);
  changed.title.back() = '!';
  verifier.see(changed);
  verifier.see(make_news(4));
  verifier.see(News{.user_id = "", .news_id = "n0001", .title = "", .published_at = ""});
  EXPECT_EQ(verifier.lost(), 2) << "2 has the wrong content, 3 is not there";
  EXPECT_EQ(verifier.wrong(), 3);
}

}  // namespace
}  // namespace ekiden::cli
