#include <ekiden/base/calendar.hpp>
#include <ekiden/http/body_gate.hpp>
#include <ekiden/runtime/waiter.hpp>
#include <ekiden/testkit/sim_network.hpp>
#include <ekiden/testkit/trace.hpp>

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "process_life.hpp"
#include "sim_exchange.hpp"

namespace ekiden::testkit {

using http::HttpRequest;
using http::HttpResponse;
using http::TransportError;
using Kind = http::TransportError::Kind;

namespace {

constexpr std::chrono::seconds kConnectTimeout{3};

}  // namespace

void SimNetwork::draw_fate(Exchange& exchange) {
  using Fate = Exchange::Fate;
  double left = random_.uniform();
  const auto takes = [&left](double share) { return (left -= share) < 0; };
  exchange.fate = takes(conditions_.lose_request)    ? Fate::kRequestLost
                  : takes(conditions_.lose_answer)   ? Fate::kAnswerLost
                  : takes(conditions_.reset_request) ? Fate::kRequestReset
                  : takes(conditions_.reset_answer)  ? Fate::kAnswerReset
                                                     : Fate::kArrives;
}

// The Transport of one process.
class SimNetwork::Endpoint final : public http::Transport {
 public:
  Endpoint(SimNetwork& network, Process& process) : network_(network), process_(process) {}

  Task<HttpResponse> send(HttpRequest request) override {
    if (process_.life().dead) {
      throw TransportError(Kind::kConnect, "the process has crashed");
    }
    // Informs the network if the client's task is cancelled, or destroyed by a crash, before the answer.
    struct Guard {
      SimNetwork& network;
      ExchangePtr exchange;
      ~Guard() { network.abandon(exchange); }
    };
    const std::shared_ptr<http::BodyGate> gate = std::move(request.gate);
    const Guard guard{network_, network_.open(process_, std::move(request))};
    Exchange& exchange = *guard.exchange;
    if (exchange.state != Exchange::State::kSettled) {
      auto enlist = [&exchange](std::shared_ptr<runtime::Waiter> waiter) { exchange.waiter = std::move(waiter); };
      co_await runtime::suspend(std::move(enlist));
    }
    check(exchange);
    if (gate) {
      network_.hold(guard.exchange);
      auto enter = [&gate, length = exchange.response->body.size()](std::shared_ptr<runtime::Waiter> waiter) {
        if (gate->admit(length, [waiter] { waiter->resume(); })) {
          waiter->resume();
        }
      };
      co_await runtime::suspend(std::move(enter));
      check(exchange);
    }
    if (exchange.head_only) {
      exchange.response->began = process_.clock().now();
      auto fetch = [this, &guard](std::shared_ptr<runtime::Waiter> waiter) {
        guard.exchange->waiter = std::move(waiter);
        network_.fetch_body(guard.exchange);
      };
      co_await runtime::suspend(std::move(fetch));
      check(exchange);
    }
    co_return std::move(*exchange.response);
  }

 private:
  static void check(const Exchange& exchange) {
    if (!exchange.response) {
      throw TransportError(exchange.error, exchange.authority + ": " + exchange.why);
    }
  }

