#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/simulated/loop.hpp>
#include <ekiden/runtime/supervision_events.hpp>
#include <ekiden/runtime/supervisor.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ekiden::runtime {
namespace {

using namespace std::chrono_literals;

// What the actors of a test did, in order.
using Journal = std::vector<std::string>;

// Waits until it is stopped or crashed. Crashes by itself after `life`, if set. Ignores request_stop() if `stubborn`.
class Runner final : public Actor {
 public:
  struct Habits {
    Duration life{};
    bool stubborn = false;
    bool returns = false;
  };
  Runner(Clock& clock, std::string name, Journal& journal, Habits habits)
      : Actor(clock), clock_(clock), name_(std::move(name)), journal_(journal), habits_(habits) {
    journal_.push_back("+" + name_);
  }
  ~Runner() override = default;

  Task<> run() override {
    if (habits_.life > Duration::zero()) {
      co_await clock_.sleep_for(habits_.life);
      if (habits_.returns) {
        co_return;
      }
      throw std::runtime_error(name_ + " fell");
    }
    while (!stop_ || habits_.stubborn) {
      co_await stopped_.wait();
    }
    journal_.push_back("-" + name_);
  }
  void request_stop() noexcept override {
    stop_ = true;
    stopped_.notify_all();
  }

 private:
  Clock& clock_;
  std::string name_;
  Journal& journal_;
  Habits habits_;
  bool stop_ = false;
  Condition stopped_;
};

class SupervisorTest : public testing::Test {
 protected:
  ChildSpec child(std::string name, Runner::Habits habits = {}, Restart restart = Restart::kPermanent) {
    auto make = [this, name, habits] { return std::make_unique<Runner>(loop.clock(), name, journal, habits); };
    return ChildSpec{name, std::move(make), restart, 5s};
  }
  std::vector<ChildSpec> abc() { return {child("a"), child("b"), child("c")}; }

  // Crashes b under the strategy, then stops. Returns the journal from the crash on.
  Journal journal_of_crash(Strategy strategy) {
    Supervisor supervisor(loop.env(), {.name = "root", .strategy = strategy}, abc());
    TaskGroup group(loop.env().executor);
    group.spawn(supervisor.run());
    loop.run_for(1s);
    journal.clear();
    EXPECT_TRUE(supervisor.crash("b"));
    loop.run_for(5s);
    supervisor.request_stop();
    loop.run();
    EXPECT_EQ(group.size(), 0U);
    return journal;
  }

