/// PreflightTest: a worker before its first receive. The test answers some of its calls.
#pragma once

#include <ekiden/testkit/local_server.hpp>
#include <ekiden/worker/events.hpp>
#include <ekiden/worker/service.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fleet/detour.hpp"
#include "fleet/sender.hpp"

namespace ekiden::worker::test {

class PreflightTest : public testing::Test {
 protected:
  PreflightTest() {
    worker_.on_event([this](const runtime::Event& event) {
      for (const runtime::EventSpec* spec : worker::events::kAll) {
        if (event.spec.name == spec->name && spec->severity != runtime::Severity::kDebug) {
          const auto error = event.find("error");
          logged_.emplace_back(spec->name, error ? std::get<std::string_view>(*error) : std::string_view());
        }
      }
    });
  }

  void start_server() {
    simulation_.start(server_, testkit::local_server({}));
    ASSERT_TRUE(sender_.run(sender_.prepare(30), std::chrono::hours(1), [] { return true; }));
  }

  static worker::Settings settings_of(const char* queue) {
    worker::Settings settings;
    settings.queue = queue;
    settings.allow_no_dead_letter_queue = true;
    return settings;
  }

  void start_worker(const char* table, std::vector<std::string> table_key) {
    worker::Settings settings = settings_of(Sender::kQueue);
    settings.table = table;
    settings.table_key = std::move(table_key);
    start_worker({std::move(settings)});
  }

  // One consumer for each queue, with a handler that does nothing.
  void start_worker(std::vector<worker::Settings> queues) {
    auto& way = worker_.keep(std::make_unique<Detour>(worker_.transport(), answer_));
    worker::Service::Seams seams{worker_.env(), way, testkit::local_target(), testkit::local_credentials(),
                                 "simulated"};
    std::vector<worker::Consumer> consumers;
    for (worker::Settings& settings : queues) {
      consumers.push_back(
          worker::Consumer{std::move(settings), worker::make_handler([](worker::Message) -> Task<> { co_return; })});
    }
    service_ = &worker_.keep(std::make_unique<worker::Service>(std::move(seams), std::move(consumers)));
    simulation_.start(worker_, run(*service_, status_));
  }

  static Task<> run(worker::Service& service, std::optional<int>& status) { status = co_await service.run(); }

  // Runs the simulation while `wanted`, and checks the worker's health at every step.
  void run_while(const std::function<bool()>& wanted) {
    const auto look = [&] {
      const runtime::Status status = service_->status();
      was_healthy_ |= status.ready || status.draining;
      return wanted();
    };
    simulation_.run_while(look, simulation_.now() + std::chrono::hours(1));
  }
  // Runs until the worker has ended or has logged worker.started.
  void settle() {
    run_while(
        [this] { return !status_ && (logged_.empty() || logged_.back().first != worker::events::kStarted.name); });
  }
  void run_until_ended() {
    run_while([this] { return !status_; });
  }

  // From now on the worker's requests for `operation` get this answer.
  void answer(std::string operation, http::HttpResponse response) {
    *answer_ = [this, operation, response](const http::HttpRequest& request) -> std::optional<http::HttpResponse> {
      if (!target_of(request).ends_with(operation)) {
        return std::nullopt;
      }
      ++answered_;
      return response;
    };
  }

  using Logged = std::vector<std::pair<std::string, std::string>>;  // Name and error of each event above debug.
  Logged logged_;
  std::optional<int> status_;
  bool was_healthy_ = false;  // True if the worker was healthy at any step of run_while().
  unsigned answered_ = 0;     // Requests that got the answer of answer().
  std::shared_ptr<Detour::Answer> answer_ = std::make_shared<Detour::Answer>();
  worker::Service* service_ = nullptr;
  testkit::Simulation simulation_{1};
  testkit::Process& server_{simulation_.process("server")};
  Sender sender_{simulation_};
  testkit::Process& worker_{simulation_.process("worker")};
};

}  // namespace ekiden::worker::test
