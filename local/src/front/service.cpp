#include <ekiden/aws/sign/signature_verifier.hpp>
#include <ekiden/base/assert.hpp>
#include <ekiden/http/handler.hpp>
#include <ekiden/local/service.hpp>

#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <utility>

#include "dynamodb/dynamodb.hpp"
#include "latency.hpp"
#include "polls.hpp"
#include "route.hpp"
#include "sqs/messages/messages.hpp"
#include "sqs/wire/handle.hpp"
#include "store/store.hpp"

namespace ekiden::local {

namespace {

std::int64_t milliseconds_of(runtime::WallTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

// A request on its way: shared, because the group that applies it may outlive the task that asked for it.
struct Call {
  http::HttpRequest request;
  Route route;  ///< Views into `request`: a Call does not move.
};
using SharedCall = std::shared_ptr<const Call>;

Outcome apply_sqs(Session& session, const Call& call, const Faults& faults, bool strict_purge) {
  Outcome outcome;
  sqs::Context context{.database = session.database,
                       .now_ms = milliseconds_of(session.now),
                       .random = session.random,
                       .effects = outcome.effects};
  context.partial_rate = faults.partial;
  context.strict_purge = strict_purge;
  outcome.response = sqs::handle(context, call.request);
  return outcome;
}

Outcome apply_dynamodb(Session& session, const Call& call, const Faults& faults) {
  Outcome outcome;
  std::function<bool()> refuse_entry;
  if (faults.unprocessed > 0) {
    refuse_entry = [&session, &faults] { return session.random.chance(faults.unprocessed); };
  }
  outcome.response = dynamodb::handle(session.database, call.route.operation, call.request, session.now, session.random,
                                      outcome.effects, refuse_entry);
  return outcome;
}

Outcome apply_take_back(Session& session, const std::vector<HandedOut>& messages) {
  Outcome outcome;
  sqs::Context context{.database = session.database,
                       .now_ms = milliseconds_of(session.now),
                       .random = session.random,
                       .effects = outcome.effects};
  sqs::take_back(context, messages);
  return outcome;
}

}  // namespace

struct LocalService::Impl {
  Impl(runtime::Env given, ServiceOptions with)
      : env(given),
        options(std::move(with)),
        random(given.random.fork("local.service")),
        polls(given.clock),
        store(
            given, options.storage, [this](const Effects& effects, bool abandoned) { note(effects, abandoned); },
            [this](const Store::Group& group) {
              stats.groups += 1;
              stats.operations += static_cast<std::int64_t>(group.operations);
            }) {
    if (options.keys) {
      verifier = std::make_unique<aws::SignatureVerifier>(options.keys);
    }
  }

  Faults faults() const { return options.changing_faults ? options.changing_faults() : options.faults; }
  Instant now() const { return {env.clock.now(), env.clock.wall_now()}; }

  void note(const Effects& effects, bool abandoned);
  void take_back(std::vector<HandedOut> messages);
  std::optional<http::HttpResponse> refusal_of(const Call& call);
  Operation operation_of(SharedCall call);
  Task<http::HttpResponse> answer(SharedCall call);
  Task<Outcome> receive_when_there(SharedCall call, Outcome outcome, std::uint64_t sequence, runtime::TimePoint since);
  Task<Outcome> apply(SharedCall call);

