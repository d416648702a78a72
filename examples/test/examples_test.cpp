// The examples do what their comments and examples/README.md say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <string_view>

#include "program.hpp"
#include "tools.hpp"

namespace ekiden::examples {
namespace {

using aws::dynamodb::Item;
using e2e::Finished;
using e2e::Folder;
using e2e::LocalServer;
using e2e::Program;
using e2e::run;
using e2e::Tools;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

/// A local server with a queue, its dead-letter queue and a table, and an example that works on them.
class Example {
 public:
  /// `table_key` as in --table-key; empty: there is no table. `create` prepares the server before the worker starts.
  Example(
      const std::string& program, const std::string& queue, const std::string& table_key,
      std::vector<std::string> options = {}, const std::function<void(Tools&)>& create = [](Tools&) {})
      : queue_(queue), server_(server_options(queue, table_key)), tools_(server_.url()) {
    create(tools_);
    options.insert(options.end(), {"--endpoint", server_.url(), "--ops", "off"});
    worker_.emplace(program, std::move(options), Program::Variables{}, Program::Streams::kTogether);
  }

  Tools& tools() { return tools_; }
  const std::string& url() const { return server_.url(); }
  void send(const std::string& body) { tools_.send(queue_, body); }

  /// Waits for the next line of the worker that has `text`, and returns it.
  std::string line_with(const std::string& text) {
    while (const std::optional<std::string> line = worker_->read_line()) {
      printed_ += *line + "\n";
      if (line->find(text) != std::string::npos) {
        return *line;
      }
    }
    throw std::runtime_error("the example never printed '" + text + "':\n" + printed_);
  }

  /// Waits until the queue is empty.
  std::vector<Item> items_at_the_end(const std::string& table) {
    tools_.wait_until_empty(queue_);
    return tools_.items(table);
  }

  /// Stops the worker. Returns its exit status.
  int stop() {
    worker_->signal(SIGTERM);
    while (worker_->read_line()) {
    }
    return worker_->wait();
  }

 private:
  static std::vector<std::string> server_options(const std::string& queue, const std::string& table_key) {
    std::vector<std::string> options{"--queue", queue};
    if (!table_key.empty()) {
      options.insert(options.end(), {"--table", queue, "--table-key", table_key});
    }
    return options;
  }

