// Task scale-in protection: when it is held, that its time is limited, and that no answer of the agent stops the work.
#include <ekiden/worker/events.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fake_agent.hpp"
#include "one_worker.hpp"

namespace ekiden::worker::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::chrono::seconds kBudget{24};  // The drain budget of the default --stop-timeout.
constexpr std::chrono::seconds kLook{2};     // How soon the worker reacts: it checks every second.
constexpr std::chrono::seconds kGap{60};

OneWorkerOptions automatic(std::string agent = FakeAgent::kUri, runtime::Duration max = 30min) {
  OneWorkerOptions options;
  options.task_protection = {.automatic = true, .agent = std::move(agent), .max = max};
  return options;
}

class ProtectionTest : public testing::Test {
 protected:
  void start(OneWorkerOptions options) {
    fleet_ = std::make_unique<OneWorker>(11, std::move(options));
    agent_ = std::make_unique<FakeAgent>(fleet_->simulation());
    fleet_->process().on_event([this](const runtime::Event& event) {
      if (event.spec.name == worker::events::kProtectionFailed.name) {
        faults_.emplace_back(std::get<std::string_view>(*event.find("error")));
      }
    });
  }
  void run_for(runtime::Duration time) { fleet_->simulation().run_for(time); }
  void run_until_inside() {
    fleet_->simulation().run_while([this] { return fleet_->gate().inside == 0; }, fleet_->simulation().now() + 1min);
    ASSERT_GT(fleet_->gate().inside, 0U);
  }
  /// One message whose handler runs until the gate is opened.
  void start_with_one_long_handler(OneWorkerOptions options) {
    start(std::move(options));
    fleet_->gate().open = false;
    fleet_->send(1);
    fleet_->start_worker();
    run_until_inside();
  }
  void expect_all_well() {
    fleet_->gate().open = true;
    fleet_->drain();
    fleet_->look();
    fleet_->stop_worker();
    EXPECT_EQ(fleet_->problems(), std::vector<std::string>());
    EXPECT_EQ(fleet_->service().in_flight(), 0U);
    EXPECT_EQ(agent_->refused(), 0U);
    EXPECT_FALSE(agent_->is_protected());
  }

  std::unique_ptr<OneWorker> fleet_;
  std::unique_ptr<FakeAgent> agent_;
  std::vector<std::string> faults_;
};

// Goal: without --task-protection the worker never calls the agent.
TEST_F(ProtectionTest, OffMakesNoCalls) {
  start_with_one_long_handler({});
  run_for(5min);
  EXPECT_EQ(agent_->calls(), 0U);
  expect_all_well();
}

// Goal: handlers that a drain can wait for need no protection, even if there are many.
TEST_F(ProtectionTest, ShortHandlersMakeNoCalls) {
  start(automatic());
  fleet_->gate().work = kBudget - 1s;
  fleet_->send(400);
  fleet_->start_worker();
  fleet_->drain();
  EXPECT_EQ(agent_->calls(), 0U);
  expect_all_well();
}

// Goal: a handler that runs longer than the drain budget is protected without a gap, in steps of at most 5 min. The
// protection ends with the handler.
TEST_F(ProtectionTest, ALongHandlerIsProtectedUntilItEnds) {
  start_with_one_long_handler(automatic());
  run_for(kBudget - 1s);
  EXPECT_FALSE(agent_->is_protected());
  run_for(1s + kLook);
  for (int second = 0; second < 12 * 60; ++second) {
    ASSERT_TRUE(agent_->is_protected()) << second;
    run_for(1s);
  }
  EXPECT_EQ(agent_->longest_minutes(), 5U);
  EXPECT_GE(agent_->calls(), 3U);
  EXPECT_LE(agent_->calls(), 6U);
  EXPECT_EQ(fleet_->service().status().figures.front().name, "ekiden_task_protected");
  EXPECT_EQ(fleet_->service().status().figures.front().value, 1);
  fleet_->gate().open = true;
  run_for(1s + kLook);
  EXPECT_FALSE(agent_->is_protected());
  EXPECT_EQ(fleet_->service().status().figures.front().value, 0);
  EXPECT_EQ(fleet_->events(worker::events::kProtected), 1U);
  EXPECT_EQ(fleet_->events(worker::events::kUnprotected), 1U);
  EXPECT_EQ(fleet_->events(worker::events::kReceivesPaused), 0U);
  expect_all_well();
}

