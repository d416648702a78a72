// A worker with a server that verifies signatures: session credentials that expire during a run, a credentials provider
// that fails, a wrong clock. Nothing is lost, and the log has the reason.
//
//   EKIDEN_SEEDS=1..20    the seeds to run (the default)
//   EKIDEN_SEED=17        one seed only

#include <ekiden/aws/events.hpp>
#include <ekiden/testkit/local_server.hpp>
#include <ekiden/worker/events.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fleet/seeds.hpp"
#include "fleet/sessions.hpp"
#include "one_worker.hpp"

namespace ekiden::worker::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;

constexpr std::size_t kMessages = 600;

class IdentityTest : public testing::Test {
 protected:
  OneWorkerOptions verifying() {
    OneWorkerOptions options;
    options.server.keys = [sessions = sessions_](std::string_view id) { return sessions->find(id); };
    return options;
  }
  OneWorkerOptions with_sessions() {
    OneWorkerOptions options = verifying();
    options.credentials = [sessions = sessions_](runtime::Env env) {
      auto wall_now = [&clock = env.clock] { return clock.wall_now(); };
      auto source = std::make_unique<SessionSource>(sessions, env.clock, wall_now);
      return std::make_shared<aws::RefreshingCredentials>(env, std::move(source));
    };
    return options;
  }

  void listen(OneWorker& fleet) {
    fleet.process().on_event([this](const runtime::Event& event) {
      ++counts_[std::string(event.spec.name)];
      if (event.spec.name == worker::events::kReceiveFailed.name) {
        reasons_.emplace_back(std::get<std::string_view>(*event.find("error")));
      } else if (event.spec.name == aws::events::kClockSkew.name) {
        offsets_.push_back(std::get<double>(*event.find("seconds")));
      } else if (event.spec.name == worker::events::kAge.name) {
        ages_.push_back(std::get<double>(*event.find("seconds")));
      }
    });
  }

  void finish(OneWorker& fleet) {
    fleet.drain();
    fleet.look();
    fleet.stop_worker();
    ASSERT_THAT(fleet.problems(), IsEmpty());
    EXPECT_EQ(fleet.service().in_flight(), 0U);
    EXPECT_EQ(counts_["message.retried"], 0U);  // No message failed because of this.
    EXPECT_EQ(counts_["message.delete_failed"], 0U);
  }

  std::shared_ptr<Sessions> sessions_ = std::make_shared<Sessions>();
  std::map<std::string, unsigned> counts_;  // Events by name.
  std::vector<std::string> reasons_;
  std::vector<double> offsets_;
  std::vector<double> ages_;
};

// Goal: sessions that expire every few hundred milliseconds stop nothing and cause no logged failures.
TEST_F(IdentityTest, SessionsThatExpireAllTheTimeLoseNothing) {
  const Seeds seeds = seeds_of_environment({1, 20});
  for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    counts_.clear();
    reasons_.clear();
    sessions_ = std::make_shared<Sessions>();
    sessions_->life = 300ms;
    OneWorker fleet(seed, with_sessions());
    listen(fleet);
    fleet.send(kMessages);
    fleet.start_worker();
    finish(fleet);
    EXPECT_GT(sessions_->made(), 3U);
    EXPECT_THAT(reasons_, IsEmpty());
    if (HasFailure()) {
      return;
    }
  }
}

// Goal: without valid credentials the worker waits, keeps its messages, and logs one line for each cause. It continues
// when the provider works again.
TEST_F(IdentityTest, AnOutageOfTheProviderIsSurvived) {
  const Seeds seeds = seeds_of_environment({1, 20});
  for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    counts_.clear();
    reasons_.clear();
    OneWorker fleet(seed, with_sessions());
    listen(fleet);
    fleet.send(kMessages);
    fleet.start_worker();
    fleet.simulation().run_while([&] { return fleet.deletes() < 60; }, fleet.simulation().now() + 1h);
    sessions_->broken = true;
    sessions_->end_all(fleet.process().clock().wall_now());
    fleet.simulation().run_for(5min);
    EXPECT_LT(fleet.deletes(), kMessages);
    EXPECT_GT(fleet.service().in_flight(), 0U);
    EXPECT_EQ(fleet.status(), std::nullopt);
    // A call in flight is rejected; later calls find no credentials.
    ASSERT_FALSE(reasons_.empty());
    EXPECT_LE(reasons_.size(), 3U);
    EXPECT_THAT(reasons_.back(), HasSubstr("CredentialsUnavailable: the token service does not answer"));
    EXPECT_GE(counts_["lease.delayed"] + counts_["write.delayed"], 1U);
    sessions_->broken = false;
    finish(fleet);
    if (HasFailure()) {
      return;
    }
  }
}

// Goal: a clock that is 10 min wrong costs one request and is logged once. The ages of messages are correct, and never
// negative. Method: ahead and behind, from the start on.
TEST_F(IdentityTest, AWrongClockIsCorrected) {
  const Seeds seeds = seeds_of_environment({1, 20});
  for (std::uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    offsets_.clear();
    ages_.clear();
    OneWorkerOptions options = verifying();
    options.worker.skew = seed % 2 == 0 ? 10min : -10min;
    OneWorker fleet(seed, std::move(options));
    listen(fleet);
    fleet.send(kMessages);
    fleet.start_worker();
    finish(fleet);
    EXPECT_THAT(offsets_, ElementsAre(testing::DoubleNear(seed % 2 == 0 ? -600 : 600, 2)));
    EXPECT_GE(ages_.size(), kMessages);
    EXPECT_THAT(ages_, Each(AllOf(Ge(0.0), Le(60.0))));
    if (HasFailure()) {
      return;
    }
  }
}

}  // namespace
}  // namespace ekiden::worker::test
