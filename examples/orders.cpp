/// orders: reads typed messages and stores them in a table. Rejects the messages that make no sense.
///
/// README.md beside this file has the commands that run it. To try: send an order with a negative amount, and one
/// without a customer. Both become dead letters.
#include <ekiden/worker.hpp>

#include <iostream>

namespace {

// The message body is a JSON object with these members. All of them are required: optional_members.cpp shows how to
// make one optional. A body that does not decode never reaches the handler: it goes to the dead-letter queue with the
// reason.
struct Order {
  std::string order_id;
  std::string customer;
  int amount = 0;
};
BOOST_DESCRIBE_STRUCT(Order, (), (order_id, customer, amount))

ekiden::Task<ekiden::Outcome> store(Order order, ekiden::Context context) {
  if (order.amount < 0) {
    // A retry cannot help, because the message itself is wrong. It goes to the dead-letter queue with this reason.
    co_return ekiden::Outcome::reject("the amount is negative");
  }
  // Returns when DynamoDB has confirmed the item. The message is deleted after that, so no order is lost. A handler can
  // run twice for one message: the key comes from the message, so the second put replaces the item with the same item.
  co_await context.table().put(order);
  std::cout << "stored order " << order.order_id << std::endl;
  co_return ekiden::Outcome::done();
}

}  // namespace

int main(int argc, char** argv) {
  return ekiden::run_worker(argc, argv, {.queue = "orders", .table = "orders"}, store);
}
