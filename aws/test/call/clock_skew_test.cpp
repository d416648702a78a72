// A wrong clock of this machine: detected from AWS's answers, and corrected.
#include <ekiden/aws/credentials/clock_skew.hpp>
#include <ekiden/base/calendar.hpp>
#include <ekiden/runtime/task_group.hpp>

#include "client_fixture.hpp"

namespace ekiden::aws {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr runtime::WallTime kNoon{std::chrono::sys_days{std::chrono::year{2026} / 1 / 15} + std::chrono::hours(12)};

// Goal: an offset is kept until another one differs by at least the tolerance.
TEST(ClockSkewTest, LearnsOnlyWhatMatters) {
  ClockSkew skew;
  EXPECT_FALSE(skew.learn(kNoon, kNoon + minutes(4) - seconds(1)));
  EXPECT_EQ(skew.offset(), runtime::Duration::zero());
  EXPECT_TRUE(skew.learn(kNoon, kNoon + minutes(10)));
  EXPECT_EQ(skew.offset(), minutes(-10));
  EXPECT_FALSE(skew.learn(kNoon, kNoon + minutes(10) + seconds(2)));
  EXPECT_EQ(skew.offset(), minutes(-10));
  EXPECT_TRUE(skew.learn(kNoon, kNoon + seconds(3)));
  EXPECT_EQ(skew.offset(), runtime::Duration::zero());
}

class SkewedClientTest : public ClientTest {
 protected:
  SkewedClientTest() {
    skews_ = loop_.events().subscribe([this](const runtime::Event& event) {
      if (event.spec.name == events::kClockSkew.name) {
        told_.push_back(std::get<double>(*event.find("seconds")));
      }
    });
  }

  runtime::WallTime true_time() { return runtime::VirtualTime{}.epoch + loop_.clock().now().time_since_epoch(); }
  std::string date() { return base::format_http_date(std::chrono::floor<seconds>(true_time())); }

  void refuse(std::string code = "InvalidSignatureException", int status = 400, http::Headers more = {}) {
    more.add("Date", date());
    wire_.answer(status, R"({"__type":"x#)" + code + R"(","message":"Signature expired: ..."})", std::move(more));
  }

  // The time that the last request was signed with.
  std::string signed_for() const {
    return std::string(wire_.requests().back().headers.find("X-Amz-Date").value_or("none"));
  }

  runtime::Events::Subscription skews_;
  std::vector<double> told_;
};

// Goal: a clock that is 10 minutes slow costs one request; then all clients sign with the right time, and one event is
// published.
TEST_F(SkewedClientTest, SignsForTheServicesTime) {
  loop_.clock().set_skew(-minutes(10));
  const Target target = here();
  ServiceClient first = make(target);
  ServiceClient second = make(target);
  refuse();
  wire_.answer(200, "{}");
  const runtime::TimePoint begun = loop_.clock().now();
  loop_.run(first.call(a_call(1)));
  EXPECT_EQ(loop_.clock().now(), begun);
  EXPECT_EQ(signed_for(), "20161219T000000Z");
  wire_.answer(200, "{}");
  loop_.run(second.call(a_call()));
  EXPECT_EQ(signed_for(), "20161219T000000Z");
  EXPECT_EQ(told_, std::vector<double>{600});
}

// Goal: when the machine's clock is corrected, the offset returns to zero in the same way.
TEST_F(SkewedClientTest, ForgetsTheOffsetOfAClockThatWasSet) {
  loop_.clock().set_skew(minutes(10));
  refuse("RequestTimeTooSkewed", 403);
  wire_.answer(200, "{}");
  loop_.run(client_.call(a_call()));
  loop_.clock().set_skew({});
  refuse();
  wire_.answer(200, "{}");
  loop_.run(client_.call(a_call()));
  EXPECT_EQ(signed_for(), "20161219T000000Z");
  EXPECT_EQ(told_, (std::vector<double>{-600, 0}));
}

// Goal: calls in flight with the wrong time are all sent again, and the change is published once.
TEST_F(SkewedClientTest, IsLoggedOnceForAllCallsInFlight) {
  loop_.clock().set_skew(-minutes(10));
  runtime::TaskGroup group(loop_.context().get_executor());
  const auto run = [](ServiceClient& client, Call call) -> Task<> { co_await client.call(std::move(call)); };
  wire_.delay(seconds(1));
  for (int i = 0; i < 3; ++i) {
    refuse();
  }
  for (int i = 0; i < 3; ++i) {
    wire_.answer(200, "{}");
    group.spawn(run(client_, a_call(1)));
  }
  loop_.run(group.join());
  EXPECT_EQ(wire_.requests().size(), 6U);
  EXPECT_EQ(told_.size(), 1U);
}

// Goal: an error that the time does not explain is final: the clock is right, or the service sent no time, or a cache
// sent an old one, or the time was already corrected for this call.
TEST_F(SkewedClientTest, LeavesOtherRefusalsAlone) {
  refuse();
  EXPECT_EQ(failure(a_call()).code, "InvalidSignatureException");
  loop_.clock().set_skew(minutes(10));
  wire_.answer(400, R"({"__type":"x#InvalidSignatureException"})");
  failure(a_call());
  wire_.answer(400, R"({"__type":"x#InvalidSignatureException"})", {{"Date", "yesterday"}});
  failure(a_call());
  refuse("InvalidSignatureException", 400, {{"Age", "700"}});
  failure(a_call());
  refuse("NotFound", 404);
  failure(a_call());
  EXPECT_EQ(wire_.requests().size(), 5U);
  EXPECT_TRUE(told_.empty());
  refuse();
  loop_.clock().set_skew(minutes(10));
  wire_.answer(400, R"({"__type":"x#InvalidSignatureException"})", {{"Date", "Sun, 18 Dec 2016 12:00:00 GMT"}});
  EXPECT_EQ(failure(a_call()).attempts, 2U);
  EXPECT_EQ(wire_.left(), 0U);
}

}  // namespace
}  // namespace ekiden::aws
