/// hello_queue: the smallest worker. It prints the body of each message, and the message is deleted. It needs no table.
///
/// README.md beside this file has the commands that run it. To try: throw std::runtime_error("not now") for one of the
/// bodies, and see how the worker retries this message.
#include <ekiden/worker.hpp>

#include <iostream>

namespace {

// The handler. Ekiden calls it for each message of the queue.
//
// ekiden::Message is the message as SQS delivered it: its body, its attributes, its id. Take it by value: a handler is
// a coroutine, so a reference parameter could refer to an object that no longer exists.
ekiden::Task<> hello(ekiden::Message message) {
  // std::endl prints the line at once, also into a pipe. std::cout is fine here, but do not wait for a disk or a
  // network in this way: all handlers share one thread (see offload_work.cpp and call_http.cpp).
  std::cout << "hello, " << message.body << std::endl;
  // The handler succeeded, so Ekiden deletes the message. After an exception it would retry the message instead.
  co_return;
}

}  // namespace

int main(int argc, char** argv) {
  // "hello" is only a default: --queue, the variable EKIDEN_QUEUE and a configuration file override it. The program has
  // all options of a worker: see `hello-queue --help`.
  return ekiden::run_worker(argc, argv, {.queue = "hello"}, hello);
}
