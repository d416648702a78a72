// The doctor's findings about credentials, identities and missing permissions.
#include <utility>

#include "examination.hpp"

namespace ekiden::worker::test {
namespace {

using namespace std::chrono_literals;
using testing::_;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Credentials that are missing or that expire at a given time.
class Keys final : public aws::CredentialsProvider {
 public:
  explicit Keys(std::optional<runtime::WallTime> expiration) : expiration_(expiration) {}
  Task<std::shared_ptr<const aws::Credentials>> get() override {
    if (!expiration_) {
      throw aws::ConfigurationError("no AWS credentials: tried everything; set some");
    }
    co_return std::make_shared<const aws::Credentials>(aws::Credentials{"id", "secret", "token", expiration_});
  }
  std::string_view name() const override { return "keys of the test"; }

 private:
  std::optional<runtime::WallTime> expiration_;
};

// Credentials that can be read once; later reads fail.
class VanishingKeys final : public aws::CredentialsProvider {
 public:
  Task<std::shared_ptr<const aws::Credentials>> get() override {
    if (std::exchange(seen_, true)) {
      throw aws::ConfigurationError("no AWS credentials: the lender is gone; start it");
    }
    co_return std::make_shared<const aws::Credentials>(aws::Credentials{"id", "secret", {}, {}});
  }
  std::string_view name() const override { return "keys that vanish"; }

 private:
  bool seen_ = false;
};

class DoctorRightsTest : public Examination {
 protected:
  DoctorRightsTest() {
    target_.is_local = false;
    target_.sts = target_.sqs;
    make_news();
  }

  static std::string sentence(const std::string& arn, const std::string& action, const std::string& resource,
                              const std::string& end = " because no identity-based policy allows the action") {
    return "User: " + arn + " is not authorized to perform: " + action + " on resource: " + resource + end;
  }

  void act_as(const std::string& arn, std::string_view provider) {
    gate_.identity = arn;
    credentials_ = std::make_shared<aws::StaticCredentials>(aws::Credentials{"id", "secret", {}, {}}, provider);
  }

