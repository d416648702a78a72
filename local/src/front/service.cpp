#include <ekiden/aws/sign/signature_verifier.hpp>
#include <ekiden/base/assert.hpp>
#include <ekiden/http/handler.hpp>
#include <ekiden/local/service.hpp>

#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <utility>

#include "latency.hpp"
#include "plain_answers.hpp"
#include "polls.hpp"
#include "route.hpp"
#include "schema.hpp"
#include "sqs/messages/messages.hpp"
#include "store/store.hpp"

namespace ekiden::local {

struct LocalService::Impl {
  Impl(runtime::Env given, ServiceOptions with)
      : env(given),
        options(std::move(with)),
        random(given.random.fork("local.service")),
        store(
            given, options.storage, schema_steps(),
            [this](const Effects& effects, bool abandoned) { note(effects, abandoned); },
            [this](const Store::Group& group) {
              stats.groups += 1;
              stats.operations += static_cast<std::int64_t>(group.operations);
            },
            sweep),
        polls(given.clock, store.time()) {
    if (options.keys) {
      verifier = std::make_unique<aws::SignatureVerifier>(options.keys);
    }
  }

  Faults faults() const { return options.changing_faults ? options.changing_faults() : options.faults; }
  Instant now() const { return {env.clock.now(), env.clock.wall_now()}; }

  void note(const Effects& effects, bool abandoned);
  void take_back(std::vector<HandedOut> messages);
  std::optional<http::HttpResponse> refusal_of(const Call& call);
  http::HttpResponse carry_out(Session& session, const Call& call) const;
  Task<http::HttpResponse> answer(SharedCall call);
  Task<Applied> receive_when_there(SharedCall call, Applied applied, std::uint64_t sequence, runtime::TimePoint since);
  Task<Applied> apply(SharedCall call);

  runtime::Env env;
  ServiceOptions options;
  runtime::Random random;
  Stats stats;
  std::unique_ptr<aws::SignatureVerifier> verifier;
  Store store;
  Polls polls;
  const http::Router plain = plain_router();
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
  store.post([messages = std::move(messages)](Session& session) {
    sqs::take_back(session, messages);
    return http::HttpResponse{};
  });
}

std::optional<http::HttpResponse> LocalService::Impl::refusal_of(const Call& call) {
  const Faults bad = faults();
  if (random.chance(bad.unavailable)) {
    return unavailable();
  }
  if (verifier) {
    const std::string_view service = call.frontend->signing_name();
    if (const auto refusal = verifier->verify(call.request, service, env.clock.wall_now())) {
      return call.frontend->refuse(*refusal, random);
    }
  }
  if (random.chance(bad.throttle)) {
    return call.frontend->refuse(Throttled{"Injected by --faults throttle."}, random);
  }
  if (random.chance(bad.error)) {
    return call.frontend->refuse(InternalError{"Injected by --faults error."}, random);
  }
  return std::nullopt;
}

http::HttpResponse LocalService::Impl::carry_out(Session& session, const Call& call) const {
  session.strict_purge = options.strict_purge;
  if (const double rate = call.frontend->entry_fault_rate(faults()); rate > 0) {
    session.refuse_entry = [&session, rate] { return session.random.chance(rate); };
  }
  return call.frontend->apply(session, call);
}

// Executes the call in the store. If the call was cancelled meanwhile, its received messages are released.
Task<Applied> LocalService::Impl::apply(SharedCall call) {
  const Operation operation = [this, call](Session& session) { return carry_out(session, *call); };
  Store::Settled settled;
  do {
    Operation once = operation;
    settled = co_await store.submit(std::move(once));
  } while (settled.applied && settled.applied->effects.again);
  if (!settled.applied) {
    const InternalError failed{"Nothing was changed, try again (" + settled.failure + ")."};
    Applied nothing;
    nothing.response = call->frontend->refuse(failed, random);
    co_return nothing;
  }
  const auto cancellation = co_await boost::asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != boost::asio::cancellation_type::none &&
      !settled.applied->effects.handed_out.empty()) {
    take_back(std::move(settled.applied->effects.handed_out));
  }
  co_return std::move(*settled.applied);
}

// Long polling: repeats an empty receive when a message might be visible, until its time is over.
Task<Applied> LocalService::Impl::receive_when_there(SharedCall call, Applied applied, std::uint64_t sequence,
                                                     runtime::TimePoint since) {
  // A message woke this receive. If it does not receive, another one must be woken.
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
  while (applied.effects.poll && !polls.closed()) {
    const Poll poll = *applied.effects.poll;
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
    applied = co_await apply(call);
    turn.queue.reset();
  }
  co_return applied;
}

Task<http::HttpResponse> LocalService::Impl::answer(SharedCall call) {
  const runtime::TimePoint since = env.clock.now();
  const runtime::Duration latency = draw_latency(options.latency, call->frontend->endpoint(), call->operation, random);
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
  Applied applied = co_await apply(call);
  if (applied.effects.poll && applied.effects.poll->wait_ms > 0) {
    applied = co_await receive_when_there(call, std::move(applied), sequence, since);
  }
  if (drop) {
    throw http::DropConnection{};
  }
  co_return std::move(applied.response);
}

LocalService::LocalService(runtime::Env env, ServiceOptions options)
    : impl_(std::make_unique<Impl>(env, std::move(options))) {}

LocalService::~LocalService() = default;

Task<http::HttpResponse> LocalService::handle(http::HttpRequest request) {
  impl_->stats.requests += 1;
  SharedCall call = enter(std::move(request));
  if (call->frontend == nullptr) {
    co_return co_await impl_->plain.answer(call->request);
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
