// A worker with several handlers: what would send a message to the wrong one is refused.
#include <ekiden/app/command_line.hpp>
#include <ekiden/app/option_names.hpp>
#include <ekiden/app/worker_options.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

namespace ekiden::app {
namespace {

const std::vector<std::string> kHandlers{"purchases", "refunds"};

class QueueForEachTest : public testing::Test {
 protected:
  ~QueueForEachTest() override { std::remove(file_.c_str()); }

  /// The error of a program with these handlers. `file` is the content of its configuration file.
  std::string error_of(const std::vector<std::string>& handlers, std::vector<std::string> words,
                       const Environment& environment = {}, const std::string& file = {}) {
    words.insert(words.begin(), "bin/shop");
    if (!file.empty()) {
      std::ofstream(file_) << file;
      words.insert(words.end(), {"--config", file_});
    }
    Options options =
        parse_command_line({.name = "shop", .help = "sells", .options = worker_options()}, words, environment).options;
    for (const std::string& handler : handlers) {
      options.set_default(option::kQueue, handler, handler);
    }
    try {
      require_queue_for_each(options, handlers);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "no error";
  }

  const std::string file_ = "queue_for_each_test." + std::to_string(::getpid()) + ".toml";
};

// Goal: a flag or a variable that would give one queue to both handlers is refused, with what to do instead.
TEST_F(QueueForEachTest, RefusesOneQueueForAllHandlers) {
  const std::string end =
      " \"x\" names one queue for 2 handlers (purchases, refunds); remove it, and name the queue of a handler as queue "
      "in the section [queue.purchases] of the file that --config names";
  EXPECT_EQ(error_of(kHandlers, {"--queue", "x"}), "--queue" + end);
  EXPECT_EQ(error_of(kHandlers, {}, {{"EKIDEN_QUEUE", "x"}}),
            "EKIDEN_QUEUE" + end + ", or give `ekiden up` one --queue for each handler");
  EXPECT_EQ(error_of(kHandlers, {}, {}, "queue = \"x\"\n"), "queue (" + file_ + ":1)" + end);
  // A variable overrides the sections, so these do not help.
  EXPECT_NE(error_of(kHandlers, {}, {{"EKIDEN_QUEUE", "x"}}, "[queue.purchases]\nqueue = \"p\"\n"), "no error");
  // Also if it is the queue of one of them.
  EXPECT_NE(error_of(kHandlers, {"--queue", "refunds"}), "no error");
}

// Goal: what can be meant for all handlers is accepted, and a program with one handler takes any queue.
TEST_F(QueueForEachTest, AcceptsWhatCanBeMeant) {
  EXPECT_EQ(error_of(kHandlers, {"--table", "shop", "--dead-letter-queue", "dead", "--max-in-flight", "5"}),
            "no error");
  EXPECT_EQ(error_of(kHandlers, {}), "no error");
  EXPECT_EQ(error_of(kHandlers, {}, {}, "[queue.purchases]\nqueue = \"p\"\n[queue.refunds]\nqueue = \"r\"\n"),
            "no error");
  // The handlers can exchange their queues.
  EXPECT_EQ(
      error_of(kHandlers, {}, {}, "[queue.purchases]\nqueue = \"refunds\"\n[queue.refunds]\nqueue = \"purchases\"\n"),
      "no error");
  EXPECT_EQ(error_of({"purchases"}, {"--queue", "x"}), "no error");
  EXPECT_EQ(error_of({"purchases"}, {}, {{"EKIDEN_QUEUE", "x"}}), "no error");
}

// Goal: two handlers that name the same queue are refused; the error names the line that does so.
TEST_F(QueueForEachTest, RefusesOneQueueForTwoHandlers) {
  EXPECT_EQ(error_of(kHandlers, {}, {}, "[queue.refunds]\nqueue = \"purchases\"\n"),
            "queue (" + file_ +
                ":2) \"purchases\" is the queue of another handler, too (purchases), so a message could "
                "reach the wrong one; give each handler another queue");
  EXPECT_EQ(error_of(kHandlers, {}, {}, "[queue.purchases]\nqueue = \"refunds\"\n"),
            "queue (" + file_ +
                ":2) \"refunds\" is the queue of another handler, too (refunds), so a message could "
                "reach the wrong one; give each handler another queue");
  EXPECT_EQ(error_of(kHandlers, {}, {}, "[queue.purchases]\nqueue = \"x\"\n[queue.refunds]\nqueue = \"x\"\n"),
            "queue (" + file_ +
                ":4) \"x\" is the queue of another handler, too (purchases), so a message could reach "
                "the wrong one; give each handler another queue");
  EXPECT_EQ(error_of({"orders", "orders"}, {}),
            "the program has two handlers for queue \"orders\", so a message could reach the wrong one; give each "
            "consume() another queue");
}

}  // namespace
}  // namespace ekiden::app
