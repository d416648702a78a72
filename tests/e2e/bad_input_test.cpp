// Mistakes of a user: each prints one clear line, exits with the right status, and loses nothing.
#include <fake_aws.hpp>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <optional>
#include <utility>

#include "program.hpp"
#include "tools.hpp"

namespace ekiden::e2e {
namespace {

// Goal: the error for a wrong value names the option and the allowed range; for an unknown option, the nearest one.
TEST(BadInputTest, WrongOptionsAreExplained) {
  const Finished value = run("news-worker", {"--max-in-flight", "0", "--local"});
  EXPECT_EQ(value.status, 2);
  EXPECT_NE(value.errors.find("--max-in-flight"), std::string::npos) << value.errors;
  EXPECT_NE(value.errors.find("1 to 100000"), std::string::npos) << value.errors;

  const Finished unknown = run("news-worker", {"--max-in-flihgt", "5", "--local"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_NE(unknown.errors.find("--max-in-flight"), std::string::npos) << unknown.errors;

  const Finished fault = run("ekiden", {"local", "--faults", "thunder=1"});
  EXPECT_EQ(fault.status, 2);
  for (const char* name : {"throttle", "error", "drop", "partial", "unprocessed"}) {
    EXPECT_NE(fault.errors.find(name), std::string::npos) << fault.errors;
  }
}

// Expects worker.failed as the only error line. Before it there is a line with the target and, if the test runs under a
// memory limit, a line with that limit.
void expect_one_line(const Finished& worker, const std::string& reason) {
  const int limited = worker.errors.find(R"("event":"memory.limited")") == std::string::npos ? 0 : 1;
  EXPECT_EQ(worker.status, 2);
  EXPECT_EQ(std::ranges::count(worker.errors, '\n'), 2 + limited) << worker.errors;
  EXPECT_NE(worker.errors.find(R"("event":"worker.failed")"), std::string::npos) << worker.errors;
  EXPECT_NE(worker.errors.find(reason), std::string::npos) << worker.errors;
}

// Goal: with a memory limit that is too small, the worker ends with one line before it makes any request.
TEST(BadInputTest, TooLittleMemoryIsRejected) {
  const Finished worker = run("news-worker", {"--endpoint", "http://127.0.0.1:9"}, {{"EKIDEN_MEMORY_LIMIT", "16m"}});
  EXPECT_EQ(worker.status, 2);
  EXPECT_EQ(worker.errors,
            "news-worker: the memory limit of 16 MiB (EKIDEN_MEMORY_LIMIT) is too small for a worker: set it to 32 MiB "
            "or more (about 36 MiB if messages can have 1 MiB)\n");
}

// Goal: a missing queue, a missing table and a wrong --table-key each end the worker with status 2 and one line that
// names it.
TEST(BadInputTest, MissingQueueAndTableAndAWrongKeyEndWithStatusTwo) {
  LocalServer server;
  Tools tools(server.url());
  const auto start = [&server](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--endpoint", server.url(), "--ops", "off"});
    return run("news-worker", std::move(arguments));
  };
  expect_one_line(start({"--queue", "nowhere"}), "nowhere");
  tools.create_queues();
  expect_one_line(start({"--table", "no-table"}), "no-table");
  tools.create_table();
  expect_one_line(start({"--table-key", "wrong"}),
                  "--table-key wrong does not match table news-deliveries, whose key is user_id,news_id");
}

// Goal: an ARN without a valid region ends `news-worker` and `ekiden send` with status 2. The error has the ARN, and no
// request is sent to the host that it would form.
TEST(BadInputTest, AnArnWithoutARegionEndsWithStatusTwo) {
  const std::string arn = "arn:aws:sqs:evil.example/x:1:q";
  const Program::Variables variables{
      {"AWS_REGION", "us-east-1"}, {"AWS_ACCESS_KEY_ID", "id"}, {"AWS_SECRET_ACCESS_KEY", "secret"}};
  expect_one_line(run("news-worker", {"--queue", arn, "--ops", "off"}, variables), arn);
  const Finished sent = run("ekiden", {"send", "--queue", arn, "--news", "1", "--yes"}, variables);
  EXPECT_EQ(sent.status, 2);
  EXPECT_EQ(std::ranges::count(sent.errors, '\n'), 2) << sent.errors;
  EXPECT_NE(sent.errors.find(arn), std::string::npos) << sent.errors;
}

// Goal: SIGTERM while the worker looks up its region prints only "interrupted". Method: a metadata endpoint that never
// answers.
TEST(BadInputTest, AStopWhileTheRegionIsLookedUpIsQuiet) {
  std::promise<void> asked;
  aws::test::FakeAws metadata;
  metadata.serve([&asked, first = true](const aws::test::FakeAws::Request&) mutable {
    if (std::exchange(first, false)) {
      asked.set_value();
    }
    return std::optional<aws::test::FakeAws::Reply>();
  });
  const Folder home;
  Program worker("news-worker", {"--ops", "off"},
                 {{"AWS_CONFIG_FILE", home.path() + "/none"},
                  {"AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url()},
                  {"ECS_CONTAINER_METADATA_URI_V4", metadata.url()}});
  asked.get_future().wait();
  worker.signal(SIGTERM);
  EXPECT_EQ(worker.wait(), 1);
  EXPECT_EQ(worker.errors(), "news-worker: interrupted\n");
}

// Goal: if no server listens at a local endpoint, the error advises once how to start one.
TEST(BadInputTest, NoServerAdvisesHowToStartOne) {
  const std::string url = "http://127.0.0.1:1";
  const Finished feed = run("news-worker", {"feed", "u0000001", "--endpoint", url});
  EXPECT_EQ(feed.status, 1);
  EXPECT_EQ(feed.errors, "local " + url + "\nnews-worker: dynamodb.Query: nothing answers on " + url +
                             "; start a server there, for example with `ekiden local --listen 127.0.0.1:1` in "
                             "another terminal\n");
}

// Goal: if a port is in use, the error names the address and the option: --listen for the server, --ops for the worker.
TEST(BadInputTest, APortInUseIsOneSentence) {
  LocalServer server;
  const std::string address = "127.0.0.1:" + server.port();
  const Finished second = run("ekiden", {"local", "--listen", address});
  EXPECT_NE(second.status, 0);
  EXPECT_NE(second.errors.find(address), std::string::npos) << second.errors;
  EXPECT_NE(second.errors.find("--listen"), std::string::npos) << second.errors;

  const Finished worker = run("news-worker", {"--endpoint", server.url(), "--ops", address});
  EXPECT_EQ(worker.status, 2);
  EXPECT_NE(worker.errors.find("--ops"), std::string::npos) << worker.errors;
}

// Goal: if the data folder cannot be created, the error is one line with its name.
TEST(BadInputTest, AnUnusableDataFolderIsOneSentence) {
  const Folder folder;
  const std::string file = folder.path() + "/file";
  std::ofstream(file) << "not a folder";
  const Finished server = run("ekiden", {"local", "--listen", "127.0.0.1:0", "--data", file + "/data"});
  EXPECT_NE(server.status, 0);
  EXPECT_NE(server.errors.find(file), std::string::npos) << server.errors;
  EXPECT_EQ(std::ranges::count(server.errors, '\n'), 1) << server.errors;
}

// Goal: a data folder that is in use and one with a foreign file have different errors, each with advice. An empty file
// is accepted.
TEST(BadInputTest, ADataFolderInUseIsNotABrokenOne) {
  const Folder folder;
  const std::string data = folder.path() + "/data";
  const std::string file = data + "/ekiden.db";
  LocalServer first({"--data", data});
  for (const char* command : {"local", "up"}) {
    const Finished second = run("ekiden", {command, "--listen", "127.0.0.1:0", "--data", data});
    EXPECT_EQ(second.status, 2);
    EXPECT_EQ(second.errors, "ekiden: the data folder " + data + " is in use by process " +
                                 std::to_string(first.program().pid()) +
                                 ": stop that process, or choose another folder with --data\n");
  }
  first.program().kill();

  std::ofstream(file, std::ios::trunc) << "something else";
  for (const char* command : {"local", "up"}) {
    const Finished broken = run("ekiden", {command, "--listen", "127.0.0.1:0", "--data", data});
    EXPECT_EQ(broken.status, 2);
    EXPECT_EQ(broken.errors, "ekiden: " + file + " is not an SQLite database: another program wrote it, or it is " +
                                 "damaged; move it away, or choose another folder with --data\n");
  }

  std::filesystem::remove_all(data);
  std::filesystem::create_directory(data);
  std::ofstream(file).flush();
  const LocalServer fresh({"--data", data});
  EXPECT_FALSE(fresh.url().empty());
}

// Goal: a body that does not decode goes to the dead-letter queue unchanged, with its attributes and the reason, before
// it is deleted from the queue.
TEST(BadInputTest, AnUndecodableBodyGoesToTheDeadLetters) {
  LocalServer server;
  Tools tools(server.url());
  tools.create_queues();
  tools.create_table();
  tools.send("news", R"({"user_id": 7})");
  const aws::sqs::MessageAttributes attributes{{"checksum", {"Binary", std::string("\x00\x01\xff", 3)}},
                                               {"weight", {"Number.grams", "12.5"}},
                                               {"sender", {"String", "tester"}}};
  tools.send("news", "no JSON at all", attributes);
  Program worker("news-worker", {"--endpoint", server.url(), "--ops", "off"});
  const std::vector<aws::sqs::Message> dead = tools.receive("news-dead", 2);
  ASSERT_EQ(dead.size(), 2U);
  for (const aws::sqs::Message& message : dead) {
    ASSERT_TRUE(message.attributes.contains("EkidenReason"));
    EXPECT_EQ(message.attributes.at("EkidenReason").value.rfind("undecodable: ", 0), 0U);
    for (const auto& [name, attribute] : attributes) {
      const auto kept = message.attributes.find(name);
      EXPECT_EQ(kept != message.attributes.end(), message.body == "no JSON at all") << name;
      EXPECT_TRUE(kept == message.attributes.end() || kept->second == attribute) << name;
    }
  }
  tools.wait_until_empty("news");
  worker.signal(SIGTERM);
  EXPECT_EQ(worker.wait(), 0) << worker.errors();
}

// Goal: a rejected message arrives complete in the dead-letter queue, even if SQS's limits leave no room for the
// reason.
TEST(BadInputTest, AFullMessageGoesToTheDeadLettersWhole) {
  LocalServer server;
  Tools tools(server.url());
  tools.create_queues();
  tools.create_table();
  aws::sqs::MessageAttributes attributes;
  for (int i = 0; i < 10; ++i) {
    attributes["a" + std::to_string(i)] = {.value = "x"};
  }
  const std::string large(aws::sqs::kMessageBytesMax, 'x');
  tools.send("news", "no JSON", attributes);
  tools.send("news", large);
  Program worker("news-worker", {"--endpoint", server.url(), "--ops", "off"});
  const std::vector<aws::sqs::Message> dead = tools.receive("news-dead", 2);
  ASSERT_EQ(dead.size(), 2U);
  const std::size_t small = dead[0].body == "no JSON" ? 0 : 1;
  EXPECT_EQ(dead[small].attributes, attributes);
  EXPECT_TRUE(dead[1 - small].body == large);
  tools.wait_until_empty("news");
  worker.signal(SIGTERM);
  EXPECT_EQ(worker.wait(), 0) << worker.errors();
}

// Goal: a queue with a visibility timeout of 0 works, because the worker sets the timeout with each receive.
TEST(BadInputTest, AQueueWithoutAVisibilityTimeoutIsServedOnce) {
  LocalServer server;
  Tools tools(server.url());
  tools.create_queues(std::chrono::seconds(0));
  tools.create_table();
  ASSERT_EQ(run("ekiden", {"send", "--endpoint", server.url(), "--news", "5"}).status, 0);
  Program worker("news-worker", {"--endpoint", server.url(), "--ops", "off", "--handler-delay", "200"});
  tools.wait_until_empty("news");
  worker.signal(SIGTERM);
  EXPECT_EQ(worker.wait(), 0) << worker.errors();
  EXPECT_EQ(tools.deliveries().size(), 5U);
  EXPECT_EQ(worker.errors().find("message.duplicate"), std::string::npos) << worker.errors();
}

// Goal: a queue cannot be its own dead-letter queue, because rejected messages would be received again without end.
TEST(BadInputTest, AQueueIsNotItsOwnDeadLetterQueue) {
  LocalServer server;
  Tools tools(server.url());
  tools.create_queues();
  tools.create_table();
  const Finished worker =
      run("news-worker", {"--endpoint", server.url(), "--ops", "off", "--dead-letter-queue", "news"});
  EXPECT_EQ(worker.status, 2);
  EXPECT_NE(worker.errors.find("queue news cannot be its own dead-letter queue, because rejected messages would be "
                               "received again without end: name another queue with --dead-letter-queue"),
            std::string::npos)
      << worker.errors;
}

}  // namespace
}  // namespace ekiden::e2e