  SimNetwork& network_;
  Process& process_;
};

SimNetwork::SimNetwork(runtime::Clock& wire, runtime::Random random, Trace& trace)
    : wire_(wire), random_(random), trace_(trace) {}

SimNetwork::~SimNetwork() {
  for (const auto& [id, exchange] : exchanges_) {
    exchange->drop_steps();
  }
}

std::unique_ptr<http::Transport> SimNetwork::transport_for(Process& process) {
  return std::make_unique<Endpoint>(*this, process);
}

void SimNetwork::listen(Process& process, const std::string& authority, http::Handler handler) {
  listeners_[authority] = Listener{&process, std::move(handler)};
}

void SimNetwork::set_partitioned(const Process& process, bool partitioned) {
  if (partitioned) {
    partitioned_.insert(process.index());
  } else {
    partitioned_.erase(process.index());
  }
}

bool SimNetwork::partitioned(const Process* process) const {
  return process != nullptr && partitioned_.contains(process->index());
}

std::string SimNetwork::operation(const HttpRequest& request) {
  if (const auto target = request.headers.find("x-amz-target")) {
    return std::string(target->substr(target->find('.') + 1));
  }
  return request.url.substr(0, request.url.find('?'));
}

std::uint64_t SimNetwork::calls(std::string_view operation) const {
  const auto found = calls_.find(operation);
  return found == calls_.end() ? 0 : found->second;
}

runtime::Duration SimNetwork::latency() {
  const auto low = conditions_.latency_min.count();
  runtime::Duration time(random_.between(low, std::max(low, conditions_.latency_max.count())));
  if (random_.chance(conditions_.slow)) {
    time += runtime::Duration(random_.between(0, conditions_.slow_max.count()));
  }
  return time;
}

void SimNetwork::note(const Exchange& exchange, std::string_view what) {
  trace_.feed(what);
  trace_.feed(exchange.id);
  trace_.feed(wire_.now());
  if (trace_.verbose()) {
    std::string line = "#" + std::to_string(exchange.id) + " " + operation(exchange.request) + " " + std::string(what);
    trace_.print(wire_.now(), exchange.client->name(), line);
  }
}

void SimNetwork::after(const ExchangePtr& exchange, runtime::Duration time, std::function<void()> step) {
  exchange->next = wire_.call_at(wire_.now() + time, std::move(step));
}

SimNetwork::ExchangePtr SimNetwork::open(Process& client, HttpRequest request) {
  const auto exchange = std::make_shared<Exchange>();
  exchange->id = next_id_++;
  exchange->client = &client;
  exchange->client_index = client.index();
  exchanges_.emplace(exchange->id, exchange);
  const std::optional<http::Url> url = http::Url::parse(request.url);
  if (!url) {
    fail(exchange, Kind::kProtocol, "not an absolute http or https URL");
    return exchange;
  }
  exchange->authority = url->authority();
  exchange->request = std::move(request);
  exchange->request.url = url->target;
  exchange->request.headers.set("host", exchange->authority);
  draw_fate(*exchange);
  trace_.feed(exchange->request.body);
  note(*exchange, "sent");
  after(exchange, latency(), [this, exchange] { deliver(exchange); });
  return exchange;
}

void SimNetwork::deliver(const ExchangePtr& exchange) {
  const auto listener = listeners_.find(exchange->authority);
  Process* const server = listener != listeners_.end() ? listener->second.process : nullptr;
  if (server != exchange->client && (partitioned(exchange->client) || partitioned(server))) {
    fail_after(exchange, kConnectTimeout, Kind::kConnect, "connect timed out");
  } else if (server == nullptr) {
    fail_after(exchange, latency(), Kind::kConnect, "connection refused");
  } else if (const Connection connection = connect(exchange); connection != Connection::kLive) {
    if (connection == Connection::kDead) {
      exchange->lost = true;
      exchange->watch.sent(wire_.now());
      go_silent(exchange);
    }
  } else if (exchange->fate == Exchange::Fate::kRequestReset) {
    fail_after(exchange, latency(), Kind::kReset, "connection reset");
  } else if (exchange->fate == Exchange::Fate::kRequestLost) {
    exchange->watch.sent(wire_.now());
    go_silent(exchange);
  } else {
    upload(exchange, [this, exchange] { hand_over(exchange); });
  }
}

void SimNetwork::hand_over(const ExchangePtr& exchange) {
  const auto listener = listeners_.find(exchange->authority);
  if (listener == listeners_.end()) {
    fail_after(exchange, latency(), Kind::kReset, "connection reset");  // The server crashed meanwhile.
  } else {
    handle(exchange, listener->second);
  }
}

void SimNetwork::handle(const ExchangePtr& exchange, const Listener& listener) {
  exchange->server = listener.process;
  exchange->state = Exchange::State::kHandling;
  ++calls_[operation(exchange->request)];
  note(*exchange, "handled");
  auto on_end = [this, exchange](std::exception_ptr) {
    if (exchange->state == Exchange::State::kHandling) {
      dropped(exchange);  // The handler was cancelled, or wants the connection to be closed.
    }
  };
  exchange->handler = listener.process->life().tasks.spawn(serve(*this, exchange, listener.handler), std::move(on_end));
}

Task<> SimNetwork::serve(SimNetwork& network, ExchangePtr exchange, http::Handler handler) {
  HttpResponse response;
  try {
    HttpRequest request = exchange->request;
    response = co_await handler(std::move(request));
  } catch (const http::DropConnection&) {
    co_return;
  } catch (const boost::system::system_error& error) {
    if (error.code() == boost::asio::error::operation_aborted) {
      co_return;
    }
    response.status = 500;
  } catch (const std::exception&) {
    response.status = 500;
  }
  network.answered(exchange, std::move(response));
}

void SimNetwork::answered(const ExchangePtr& exchange, HttpResponse response) {
  if (exchange->state != Exchange::State::kHandling) {
    return;  // The server has crashed: its handler only returns because it unwinds.
  }
  if (!response.headers.find("Date")) {
    const auto now = exchange->server->clock().wall_now();
    response.headers.add("Date", base::format_http_date(std::chrono::floor<std::chrono::seconds>(now)));
  }
  trace_.feed(static_cast<std::uint64_t>(response.status));
  trace_.feed(response.body);
  note(*exchange, "answered");
  const Answered answer{*exchange->client, *exchange->server, exchange->request, response};
  for (const Observer& observer : observers_) {
    observer(answer);
  }
  exchange->state = Exchange::State::kAnswering;
  if (exchange->abandoned) {
    settle(exchange);
  } else if (exchange->fate == Exchange::Fate::kAnswerReset) {
    fail_after(exchange, latency(), Kind::kReset, "connection reset before the answer");
  } else if (exchange->lost || exchange->fate == Exchange::Fate::kAnswerLost) {
    go_silent(exchange);
  } else {
    exchange->response = std::move(response);
    after(exchange, latency(), [this, exchange] {
      if (exchange->client != exchange->server && (partitioned(exchange->client) || partitioned(exchange->server))) {
        exchange->lost = true;
        go_silent(exchange);
      } else {
        arrive(exchange);
      }
    });
  }
}

void SimNetwork::dropped(const ExchangePtr& exchange) {
  note(*exchange, "dropped");
  exchange->state = Exchange::State::kAnswering;
  if (exchange->abandoned) {
    settle(exchange);
  } else {
    fail_after(exchange, latency(), Kind::kReset, "connection closed before the answer");
  }
}

void SimNetwork::fail_after(const ExchangePtr& exchange, runtime::Duration time, Kind kind, const char* why) {
  after(exchange, time, [this, exchange, kind, why] { fail(exchange, kind, why); });
}

void SimNetwork::fail(const ExchangePtr& exchange, Kind kind, const char* why) {
  exchange->error = kind;
  exchange->why = why;
  exchange->response.reset();
  settle(exchange);
}

// Ends the exchange, and resumes the client's task if it still waits.
void SimNetwork::settle(const ExchangePtr& exchange) {
  const ExchangePtr kept =
      exchange;  // `exchange` can refer to the pointer in the map or in the alarm, which goes here.
  if (kept->state == Exchange::State::kSettled) {
    return;
  }
  if (kept->abandoned) {
    kept->response.reset();
  }
  note(*kept, kept->response ? "settled" : "failed");
  kept->state = Exchange::State::kSettled;
  kept->head_only = false;
  kept->drop_steps();
  kept->impatience.cancel();
  disconnect(*kept);
  exchanges_.erase(kept->id);
  if (const auto waiter = std::exchange(kept->waiter, nullptr)) {
    waiter->resume();
  }
  kept->next.cancel();
}

void SimNetwork::abandon(const ExchangePtr& exchange) {
  if (exchange->state == Exchange::State::kSettled || exchange->abandoned) {
    return;
  }
  note(*exchange, "abandoned");
  exchange->abandoned = true;
  if (exchange->state != Exchange::State::kHandling) {
    settle(exchange);
    return;
  }
  // The server notices one latency later.
  after(exchange, latency(),
        [exchange] { exchange->server->life().enqueue([handler = exchange->handler] { handler.cancel(); }); });
}

void SimNetwork::cut_off(Process& process) {
  std::erase_if(listeners_, [&process](const auto& entry) { return entry.second.process == &process; });
  const auto exchanges = exchanges_;  // A copy, because settled exchanges are removed from the map.
  for (const auto& [id, exchange] : exchanges) {
    if (exchange->client == &process) {
      const auto waiter = std::exchange(exchange->waiter, nullptr);
      abandon(exchange);
      exchange->why = "the process has crashed";
      if (waiter) {
        waiter->resume();  // A task that cannot be cancelled must unwind, too.
      }
    }
    if (exchange->server == &process && exchange->state == Exchange::State::kHandling) {
      dropped(exchange);
    } else if (exchange->server == &process && (exchange->left > 0 || exchange->head_only)) {
      exchange->lost = true;
      fail_after(exchange, latency(), Kind::kReset, "connection reset in the answer");
    }
  }
}

}  // namespace ekiden::testkit
