// The task metadata of ECS.
#include <ekiden/aws/platform/ecs_agent.hpp>
#include <ekiden/aws/platform/ecs_metadata.hpp>

#include <gtest/gtest.h>

#include "call/scripted_transport.hpp"

namespace ekiden::aws {
namespace {

class EcsMetadataTest : public ScriptedTest {
 protected:
  EcsFacts task(std::string body, int status = 200) {
    wire_.answer(status, std::move(body));
    return loop_.run(metadata_.task());
  }

  EcsMetadata metadata_{wire_, "http://169.254.170.2/v4/id/"};
};

// Goal: the ids of the task and its service are read from the example in the endpoint's documentation.
TEST_F(EcsMetadataTest, ReadsTheTask) {
  const EcsFacts facts = task(
      R"({"Cluster":"news","TaskARN":"arn:aws:ecs:us-west-2:111122223333:task/news/158d1c8083dd49d6b527399fd6414f5c",)"
      R"("Family":"news","Revision":"26","ServiceName":"news-worker","Limits":{"CPU":0.25,"Memory":512}})");
  EXPECT_EQ(facts.task_id(), "158d1c8083dd49d6b527399fd6414f5c");
  EXPECT_EQ(facts.task.region(), "us-west-2");
  EXPECT_EQ(facts.service, "news-worker");
  EXPECT_EQ(facts.memory_bytes, std::uint64_t{512} << 20);
  EXPECT_EQ(facts.fault, "");
  EXPECT_EQ(wire_.requests().at(0).method, "GET");
  EXPECT_EQ(wire_.requests().at(0).url, "http://169.254.170.2/v4/id/task");
}

// Goal: an ARN in the old format has its id at the same place; missing members and invalid ARNs are empty, not faults.
TEST_F(EcsMetadataTest, TakesWhatIsThere) {
  EXPECT_EQ(task(R"({"TaskARN":"arn:aws:ecs:us-west-2:111122223333:task/0123"})").task_id(), "0123");
  const EcsFacts nothing = task("{}");
  EXPECT_EQ(nothing.task_id(), "");
  EXPECT_EQ(nothing.service, "");
  EXPECT_FALSE(nothing.memory_bytes);
  EXPECT_EQ(nothing.fault, "");
  EXPECT_EQ(task(R"({"TaskARN":"../../etc","ServiceName":7})").task_id(), "");
}

// Goal: a limit that cannot be one is a fault, not a limit of 0 bytes. 0 is no limit.
TEST_F(EcsMetadataTest, KnowsWhatIsNoLimit) {
  for (const char* const memory : {"133e-33", "0.5", "-1", "1e30", "\"512\""}) {
    const EcsFacts facts = task(std::string(R"({"Limits":{"Memory":)") + memory + "}}");
    EXPECT_FALSE(facts.memory_bytes) << memory;
    EXPECT_EQ(facts.fault, "ECS metadata of the task: its Limits.Memory is not a valid number of MiB") << memory;
  }
  EXPECT_EQ(task(R"({"Limits":{"Memory":0}})").fault, "");
}

// Goal: an address that is not a URL is reported with the variable that has it.
TEST_F(EcsMetadataTest, NamesTheVariableOfAWrongAddress) {
  EcsMetadata broken(wire_, "http://169.254.170.2/v4/id\n");
  EXPECT_EQ(loop_.run(broken.task()).fault,
            "ECS metadata of the task: ECS_CONTAINER_METADATA_URI_V4 is not an http:// or https:// URL");
  EcsAgent agent(wire_, "169.254.170.2");
  EXPECT_EQ(loop_.run(agent.release()), "the ECS agent: ECS_AGENT_URI is not an http:// or https:// URL");
  EXPECT_TRUE(wire_.requests().empty());
}

// Goal: any other answer is reported in one line, and none of it is used.
TEST_F(EcsMetadataTest, TellsWhatIsWrong) {
  EXPECT_EQ(task("", 429).fault, "ECS metadata of the task: it answered with status 429");
  EXPECT_EQ(task("<html>").fault, "ECS metadata of the task: its answer is not a JSON object");
  EXPECT_EQ(task("").task_id(), "");
  wire_.fail(http::TransportError::Kind::kConnect);
  EXPECT_NE(loop_.run(metadata_.task()).fault, "");
  wire_.hang();
  EXPECT_EQ(loop_.run(metadata_.container()).fault, "ECS metadata of the container: it did not answer within 1 s");
}

}  // namespace
}  // namespace ekiden::aws
