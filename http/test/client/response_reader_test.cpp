#include "client/response_reader.hpp"

#include <gtest/gtest.h>

namespace ekiden::http {
namespace {

using Result = ResponseReader::Result;

constexpr std::string_view kChunked =
    "HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n"
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A:  a \r\n\r\n"
    "4;name=value\r\nwiki\r\n00A\r\n0123456789\r\n0\r\nX-Trailer: t\r\n\r\n";

Result feed_in_pieces(ResponseReader& reader, std::string_view text, std::size_t size) {
  Result result = Result::kNeedMore;
  while (!text.empty() && result == Result::kNeedMore) {
    result = reader.feed(text.substr(0, size));
    text.remove_prefix(std::min(size, text.size()));
  }
  EXPECT_TRUE(text.empty());
  return result;
}

// Goal: an answer is the same however it is split; "100 Continue" is skipped. Method: pieces of every size.
TEST(ResponseReaderTest, ReadsAnswersCutAnywhere) {
  ResponseReader reader(1000);
  for (std::size_t size = 1; size <= kChunked.size(); ++size) {
    reader.start(false);
    ASSERT_EQ(feed_in_pieces(reader, kChunked, size), Result::kDone) << size;
    EXPECT_TRUE(reader.keeps_connection());
    const HttpResponse response = reader.take();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.find("x-a"), "a");
    EXPECT_FALSE(response.headers.find("x-interim"));
    EXPECT_EQ(response.body, "wiki0123456789");
  }
}

// Goal: a chunked answer without any chunk can come in pieces, too. Regression: an assertion in Beast ended the
// process.
TEST(ResponseReaderTest, ReadsALastChunkCutAnywhere) {
  constexpr std::string_view kEmpty = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-B: b\r\n\r\n";
  ResponseReader reader(1000);
  for (std::size_t size = 1; size <= kEmpty.size(); ++size) {
    reader.start(false);
    ASSERT_EQ(feed_in_pieces(reader, kEmpty, size), Result::kDone) << size;
    EXPECT_EQ(reader.take().body, "");
  }
}

struct Answer {
  Result result;
  std::string body;
  bool kept = false;
};

Answer read(std::string_view text, bool to_head = false) {
  ResponseReader reader(100);
  reader.start(to_head);
  Result result = reader.feed(text);
  if (result != Result::kDone) {
    return {result, reader.reason()};
  }
  const bool kept = reader.keeps_connection();
  return {result, reader.take().body, kept};
}

// Goal: an answer without a body does not wait for one.
TEST(ResponseReaderTest, KnowsAnswersWithoutBody) {
  for (const std::string_view status : {"204 No Content", "304 Not Modified"}) {
    const Answer answer = read("HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 9\r\n\r\n");
    EXPECT_EQ(answer.result, Result::kDone);
    EXPECT_TRUE(answer.kept);
  }
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", true).result, Result::kDone);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", true).result, Result::kDone);
}

// Goal: a connection is reused only if the peer allows it and sent nothing after its answer.
TEST(ResponseReaderTest, TellsWhetherTheConnectionIsKept) {
  EXPECT_TRUE(read("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx").kept);
  EXPECT_FALSE(read("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 1\r\n\r\nx").kept);
  EXPECT_FALSE(read("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx").kept);
  const Answer longer = read("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxy");
  EXPECT_EQ(longer.body, "x");
  EXPECT_FALSE(longer.kept);
}

// Goal: only a body without a length ends with the connection.
TEST(ResponseReaderTest, ReadsUntilTheEnd) {
  ResponseReader reader(100);
  reader.start(false);
  EXPECT_EQ(reader.end(), Result::kNeedMore);
  EXPECT_FALSE(reader.started());
  EXPECT_EQ(reader.feed("HTTP/1.1 200 OK\r\n\r\nab"), Result::kNeedMore);
  EXPECT_EQ(reader.feed("c"), Result::kNeedMore);
  EXPECT_EQ(reader.end(), Result::kDone);
  EXPECT_FALSE(reader.keeps_connection());
  EXPECT_EQ(reader.take().body, "abc");

  for (const std::string_view cut : {"HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx",
                                     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxx\r\n"}) {
    reader.start(false);
    EXPECT_EQ(reader.feed(cut), Result::kNeedMore);
    EXPECT_EQ(reader.end(), Result::kNeedMore) << cut;
  }
}

// Goal: a peer cannot make us keep more than the limits, however it gives the length.
TEST(ResponseReaderTest, RefusesWhatIsTooLarge) {
  const std::string body(101, 'x');
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n").result, Result::kTooLarge);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\n\r\n" + body).result, Result::kTooLarge);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n60\r\n").result,
            Result::kTooLarge);

  const std::string line = "X: " + std::string(1000, 'x') + "\r\n";
  for (const std::string_view start : {"HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
                                       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"}) {
    ResponseReader reader(100);
    reader.start(false);
    Result result = reader.feed(start);
    const bool is_extension = start.ends_with(';');
    for (int i = 0; i < 1000 && result == Result::kNeedMore; ++i) {
      result = reader.feed(is_extension ? std::string(1000, 'x') : line);
    }
    EXPECT_EQ(result, Result::kTooLarge) << start;
  }
}

// Goal: an answer with an ambiguous end, or not in HTTP/1, is rejected.
TEST(ResponseReaderTest, RefusesWhatIsMalformed) {
  for (const std::string_view text :
       {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
        "HTTP/1.1 200 OK\r\nX Y: z\r\n\r\n"}) {
    EXPECT_EQ(read(text).result, Result::kMalformed) << text;
    EXPECT_NE(read(text).body, "");
  }
}

}  // namespace
}  // namespace ekiden::http
