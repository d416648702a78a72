// Examination: runs the doctor on a simulated system. The test plays IAM and STS.
#pragma once

#include <ekiden/aws/dynamodb/client.hpp>
#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/testkit/simulation.hpp>
#include <ekiden/worker/doctor.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ekiden::worker {
inline void PrintTo(const Check& check, std::ostream* out) {
  *out << check.name << ": " << to_string(check.status) << ": " << check.detail << " -> " << check.fix;
}
}  // namespace ekiden::worker

namespace ekiden::worker::test {

/// Stands in front of the local server, which has neither permissions nor identities. The error texts are AWS's.
struct Gatekeeper {
  std::map<std::string, std::string> denied;   ///< The denial message by operation, such as "DeleteMessage".
  std::string identity;                        ///< The caller's ARN. Empty: STS rejects the credentials.
  bool has_sts = true;                         ///< False: connections to STS fail.
  std::map<std::string, std::string> answers;  ///< The body of the answer by operation, instead of the server's.
  std::vector<std::string> asked;              ///< Every operation that was called, in order.
};

using worker::Check;
using worker::CheckStatus;

/// EXPECT_THAT(of("queue"), IsFault(HasSubstr("..."), HasSubstr("...")))
MATCHER_P3(HasFinding, status, detail, fix, "") {
  return testing::ExplainMatchResult(testing::Eq(status), arg.status, result_listener) &&
         testing::ExplainMatchResult(detail, arg.detail, result_listener) &&
         testing::ExplainMatchResult(fix, arg.fix, result_listener);
}
template <typename D, typename F>
auto IsFault(D detail, F fix) {
  return HasFinding(CheckStatus::kFault, detail, fix);
}
template <typename D, typename F>
auto IsWarning(D detail, F fix) {
  return HasFinding(CheckStatus::kWarning, detail, fix);
}
template <typename D>
auto IsOk(D detail) {
  return HasFinding(CheckStatus::kOk, detail, "");
}
template <typename D>
auto IsNotTried(D detail) {
  return HasFinding(CheckStatus::kNotTried, detail, testing::_);
}

class Examination : public testing::Test {
 protected:
  static constexpr const char* kTaskArn =
      "arn:aws:sts::000000000000:assumed-role/news-task/0123456789abcdef0123456789abcdef";
  static constexpr const char* kInstanceArn =
      "arn:aws:sts::000000000000:assumed-role/ecsInstanceRole/i-0123456789abcdef0";

  Examination();

  /// The queue `name`, with a redrive policy to NAME-dead, which keeps its messages for 14 days.
  void make_queue(const std::string& name, int max_receive_count = 10, const std::string& dead_retention = "1209600");
  void make_plain_queue(const std::string& name, const aws::sqs::Attributes& attributes = {});
  void make_table(const std::string& name, const std::vector<aws::dynamodb::KeyAttribute>& key);
  /// The queue news and the table news-deliveries, with the key of the example program.
  void make_news();
  void send(const std::string& queue, const std::string& body);
  aws::sqs::Attributes attributes(const std::string& queue);
  std::size_t items(const std::string& table);

  /// Examines patient_ with credentials_, target_ and environment_. It also expects of every examination: each name is
  /// in kCheckNames and occurs once, a check that cannot be tried is never ok, every warning and fault has a fix, and
  /// all texts are one line.
  void examine();
  /// The last examination's finding with this name; fails the test if there is none.
  Check of(const std::string& name);
  bool has(const std::string& name) const;

  testkit::Simulation simulation_{1};
  Gatekeeper gate_;
  testkit::Process& server_{simulation_.process("server")};
  testkit::Process& tools_{simulation_.process("tools")};
  testkit::ProcessOptions options_;  ///< For the process in which the doctor runs.
  worker::Patient patient_;
  std::vector<worker::Patient> patients_;  ///< Examined instead of patient_, if there are any.
  aws::Target target_;
  std::shared_ptr<aws::CredentialsProvider> credentials_;
  std::map<std::string, std::string, std::less<>> environment_;
  std::optional<worker::MemoryLimit> memory_limit_;
  std::vector<Check> checks_;

 private:
  template <typename T>
  T run(Task<T> task) {
    return simulation_.run(tools_, std::move(task));
  }

  aws::sqs::SqsClient sqs_;
  aws::dynamodb::DynamoDbClient dynamodb_;
};

}  // namespace ekiden::worker::test