  SimulatedLoop loop;
  Journal journal;
};

// Goal: children start in order and stop in reverse.
TEST_F(SupervisorTest, StartsInOrderAndStopsInReverse) {
  Supervisor supervisor(loop.env(), {}, abc());
  TaskGroup group(loop.env().executor);
  group.spawn(supervisor.run());
  loop.run_for(1s);
  supervisor.request_stop();
  loop.run();
  EXPECT_EQ(journal, (Journal{"+a", "+b", "+c", "-c", "-b", "-a"}));
}

// Goal: each strategy stops its set of children in reverse order and restarts them in order.
TEST_F(SupervisorTest, OneForOneRestartsTheCrashedChildOnly) {
  EXPECT_EQ(journal_of_crash(Strategy::kOneForOne), (Journal{"+b", "-c", "-b", "-a"}));
}
TEST_F(SupervisorTest, OneForAllRestartsEveryChild) {
  EXPECT_EQ(journal_of_crash(Strategy::kOneForAll), (Journal{"-c", "-a", "+a", "+b", "+c", "-c", "-b", "-a"}));
}
TEST_F(SupervisorTest, RestForOneRestartsThoseStartedAfter) {
  EXPECT_EQ(journal_of_crash(Strategy::kRestForOne), (Journal{"-c", "+b", "+c", "-c", "-b", "-a"}));
}

// Goal: if a child keeps crashing, its supervisor escalates with the reason, after all children have ended.
TEST_F(SupervisorTest, EscalatesWhenTheIntensityIsExceeded) {
  Supervisor supervisor(loop.env(), {.name = "news", .intensity = {3, 10s}}, {child("a"), child("b", {.life = 1ms})});
  std::string reason;
  try {
    loop.run(supervisor.run());
  } catch (const Escalation& escalation) {
    reason = escalation.what();
  }
  EXPECT_EQ(reason, "news gives up: more than 3 restarts in 10 s, the last one of b; last error: b fell");
  EXPECT_EQ(journal, (Journal{"+a", "+b", "+b", "+b", "+b", "-a"}));
}

// Goal: crashes below the intensity are restarted without limit.
TEST_F(SupervisorTest, OutlivesRareCrashes) {
  Supervisor supervisor(loop.env(), {.intensity = {3, 10s}}, {child("a", {.life = 6s})});
  TaskGroup group(loop.env().executor);
  group.spawn(supervisor.run());
  loop.run_for(1h);
  EXPECT_GT(journal.size(), 500U);
  supervisor.request_stop();
  loop.run();
  EXPECT_EQ(group.size(), 0U);
}

// Goal: a temporary child is never restarted, a transient one only after a crash; without children the supervisor ends.
TEST_F(SupervisorTest, HonoursTheRestartKinds) {
  Supervisor supervisor(loop.env(), {.intensity = {1, 10s}},
                        {child("temporary", {.life = 1s}, Restart::kTemporary),
                         child("transient", {.life = 1s, .returns = true}, Restart::kTransient)});
  loop.run(supervisor.run());
  EXPECT_EQ(journal, (Journal{"+temporary", "+transient"}));
}

// Goal: a child that ignores request_stop() is cancelled after its grace period.
TEST_F(SupervisorTest, CancelsAChildThatOutstaysItsGrace) {
  Supervisor supervisor(loop.env(), {}, {child("stubborn", {.stubborn = true})});
  TaskGroup group(loop.env().executor);
  group.spawn(supervisor.run());
  loop.run_for(1s);
  supervisor.request_stop();
  loop.run_for(4s);
  EXPECT_EQ(group.size(), 1U);
  loop.run_for(2s);
  EXPECT_EQ(group.size(), 0U);
}

// Goal: children that stop together share their time. Method: two children that must be cancelled, with graces of 5 s.
TEST_F(SupervisorTest, ChildrenThatStopTogetherShareTheirGrace) {
  ChildSpec first = child("first", {.stubborn = true});
  first.stops_with_next = true;
  Supervisor supervisor(loop.env(), {}, {child("sink"), std::move(first), child("second", {.stubborn = true})});
  TaskGroup group(loop.env().executor);
  group.spawn(supervisor.run());
  loop.run_for(1s);
  supervisor.request_stop();
  loop.run_for(4900ms);
  EXPECT_EQ(group.size(), 1U);
  loop.run_for(200ms);
  EXPECT_EQ(group.size(), 0U);
}

// Goal: a child that stops together with the next one is asked at the same time, and both end before the one before.
TEST_F(SupervisorTest, StopsAGroupBeforeTheChildBelowIt) {
  std::vector<ChildSpec> children = abc();
  children[1].stops_with_next = true;
  Supervisor supervisor(loop.env(), {}, std::move(children));
  TaskGroup group(loop.env().executor);
  group.spawn(supervisor.run());
  loop.run_for(1s);
  supervisor.request_stop();
  loop.run();
  EXPECT_EQ(journal, (Journal{"+a", "+b", "+c", "-c", "-b", "-a"}));
}

// Ignores cancellation until the test lets it go, as a task that waits for a function on a thread pool does.
class Deaf final : public Actor {
 public:
  Deaf(Clock& clock, Condition& let_go, const bool& free) : Actor(clock), let_go_(let_go), free_(free) {}
  Task<> run() override {
    co_await shield();
    const auto waiting = probe().waiting("a thread");
    while (!free_) {
      co_await let_go_.wait();
    }
  }
  void request_stop() noexcept override {}