// Goal: a drain ends the protection, so that ECS can stop the task at once.
TEST_F(ProtectionTest, EndsWithTheDrain) {
  start_with_one_long_handler(automatic());
  run_for(2min);
  ASSERT_TRUE(agent_->is_protected());
  fleet_->stop_worker();
  EXPECT_FALSE(agent_->is_protected());
  EXPECT_EQ(fleet_->status(), 0);  // The handler was cancelled and its message released.
  EXPECT_EQ(fleet_->problems(), std::vector<std::string>());
}

// Goal: the protection of a worker that dies expires within minutes. The restarted worker begins without protection.
TEST_F(ProtectionTest, DiesWithItsWorker) {
  start_with_one_long_handler(automatic());
  run_for(2min);
  ASSERT_TRUE(agent_->is_protected());
  fleet_->simulation().crash(fleet_->process());
  EXPECT_EQ(fleet_->simulation().unclean_crashes(), 0U);
  run_for(5min);
  EXPECT_FALSE(agent_->is_protected());
  const std::size_t calls = agent_->calls();
  fleet_->gate().open = true;
  fleet_->start_worker();
  expect_all_well();
  EXPECT_EQ(agent_->calls(), calls);
}

// Goal: with ECS's shortest stop timeout (2 s) the drain ends in time: handlers are cancelled and messages released at
// once.
TEST_F(ProtectionTest, AStopOfTwoSecondsReleasesAtOnce) {
  OneWorkerOptions options;
  options.stop_timeout = 2s;
  start_with_one_long_handler(std::move(options));
  const runtime::TimePoint begun = fleet_->simulation().now();
  fleet_->stop_worker();
  EXPECT_LT(fleet_->simulation().now() - begun, 2s);
  EXPECT_EQ(fleet_->status(), 0);
  EXPECT_EQ(fleet_->service().in_flight(), 0U);
}

// Goal: under a permanent backlog, a task can be stopped within the maximum, again and again, and no handler is cut
// off. Method: handlers of up to 3 min, 40 at a time; the state is checked every second.
TEST_F(ProtectionTest, UnderABacklogTheTaskCanBeStoppedWithinTheMaximum) {
  start(automatic(FakeAgent::kUri, 10min));
  fleet_->gate().work = 3min;
  fleet_->send(600);
  fleet_->start_worker();
  std::vector<std::chrono::seconds> waits;  // From the end of one gap to the end of the next.
  std::chrono::seconds since_gap{0};
  std::chrono::seconds free{0};
  std::chrono::seconds held{0};
  std::chrono::seconds longest_hold{0};
  const auto backlog_lasts = [this] { return fleet_->deletes() < 550; };
  while (backlog_lasts()) {
    run_for(1s);
    const bool is_free = !agent_->is_protected() && fleet_->service().in_flight() == 0;
    free = is_free ? free + 1s : 0s;
    held = agent_->is_protected() ? held + 1s : 0s;
    longest_hold = std::max(longest_hold, held);
    ++since_gap;
    if (free == kGap - kLook) {
      waits.push_back(since_gap);
      since_gap = 0s;
    }
    ASSERT_LT(since_gap, 12min) << "no gap";
  }
  EXPECT_GE(waits.size(), 3U);
  EXPECT_LE(longest_hold, 10min);
  EXPECT_GE(longest_hold, 4min);  // Half of the maximum is for work.
  EXPECT_EQ(fleet_->events(worker::events::kRetried), 0U);
  EXPECT_GE(fleet_->events(worker::events::kReceivesPaused), waits.size());
  EXPECT_TRUE(fleet_->service().status().ready) << fleet_->service().status().detail;
  expect_all_well();
}

// Goal: a handler that runs longer than the maximum continues without protection. Nothing is received until it has
// ended and the gap is over.
TEST_F(ProtectionTest, AHandlerLongerThanTheMaximumContinuesUnprotected) {
  OneWorkerOptions options = automatic(FakeAgent::kUri, 10min);
  start_with_one_long_handler(std::move(options));
  run_for(kBudget + 10min);
  EXPECT_FALSE(agent_->is_protected());
  EXPECT_EQ(fleet_->gate().inside, 1U);
  fleet_->send(5);
  run_for(10min);
  EXPECT_EQ(fleet_->gate().inside, 1U);
  EXPECT_FALSE(agent_->is_protected());
  EXPECT_EQ(fleet_->events(worker::events::kReceivesPaused), 1U);
  fleet_->gate().open = true;
  run_for(1s);
  EXPECT_EQ(fleet_->service().in_flight(), 0U);
  run_for(kGap - kLook);
  EXPECT_EQ(fleet_->events(worker::events::kReceivesResumed), 0U);
  run_for(2 * kLook);
  EXPECT_EQ(fleet_->events(worker::events::kReceivesResumed), 1U);
  expect_all_well();
}

