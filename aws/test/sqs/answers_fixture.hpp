// AnswersTest: an SQS client with scripted answers, and what it makes of them.
#pragma once

#include <ekiden/aws/sqs/client.hpp>

#include <optional>
#include <string>
#include <utility>

#include "call/scripted_transport.hpp"

namespace ekiden::aws::sqs {

class AnswersTest : public aws::ScriptedTest {
 protected:
  static aws::Target local() {
    aws::Target target;
    target.sqs = {"http://127.0.0.1:4566", true};
    target.region = "us-east-1";
    return target;
  }

  // The facts of the error with which the call fails; nothing if it succeeds.
  template <typename T>
  std::optional<aws::Error::Facts> failure(Task<T> task) {
    try {
      loop_.run(std::move(task));
    } catch (const aws::Error& error) {
      return error.facts();
    }
    return std::nullopt;
  }

  // "InvalidResponse", with "?" if a later call can succeed: "InvalidResponse?"; "" if the call succeeds.
  template <typename T>
  std::string verdict(const std::string& answer, Task<T> task) {
    wire_.answer(200, answer);
    const std::optional<aws::Error::Facts> facts = failure(std::move(task));
    return facts ? facts->code + (facts->retryable ? "?" : "") : "";
  }

  std::shared_ptr<aws::CredentialsProvider> keys_ =
      std::make_shared<aws::StaticCredentials>(aws::Credentials{"id", "secret", "", std::nullopt});
  const QueueUrl queue_{"http://127.0.0.1:4566/000000000000/news"};
  SqsClient client_{loop_.env(), wire_, keys_, local()};
};

}  // namespace ekiden::aws::sqs
