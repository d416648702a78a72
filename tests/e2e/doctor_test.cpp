// The doctor command of both programs, run against a local server.
#include <ekiden/base/json/reader.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "program.hpp"
#include "tools.hpp"

namespace ekiden::e2e {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class DoctorTest : public testing::Test {
 protected:
  Finished doctor(const std::string& program, std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.begin(), {"doctor", "--endpoint", server_.url()});
    return run(program, std::move(arguments));
  }

  /// The status of each check, by its name.
  static std::map<std::string, std::string> statuses(const std::string& json) {
    base::JsonDocument document;
    std::map<std::string, std::string> found;
    EXPECT_FALSE(document.parse(json)) << json;
    const auto checks = document.root().find("checks");
    for (std::size_t i = 0; checks && i < checks->size(); ++i) {
      found.emplace(checks->element(i).text("name"), checks->element(i).text("status"));
    }
    return found;
  }

  LocalServer server_;
  Tools tools_{server_.url()};
};

// Goal: both programs find no fault in a correct system, exit with status 0 and change nothing. Method: a receive
// afterwards is the waiting message's first.
TEST_F(DoctorTest, ASoundSystemIsFineAndStaysAsItWas) {
  tools_.create_queues();
  tools_.create_table();
  tools_.send("news", "not for the doctor");
  for (const char* program : {"ekiden", "news-worker"}) {
    const Finished json = doctor(program, {"--json"});
    EXPECT_EQ(json.status, 0) << json.output;
    EXPECT_THAT(json.errors, StartsWith("local " + server_.url()));
    const std::map<std::string, std::string> found = statuses(json.output);
    for (const char* name : {"queue", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "redrive policy",
                             "dead-letter queue", "table", "table key", "dynamodb:PutItem", "clock", "credentials"}) {
      EXPECT_EQ(found.contains(name) ? found.at(name) : "none", "ok") << program << ": " << name;
    }
    for (const char* name : {"sqs:ReceiveMessage", "sqs:SendMessage", "dynamodb:BatchWriteItem", "identity"}) {
      EXPECT_EQ(found.contains(name) ? found.at(name) : "none", "not tried") << program << ": " << name;
    }
  }
  EXPECT_THAT(tools_.deliveries(), IsEmpty());
  EXPECT_EQ(tools_.messages("news"), 1);
  EXPECT_EQ(tools_.messages("news-dead"), 0);
  EXPECT_EQ(tools_.receive("news", 1).front().receive_count, 1U);
}

// Goal: the worker's own binary knows its handler's message type; `ekiden doctor` does not.
TEST_F(DoctorTest, TheWorkersBinaryKnowsItsHandler) {
  tools_.create_queues();
  tools_.create_table();
  EXPECT_THAT(doctor("news-worker").output,
              HasSubstr("user_id (S), news_id (S), members of the handler's message type"));
  EXPECT_THAT(doctor("ekiden").output, HasSubstr("the handler's message type is not known here"));
}

// Goal: with a fault the exit status is 1. Each fault is one line with the fix below it; the counts come last.
TEST_F(DoctorTest, FaultsAreStatusOne) {
  const Finished found = doctor("news-worker");
  EXPECT_EQ(found.status, 1);
  EXPECT_THAT(found.output, AllOf(HasSubstr("\nfault      queue "), HasSubstr("\n           -> create the queue"),
                                  HasSubstr("\nfault      table "), EndsWith(", 2 faults, 10 not tried\n")));
  EXPECT_EQ(doctor("ekiden", {"--queue", "orders", "--json"}).status, 1);
}

// Goal: a missing region or profile is a fault, too (status 1). Contradicting or unknown options are wrong usage
// (status 2).
TEST_F(DoctorTest, WhatIsMissingIsAFaultAndNonsenseWrongUsage) {
  const Finished no_region = run("news-worker", {"doctor"});
  EXPECT_EQ(no_region.status, 1);
  EXPECT_THAT(no_region.output, AllOf(StartsWith("fault      region"), HasSubstr("no AWS region is configured, so"),
                                      HasSubstr("-> set --region or AWS_REGION")));
  const Finished no_such_region = run("news-worker", {"doctor"}, {{"AWS_REGION", "US_EAST"}});
  EXPECT_EQ(no_such_region.status, 1);
  EXPECT_THAT(no_such_region.output, AllOf(StartsWith("fault      region"),
                                           HasSubstr("AWS_REGION is 'US_EAST', which is not an AWS region, so"),
                                           HasSubstr("-> set a region such as us-east-1")));
  const Finished no_profile = run("news-worker", {"doctor", "--json"}, {{"AWS_PROFILE", "nope"}});
  EXPECT_EQ(no_profile.status, 1);
  EXPECT_THAT(no_profile.output, AllOf(HasSubstr(R"("name":"credentials")"), HasSubstr("AWS_PROFILE is 'nope'")));
  EXPECT_EQ(run("news-worker", {"doctor", "--local", "--endpoint", server_.url()}).status, 2);
  EXPECT_EQ(run("ekiden", {"doctor", "--jsn"}).status, 2);
}

// Goal: each queue of a configuration file is examined.
TEST_F(DoctorTest, EachQueueOfAFileIsExamined) {
  const Folder folder;
  const std::string path = folder.path() + "/worker.toml";
  std::ofstream(path) << "[queue.news]\ntable = \"news-deliveries\"\n[queue.mail]\nno-dead-letter-queue = true\n";
  tools_.create_queues();
  tools_.create_table();
  tools_.create_queue("mail");
  const Finished found = doctor("ekiden", {"--config", path});
  EXPECT_EQ(found.status, 0) << found.output;
  EXPECT_THAT(found.output, AllOf(HasSubstr("queue mail:\n"), HasSubstr("queue news:\n"),
                                  HasSubstr("warning    redrive policy"), HasSubstr("none is configured (--table)")));
}

// Goal: one flag or variable that would name the queue of every section is wrong usage.
TEST_F(DoctorTest, OneQueueForAllSectionsIsWrongUsage) {
  const Folder folder;
  const std::string path = folder.path() + "/worker.toml";
  std::ofstream(path) << "[queue.news]\n[queue.mail]\n";
  const Finished refused = doctor("ekiden", {"--config", path, "--queue", "x"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.errors, HasSubstr("--queue \"x\" names one queue for 2 handlers ("));
}

}  // namespace
}  // namespace ekiden::e2e
