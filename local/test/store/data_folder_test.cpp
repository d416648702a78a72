// A data folder of any released version opens with this one. test/store/folders/v<N>/ has one folder for each format:
// ekiden.db, written by a program of that version; expected.json, its content; and make.py, which made both. A new step
// in front/schema.cpp needs a new folder.
#include <ekiden/local/service.hpp>
#include <ekiden/runtime/simulated/loop.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "front/schema.hpp"

namespace ekiden::local {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::filesystem::path folders() { return EKIDEN_DATA_FOLDERS; }

// The formats that have a folder, in order.
std::vector<int> versions() {
  std::vector<int> found;
  for (const auto& entry : std::filesystem::directory_iterator(folders())) {
    const std::string name = entry.path().filename().string();
    int version = 0;
    const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), version);
    if (name.starts_with("v") && error == std::errc() && end == name.data() + name.size()) {
      found.push_back(version);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

// A copy of the folder of one format, to be opened and changed.
class Copy {
 public:
  explicit Copy(int version) {
    const std::filesystem::path original = folders() / ("v" + std::to_string(version));
    std::ifstream file(original / "expected.json");
    expected = json::parse(std::string(std::istreambuf_iterator<char>(file), {})).as_object();
    std::string pattern = (std::filesystem::temp_directory_path() / "ekiden-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
    std::filesystem::copy_file(original / "ekiden.db", path_ / "ekiden.db");
  }
  ~Copy() { std::filesystem::remove_all(path_); }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  std::string folder() const { return path_.string(); }
  DatabaseOptions database() const { return {.path = (path_ / "ekiden.db").string()}; }

  // The value of PRAGMA user_version.
  std::int64_t version() const {
    Database opened(database());
    Statement row = opened.prepare("PRAGMA user_version");
    return row.step() ? row.integer(0) : 0;
  }

  json::object expected;

 private:
  std::filesystem::path path_;
};

// The service on a copy, started at the time at which the folder was made.
class Server {
 public:
  explicit Server(const Copy& copy) {
    const runtime::WallTime made_at(milliseconds(copy.expected.at("made_at_ms").as_int64()));
    loop_.run_for(made_at - loop_.clock().wall_now());
    ServiceOptions options;
    options.storage.folder = copy.folder();
    service_.emplace(loop_.env(), std::move(options));
    tasks_.emplace(loop_.env().executor);
    tasks_->spawn(service_->run());
  }
  ~Server() {
    service_->stop();
    loop_.run(tasks_->join());
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  json::value call(std::string_view target, const json::value& body) {
    http::HttpRequest request;
    request.url = "/";
    request.headers.add("Host", "127.0.0.1:4566");
    request.headers.add("X-Amz-Target", std::string(target));
    request.body = json::serialize(body);
    const http::HttpResponse response = loop_.run(service_->handle(std::move(request)));
    EXPECT_EQ(response.status, 200) << target << '\n' << response.body;
    return response.body.empty() ? json::object() : json::parse(response.body);
  }
  void pass(runtime::Duration time) { loop_.run_for(time); }

  // All messages that can be received, by id.
  std::map<std::string, json::value> drain(std::string_view queue) {
    std::map<std::string, json::value> messages;
    for (;;) {
      const json::value answer = call("AmazonSQS.ReceiveMessage", {{"QueueUrl", queue},
                                                                   {"MaxNumberOfMessages", 10},
                                                                   {"VisibilityTimeout", 600},
                                                                   {"WaitTimeSeconds", 0},
                                                                   {"AttributeNames", {"All"}},
                                                                   {"MessageAttributeNames", {"All"}}});
      const json::value* received = answer.as_object().if_contains("Messages");
      if (received == nullptr || received->as_array().empty()) {
        return messages;
      }
      for (const json::value& message : received->as_array()) {
        messages.emplace(std::string(message.at("MessageId").as_string()), message);
      }
    }
  }

 private:
  runtime::SimulatedLoop loop_;
  std::optional<LocalService> service_;
  std::optional<runtime::TaskGroup> tasks_;
};

// True if `actual` has all members of `expected`, at every depth: later versions can add members.
bool includes(const json::value& actual, const json::value& expected) {
  if (!expected.is_object() || !actual.is_object()) {
    return actual == expected;
  }
  return std::all_of(expected.as_object().begin(), expected.as_object().end(), [&](const auto& member) {
    const json::value* found = actual.as_object().if_contains(member.key());
    return found != nullptr && includes(*found, member.value());
  });
}

// Reads lists, queues with their attributes, tables and items. Changes nothing.
void expect_reads(Server& server, const json::object& expected) {
  const json::array& reads = expected.at("reads").as_array();
  EXPECT_FALSE(reads.empty());
  for (const json::value& read : reads) {
    const std::string target(read.at("target").as_string());
    const json::value answer = server.call(target, read.at("body"));
    const bool may_grow = target.ends_with("GetQueueAttributes") || target.ends_with("DescribeTable");
    EXPECT_TRUE(may_grow ? includes(answer, read.at("answer")) : answer == read.at("answer"))
        << target << ' ' << read.at("body") << "\nanswers  " << answer << "\nexpected " << read.at("answer");
  }
}

// Receives everything, so call it last.
void expect_messages(Server& server, const json::object& expected) {
  const json::value& in_flight = expected.at("in_flight");
  // The old receipt handle is still valid, and the message is still hidden.
  server.call(
      "AmazonSQS.ChangeMessageVisibility",
      {{"QueueUrl", in_flight.at("queue")}, {"ReceiptHandle", in_flight.at("handle")}, {"VisibilityTimeout", 10}});
  server.pass(seconds(30));
  for (const auto& queue : expected.at("messages").as_object()) {
    const std::map<std::string, json::value> received = server.drain(queue.key());
    EXPECT_EQ(received.size(), queue.value().as_array().size()) << queue.key();
    for (const json::value& message : queue.value().as_array()) {
      const auto found = received.find(std::string(message.at("MessageId").as_string()));
      ASSERT_NE(found, received.end()) << message;
      EXPECT_TRUE(includes(found->second, message)) << "received " << found->second << "\nexpected " << message;
    }
  }
}

// Read by SQL, because there is no request for them yet.
void expect_tags(const Copy& copy) {
  Database database(copy.database());
  for (const auto& queue : copy.expected.at("tags").as_object()) {
    json::object tags;
    Statement row = database.prepare(
        "SELECT t.name, t.value FROM sqs_queue_tags AS t JOIN sqs_queues AS q ON t.queue = q.id WHERE q.name = ?");
    row.bind(1, std::string_view(queue.key()));
    while (row.step()) {
      tags.emplace(row.text(0), row.text(1));
    }
    EXPECT_EQ(tags, queue.value()) << queue.key();
  }
}

void expect_everything(const Copy& copy) {
  {
    Server server(copy);
    expect_reads(server, copy.expected);
    expect_messages(server, copy.expected);
  }
  expect_tags(copy);
}

// Goal: every format has a folder. Method: compares the names of the folders with the versions in them.
TEST(DataFoldersTest, CoverEveryVersion) {
  const std::vector<int> found = versions();
  std::vector<int> wanted;
  for (std::size_t version = 1; version <= schema_steps().size(); ++version) {
    wanted.push_back(static_cast<int>(version));
  }
  EXPECT_EQ(found, wanted) << "each step of front/schema.cpp needs a folder in " << folders();
  for (const int version : found) {
    EXPECT_EQ(Copy(version).version(), version);
  }
}

class DataFolderTest : public ::testing::TestWithParam<int> {};

// Goal: after the conversion, every queue, message, attribute and item of an old folder is there.
TEST_P(DataFolderTest, KeepsEverything) {
  const Copy copy(GetParam());
  expect_everything(copy);
  EXPECT_EQ(copy.version(), static_cast<std::int64_t>(schema_steps().size()));
}

// Goal: converted data stays. Method: opens the folder again, after a first run that only reads.
TEST_P(DataFolderTest, OpensTwice) {
  const Copy copy(GetParam());
  {
    Server server(copy);
    expect_reads(server, copy.expected);
  }
  expect_everything(copy);
}

// Goal: a conversion that fails half way changes nothing. Method: after the known steps, one that deletes and alters
// tables and then throws; the folder keeps its version and all its data.
TEST_P(DataFolderTest, SurvivesAStepThatFails) {
  const Copy copy(GetParam());
  {
    std::vector<Migration> steps(schema_steps().begin(), schema_steps().end());
    steps.emplace_back([](Database& database) {
      database.exec("DELETE FROM sqs_messages; DROP TABLE sqs_queue_tags; UPDATE dynamodb_items SET item = x''");
      database.exec("ALTER TABLE sqs_queues ADD COLUMN half_way INTEGER");
      throw std::runtime_error("half way");
    });
    Database database(copy.database());
    EXPECT_THROW(migrate(database, steps), std::runtime_error);
  }
  EXPECT_EQ(copy.version(), GetParam());
  expect_everything(copy);
}

INSTANTIATE_TEST_SUITE_P(EachVersion, DataFolderTest, ::testing::ValuesIn(versions()),
                         [](const auto& version) { return "v" + std::to_string(version.param); });

}  // namespace
}  // namespace ekiden::local
