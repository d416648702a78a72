// The doctor reports every queue and table with which a worker does not start.
#include <algorithm>

#include "examination.hpp"

namespace ekiden::worker::test {
namespace {

using testing::HasSubstr;

class DoctorRefusalTest : public Examination {};

// Goal: a FIFO queue is a fault, however it is named, and whether it is found or not.
TEST_F(DoctorRefusalTest, AFifoQueueIsAFault) {
  make_news();
  const std::string fault =
      "orders.fifo is a FIFO queue, and FIFO queues are not supported yet: their messages would be handled out of "
      "order";
  for (const char* queue : {"orders.fifo", "http://local:4566/000000000000/orders.fifo",
                            "arn:aws:sqs:us-east-1:000000000000:orders.fifo"}) {
    patient_.settings.queue = queue;
    examine();
    EXPECT_THAT(of("queue"), IsFault(fault, "use a standard queue"));
  }
  gate_.answers["GetQueueUrl"] = R"({"QueueUrl":"http://local:4566/000000000000/orders.fifo"})";
  gate_.answers["GetQueueAttributes"] = R"({"Attributes":{"FifoQueue":"true","VisibilityTimeout":"30"}})";
  patient_.settings.queue = "orders.fifo";
  examine();
  EXPECT_THAT(of("queue"), IsFault(fault, "use a standard queue"));
}

// Goal: a queue whose attributes say that it is a FIFO queue is a fault.
TEST_F(DoctorRefusalTest, AQueueWithTheAttributeIsAFault) {
  make_news();
  gate_.answers["GetQueueAttributes"] = R"({"Attributes":{"FifoQueue":"true","VisibilityTimeout":"30"}})";
  examine();
  EXPECT_THAT(of("queue"), IsFault(HasSubstr("news is a FIFO queue"), "use a standard queue"));
}

// Goal: a FIFO dead-letter queue is a fault, by the option and by the redrive policy.
TEST_F(DoctorRefusalTest, AFifoDeadLetterQueueIsAFault) {
  make_news();
  patient_.settings.dead_letter_queue = "dead.fifo";
  examine();
  const auto fault = IsFault(
      "dead.fifo is a FIFO queue, and FIFO queues are not supported yet: SQS would reject a "
      "dead letter, because it has no message group",
      "name a standard queue with --dead-letter-queue");
  EXPECT_THAT(of("dead-letter queue"), fault);
  EXPECT_EQ(of("queue").status, CheckStatus::kOk);
  patient_.settings.dead_letter_queue.clear();
  gate_.answers["GetQueueAttributes"] =
      R"({"Attributes":{"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:1:dead.fifo\"}"}})";
  examine();
  EXPECT_THAT(of("dead-letter queue"), fault);
}

// Goal: two handlers that have one queue are a fault of the second one, whether they name it by name or by URL.
TEST_F(DoctorRefusalTest, OneQueueOfTwoHandlersIsAFault) {
  make_news();
  patients_ = {patient_, patient_};
  patients_.back().settings.queue = "http://local:4566/000000000000/news";
  examine();
  EXPECT_EQ(std::ranges::count_if(checks_,
                                  [](const Check& check) {
                                    return check.name == "queue" && check.status == CheckStatus::kFault &&
                                           check.detail.find("is the queue of another handler, too") !=
                                               std::string::npos;
                                  }),
            1);
}

// Goal: a table that is being created is a warning, because a worker waits for it. One that takes no writes is a fault.
TEST_F(DoctorRefusalTest, TheStatusOfTheTableIsJudged) {
  make_news();
  const auto table_is = [this](const std::string& status) {
    gate_.answers["DescribeTable"] = R"({"Table":{"TableName":"news-deliveries","TableStatus":")" + status +
                                     R"(","KeySchema":[{"AttributeName":"user_id","KeyType":"HASH"}],)"
                                     R"("AttributeDefinitions":[{"AttributeName":"user_id","AttributeType":"S"}]}})";
    examine();
  };
  table_is("CREATING");
  EXPECT_THAT(of("table"), IsWarning("news-deliveries is being created (CREATING): a worker waits for it at its start",
                                     "wait until it is ACTIVE"));
  table_is("DELETING");
  EXPECT_THAT(of("table"), IsFault("news-deliveries is being deleted (DELETING)", HasSubstr("create it again")));
  table_is("INACCESSIBLE_ENCRYPTION_CREDENTIALS");
  EXPECT_THAT(of("table"), IsFault(HasSubstr("no access to its encryption key"), HasSubstr("KMS")));
  table_is("UPDATING");
  EXPECT_THAT(of("table"), IsOk("news-deliveries"));
}

}  // namespace
}  // namespace ekiden::worker::test