  runtime::Env env;
  ServiceOptions options;
  runtime::Random random;
  Polls polls;
  Stats stats;
  std::unique_ptr<aws::SignatureVerifier> verifier;
  Store store;
};

void LocalService::Impl::note(const Effects& effects, bool abandoned) {
  stats.messages_sent += effects.messages_sent;
  stats.messages_received += effects.messages_received;
  stats.messages_deleted += effects.messages_deleted;
  stats.items_written += effects.items_written;
  if (effects.items_written > 0) {
    stats.last_item = now();
    stats.first_item = stats.first_item ? stats.first_item : stats.last_item;
  }
  if (effects.messages_deleted > 0) {
    stats.last_delete = now();
  }
  polls.note(effects);
  if (abandoned && !effects.handed_out.empty()) {
    take_back(effects.handed_out);
  }
}

void LocalService::Impl::take_back(std::vector<HandedOut> messages) {
  store.post([messages = std::move(messages)](Session& session) { return apply_take_back(session, messages); });
}

std::optional<http::HttpResponse> LocalService::Impl::refusal_of(const Call& call) {
  const Faults bad = faults();
  if (random.chance(bad.unavailable)) {
    return unavailable();
  }
  if (verifier) {
    const auto refusal = verifier->verify(call.request, service_name(call.route.endpoint), env.clock.wall_now());
    if (refusal) {
      return refused(call.route, call.request, *refusal, random);
    }
  }
  if (random.chance(bad.throttle)) {
    return throttled(call.route, call.request, random);
  }
  if (random.chance(bad.error)) {
    return internal_error(call.route, call.request, "Injected by --faults error.", random);
  }
  return std::nullopt;
}

Operation LocalService::Impl::operation_of(SharedCall call) {
  if (call->route.endpoint == Endpoint::kSqs) {
    return [this, call](Session& session) { return apply_sqs(session, *call, faults(), options.strict_purge); };
  }
  return [this, call](Session& session) { return apply_dynamodb(session, *call, faults()); };
}

// One trip through the store. What a cancelled request was handed goes back.
Task<Outcome> LocalService::Impl::apply(SharedCall call) {
  Operation operation = operation_of(call);
  Store::Answered answered = co_await store.submit(std::move(operation));
  if (!answered.outcome) {
    Outcome failed;
    failed.response = internal_error(call->route, call->request,
                                     "Nothing was changed, try again (" + answered.failure + ").", random);
    co_return failed;
  }
  const auto cancellation = co_await boost::asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != boost::asio::cancellation_type::none &&
      !answered.outcome->effects.handed_out.empty()) {
    take_back(std::move(answered.outcome->effects.handed_out));
  }
  co_return std::move(*answered.outcome);
}

// Long polling: an empty receive is repeated when a message may be there, until its time is over.
Task<Outcome> LocalService::Impl::receive_when_there(SharedCall call, Outcome outcome, std::uint64_t sequence,
                                                     runtime::TimePoint since) {
  // A message woke this receive: unless it looks, another must.
  struct Turn {
    Polls& polls;
    std::optional<std::int64_t> queue;
    ~Turn() {
      if (queue && !base::crashing()) {
        polls.wake(*queue, 1);
      }
    }
  };
  Turn turn{polls, std::nullopt};
  while (outcome.effects.poll && !polls.closed()) {
    const Poll poll = *outcome.effects.poll;
    const runtime::TimePoint deadline = since + std::chrono::milliseconds(poll.wait_ms);
    if (env.clock.now() >= deadline) {
      break;
    }
    if (!polls.changed_since(poll.queue, sequence)) {
      turn.queue = poll.queue;
      co_await polls.wait(poll, deadline);
      if (polls.closed()) {
        break;
      }
      if (const runtime::Duration delivery = draw_delivery(options.latency, random); delivery.count() > 0) {
        co_await env.clock.sleep_for(delivery);
      }
    }
    sequence = polls.sequence();
    outcome = co_await apply(call);
    turn.queue.reset();
  }
  co_return outcome;
}

Task<http::HttpResponse> LocalService::Impl::answer(SharedCall call) {
  const runtime::TimePoint since = env.clock.now();
  const runtime::Duration latency = draw_latency(options.latency, call->route.endpoint, call->route.operation, random);
  if (latency.count() > 0) {
    co_await env.clock.sleep_for(latency);
  }
  const bool drop = random.chance(faults().drop);
  if (drop && random.chance(0.5)) {
    throw http::DropConnection{};
  }
  if (std::optional<http::HttpResponse> refusal = refusal_of(*call)) {
    co_return std::move(*refusal);
  }
  const std::uint64_t sequence = polls.sequence();
  Outcome outcome = co_await apply(call);
  if (outcome.effects.poll && outcome.effects.poll->wait_ms > 0) {
    outcome = co_await receive_when_there(call, std::move(outcome), sequence, since);
  }
  if (drop) {
    throw http::DropConnection{};
  }
  co_return std::move(outcome.response);
}

LocalService::LocalService(runtime::Env env, ServiceOptions options)
    : impl_(std::make_unique<Impl>(env, std::move(options))) {}

LocalService::~LocalService() = default;

Task<http::HttpResponse> LocalService::handle(http::HttpRequest request) {
  auto call = std::make_shared<Call>();
  call->request = std::move(request);
  call->route = route_of(call->request);
  impl_->stats.requests += 1;
  if (call->route.endpoint == Endpoint::kHealth) {
    co_return healthy(call->request);
  }
  if (call->route.endpoint == Endpoint::kNone) {
    co_return not_found();
  }
  co_return co_await impl_->answer(std::move(call));
}

Task<> LocalService::run() { return impl_->store.run(); }

void LocalService::end_polls() { impl_->polls.close(); }

void LocalService::stop() {
  impl_->polls.close();
  impl_->store.stop();
}

const Stats& LocalService::stats() const { return impl_->stats; }

}  // namespace ekiden::local
