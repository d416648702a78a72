// `ekiden send --file`: an error in the file names the line, what was sent, and how to send the rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "program.hpp"
#include "tools.hpp"

namespace ekiden::e2e {
namespace {

using testing::HasSubstr;

class SendTest : public testing::Test {
 protected:
  std::string write(const std::string& text) {
    const std::string path = folder_.path() + "/orders";
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  Finished send(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"send", "--endpoint", server_.url(), "--queue", queue_});
    return run("ekiden", std::move(arguments));
  }

  std::vector<std::string> bodies() {
    std::vector<std::string> texts;
    const auto count = static_cast<std::size_t>(tools_.messages(queue_));
    for (const aws::sqs::Message& message : tools_.receive(queue_, count)) {
      texts.push_back(message.body);
    }
    std::ranges::sort(texts);
    return texts;
  }

  static std::string numbered(int first, int last) {
    std::string text;
    for (int i = first; i <= last; ++i) {
      text += std::to_string(i) + "\n";
    }
    return text;
  }

  Folder folder_;
  LocalServer server_;
  Tools tools_{server_.url()};
  std::string queue_ = "orders";
};

// Goal: the error names a line that SQS would reject. All lines before it are sent and counted, and the advised command
// sends the rest, so that each message is in the queue once. Method: each kind of bad line after 25 good ones; then the
// line is fixed and the advised command is run.
TEST_F(SendTest, NamesTheBadLineAndHowToGoOn) {
  const struct {
    std::string line;
    std::string why;
  } cases[] = {
      {"caf\xe9", "byte 4 is not UTF-8, the only encoding that SQS accepts; convert the file with iconv"},
      {std::string("a\0b", 3), "byte 2 is the character U+0000, which SQS rejects"},
      {std::string(1'048'577, 'x'), "the message has 1,048,577 bytes, but SQS accepts at most 1,048,576 bytes"}};
  for (const auto& one : cases) {
    queue_ += "-next";
    tools_.create_queue(queue_);
    const std::string path = write(numbered(1, 25) + one.line + "\n" + numbered(27, 30));
    const Finished broken = send({"--file", path});
    EXPECT_EQ(broken.status, 1);
    EXPECT_THAT(broken.errors, HasSubstr("ekiden: " + path + ", line 26: " + one.why));
    EXPECT_THAT(broken.errors, HasSubstr("; 25 messages sent; fix this line, then continue with --from-line 26\n"));
    EXPECT_EQ(tools_.messages(queue_), 25);

    write(numbered(1, 30));
    const Finished rest = send({"--file", path, "--from-line", "26"});
    EXPECT_EQ(rest.status, 0) << rest.errors;
    const std::vector<std::string> all = bodies();
    EXPECT_EQ(all.size(), 30U);
    EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
  }
}

// Goal: the error also names a line that only this queue rejects, and the counts are correct. Method: a queue with a
// limit of 1,024 bytes, and the bad line inside a batch, so that the other nine messages are stored.
TEST_F(SendTest, NamesTheLineThatTheQueueRejects) {
  tools_.create_queue(queue_, {{"MaximumMessageSize", "1024"}});
  const std::string path = write(numbered(1, 4) + std::string(1'025, 'x') + "\n" + numbered(6, 10));
  const Finished broken = send({"--file", path});
  EXPECT_EQ(broken.status, 1);
  EXPECT_THAT(broken.errors, HasSubstr("ekiden: SQS rejected " + path + ", line 5: InvalidParameterValue: "));
  EXPECT_THAT(broken.errors,
              HasSubstr("; 9 messages sent; continue with --from-line 5, which sends 5 messages again\n"));
  EXPECT_EQ(tools_.messages(queue_), 9);
}

// Goal: Windows line ends are not part of a message.
TEST_F(SendTest, AcceptsWindowsFiles) {
  tools_.create_queue(queue_);
  const Finished sent = send({"--file", write("{\"order_id\": 1}\r\n\r\n{\"order_id\": 2}\r\n")});
  EXPECT_EQ(sent.status, 0) << sent.errors;
  EXPECT_THAT(sent.errors, HasSubstr("2/2"));
  EXPECT_THAT(bodies(), testing::ElementsAre("{\"order_id\": 1}", "{\"order_id\": 2}"));
}

// Goal: options that exclude each other are rejected with an error that names them.
TEST_F(SendTest, RejectsOptionsThatExcludeEachOther) {
  const Finished both = send({"--news", "1", "--file", "orders"});
  EXPECT_EQ(both.status, 2);
  EXPECT_EQ(both.errors, "ekiden: --news cannot be combined with --file; use one of them\n");
  const Finished news = send({"--news", "1", "--from-line", "3"});
  EXPECT_EQ(news.status, 2);
  EXPECT_EQ(news.errors, "ekiden: --from-line requires --file\n");
}

}  // namespace
}  // namespace ekiden::e2e