  std::string queue_;
  LocalServer server_;
  Tools tools_;
  std::optional<Program> worker_;
  std::string printed_;
};

// Goal: a worker without a table handles each message, and stops when it is asked to.
TEST(ExamplesTest, HelloQueue) {
  Example example("hello-queue", "hello", "");
  example.send("good morning");
  EXPECT_EQ(example.line_with("hello, "), "hello, good morning");
  example.tools().wait_until_empty("hello");
  EXPECT_EQ(example.stop(), 0);
}

// Goal: a good order is stored. A negative amount, and an order without a customer, become dead letters with the
// reason.
TEST(ExamplesTest, Orders) {
  Example example("orders", "orders", "order_id");
  example.send(R"({"order_id": "1", "customer": "Ada", "amount": 3})");
  example.send(R"({"order_id": "2", "customer": "Bob", "amount": -3})");
  example.send(R"({"order_id": "3", "amount": 3})");
  std::vector<std::string> reasons;
  for (const aws::sqs::Message& letter : example.tools().receive("orders-dead", 2)) {
    reasons.push_back(letter.attributes.at("EkidenReason").value);
  }
  EXPECT_THAT(reasons,
              UnorderedElementsAre("the amount is negative", HasSubstr("customer: expected a value, found nothing")));
  EXPECT_THAT(example.items_at_the_end("orders"),
              ElementsAre(Item{{"order_id", "1"}, {"customer", "Ada"}, {"amount", 3}}));
}

// Goal: a message that asks for it is handled again until it is ready. An exception is logged with its text.
TEST(ExamplesTest, RetryLater) {
  Example example("retry-later", "videos", "video_id");
  example.send(R"({"video_id": "1", "state": "converting"})");
  example.line_with("video 1 is converting, receive 1");
  example.line_with("video 1 is converting, receive 2");
  example.line_with("video 1 is converting, receive 3");
  EXPECT_THAT(example.items_at_the_end("videos"), ElementsAre(Item{{"video_id", "1"}, {"state", "published"}}));
  example.send(R"({"video_id": "2", "state": "broken"})");
  EXPECT_THAT(example.line_with("the video has no frames"), HasSubstr("message.retried"));
  example.line_with("video 2 is broken, receive 2");
}

// Goal: the answer of the service that --site names decides: 200 is stored, 404 becomes a dead letter. Method: the
// local server is the site; it answers GET / with 200.
TEST(ExamplesTest, CallHttp) {
  const LocalServer site;
  Example example("call-http", "pages", "path", {"--site", site.url()});
  example.send(R"({"path": "/"})");
  EXPECT_EQ(example.line_with("fetched"), "fetched /");
  const std::vector<Item> items = example.items_at_the_end("pages");
  ASSERT_EQ(items.size(), 1U);
  EXPECT_GE(items[0].find("bytes")->integer(), 0);
  example.send(R"({"path": "/nowhere"})");
  EXPECT_THAT(example.line_with("message.re"), HasSubstr("the site answered 404"));
}

// Goal: the message is retried if there is no connection to the service. Method: no server listens at the port.
TEST(ExamplesTest, CallHttpRetriesIfNobodyListens) {
  Example example("call-http", "pages", "path", {"--site", "http://127.0.0.1:1"});
  example.send(R"({"path": "/"})");
  EXPECT_THAT(example.line_with("message.re"), HasSubstr("message.retried"));
}

// Goal: while one handler computes for a long time, the others go on. Method: a large and a small computation at once.
TEST(ExamplesTest, OffloadWork) {
  Example example("offload-work", "primes", "below:N", {"--offload-threads", "2"});
  example.send(R"({"below": 3000000})");
  example.send(R"({"below": 10})");
  EXPECT_EQ(example.line_with(" primes below "), "4 primes below 10");
  EXPECT_EQ(example.line_with(" primes below "), "216816 primes below 3000000");
  EXPECT_EQ(example.items_at_the_end("primes").size(), 2U);
}

// Goal: each queue has its handler, and a section of the configuration file sets the options of one queue.
TEST(ExamplesTest, SeveralQueues) {
  const Folder folder;
  const std::string file = folder.path() + "/shop.toml";
  std::ofstream(file) << "max-in-flight = 200\n[queue.refunds]\nqueue = \"money-back\"\n"
                         "dead-letter-queue = \"purchases-dead\"\nmax-in-flight = 5\n";
  Example example("several-queues", "purchases", "id", {"--config", file, "--table", "purchases"},
                  [](Tools& tools) { tools.create_queue("money-back"); });
  example.send(R"({"id": "p1", "article": "tea"})");
  EXPECT_EQ(example.line_with("purchase "), "purchase p1");
  example.tools().send("money-back", R"({"id": "r1", "cents": 250})");
  EXPECT_EQ(example.line_with("refund "), "refund r1");
  example.tools().wait_until_empty("money-back");
  EXPECT_THAT(example.items_at_the_end("purchases"),
              UnorderedElementsAre(Item{{"id", "p1"}, {"article", "tea"}}, Item{{"id", "r1"}, {"cents", 250}}));
  example.tools().send("money-back", "no JSON");
  EXPECT_EQ(example.tools().receive("purchases-dead", 1).at(0).body, "no JSON");
}

// Goal: `ekiden up` runs a worker with two handlers: each message reaches the handler of its queue.
TEST(ExamplesTest, SeveralQueuesWithUp) {
  const std::vector<std::string> ports{"--listen", "127.0.0.1:0", "--ops", "127.0.0.1:0"};
  const std::string worker = std::string(EKIDEN_BIN_DIR) + "/several-queues";
  const auto up_with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"up", "--table", "shop", "--table-key", "id", "--worker", worker});
    more.insert(more.end(), ports.begin(), ports.end());
    return more;
  };
  std::string printed;
  const auto line_with = [&printed](Program& program, const std::string& text) {
    while (const std::optional<std::string> line = program.read_line()) {
      printed += *line + "\n";
      if (line->find(text) != std::string::npos) {
        return *line;
      }
    }
    throw std::runtime_error("ekiden up never printed '" + text + "':\n" + printed);
  };
  Program up("ekiden", up_with({"--queue", "purchases", "--queue", "refunds"}), {}, Program::Streams::kTogether);
  const std::string first = line_with(up, "http://");
  const std::size_t url = first.find("http://");
  Tools tools(first.substr(url, first.find(' ', url) - url));
  EXPECT_EQ(line_with(up, "queues "),
            " queues purchases and refunds, dead letters purchases-dead and refunds-dead, table shop: created");
  tools.send("purchases", R"({"id": "p1", "article": "tea"})");
  line_with(up, "worker 1 | purchase p1");
  tools.send("refunds", R"({"id": "r1", "cents": 250})");
  line_with(up, "worker 1 | refund r1");
  tools.send("refunds", "no JSON");
  EXPECT_EQ(tools.receive("refunds-dead", 1).at(0).body, "no JSON");
  tools.wait_until_empty("refunds");
  EXPECT_EQ(tools.items("shop").size(), 2U);
  up.signal(SIGTERM);
  line_with(up, " 3 messages deleted; purchases: 0 left; refunds: 0 left, 1 dead letter in refunds-dead");
  EXPECT_EQ(up.wait(), 0);

  Program wrong("ekiden", up_with({"--queue", "orders"}), {}, Program::Streams::kTogether);
  line_with(
      wrong,
      "EKIDEN_QUEUE \"orders\" names one queue for 2 handlers (purchases, refunds); remove it, and name the queue "
      "of a handler as queue in the section [queue.purchases] of the file that --config names, or give `ekiden "
      "up` one --queue for each handler");
  while (wrong.read_line()) {
  }
  EXPECT_EQ(wrong.wait(), 1);
}

