// A worker's readiness, as /ready and --health report it, through crashes of its actors.
#include <gtest/gtest.h>

#include "one_worker.hpp"

namespace ekiden::worker::test {
namespace {

class ReadinessTest : public testing::TestWithParam<const char*> {};

// Goal: a worker is ready after its first receive, not ready while one of its actors is down, and ready again when that
// actor runs. Method: the status is read right after the supervisor has seen the crash, before the backoff ends.
TEST_P(ReadinessTest, AnActorThatIsDownIsNotReady) {
  const std::string actor = GetParam();
  OneWorker fleet(1);
  fleet.send(1);
  fleet.start_worker();
  EXPECT_FALSE(fleet.service().status().ready);
  fleet.drain();
  EXPECT_TRUE(fleet.service().status().ready) << fleet.service().status().detail;

  ASSERT_TRUE(fleet.crash(actor));
  const runtime::Status down = fleet.service().status();
  EXPECT_FALSE(down.ready);
  EXPECT_EQ(down.detail, actor + " is restarting");

  fleet.drain();
  EXPECT_TRUE(fleet.service().status().ready) << fleet.service().status().detail;
  fleet.stop_worker();
  EXPECT_EQ(fleet.service().status().detail, "draining");
  EXPECT_TRUE(fleet.problems().empty());
}

INSTANTIATE_TEST_SUITE_P(Of, ReadinessTest, testing::Values("leases", "writer", "processor", "receiver"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace ekiden::worker::test
