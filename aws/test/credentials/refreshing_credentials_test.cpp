// Keys that expire: fetched in advance, by one caller for all, and never returned after they expired.
#include <ekiden/aws/credentials/refreshing_credentials.hpp>
#include <ekiden/aws/events.hpp>
#include <ekiden/runtime/simulated/loop.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace ekiden::aws {
namespace {

using namespace std::chrono_literals;

// Returns keys with a given life, or fails, each time after a delay.
struct Source final : CredentialSource {
  explicit Source(runtime::Clock& of) : clock(of) {}

  Task<Credentials> fetch() override {
    ++fetches;
    co_await clock.sleep_for(takes);
    if (fails) {
      throw ConfigurationError("the source is down");
    }
    Credentials keys;
    keys.access_key_id = "key-" + std::to_string(same ? 1 : fetches);
    if (life != 0s) {
      keys.expiration = clock.wall_now() + life;
    }
    co_return keys;
  }
  std::string_view name() const override { return "a source"; }

  runtime::Clock& clock;
  int fetches = 0;
  std::chrono::seconds life{3600};
  runtime::Duration takes = 100ms;
  bool fails = false;
  bool same = false;
};

class RefreshingCredentialsTest : public testing::Test {
 protected:
  RefreshingCredentialsTest() {
    auto source = std::make_unique<Source>(loop_.clock());
    source_ = source.get();
    provider_ = std::make_unique<RefreshingCredentials>(loop_.env(), std::move(source));
  }

  // The id of the keys, or the error's text.
  std::string get() {
    try {
      return loop_.run(provider_->get())->access_key_id;
    } catch (const ConfigurationError& error) {
      return error.what();
    }
  }
  void pass(runtime::Duration time) { loop_.run(loop_.clock().sleep_for(time)); }

  static Task<> note(CredentialsProvider& provider, std::vector<std::string>& noted) {
    try {
      const std::shared_ptr<const Credentials> keys = co_await provider.get();
      noted.push_back(keys->access_key_id);
    } catch (const ConfigurationError& error) {
      noted.emplace_back(error.what());
    }
  }
  // The results of a number of callers that call get() together, in the order of their answers.
  std::vector<std::string> get_at_once(int callers) {
    std::vector<std::string> noted;
    loop_.run(ask_at_once(*this, callers, noted));
    return noted;
  }
  static Task<> ask_at_once(RefreshingCredentialsTest& test, int callers, std::vector<std::string>& noted) {
    runtime::TaskGroup group(test.loop_.env().executor);
    for (int i = 0; i < callers; ++i) {
      group.spawn(note(*test.provider_, noted));
    }
    co_await group.join();
  }

  // One caller is cancelled during the fetch; another one waits for the same fetch.
  static Task<> cancel_the_first(RefreshingCredentialsTest& test, std::vector<std::string>& noted) {
    runtime::TaskGroup first(test.loop_.env().executor);
    first.spawn(note(*test.provider_, noted));
    co_await test.loop_.clock().sleep_for(50ms);
    runtime::TaskGroup second(test.loop_.env().executor);
    second.spawn(note(*test.provider_, noted));
    first.cancel();
    try {
      co_await first.join();
    } catch (const boost::system::system_error&) {
    }
    co_await second.join();
  }

