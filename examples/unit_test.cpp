/// unit_test: tests a handler against SQS and DynamoDB, in one process, without a port, in virtual time.
///
/// Put your handler into a header that the worker and its test include. Any test framework will do; this test needs
/// none. To try: raise the rates of the faults, or let the handler fail after its put.
#include <ekiden/test.hpp>

#include <boost/describe/class.hpp>

#include <iostream>

namespace {

using namespace std::chrono_literals;
using End = ekiden::test::MessageResult::End;

struct Ticket {
  std::string ticket_id;
  std::string state;
};
BOOST_DESCRIBE_STRUCT(Ticket, (), (ticket_id, state))

// The handler under test.
ekiden::Task<ekiden::Outcome> take(Ticket ticket, ekiden::Context context) {
  if (ticket.state == "void") {
    co_return ekiden::Outcome::reject("the ticket is void");
  }
  if (ticket.state == "new" && context.message().receive_count < 3) {
    co_return ekiden::Outcome::retry(10min);
  }
  co_await context.table().put(ticket);
  co_return ekiden::Outcome::done();
}

bool check(bool passed, const std::string& what) {
  std::cout << (passed ? "passed: " : "FAILED: ") << what << '\n';
  return passed;
}

}  // namespace

int main() {
  const std::vector<std::string> bodies{R"({"ticket_id": "1", "state": "paid"})",
                                        R"({"ticket_id": "2", "state": "new"})",
                                        R"({"ticket_id": "3", "state": "void"})"};
  ekiden::test::Options options{.table_key = {{"ticket_id"}}};
  const auto calm = ekiden::test::run(take, bodies, options);
  bool passed = check(calm.items.size() == 2, "two tickets are stored");
  passed &= check(calm.messages[1].took >= 20min, "a new ticket waits for 20 minutes, which take no time here");
  passed &= check(calm.messages[2].end == End::kRejected && calm.dead.size() == 1, "a void ticket is rejected");
  // The same seed gives the same run, so a failure can be repeated.
  options.seed = 7;
  options.network.reset_answer = 0.1;  // One answer in ten is lost: SQS or DynamoDB did the work, and nobody knows.
  options.faults.throttle = 0.2;       // One request in five is throttled.
  const auto storm = ekiden::test::run(take, bodies, options);
  passed &= check(storm.items == calm.items && storm.left.empty(), "faults do not change the result");
  return passed ? 0 : 1;
}
