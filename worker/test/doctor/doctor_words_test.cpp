// The parts from which the doctor builds its findings: members, ARNs, principals, redrive policies.
#include <ekiden/worker/members.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <gtest/gtest.h>

#include "doctor/explain.hpp"
#include "doctor/principal.hpp"
#include "start/queue_facts.hpp"

namespace ekiden::worker {
namespace {

using namespace std::chrono_literals;
using doctor::Principal;
using doctor::principal_of;
using Kind = Principal::Kind;

struct Inner {
  int depth = 0;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (depth))

BOOST_DEFINE_ENUM_CLASS(Colour, kRed, kGreen)

struct Order {
  std::string id;
  double price = 0;
  bool paid = false;
  Colour colour{};
  std::optional<std::string> note;
  std::vector<int> lines;
  Inner inner;
};
BOOST_DESCRIBE_STRUCT(Order, (), (id, price, paid, colour, note, lines, inner))

// Goal: each member has the type that encode() gives it. Method: compare with an encoded value.
TEST(MembersTest, AreThoseThatEncodeWrites) {
  Order order;
  order.note = "soon";
  const aws::dynamodb::Item item = encode(order);
  const std::vector<Member> members = members_of<Order>();
  ASSERT_EQ(members.size(), item.size());
  for (const Member& member : members) {
    ASSERT_NE(item.find(member.name), nullptr) << member.name;
    EXPECT_EQ(member.type, item.find(member.name)->type()) << member.name;
    EXPECT_EQ(member.optional, member.name == "note") << member.name;
  }
}

// Goal: a handler's members are those of its message type; a handler that takes a Message has none.
TEST(MembersTest, AreFoundInHandlers) {
  const auto of_struct = [](Inner, Context) -> Task<> { co_return; };
  const auto of_message = [](Message) -> Task<> { co_return; };
  ASSERT_EQ(members_of_handler<decltype(of_struct)>().size(), 1U);
  EXPECT_EQ(members_of_handler<decltype(of_struct)>().front().name, "depth");
  EXPECT_TRUE(members_of_handler<decltype(of_message)>().empty());
}

// Goal: the ARN of a queue is derived from its URL on AWS, in any partition; other URLs have no ARN.
TEST(ArnOfTest, IsReadFromTheUrlsOfAws) {
  const auto arn = [](const char* url) { return doctor::arn_of(aws::sqs::QueueUrl(url)); };
  EXPECT_EQ(arn("https://sqs.eu-west-1.amazonaws.com/1/news"), "arn:aws:sqs:eu-west-1:1:news");
  EXPECT_EQ(arn("https://sqs.cn-north-1.amazonaws.com.cn/1/news"), "arn:aws-cn:sqs:cn-north-1:1:news");
  EXPECT_EQ(arn("https://sqs-fips.us-gov-west-1.api.aws/1/news"), "arn:aws-us-gov:sqs:us-gov-west-1:1:news");
  EXPECT_EQ(arn("https://sqs.eusc-de-east-1.amazonaws.eu/1/news"), "arn:aws-eusc:sqs:eusc-de-east-1:1:news");
  for (const char* url : {"", "news", "http://127.0.0.1:4566/1/news", "https://sqs.eu-west-1.amazonaws.com/news"}) {
    EXPECT_EQ(arn(url), "") << url;
  }
}

// Goal: the ARN shows the owner of credentials: ECS names a session after the task, EC2 after the instance.
TEST(PrincipalTest, IsReadFromItsArn) {
  const Principal task = principal_of("arn:aws:sts::1:assumed-role/news/0123456789abcdef0123456789abcdef");
  EXPECT_EQ(task.kind, Kind::kTaskRole);
  EXPECT_EQ(task.title(), "task role news");
  EXPECT_EQ(task.account, "1");
  EXPECT_EQ(task.iam_arn(), "arn:aws:iam::1:role/news");
  EXPECT_EQ(principal_of("arn:aws-cn:sts::1:assumed-role/web/i-0123456789abcdef0").kind, Kind::kInstanceRole);
  EXPECT_EQ(principal_of("arn:aws-cn:sts::1:assumed-role/web/i-0123456789abcdef0").iam_arn(),
            "arn:aws-cn:iam::1:role/web");
  EXPECT_EQ(principal_of("arn:aws:sts::1:assumed-role/web/alice").kind, Kind::kRole);
  EXPECT_EQ(principal_of("arn:aws:sts::1:assumed-role/web/alice", "ECS task role").kind, Kind::kTaskRole);
  EXPECT_EQ(principal_of("arn:aws:sts::1:assumed-role/web/alice", "EC2 instance role").kind, Kind::kInstanceRole);
  const Principal user = principal_of("arn:aws:iam::1:user/ops/alice");
  EXPECT_EQ(user.title(), "user alice");
  EXPECT_EQ(user.iam_arn(), "arn:aws:iam::1:user/ops/alice");
  EXPECT_EQ(principal_of("arn:aws:iam::1:root").title(), "the root user");
  EXPECT_EQ(principal_of("arn:aws:sts::1:federated-user/bob").title(), "arn:aws:sts::1:federated-user/bob");
  for (const char* text : {"", "alice", "arn:", "arn:aws:sts::1", "arn:aws:sts::1:assumed-role"}) {
    EXPECT_EQ(principal_of(text).kind, Kind::kOther) << text;
    EXPECT_EQ(principal_of(text).iam_arn(), "") << text;
  }
}

// Goal: the count is read as a number and as a text, because SQS returns it in the form in which it was set.
TEST(RedrivePolicyTest, IsReadHoweverItsCountIsWritten) {
  const auto count = [](const char* text) {
    const auto policy = redrive_policy({{"RedrivePolicy", text}});
    return policy ? policy->max_receive_count : -1;
  };
  EXPECT_EQ(count(R"({"deadLetterTargetArn":"arn:aws:sqs:r:1:d","maxReceiveCount":7})"), 7);
  EXPECT_EQ(count(R"({"deadLetterTargetArn":"arn:aws:sqs:r:1:d","maxReceiveCount":"7"})"), 7);
  EXPECT_EQ(count(R"({"deadLetterTargetArn":"arn:aws:sqs:r:1:d"})"), 0);
  EXPECT_EQ(count(R"({"maxReceiveCount":7})"), -1);
  EXPECT_EQ(count("no JSON"), -1);
  EXPECT_FALSE(redrive_policy({}));
}

}  // namespace
}  // namespace ekiden::worker
