#include "send/message_lines.hpp"

#include <ekiden/app/options.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <stdexcept>

namespace ekiden::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class MessageLinesTest : public testing::Test {
 protected:
  MessageLinesTest() : path_("message_lines_test." + std::to_string(::getpid())) {}
  ~MessageLinesTest() override { ::unlink(path_.c_str()); }

  MessageLines lines(const std::string& text, std::int64_t from = 1) {
    std::ofstream(path_) << text;
    return MessageLines(path_, from);
  }

  static std::vector<std::string> bodies(const Batch& batch) {
    std::vector<std::string> texts;
    for (const aws::sqs::OutgoingMessage& message : batch.messages) {
      texts.push_back(message.body);
    }
    return texts;
  }

  std::string path_;
};

// Goal: messages do not contain line ends of either kind, empty lines are skipped, and numbers are line numbers.
TEST_F(MessageLinesTest, YieldsEachLine) {
  MessageLines unix_and_windows = lines("one\r\n\r\n\ntwo\n three\r\r\nfour");
  EXPECT_EQ(unix_and_windows.total(), 4);
  const Batch batch = unix_and_windows.next_batch();
  EXPECT_THAT(bodies(batch), ElementsAre("one", "two", " three\r", "four"));
  EXPECT_THAT(batch.numbers, ElementsAre(1, 4, 5, 6));
  EXPECT_TRUE(unix_and_windows.next_batch().messages.empty());
}

// Goal: a batch has at most ten messages, and at most the bytes of one message of the maximum size.
TEST_F(MessageLinesTest, FillsBatches) {
  const std::string half(aws::sqs::kMessageBytesMax / 2, 'x');
  MessageLines large = lines(half + "\n" + half + "\n" + half + "\n");
  EXPECT_EQ(large.next_batch().messages.size(), 2U);
  EXPECT_EQ(large.next_line(), 3);
  EXPECT_EQ(large.next_batch().messages.size(), 1U);
  EXPECT_EQ(large.next_line(), 4);
  MessageLines many = lines("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n");
  EXPECT_EQ(many.next_batch().messages.size(), 10U);
  EXPECT_THAT(bodies(many.next_batch()), ElementsAre("11"));
}

// Goal: a line that SQS would reject ends the reading with an error that names file and line, after all lines before it
// were returned.
TEST_F(MessageLinesTest, NamesTheLineThatIsNoMessage) {
  for (const std::string& bad : {std::string("caf\xe9"), std::string("nul\0", 4), std::string(1'048'577, 'x')}) {
    MessageLines broken = lines("one\ntwo\n" + bad + "\nfour\n");
    EXPECT_THAT(bodies(broken.next_batch()), ElementsAre("one", "two"));
    EXPECT_EQ(broken.next_line(), 3);
    try {
      broken.next_batch();
      FAIL();
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), HasSubstr(path_ + ", line 3: "));
    }
  }
}

// Goal: reading can start at a given line, and the lines before it are not checked.
TEST_F(MessageLinesTest, BeginsWithAGivenLine) {
  MessageLines rest = lines("caf\xe9\ntwo\nthree\n", 2);
  EXPECT_EQ(rest.total(), 2);
  const Batch batch = rest.next_batch();
  EXPECT_THAT(bodies(batch), ElementsAre("two", "three"));
  EXPECT_THAT(batch.numbers, ElementsAre(2, 3));
  EXPECT_THROW(lines("one\n", 2), app::UsageError);
}

}  // namespace
}  // namespace ekiden::cli