  runtime::SimulatedLoop loop_{7};
  Source* source_ = nullptr;
  std::unique_ptr<RefreshingCredentials> provider_;
};

// Goal: keys without expiration are fetched once.
TEST_F(RefreshingCredentialsTest, KeepsWhatDoesNotExpire) {
  source_->life = 0s;
  EXPECT_EQ(get(), "key-1");
  pass(24h);
  EXPECT_EQ(get(), "key-1");
  EXPECT_EQ(source_->fetches, 1);
}

// Goal: many callers without keys share one fetch.
TEST_F(RefreshingCredentialsTest, FetchesOnceForManyCallers) {
  EXPECT_EQ(get_at_once(50), std::vector<std::string>(50, "key-1"));
  EXPECT_EQ(source_->fetches, 1);
}

// Goal: new keys are fetched before the old ones expire; other callers meanwhile use the old keys.
TEST_F(RefreshingCredentialsTest, RefreshesAheadOfExpiryWhileOthersGoOn) {
  EXPECT_EQ(get(), "key-1");
  pass(1h - RefreshingCredentials::kRefreshAhead - 1min);
  EXPECT_EQ(get(), "key-1");
  EXPECT_EQ(source_->fetches, 1);
  pass(2min);
  EXPECT_EQ(get_at_once(3), (std::vector<std::string>{"key-1", "key-1", "key-2"}));
  EXPECT_EQ(source_->fetches, 2);
}

// Goal: keys with a short life are fetched in the last third of it, not without pause.
TEST_F(RefreshingCredentialsTest, LetsShortKeysLive) {
  source_->life = 60s;
  EXPECT_EQ(get(), "key-1");
  pass(39s);
  EXPECT_EQ(get(), "key-1");
  pass(2s);
  EXPECT_EQ(get(), "key-2");
}

// Goal: while the source is down, valid keys are used, with few retries; expired keys are never used.
TEST_F(RefreshingCredentialsTest, ServesStaleKeysOnlyWhileTheyAreValid) {
  EXPECT_EQ(get(), "key-1");
  pass(1h - RefreshingCredentials::kRefreshAhead);
  source_->fails = true;
  int served = 0;
  for (int second = 0; second < 299; ++second) {
    served += get() == "key-1";
    pass(1s);
  }
  EXPECT_GT(served, 240);  // Each failed fetch of 0.1 s costs one second of keys.
  EXPECT_LT(source_->fetches, 20);
  pass(2s);
  EXPECT_EQ(get(), "the source is down");
  source_->fails = false;
  pass(RefreshingCredentials::kRetryInitial);
  EXPECT_EQ(get().substr(0, 4), "key-");
}

// Goal: when the keys expire the source is asked at once, however long the backoff is.
TEST_F(RefreshingCredentialsTest, AsksWhenTheKeysRunOut) {
  for (int second = 0; second < 60; ++second) {
    get();
    pass(1h - RefreshingCredentials::kRefreshAhead);
    source_->fails = true;
    for (int pause = 0; pause < 299 - second; ++pause) {
      get();
      pass(1s);
    }
    source_->fails = false;
    pass(std::chrono::seconds(second + 2));
    EXPECT_EQ(get().substr(0, 4), "key-") << second;
  }
}

// Goal: a source that hangs does not delay a caller with valid keys for long.
TEST_F(RefreshingCredentialsTest, DoesNotWaitLongAheadOfExpiry) {
  get();
  pass(1h - RefreshingCredentials::kRefreshAhead);
  source_->takes = 1min;
  const runtime::TimePoint begun = loop_.clock().now();
  EXPECT_EQ(get(), "key-1");
  EXPECT_EQ(loop_.clock().now() - begun, RefreshingCredentials::kPatienceAhead);
}

// Goal: a wrong clock does not stop the client. New keys are used even if they look expired; when AWS's time is known,
// it decides.
TEST_F(RefreshingCredentialsTest, ReckonsWithAWrongClock) {
  source_->life = -600s;  // As seen by a clock that is ahead.
  EXPECT_EQ(get(), "key-1");
  source_->same = true;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(get(), "key-1");
  }
  EXPECT_EQ(source_->fetches, 1);
  provider_->clock_skew().learn(loop_.clock().wall_now() - 1h, loop_.clock().wall_now());
  pass(10min);
  EXPECT_EQ(get(), "key-1");
  EXPECT_EQ(source_->fetches, 1);
}

// Goal: while the source is down, the log has one line at the first failure, and one when the keys expire.
TEST_F(RefreshingCredentialsTest, LogsAFailureOnceForEachCause) {
  std::vector<std::string> logged;
  const runtime::Events::Subscription listening = loop_.events().subscribe([&logged](const runtime::Event& event) {
    if (&event.spec == &events::kCredentialsFailed) {
      logged.emplace_back(std::get<double>(event.values[2]) > 0 ? "serving" : "none");
    }
  });
  get();
  pass(1h - RefreshingCredentials::kRefreshAhead);
  source_->fails = true;
  for (int second = 0; second < 600; ++second) {
    get();
    pass(1s);
  }
  EXPECT_EQ(logged, (std::vector<std::string>{"serving", "none"}));
}

// Goal: callers share a failure for one second, so that a source without keys is not asked by each of them.
TEST_F(RefreshingCredentialsTest, SharesAFailure) {
  source_->fails = true;
  EXPECT_EQ(get_at_once(20), std::vector<std::string>(20, "the source is down"));
  EXPECT_EQ(get(), "the source is down");
  EXPECT_EQ(source_->fetches, 1);
  pass(RefreshingCredentials::kRetryInitial);
  get();
  EXPECT_EQ(source_->fetches, 2);
}

// Goal: if a caller is cancelled during the fetch, another caller fetches.
TEST_F(RefreshingCredentialsTest, GoesOnWhenTheFetchingCallerIsCancelled) {
  std::vector<std::string> noted;
  loop_.run(cancel_the_first(*this, noted));
  EXPECT_EQ(noted, std::vector<std::string>{"key-2"});
}

// Goal: when AWS rejects keys in many calls at once, one fetch replaces them for all.
TEST_F(RefreshingCredentialsTest, ReplacesRefusedKeysForAll) {
  get();
  provider_->reject(loop_.run(provider_->get()));
  EXPECT_EQ(get_at_once(30), std::vector<std::string>(30, "key-2"));
  EXPECT_EQ(source_->fetches, 2);
}

// Goal: rejected keys are replaced at once; if the source has no others, it is not asked again too often.
TEST_F(RefreshingCredentialsTest, ReplacesRefusedKeys) {
  EXPECT_EQ(get(), "key-1");
  const auto first = loop_.run(provider_->get());
  provider_->reject(first);
  EXPECT_EQ(get(), "key-2");
  provider_->reject(first);  // They were already replaced.
  EXPECT_EQ(get(), "key-2");
  EXPECT_EQ(source_->fetches, 2);

  source_->life = 0s;
  source_->same = true;
  const auto second = loop_.run(provider_->get());
  provider_->reject(second);
  const auto third = loop_.run(provider_->get());
  for (int i = 0; i < 100; ++i) {
    provider_->reject(third);
    EXPECT_EQ(loop_.run(provider_->get()), third);
  }
  EXPECT_EQ(source_->fetches, 4);
}

}  // namespace
}  // namespace ekiden::aws