// Goal: a worker with two handlers refuses one queue for both, in every command that uses the queues.
TEST(ExamplesTest, SeveralQueuesRefusesOneQueueForBoth) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--queue", "x", "--local"}, {"doctor", "--queue", "x", "--local"}}) {
    const Finished refused = run("several-queues", words);
    EXPECT_EQ(refused.status, 2);
    EXPECT_THAT(refused.errors, HasSubstr("--queue \"x\" names one queue for 2 handlers (purchases, refunds); "));
  }
  const Finished twice = run("several-queues", {"--queue", "x", "--queue", "y"});
  EXPECT_EQ(twice.status, 2);
  EXPECT_THAT(twice.errors, HasSubstr("--queue is given twice, with \"x\" and \"y\"; give it once"));
  EXPECT_EQ(run("several-queues", {"--health", "1"}, {{"EKIDEN_QUEUE", "x"}}).status, 1);
  EXPECT_THAT(run("several-queues", {"--help"}).output, HasSubstr("[queue.purchases]"));
}

// Goal: the commands of the program send to its queue and read from its table.
TEST(ExamplesTest, OwnCommand) {
  Example example("own-command", "guests", "name");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"sign", "Ada", "--greeting", "good morning"}, {"sign", "Bob"}}) {
    std::vector<std::string> arguments = words;
    arguments.insert(arguments.end(), {"--endpoint", example.url()});
    const Finished signing = run("own-command", arguments);
    ASSERT_EQ(signing.status, 0) << signing.errors;
  }
  example.tools().wait_until_empty("guests");
  const Finished listing = run("own-command", {"list", "--endpoint", example.url()});
  EXPECT_EQ(listing.status, 0) << listing.errors;
  EXPECT_THAT(listing.output, HasSubstr("Ada: good morning\n"));
  EXPECT_THAT(listing.output, HasSubstr("Bob: hello\n"));
}

// Goal: what the body lacks has its default, or no attribute in the item. A required member that is missing is named.
TEST(ExamplesTest, OptionalMembers) {
  Example example("optional-members", "parcels", "parcel_id");
  example.send(R"({"parcel_id": "1", "to": {"city": "Oslo"}})");
  EXPECT_EQ(example.line_with("parcel 1"), "parcel 1: 1 x small to Oslo, Norway");
  example.send(
      R"({"parcel_id": "2", "to": {"city": "Rome", "country": "Italy"}, "size": "large", "copies": 2, "note": "fragile"})");
  EXPECT_EQ(example.line_with("parcel 2"), "parcel 2: 2 x large to Rome, Italy, fragile");
  example.send(R"({"parcel_id": "3"})");
  EXPECT_THAT(example.line_with("message.rejected"), HasSubstr("to: expected a value, found nothing"));
  for (const Item& item : example.items_at_the_end("parcels")) {
    EXPECT_EQ(item.find("note") != nullptr, *item.find("parcel_id")->string() == "2");
    EXPECT_EQ(item.find("content"), nullptr);
  }
}

}  // namespace
}  // namespace ekiden::examples
