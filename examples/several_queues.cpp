/// several_queues: one program that processes two queues, each with a handler of its own.
///
/// A configuration file (--config) sets options for every queue, or for one queue in a section. A section has the name
/// that the queue has in this program:
///
///   max-in-flight = 200
///   [queue.refunds]
///   max-in-flight = 5
///
/// A flag or a variable overrides the file, and applies to every queue. So the program refuses --queue and
/// EKIDEN_QUEUE: both handlers would read the same queue. To give one of them another queue, set the key queue in its
/// section. To run it with all its queues on this machine:
///
///   ekiden up --queue purchases --queue refunds --table shop --table-key id --worker build/release/bin/several-queues
///
/// README.md beside this file has the commands that run it.
#include <ekiden/worker.hpp>

#include <iostream>

namespace {

struct Purchase {
  std::string id;
  std::string article;
};
BOOST_DESCRIBE_STRUCT(Purchase, (), (id, article))

struct Refund {
  std::string id;
  int cents = 0;
};
BOOST_DESCRIBE_STRUCT(Refund, (), (id, cents))

ekiden::Task<> store_purchase(Purchase purchase, ekiden::Context context) {
  co_await context.table().put(purchase);
  std::cout << "purchase " << purchase.id << std::endl;
}

ekiden::Task<> store_refund(Refund refund, ekiden::Context context) {
  co_await context.table().put(refund);
  std::cout << "refund " << refund.id << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  ekiden::App app("several-queues", "stores the purchases and the refunds of a shop");
  // The names are defaults. Here both queues have the same table; each could have its own.
  app.consume({.queue = "purchases", .table = "shop"}, store_purchase);
  app.consume({.queue = "refunds", .table = "shop"}, store_refund);
  return app.run(argc, argv);
}
