#include "handle/dead_letter_copy.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ekiden::worker {
namespace {

Message message(std::size_t attributes = 0) {
  Message made;
  made.id = "id-1";
  made.body = "body";
  for (std::size_t i = 0; i < attributes; ++i) {
    made.attributes["a" + std::to_string(i)] = {.value = "v"};
  }
  return made;
}

// Goal: the copy has everything that the message had, and why it was rejected.
TEST(DeadLetterCopyTest, HasTheMessageAndTheReason) {
  Message from = message(2);
  from.group = "tenant-7";
  from.trace_header = "Root=1-5759e988-bd862e3fe1be46a994272793";
  const aws::sqs::OutgoingMessage copy = dead_letter_copy(from, "unwanted", "news");
  EXPECT_EQ(copy.body, "body");
  EXPECT_EQ(copy.group_id, "tenant-7");
  EXPECT_EQ(copy.trace_header, from.trace_header);
  EXPECT_EQ(copy.attributes.size(), 5U);
  EXPECT_EQ(copy.attributes.at("a1").value, "v");
  EXPECT_EQ(copy.attributes.at("EkidenReason").value, "unwanted");
  EXPECT_EQ(copy.attributes.at("EkidenMessageId").value, "id-1");
  EXPECT_EQ(copy.attributes.at("EkidenSourceQueue").value, "news");
}

// Goal: the sender's attributes come first, then the reason, then the id.
TEST(DeadLetterCopyTest, TheSendersAttributesComeFirst) {
  const auto nine = dead_letter_copy(message(9), "unwanted", "news").attributes;
  EXPECT_EQ(nine.size(), 10U);
  EXPECT_EQ(nine.count("EkidenReason"), 1U);
  const auto eight = dead_letter_copy(message(8), "unwanted", "news").attributes;
  EXPECT_EQ(eight.count("EkidenReason") + eight.count("EkidenMessageId"), 2U);
  EXPECT_EQ(eight.count("EkidenSourceQueue"), 0U);
  const auto ten = dead_letter_copy(message(10), "unwanted", "news").attributes;
  EXPECT_EQ(ten, message(10).attributes);
}

// Goal: a message of the largest size stays within the limit, and loses nothing.
TEST(DeadLetterCopyTest, AMessageOfTheLargestSizeGetsNoAttributes) {
  Message from = message();
  from.body.assign(aws::sqs::kMessageBytesMax, 'x');
  EXPECT_TRUE(dead_letter_copy(from, "unwanted", "news").attributes.empty());
  from.body.resize(aws::sqs::kMessageBytesMax - 26);  // "EkidenReason" + "String" + "unwanted"
  const auto fits = dead_letter_copy(from, "unwanted", "news").attributes;
  EXPECT_EQ(fits.size(), 1U);
  EXPECT_EQ(fits.count("EkidenReason"), 1U);
  from.body.push_back('x');
  EXPECT_EQ(dead_letter_copy(from, "unwanted", "news").attributes.count("EkidenReason"), 0U);
}

// Goal: an attribute of the sender with one of our names is kept. A former dead letter gets the new reason.
TEST(DeadLetterCopyTest, KeepsAnAttributeOfTheSenderWithOurName) {
  Message from = message();
  from.attributes["EkidenReason"] = {.value = "the sender's"};
  EXPECT_EQ(dead_letter_copy(from, "unwanted", "news").attributes.at("EkidenReason").value, "the sender's");
  from.attributes["EkidenMessageId"] = {.value = "id-0"};
  from.attributes["EkidenSourceQueue"] = {.value = "old"};
  const auto again = dead_letter_copy(from, "unwanted", "news").attributes;
  EXPECT_EQ(again.at("EkidenReason").value, "unwanted");
  EXPECT_EQ(again.at("EkidenMessageId").value, "id-1");
  EXPECT_EQ(again.at("EkidenSourceQueue").value, "news");
}

// Goal: a reason in any language arrives as it is. Only what SQS does not accept is replaced.
TEST(DeadLetterCopyTest, ReasonsAreUtf8) {
  EXPECT_EQ(attribute_text("日本語のエラー: ü 😀\n\t", 100), "日本語のエラー: ü 😀\n\t");
  EXPECT_EQ(attribute_text(std::string("a\x01\x7f\xff z", 6), 100), "a\uFFFD\x7f\uFFFD z");
  EXPECT_EQ(attribute_text("\xEF\xBF\xBF", 100), "\uFFFD");                        // U+FFFF
  EXPECT_EQ(attribute_text("\xED\xA0\x80", 100).find('\xED'), std::string::npos);  // A surrogate.
  EXPECT_EQ(attribute_text("aé", 2), "a") << "cut between two characters";
  EXPECT_EQ(dead_letter_copy(message(), "", "news").attributes.at("EkidenReason").value, "no reason given");
  EXPECT_EQ(dead_letter_copy(message(), std::string(5'000, 'r'), "news").attributes.at("EkidenReason").value.size(),
            1'024U);
}

}  // namespace
}  // namespace ekiden::worker
