// What counts as done in the answers to deletes and visibility changes: only what the answer names, once.
#include <gtest/gtest.h>

#include <vector>

#include "answers_fixture.hpp"

namespace ekiden::aws::sqs {
namespace {

using std::chrono::seconds;

class BatchAnswersTest : public AnswersTest {
 protected:
  // The codes of three entries: "done" for one that succeeded.
  std::vector<std::string> results(const std::string& answer) {
    wire_.answer(200, answer);
    std::vector<std::string> found;
    for (const std::optional<EntryError>& error : loop_.run(client_.delete_batch(queue_, handles_))) {
      found.push_back(error ? error->code + (error->sender_fault ? "!" : "") : "done");
    }
    return found;
  }

  const std::vector<ReceiptHandle> handles_{ReceiptHandle("a"), ReceiptHandle("b"), ReceiptHandle("c")};
  const std::vector<VisibilityChange> changes_{{ReceiptHandle("a"), seconds(30)}, {ReceiptHandle("b"), seconds(0)}};
};

using Results = std::vector<std::string>;

// Goal: an entry is done if the list of successes names its id once, and nothing else does.
TEST_F(BatchAnswersTest, AnEntryIsDoneIfItIsNamedOnce) {
  EXPECT_EQ(results(R"({"Successful":[{"Id":"2"},{"Id":"0"},{"Id":"1"}]})"), (Results{"done", "done", "done"}));
  EXPECT_EQ(results(R"({"Successful":[{"Id":"0"},{"Id":"1"},{"Id":"1"}],"Failed":[]})"),
            (Results{"done", "InvalidResponse", "NoAnswerForEntry"}));
  EXPECT_EQ(results(R"({"Successful":[{"Id":"0"},{"Id":"1"}],"Failed":[{"Id":"1","Code":"X","SenderFault":true}]})"),
            (Results{"done", "InvalidResponse", "NoAnswerForEntry"}));
  EXPECT_EQ(results(R"({"Failed":[{"Id":"0","Code":"X","SenderFault":true},{"Id":"0","Code":"Y"}]})"),
            (Results{"InvalidResponse", "NoAnswerForEntry", "NoAnswerForEntry"}));
}

// Goal: an id that the request does not have is nobody's, however similar it looks.
TEST_F(BatchAnswersTest, AnUnknownIdIsNobodys) {
  const Results none(3, "NoAnswerForEntry");
  for (const char* id : {R"("3")", R"("10")", R"("00")", R"("+1")", R"(" 1")", R"("1 ")", R"("")", R"("x")", "1",
                         "null", R"(["1"])", R"({"Id":"1"})", "true"}) {
    EXPECT_EQ(results(std::string(R"({"Successful":[{"Id":)") + id + "}]}"), none) << id;
  }
  EXPECT_EQ(results(R"({"Successful":[{"id":"1"},{}]})"), none);
  EXPECT_EQ(results("{}"), none);
  EXPECT_EQ(results(R"({"Successful":null,"Failed":null})"), none);
}

// Goal: an answer with lists of another kind is a failed call: a failure that cannot be read must not count as none.
TEST_F(BatchAnswersTest, ListsOfAnotherKindAreAFailedCall) {
  for (const char* answer :
       {"", "[]", "null", R"("done")", R"([{"Successful":[{"Id":"0"}]}])", R"({"Successful":{"Id":"0"}})",
        R"({"Successful":"0"})", R"({"Successful":true})", R"({"Successful":["0"]})", R"({"Successful":[["0"]]})",
        R"({"Successful":[{"Id":"0"}],"Failed":{"Id":"0"}})", R"({"Successful":[{"Id":"0"}],"Failed":[0]})",
        R"({"Successful":[{"Id":"0"}],"Failed":1})", R"({"Successful":[{"Id":"0"}],"Failed":[null]})"}) {
    EXPECT_EQ(verdict(answer, client_.delete_batch(queue_, handles_)), "InvalidResponse?") << answer;
    EXPECT_EQ(verdict(answer, client_.change_visibility_batch(queue_, changes_)), "InvalidResponse?") << answer;
  }
}

// Goal: single calls, whose answers say nothing, accept what AWS sends, an empty body or {}, and nothing that another
// program would send.
TEST_F(BatchAnswersTest, AnAnswerWithoutMembersIsEmptyOrAnObject) {
  for (const char* answer : {"", "{}", " {} ", R"({"ResponseMetadata":{}})"}) {
    EXPECT_EQ(verdict(answer, client_.delete_message(queue_, handles_[0])), "") << answer;
    EXPECT_EQ(verdict(answer, client_.change_visibility(queue_, changes_[0])), "") << answer;
    EXPECT_EQ(verdict(answer, client_.purge(queue_)), "") << answer;
  }
  for (const char* answer : {"[]", "null", "true", R"("ok")", "<html>log in</html>", "ok", "{", "{}{}"}) {
    EXPECT_EQ(verdict(answer, client_.delete_message(queue_, handles_[0])), "InvalidResponse?") << answer;
    EXPECT_EQ(verdict(answer, client_.change_visibility(queue_, changes_[0])), "InvalidResponse?") << answer;
    EXPECT_EQ(verdict(answer, client_.purge(queue_)), "InvalidResponse?") << answer;
    EXPECT_EQ(verdict(answer, client_.set_queue_attributes(queue_, {})), "InvalidResponse?") << answer;
    EXPECT_EQ(verdict(answer, client_.delete_queue(queue_)), "InvalidResponse?") << answer;
  }
}

// Goal: the answers about queues are read, or the call fails.
TEST_F(BatchAnswersTest, QueuesAndAttributesAreReadOrRefused) {
  for (const char* answer :
       {"{}", R"({"QueueUrl":""})", R"({"QueueUrl":7})", R"({"QueueUrl":["http://x/1/q"]})", "[]"}) {
    EXPECT_EQ(verdict(answer, client_.get_queue_url("q")), "InvalidResponse?") << answer;
    EXPECT_EQ(verdict(answer, client_.create_queue("q")), "InvalidResponse?") << answer;
  }
  EXPECT_EQ(verdict("{}", client_.list_queues()), "");
  EXPECT_EQ(verdict("{}", client_.get_queue_attributes(queue_)), "");
  for (const char* answer : {R"({"QueueUrls":{}})", R"({"QueueUrls":[1]})", R"({"QueueUrls":"a"})"}) {
    EXPECT_EQ(verdict(answer, client_.list_queues()), "InvalidResponse?") << answer;
  }
  for (const char* answer :
       {R"({"Attributes":[]})", R"({"Attributes":{"VisibilityTimeout":30}})", R"({"Attributes":1})"}) {
    EXPECT_EQ(verdict(answer, client_.get_queue_attributes(queue_)), "InvalidResponse?") << answer;
  }
}

}  // namespace
}  // namespace ekiden::aws::sqs
