/// FakeAgent: the ECS agent's task protection endpoint in a simulation. It is as strict as the real agent.
#pragma once

#include <ekiden/http/messages.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/testkit/simulation.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace ekiden::worker::test {

class FakeAgent {
 public:
  static constexpr const char* kUri = "http://169.254.170.2/api/0123";

  explicit FakeAgent(testkit::Simulation& simulation) : simulation_(simulation), process_(simulation.process("agent")) {
    listen();
  }

  /// Stops and starts listening.
  void go() { process_.stop_listening(kAuthority); }
  void listen();

  /// An answer that replaces the agent's work; status 0: no answer. Empty (`instead`): the agent works.
  struct Answer {
    int status = 200;
    std::string body{};
  };
  std::optional<Answer> instead{};
  bool releases = true;  ///< False: a request that ends the protection gets status 500.

  bool is_protected() const { return simulation_.now() < expires_; }
  std::size_t calls() const { return calls_; }
  std::size_t refused() const { return refused_; }  ///< Invalid requests.
  std::size_t longest_minutes() const { return longest_minutes_; }

 private:
  static constexpr const char* kAuthority = "169.254.170.2";
  Task<http::HttpResponse> handle(http::HttpRequest request);
  Answer answer(const http::HttpRequest& request);

  testkit::Simulation& simulation_;
  testkit::Process& process_;
  runtime::TimePoint expires_{};
  std::size_t calls_ = 0;
  std::size_t refused_ = 0;
  std::size_t longest_minutes_ = 0;
};

}  // namespace ekiden::worker::test