// Goal: if the agent fails to end the protection, it still expires within the maximum.
TEST_F(ProtectionTest, ExpiresIfTheAgentDoesNotEndIt) {
  start_with_one_long_handler(automatic(FakeAgent::kUri, 10min));
  agent_->releases = false;
  run_for(kBudget + kLook);
  ASSERT_TRUE(agent_->is_protected());
  run_for(10min);
  EXPECT_FALSE(agent_->is_protected());
  expect_all_well();
}

struct Failure {
  const char* name;
  FakeAgent::Answer answer;
  const char* logged;
};

std::string of_agent(const char* code) {
  return std::string(R"({"requestID":"r","error":{"Arn":"a","Code":")") + code + R"(","Message":"why"}})";
}

std::vector<Failure> failures() {
  return {
      {"not a valid task",
       {200, R"({"failure":{"Arn":"a","Detail":null,"Reason":"TASK_NOT_VALID"}})"},
       "the ECS agent: TASK_NOT_VALID"},
      {"a deployment that waits",
       {200, R"({"failure":{"Arn":"a","Detail":"more than desired","Reason":"DEPLOYMENT_BLOCKED"}})"},
       "the ECS agent: DEPLOYMENT_BLOCKED: more than desired"},
      {"not what was requested",
       {200, R"({"protection":{"ExpirationDate":null,"ProtectionEnabled":false,"TaskArn":"a"}})"},
       "the ECS agent: its answer does not confirm the requested protection"},
      {"nonsense", {200, "<html>"}, "the ECS agent: its answer does not confirm the requested protection"},
      {"400",
       {400, of_agent("InvalidParameterException")},
       "the ECS agent: status 400, InvalidParameterException: why"},
      {"403", {403, of_agent("AccessDeniedException")}, "the ECS agent: status 403, AccessDeniedException: why"},
      {"404",
       {404, of_agent("ResourceNotFoundException")},
       "the ECS agent: status 404, ResourceNotFoundException: why"},
      {"429", {429, ""}, "the ECS agent: status 429"},
      {"500", {500, of_agent("ServerException")}, "the ECS agent: status 500, ServerException: why"},
      {"504", {504, of_agent("RequestCanceled")}, "the ECS agent: status 504, RequestCanceled: why"},
      {"silence", {0, ""}, "the ECS agent: no answer within 6 s"},
  };
}

// Goal: each failed answer is logged once, even if it is repeated. The work continues, and when the agent works again,
// the task is protected.
TEST_F(ProtectionTest, EachFailureIsLoggedOnceAndStopsNothing) {
  for (const Failure& failure : failures()) {
    SCOPED_TRACE(failure.name);
    faults_.clear();
    start_with_one_long_handler(automatic());
    agent_->instead = failure.answer;
    run_for(2min);
    EXPECT_THAT(faults_, ElementsAre(failure.logged));
    EXPECT_GE(agent_->calls(), 3U);
    EXPECT_LE(agent_->calls(), 10U);  // Retries have a pause between them.
    EXPECT_EQ(fleet_->service().in_flight(), 1U);
    agent_->instead.reset();
    run_for(20s);
    EXPECT_TRUE(agent_->is_protected());
    expect_all_well();
    EXPECT_EQ(faults_.size(), 1U);
  }
}

// Goal: a missing agent is logged once: if nothing listens at its address, and if ECS_AGENT_URI is not set.
TEST_F(ProtectionTest, AMissingAgentIsLoggedOnce) {
  start_with_one_long_handler(automatic());
  agent_->go();
  run_for(3min);
  EXPECT_THAT(faults_, ElementsAre(HasSubstr("the ECS agent: ")));
  agent_->listen();
  run_for(20s);
  EXPECT_TRUE(agent_->is_protected());
  expect_all_well();

  faults_.clear();
  start_with_one_long_handler(automatic(""));
  run_for(3min);
  EXPECT_THAT(faults_, ElementsAre(HasSubstr("ECS_AGENT_URI is not set, so task protection is off")));
  EXPECT_EQ(agent_->calls(), 0U);
  expect_all_well();
}

}  // namespace
}  // namespace ekiden::worker::test