 private:
  Condition& let_go_;
  const bool& free_;
};

// Goal: a child that cannot be ended does not hold up the stop. The others end properly, and the supervisor says what
// was left.
TEST_F(SupervisorTest, AbandonsWhatCannotEnd) {
  Condition let_go;
  bool free = false;
  ChildSpec deaf{"deaf", [&] { return std::make_unique<Deaf>(loop.clock(), let_go, free); }, Restart::kPermanent, 1s};
  std::string abandoned;
  const auto subscription = loop.events().subscribe([&](const Event& event) {
    if (event.spec.name == events::kActorAbandoned.name) {
      abandoned = std::string(std::get<std::string_view>(*event.find("actor"))) + " waits for " +
                  std::string(std::get<std::string_view>(*event.find("waiting_on")));
    }
  });
  Supervisor supervisor(loop.env(), {}, {child("sink"), std::move(deaf)});
  TaskGroup group(loop.env().executor);
  group.spawn(supervisor.run());
  loop.run_for(1s);
  supervisor.request_stop();
  loop.run_for(2s);
  EXPECT_EQ(group.size(), 0U);
  EXPECT_EQ(journal, (Journal{"+sink", "-sink"}));
  EXPECT_EQ(abandoned, "deaf waits for a thread");
  EXPECT_EQ(supervisor.abandoned(), std::vector<std::string>{"deaf"});
  EXPECT_TRUE(supervisor.left_running());
  free = true;
  let_go.notify_all();
  loop.run();
  EXPECT_FALSE(supervisor.left_running());
}

// Goal: a branch with an abandoned child can be restarted: its old actors live until their tasks have ended.
TEST_F(SupervisorTest, KeepsAnAbandonedLifeUntilItEnds) {
  Condition let_go;
  bool free = false;
  auto branch = [&] {
    ChildSpec deaf{"deaf", [&] { return std::make_unique<Deaf>(loop.clock(), let_go, free); }, Restart::kPermanent, 1s};
    return std::make_unique<Supervisor>(loop.env(), SupervisorOptions{.name = "branch", .intensity = {0, 10s}},
                                        std::vector<ChildSpec>{std::move(deaf), child("leaf", {.life = 1s})});
  };
  Supervisor root(loop.env(), {.name = "root"}, {ChildSpec{"branch", branch, Restart::kPermanent, std::nullopt}});
  TaskGroup group(loop.env().executor);
  group.spawn(root.run());
  loop.run_for(4s);  // The leaf has crashed once: the second life of the branch runs.
  EXPECT_TRUE(root.left_running());
  root.request_stop();
  loop.run_for(5s);
  EXPECT_EQ(group.size(), 0U);
  EXPECT_EQ(root.abandoned(), std::vector<std::string>{"branch/deaf"});
  free = true;
  let_go.notify_all();
  loop.run();
  EXPECT_FALSE(root.left_running());
}

// Goal: a stop that has begun cannot be interrupted by a parent that loses patience, or children would run on without
// an owner.
TEST_F(SupervisorTest, ACancelledStopStillEndsItsChildren) {
  Supervisor supervisor(loop.env(), {}, {child("a"), child("stubborn", {.stubborn = true})});
  TaskGroup group(loop.env().executor);
  const auto handle = group.spawn(supervisor.run());
  loop.run_for(1s);
  supervisor.request_stop();
  loop.run_for(1s);
  handle.cancel();
  loop.run();
  EXPECT_EQ(group.size(), 0U);
  EXPECT_EQ(journal, (Journal{"+a", "+stubborn", "-a"}));
}

// Goal: an escalation is a crash to the parent; the status tree has each actor's restarts and what it waits on.
TEST_F(SupervisorTest, EscalatesToItsParentWhichRestartsTheWholeBranch) {
  auto branch = [this] {
    return std::make_unique<Supervisor>(loop.env(), SupervisorOptions{.name = "branch", .intensity = {1, 10s}},
                                        std::vector<ChildSpec>{child("leaf", {.life = 1ms})});
  };
  Supervisor root(loop.env(), {.name = "root", .intensity = {2, 60s}},
                  {ChildSpec{"branch", branch, Restart::kPermanent, 5s}});
  std::string reason;
  try {
    loop.run(root.run());
  } catch (const Escalation& escalation) {
    reason = escalation.what();
  }
  EXPECT_EQ(journal.size(), 6U);  // Three lives of the branch, each with a first start and one restart.
  EXPECT_NE(reason.find("root gives up: more than 2 restarts in 60 s, the last one of branch; "), std::string::npos)
      << reason;
  EXPECT_EQ(root.status().children.at(0).restarts, 2U);
}

// Goal: every start, crash, restart and stop publishes an event.
TEST_F(SupervisorTest, TellsWhatItDoes) {
  Journal logged;
  const auto subscription =
      loop.events().subscribe([&logged](const Event& event) { logged.emplace_back(event.spec.name); });
  Supervisor supervisor(loop.env(), {}, {child("a")});
  TaskGroup group(loop.env().executor);
  group.spawn(supervisor.run());
  loop.run_for(1s);
  supervisor.crash("a");
  loop.run_for(1s);
  supervisor.request_stop();
  loop.run();
  EXPECT_EQ(logged, (Journal{"actor.started", "actor.crashed", "actor.restarted", "actor.started", "actor.stopped"}));
}

// Goal: a crash while the supervisor is being cancelled leaves no child running.
TEST_F(SupervisorTest, CancelledItTakesItsChildrenDown) {
  Supervisor supervisor(loop.env(), {}, abc());
  TaskGroup group(loop.env().executor);
  const auto handle = group.spawn(supervisor.run());
  loop.run_for(1s);
  supervisor.crash("b");
  handle.cancel();
  loop.run();
  EXPECT_EQ(group.size(), 0U);
}

}  // namespace
}  // namespace ekiden::runtime
