// The doctor's findings about queues, tables, settings and clocks. The services are the local server's.
#include <algorithm>

#include "examination.hpp"

namespace ekiden::worker::test {
namespace {

using namespace std::chrono_literals;
using testing::_;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class DoctorTest : public Examination {};

// Goal: a correct system has no warning and no fault; permissions that cannot be tried are reported as "not tried".
TEST_F(DoctorTest, ASoundSystemIsFine) {
  make_news();
  patient_.members = {{"user_id", "S"}, {"news_id", "S"}, {"title", "S"}};
  target_.sts = target_.sqs;
  examine();
  std::vector<std::string> not_tried;
  for (const Check& check : checks_) {
    EXPECT_TRUE(check.status == CheckStatus::kOk || check.status == CheckStatus::kNotTried)
        << check.name << ": " << check.detail;
    if (check.status == CheckStatus::kNotTried) {
      not_tried.push_back(check.name);
    }
  }
  EXPECT_THAT(not_tried, ElementsAre("sqs:ReceiveMessage", "sqs:SendMessage", "dynamodb:BatchWriteItem"));
  EXPECT_THAT(of("queue"), IsOk(HasSubstr("arn:aws:sqs:us-east-1:000000000000:news, 0 messages waiting")));
  EXPECT_THAT(of("redrive policy"), IsOk("to news-dead after 10 receives"));
  EXPECT_THAT(of("dead-letter queue"), IsOk("news-dead, empty"));
  EXPECT_THAT(of("dead-letter retention"), IsOk("14 d (the queue itself: 4 d)"));
  EXPECT_THAT(of("visibility timeout"), IsOk(HasSubstr("30 s, extended at half of that time while a handler runs")));
  EXPECT_THAT(of("table key"), IsOk(HasSubstr("user_id (S), news_id (S), members of the handler's message type")));
  EXPECT_THAT(of("sqs:DeleteMessage"), IsOk("allowed on queue news (a local server allows everything)"));
  EXPECT_THAT(of("dynamodb:PutItem"), IsOk("allowed on table news-deliveries (a local server allows everything)"));
  EXPECT_THAT(of("drain budget"), IsOk("handlers get 24 s to end (--stop-timeout 30 s, less 6 s)"));
  EXPECT_THAT(of("region"), IsOk("us-east-1"));
}

// Goal: an examination receives no message, sends none and writes nothing. Method: compare the attributes of both
// queues before and after, and list the operations that were called.
TEST_F(DoctorTest, ChangesNothing) {
  make_news();
  send("news", "a message that waits");
  send("news-dead", "a dead letter");
  const aws::sqs::Attributes before = attributes("news");
  const aws::sqs::Attributes dead_before = attributes("news-dead");
  examine();
  EXPECT_THAT(gate_.asked, ElementsAre("GetQueueUrl", "GetQueueAttributes", "DeleteMessage", "ChangeMessageVisibility",
                                       "GetQueueUrl", "GetQueueAttributes", "DescribeTable", "PutItem"));
  EXPECT_EQ(attributes("news"), before);
  EXPECT_EQ(attributes("news-dead"), dead_before);
  EXPECT_EQ(items("news-deliveries"), 0U);
  EXPECT_THAT(of("queue"), IsOk(HasSubstr("1 message waiting")));
  EXPECT_THAT(of("dead-letter queue"), IsOk(HasSubstr("1 message in it")));
}

// Goal: a missing queue or table is a fault with its name; the checks that depend on it are not tried.
TEST_F(DoctorTest, AMissingQueueAndTableAreFaults) {
  examine();
  EXPECT_THAT(of("queue"),
              IsFault(AllOf(HasSubstr("queue news"), HasSubstr("QueueDoesNotExist")), HasSubstr("create the queue")));
  EXPECT_THAT(of("table"), IsFault(HasSubstr("table news-deliveries"), HasSubstr("create the table")));
  for (const char* name : {"sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "redrive policy", "dead-letter queue",
                           "visibility timeout", "table key", "dynamodb:PutItem"}) {
    EXPECT_EQ(of(name).status, CheckStatus::kNotTried) << name;
  }
}

// Goal: a queue given by URL that does not exist is a fault, too, and its permissions are not tried.
TEST_F(DoctorTest, AMissingQueueByUrlIsAFault) {
  patient_.settings.queue = "http://local:4566/000000000000/nowhere";
  examine();
  EXPECT_THAT(of("queue"), IsFault(HasSubstr("queue nowhere"), HasSubstr("create the queue")));
  EXPECT_EQ(of("sqs:DeleteMessage").status, CheckStatus::kNotTried);
}

// Goal: a queue can be given by its ARN.
TEST_F(DoctorTest, AQueueMayBeGivenByItsArn) {
  make_news();
  patient_.settings.queue = "arn:aws:sqs:us-east-1:000000000000:news";
  examine();
  EXPECT_THAT(of("queue"), IsOk(HasSubstr("0 messages waiting")));
  EXPECT_EQ(of("queue").queue, "news");
}

// Goal: an ARN without a valid region is a fault, and no request is sent to the host that it would form.
TEST_F(DoctorTest, AnArnWithoutARegionIsAFault) {
  make_news();
  target_.sqs.configured = false;
  for (const char* arn : {"arn:aws:sqs:evil.example/x:1:q", "arn:aws:sqs::1:q"}) {
    patient_.settings.queue = arn;
    examine();
    EXPECT_THAT(of("queue"), IsFault(HasSubstr(arn), HasSubstr("ARN")));
    EXPECT_THAT(gate_.asked, Not(testing::Contains("GetQueueUrl")));
  }
}

// Goal: if no server answers, queue and table are faults, with the command that starts a server.
TEST_F(DoctorTest, NoServerIsAFault) {
  make_news();
  simulation_.crash(server_);
  examine();
  EXPECT_THAT(of("queue"), IsFault("nothing answers on http://local:4566",
                                   "start the server there: ekiden local --listen local:4566"));
  EXPECT_EQ(of("table").status, CheckStatus::kFault);
  EXPECT_THAT(of("clock"), IsNotTried("no answer had a usable Date header"));
}

// Goal: if AWS cannot be reached, the finding has the transport's reason and advice for private subnets.
TEST_F(DoctorTest, AServiceThatCannotBeReachedIsAFault) {
  target_.is_local = false;
  simulation_.crash(server_);
  examine();
  EXPECT_THAT(of("queue"), IsFault(HasSubstr("sqs.GetQueueUrl on queue news: ConnectionFailed"),
                                   HasSubstr("in a private subnet, check its VPC endpoint or NAT gateway")));
}

// Goal: a maxReceiveCount below 5 is a warning, because each deploy costs interrupted messages one receive.
TEST_F(DoctorTest, AFewReceivesPunishDeploys) {
  make_news();
  for (const int count : {1, 2, 3, 4}) {
    const std::string name = "after-" + std::to_string(count);
    make_queue(name, count);
    patient_.settings.queue = name;
    examine();
    EXPECT_THAT(of("redrive policy"),
                IsWarning(HasSubstr("after " + std::to_string(count) + (count == 1 ? " receive: " : " receives: ")),
                          "set maxReceiveCount to 5 or more"));
  }
  make_queue("after-5", 5);
  patient_.settings.queue = "after-5";
  examine();
  EXPECT_THAT(of("redrive policy"), IsOk("to after-5-dead after 5 receives"));
}

// Goal: a missing redrive policy is a fault if the worker would not start, and a warning if it would.
TEST_F(DoctorTest, NoRedrivePolicyIsAFaultOrAWarning) {
  make_news();
  make_plain_queue("plain");
  patient_.settings.queue = "plain";
  examine();
  EXPECT_THAT(of("redrive policy"), IsFault(HasSubstr("does not start"), HasSubstr("--dead-letter-queue")));
  EXPECT_THAT(of("dead-letter queue"), IsNotTried("none is configured"));
  EXPECT_FALSE(has("sqs:SendMessage"));

  patient_.settings.dead_letter_queue = "news-dead";
  examine();
  EXPECT_THAT(of("redrive policy"),
              IsWarning(HasSubstr("until its retention period ends"), HasSubstr("maxReceiveCount 5")));
  EXPECT_EQ(of("dead-letter queue").status, CheckStatus::kOk);

  patient_.settings.dead_letter_queue.clear();
  patient_.settings.allow_no_dead_letter_queue = true;
  examine();
  EXPECT_EQ(of("redrive policy").status, CheckStatus::kWarning);
  EXPECT_THAT(of("dead-letter queue"),
              IsNotTried(HasSubstr("rejected messages are retried until their retention period ends")));
}

// Goal: a dead-letter queue that does not exist, or that is the queue itself, is a fault.
TEST_F(DoctorTest, ADeadLetterQueueMustBeAnother) {
  make_news();
  patient_.settings.dead_letter_queue = "nowhere";
  examine();
  EXPECT_THAT(of("dead-letter queue"), IsFault(HasSubstr("queue nowhere"), HasSubstr("create the queue")));
  patient_.settings.dead_letter_queue = "news";
  examine();
  EXPECT_THAT(of("dead-letter queue"), IsFault(HasSubstr("is the queue itself"), HasSubstr("--dead-letter-queue")));
}

// Goal: a dead-letter queue whose retention is not longer than the queue's is a warning.
TEST_F(DoctorTest, DeadLettersMustOutliveTheQueues) {
  make_table("news-deliveries", {{"user_id"}});
  make_queue("news", 10, "345600");
  examine();
  EXPECT_THAT(of("dead-letter retention"), IsWarning(HasSubstr("4 d (the queue itself: 4 d)"), HasSubstr("1209600")));
}

// Goal: a visibility timeout that is too short or too long is a warning.
TEST_F(DoctorTest, AVisibilityTimeoutIsJudged) {
  make_news();
  make_plain_queue("short", {{"VisibilityTimeout", "5"}});
  patient_.settings.queue = "short";
  examine();
  EXPECT_THAT(of("visibility timeout"),
              IsWarning(HasSubstr("5 s"), "set the queue's visibility timeout to 30 s or more"));
  patient_.settings.visibility_timeout = 1h;
  examine();
  EXPECT_THAT(of("visibility timeout"), IsWarning(HasSubstr("1 h is long: if a worker is killed,"),
                                                  HasSubstr("set --visibility-timeout to about 1 min")));
  patient_.settings.visibility_timeout = 60s;
  examine();
  EXPECT_THAT(of("visibility timeout"), IsOk(HasSubstr("1 min, extended at half of that time")));
}

// Goal: the table's key is compared with --table-key and with the handler's message type.
TEST_F(DoctorTest, TheTablesKeyIsComparedWithWhatIsWritten) {
  make_news();
  examine();
  EXPECT_THAT(of("table key"), IsOk(HasSubstr("the handler's message type is not known here")));
  patient_.settings.table_key = {"user_id", "news_id"};
  examine();
  EXPECT_THAT(of("table key"), IsOk(HasSubstr("as --table-key says")));
  patient_.settings.table_key = {"news_id"};
  examine();
  EXPECT_THAT(of("table key"),
              IsFault(HasSubstr(", but --table-key is news_id"), HasSubstr("--table-key user_id,news_id")));

  patient_.settings.table_key.clear();
  patient_.members = {{"user_id", "N"}, {"news", "S"}};
  examine();
  EXPECT_THAT(of("table key"), IsWarning(HasSubstr("has user_id as N instead of S and has no news_id"), _));
  patient_.members = {{"user_id", "S"}, {"news_id", "S", true}};
  examine();
  EXPECT_THAT(of("table key"), IsWarning(HasSubstr("can leave out news_id"), _));
}

// Goal: a key of any type can be probed; without a configured table PutItem is not probed.
TEST_F(DoctorTest, EveryKeyCanBeProbed) {
  make_news();
  make_table("numbers", {{"n", "N"}, {"b", "B"}});
  patient_.settings.table = "numbers";
  examine();
  EXPECT_EQ(of("dynamodb:PutItem").status, CheckStatus::kOk);
  EXPECT_EQ(items("numbers"), 0U);
  patient_.settings.table.clear();
  examine();
  EXPECT_THAT(of("table"), IsNotTried(HasSubstr("--table")));
  EXPECT_FALSE(has("dynamodb:PutItem"));
}

// Goal: for an encrypted queue the doctor names the key, which only a receive would use.
TEST_F(DoctorTest, AnEncryptedQueueNamesItsKey) {
  make_news();
  make_plain_queue("secret", {{"KmsMasterKeyId", "alias/news"}});
  patient_.settings.queue = "secret";
  examine();
  EXPECT_THAT(of("kms:Decrypt"), IsNotTried(HasSubstr("alias/news")));
}

struct Drain {
  runtime::Duration stop;
  bool local;
  std::map<std::string, std::string, std::less<>> environment;
  CheckStatus status;
  const char* fix;
};

// Goal: the memory limit is reported with its source; a limit that is too small for a worker is a fault.
TEST_F(DoctorTest, ReportsTheMemoryLimit) {
  make_news();
  examine();
  EXPECT_THAT(of("memory"), IsOk(HasSubstr("no limit")));
  memory_limit_ = worker::MemoryLimit{.bytes = std::uint64_t{512} << 20, .source = "ECS task"};
  examine();
  EXPECT_THAT(of("memory"), IsOk("limit 512 MiB (ECS task)"));
  memory_limit_->bytes = worker::kMemoryMin - 1;
  examine();
  EXPECT_THAT(of("memory"), IsFault("limit 31.9 MiB (ECS task): too small, a worker does not start",
                                    "set the limit to 32 MiB or more"));
}

// Goal: the drain's time is compared with the time after which the platform kills the process.
TEST_F(DoctorTest, TheDrainIsComparedWithThePlatform) {
  make_news();
  const std::map<std::string, std::string, std::less<>> fargate{{"ECS_CONTAINER_METADATA_URI_V4", "http://x"},
                                                                {"AWS_EXECUTION_ENV", "AWS_ECS_FARGATE"}};
  const std::vector<Drain> cases{
      {30s, false, {}, CheckStatus::kOk, ""},
      {60s, true, {}, CheckStatus::kOk, ""},
      {60s, false, {}, CheckStatus::kWarning, "check that stopTimeout is 60 in the task definition"},
      {60s, true, fargate, CheckStatus::kWarning, "check that stopTimeout is 60 in the task definition"},
      {180s, false, {}, CheckStatus::kWarning, "check that stopTimeout is 180 in the task definition"},
      {180s, false, fargate, CheckStatus::kFault, "--stop-timeout to 120s or less"},
      {6s, true, {}, CheckStatus::kWarning, "--stop-timeout to 30s"},
  };
  for (const Drain& drain : cases) {
    patient_.settings.stop_timeout = drain.stop;
    target_.is_local = drain.local;
    environment_ = drain.environment;
    examine();
    EXPECT_THAT(of("drain budget"), HasFinding(drain.status, _, HasSubstr(drain.fix))) << drain.stop.count();
  }
}

// Goal: the warning about a short drain says which handlers a deploy interrupts.
TEST_F(DoctorTest, AShortDrainSaysWhichHandlersAreInterrupted) {
  make_news();
  patient_.settings.stop_timeout = 9s;
  examine();
  EXPECT_THAT(of("drain budget"), IsWarning("handlers get 3 s to end (--stop-timeout 9 s, less 6 s): each deploy "
                                            "interrupts handlers that take longer",
                                            _));
  patient_.settings.stop_timeout = 2s;
  examine();
  EXPECT_THAT(of("drain budget"), IsWarning("handlers get 0 s to end (--stop-timeout 2 s, less 6 s): each deploy "
                                            "interrupts every running handler",
                                            _));
}

class ClockTest : public Examination {};

// Goal: a clock that is off is a warning that says by how much, and whether it is ahead or behind.
TEST_F(ClockTest, AClockTenMinutesAheadIsAWarning) {
  options_.skew = 10min;
  make_news();
  examine();
  EXPECT_THAT(of("clock"), IsWarning(AllOf(HasSubstr("10 min ahead of"), HasSubstr("this client corrects for it")),
                                     HasSubstr("NTP")));
}

TEST_F(ClockTest, AClockTenMinutesBehindIsAWarning) {
  options_.skew = -10min;
  make_news();
  examine();
  EXPECT_THAT(of("clock"), IsWarning(HasSubstr("10 min behind"), HasSubstr("NTP")));
}

TEST_F(ClockTest, AClockThatDriftsIsAWarning) {
  options_.skew = 2min;
  make_news();
  examine();
  EXPECT_THAT(of("clock"), IsWarning(AllOf(HasSubstr("2 min ahead of"), Not(HasSubstr("corrects"))), _));
}

TEST_F(ClockTest, AClockThatIsRightIsFine) {
  make_news();
  examine();
  EXPECT_THAT(of("clock"), IsOk("within 1 s of the service's clock"));
}

}  // namespace
}  // namespace ekiden::worker::test
