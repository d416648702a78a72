// Numbers that DynamoDB cannot hold are their message's own fault.
#include <boost/describe.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "processor_fixture.hpp"

namespace ekiden::worker {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct Sale {
  std::string id;
  double price = 0;
};
BOOST_DESCRIBE_STRUCT(Sale, (), (id, price))

class UnstorableTest : public ProcessorTest {};

// Goal: a number that DynamoDB cannot hold is its message's own fault, and no failure that a retry could fix. The
// message goes to the dead-letter queue, with the member's name as the reason, and nothing is sent to the table.
TEST_F(UnstorableTest, ANumberThatCannotBeStoredIsRejected) {
  settings_.table = kTable;
  run_processor(make_handler([](Sale sale, Context context) -> Task<> { co_await context.table().put(sale); }));
  deliver(R"({"id":"1","price":1e999})");
  deliver(R"({"id":"1","price":1e300})");
  run_for(1s);
  EXPECT_EQ(deletes().size(), 2U);
  std::vector<std::string> reasons;
  for (const aws::sqs::Message& dead : dead_letters()) {
    reasons.push_back(dead.attributes.at("EkidenReason").value);
  }
  EXPECT_THAT(reasons, testing::UnorderedElementsAre(HasSubstr("undecodable: price: expected a number that fits"),
                                                     HasSubstr("unstorable: price: the number is larger than 9.99")));
  EXPECT_TRUE(books().writes.table(kTable).empty());
}

// Goal: the same for the numbers of an item that a handler makes itself.
TEST_F(UnstorableTest, ARawNumberThatCannotBeStoredIsRejected) {
  settings_.table = kTable;
  run_processor(make_handler([](Message message, Context context) -> Task<> {
    const aws::dynamodb::Item item{{"id", "1"}, {"list", aws::dynamodb::List{aws::dynamodb::Number{message.body}}}};
    co_await context.table().put(item);
  }));
  for (const char* text : {"inf", "nan", "1e126", "0x10", "1,5"}) {
    deliver(text);
  }
  run_for(1s);
  EXPECT_EQ(deletes().size(), 5U);
  const std::vector<aws::sqs::Message> dead = dead_letters();
  EXPECT_EQ(dead.size(), 5U);
  for (const aws::sqs::Message& each : dead) {
    EXPECT_THAT(each.attributes.at("EkidenReason").value, HasSubstr("unstorable: list[0]: the number"));
  }
}

}  // namespace
}  // namespace ekiden::worker