  void run_on_ecs(bool with_task_role) {
    environment_["ECS_CONTAINER_METADATA_URI_V4"] = "http://169.254.170.2/v4/x";
    if (with_task_role) {
      environment_["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/x";
    }
  }

  const std::string queue_arn_ = "arn:aws:sqs:us-east-1:000000000000:news";
};

// Goal: a missing permission that can be probed is a fault that names the action, the role and the resource. The other
// permissions are reported as ok.
TEST_F(DoctorRightsTest, AMissingRightNamesActionAndRole) {
  const std::string table = "arn:aws:dynamodb:us-east-1:000000000000:table/news-deliveries";
  const std::vector<std::pair<std::string, std::string>> probed{
      {"sqs:DeleteMessage", queue_arn_}, {"sqs:ChangeMessageVisibility", queue_arn_}, {"dynamodb:PutItem", table}};
  act_as(kTaskArn, "ECS task role");
  for (const auto& [action, arn] : probed) {
    gate_.denied = {{action.substr(action.find(':') + 1), sentence(kTaskArn, action, arn)}};
    examine();
    for (const auto& [other, other_arn] : probed) {
      EXPECT_EQ(of(other).status, other == action ? CheckStatus::kFault : CheckStatus::kOk) << other;
    }
    EXPECT_THAT(of(action), IsFault(AllOf(StartsWith("task role news-task is not allowed to call " + action),
                                          HasSubstr("because no identity")),
                                    "allow " + action + " on " + arn + " in a policy of role news-task"));
  }
}

// Goal: if the queue cannot be read, the fault names the missing action. If the queue's URL is known, its permissions
// are probed nevertheless.
TEST_F(DoctorRightsTest, AQueueThatCannotBeReadIsAFault) {
  gate_.denied = {{"GetQueueUrl", sentence(kTaskArn, "sqs:getqueueurl", queue_arn_)}};
  examine();
  EXPECT_THAT(of("queue"), IsFault(HasSubstr("is not allowed to call sqs:GetQueueUrl on queue news"),
                                   "allow sqs:GetQueueUrl on " + queue_arn_ + " in a policy of role news-task"));
  EXPECT_EQ(of("sqs:DeleteMessage").status, CheckStatus::kNotTried);

  patient_.settings.queue = "http://local:4566/000000000000/news";
  gate_.denied = {{"GetQueueAttributes", sentence(kTaskArn, "sqs:getqueueattributes", queue_arn_)}};
  examine();
  EXPECT_THAT(of("queue"), IsFault(HasSubstr("is not allowed to call sqs:GetQueueAttributes"), _));
  EXPECT_EQ(of("sqs:DeleteMessage").status, CheckStatus::kOk);
  EXPECT_EQ(of("redrive policy").status, CheckStatus::kNotTried);
}

// Goal: a table that cannot be described is a fault, or only a warning if --table-key names its key.
TEST_F(DoctorRightsTest, ATableThatCannotBeDescribedNeedsItsKey) {
  gate_.denied = {{"DescribeTable", "not allowed"}};
  examine();
  EXPECT_THAT(of("table"), IsFault(HasSubstr("is not allowed to call dynamodb:DescribeTable on table news-deliveries"),
                                   HasSubstr(", or name the table's key with --table-key")));
  EXPECT_THAT(of("dynamodb:PutItem"), IsNotTried(HasSubstr("key is not known")));
  patient_.settings.table_key = {"user_id", "news_id"};
  examine();
  EXPECT_THAT(of("table"), IsWarning(HasSubstr("assumed to be user_id,news_id"), HasSubstr("dynamodb:DescribeTable")));
  EXPECT_EQ(of("dynamodb:PutItem").status, CheckStatus::kOk);
}

// Goal: SQS denies the call to the instance's role because the task has no role: one line says so and what to set.
TEST_F(DoctorRightsTest, AnInstanceRoleInsteadOfATaskRoleIsReported) {
  run_on_ecs(false);
  act_as(kInstanceArn, "EC2 instance role");
  gate_.denied = {{"DeleteMessage", sentence(kInstanceArn, "sqs:deletemessage", queue_arn_)}};
  examine();
  EXPECT_THAT(of("identity"),
              IsWarning(AllOf(HasSubstr("acts as instance role ecsInstanceRole"), HasSubstr("not as a task role")),
                        StartsWith("set taskRoleArn in the task definition")));
  EXPECT_THAT(of("sqs:DeleteMessage"),
              IsFault(HasSubstr("instance role ecsInstanceRole is not allowed to call sqs:DeleteMessage on queue news"),
                      AllOf(StartsWith("set taskRoleArn"), HasSubstr("needs sqs:DeleteMessage on " + queue_arn_))));
}

// Goal: credentials in the environment that take precedence over the task role are reported, with what to remove.
TEST_F(DoctorRightsTest, KeysThatHideTheTaskRoleAreReported) {
  run_on_ecs(true);
  act_as("arn:aws:iam::000000000000:user/ops/alice", "environment variables");
  gate_.denied = {{"DeleteMessage", "Access to the resource is denied."}};
  examine();
  EXPECT_THAT(of("credentials"), IsWarning(HasSubstr("from the environment variables, although this task has a role"),
                                           HasSubstr("remove AWS_ACCESS_KEY_ID")));
  EXPECT_THAT(of("identity"), IsWarning(HasSubstr("acts as user alice"), HasSubstr("remove AWS_ACCESS_KEY_ID")));
  EXPECT_THAT(of("sqs:DeleteMessage"), IsFault(HasSubstr("user alice is not allowed to call sqs:DeleteMessage"),
                                               HasSubstr("remove AWS_ACCESS_KEY_ID")));
}

// Goal: a task role on ECS is ok, and an instance role outside ECS is ok.
TEST_F(DoctorRightsTest, TheIntendedRoleIsFine) {
  act_as(kInstanceArn, "EC2 instance role");
  examine();
  EXPECT_THAT(of("identity"), IsOk(StartsWith("instance role ecsInstanceRole of account 000000000000 (arn:")));
  run_on_ecs(true);
  act_as(kTaskArn, "ECS task role");
  examine();
  EXPECT_THAT(of("credentials"), IsOk("from the ECS task role"));
  EXPECT_THAT(of("identity"), IsOk(StartsWith("task role news-task")));
}

// Goal: the advice for an explicit deny is to remove it, because an allow cannot override it.
TEST_F(DoctorRightsTest, AnExplicitDenyMustBeRemoved) {
  gate_.denied = {{"DeleteMessage", sentence(kTaskArn, "sqs:deletemessage", queue_arn_,
                                             " with an explicit deny in a service control policy")}};
  examine();
  EXPECT_THAT(of("sqs:DeleteMessage"), IsFault(HasSubstr("with an explicit deny in a service control policy"),
                                               StartsWith("remove the deny of")));
}

// Goal: a queue of another account needs two policies: the role's and the queue's.
TEST_F(DoctorRightsTest, AnotherAccountsQueueNeedsAPolicyOfItsOwn) {
  const std::string other = "arn:aws:sts::111122223333:assumed-role/news-task/session";
  act_as(other, "profile");
  gate_.denied = {{"DeleteMessage", sentence(other, "sqs:deletemessage", queue_arn_)}};
  examine();
  EXPECT_THAT(of("sqs:DeleteMessage"), IsFault(HasSubstr("role news-task is not allowed to call"),
                                               HasSubstr(", and in the resource's own policy, because it belongs to "
                                                         "account 000000000000")));
}

// Goal: if STS cannot be reached, the finding takes the principal from AWS's denial message.
TEST_F(DoctorRightsTest, WithoutStsTheDenialNamesThePrincipal) {
  gate_.has_sts = false;
  gate_.denied = {{"DeleteMessage", sentence(kTaskArn, "sqs:deletemessage", queue_arn_)}};
  examine();
  EXPECT_THAT(of("identity"), IsWarning(HasSubstr("sts.GetCallerIdentity"), HasSubstr("does not need STS")));
  EXPECT_THAT(of("sqs:DeleteMessage"), IsFault(HasSubstr("task role news-task is not allowed to call"), _));
}

// Goal: credentials that STS rejects are a fault.
TEST_F(DoctorRightsTest, KeysThatStsRejectsAreAFault) {
  gate_.identity.clear();
  examine();
  EXPECT_THAT(of("identity"), IsFault(HasSubstr("InvalidClientTokenId"), HasSubstr("check the credentials")));
}

// Goal: if the credentials provider fails during the examination, the doctor still reports every check.
TEST_F(DoctorRightsTest, KeysThatVanishAreAFault) {
  credentials_ = std::make_shared<VanishingKeys>();
  examine();
  EXPECT_EQ(of("credentials").status, CheckStatus::kOk);
  for (const char* name : {"identity", "queue", "table"}) {
    EXPECT_THAT(of(name), IsFault(HasSubstr("the lender is gone"), Not(HasSubstr("VPC endpoint")))) << name;
  }
  EXPECT_THAT(gate_.asked, testing::IsEmpty());
}

// Goal: with a local server and no STS endpoint, the doctor does not call STS.
TEST_F(DoctorRightsTest, OnALocalServerStsIsNotCalled) {
  target_.is_local = true;
  target_.sts = {};
  examine();
  EXPECT_THAT(of("identity"), IsNotTried(HasSubstr("AWS_ENDPOINT_URL_STS")));
  EXPECT_THAT(gate_.asked, Not(testing::Contains("GetCallerIdentity")));
}

// Goal: for a permission that cannot be tried, the advice is the IAM simulation command for this role and resource.
TEST_F(DoctorRightsTest, APermissionThatCannotBeTriedCanBeSimulated) {
  examine();
  EXPECT_THAT(of("sqs:ReceiveMessage").fix,
              HasSubstr("--policy-source-arn arn:aws:iam::000000000000:role/news-task --action-names "
                        "sqs:ReceiveMessage --resource-arns " +
                        queue_arn_));
  EXPECT_THAT(of("sqs:SendMessage").fix, HasSubstr("--resource-arns " + queue_arn_ + "-dead"));
  EXPECT_THAT(of("dynamodb:BatchWriteItem").fix, HasSubstr("table/news-deliveries"));
}

// Goal: a dead-letter queue whose URL cannot be looked up is a fault; its retention is then not tried.
TEST_F(DoctorRightsTest, ADeadLetterQueueMustBeFound) {
  patient_.settings.queue = "http://local:4566/000000000000/news";
  gate_.denied = {{"GetQueueUrl", "not allowed"}};
  examine();
  EXPECT_THAT(of("dead-letter queue"), IsFault(HasSubstr("sqs:GetQueueUrl on queue news-dead"), _));
  EXPECT_EQ(of("dead-letter retention").status, CheckStatus::kNotTried);
}

// Goal: without credentials the doctor sends no request. Expired credentials are a fault.
TEST_F(DoctorRightsTest, WithoutCredentialsNothingIsSent) {
  credentials_ = std::make_shared<Keys>(std::nullopt);
  examine();
  EXPECT_THAT(of("credentials"), IsFault("no AWS credentials: tried everything", "set some"));
  EXPECT_THAT(of("queue"), IsNotTried("there are no credentials"));
  EXPECT_TRUE(gate_.asked.empty());
  run_on_ecs(false);
  examine();
  EXPECT_THAT(of("credentials"), IsFault(_, StartsWith("set taskRoleArn")));

  const runtime::WallTime now = tools_.clock().wall_now();
  credentials_ = std::make_shared<Keys>(now + 90min);
  examine();
  EXPECT_THAT(of("credentials"), IsOk(HasSubstr(", valid for another 1 h 30 min")));
  credentials_ = std::make_shared<Keys>(now - 1s);
  examine();
  EXPECT_THAT(of("credentials"), IsFault(HasSubstr("expired"), _));
}

// Goal: variables that contradict each other, or that do not fit the platform, are warnings.
TEST_F(DoctorRightsTest, ContradictingVariablesAreWarnings) {
  environment_["AWS_REGION"] = "us-east-1";
  environment_["AWS_DEFAULT_REGION"] = "eu-west-1";
  examine();
  EXPECT_THAT(of("region"),
              IsWarning(HasSubstr("AWS_DEFAULT_REGION is eu-west-1"), HasSubstr("set both to the same region")));
  EXPECT_THAT(of("endpoint"), IsWarning(HasSubstr("unencrypted"), HasSubstr("https://")));
  target_.is_local = true;
  run_on_ecs(true);
  examine();
  EXPECT_THAT(of("endpoint"),
              IsWarning(HasSubstr("a local endpoint inside an ECS task"), HasSubstr("unset AWS_ENDPOINT_URL")));
}

}  // namespace
}  // namespace ekiden::worker::test
