// What the seed decides before the start: messages, clocks, credentials, faults of network and server, and accidents.
#include <ekiden/aws/events.hpp>

#include <algorithm>
#include <utility>

#include "delivery.hpp"
#include "fleet.hpp"

namespace ekiden::worker::test {

using namespace std::chrono_literals;

namespace {

constexpr int kMessages = 80;
constexpr runtime::Duration kAccidentsBeginWithin = 15s;

// Outages of the server's front end: it rejects everything for some seconds, again and again.
class Bursts {
 public:
  Bursts(runtime::Random& random, runtime::TimePoint begin) {
    for (runtime::TimePoint at = begin; at < begin + kAccidentsBeginWithin;) {
      at += random.between(0, 8'000) * 1ms;
      const runtime::TimePoint end = at + random.between(500, 4'000) * 1ms;
      bursts_.emplace_back(at, end);
      at = end;
    }
  }
  bool covers(runtime::TimePoint now) const {
    return std::ranges::any_of(bursts_, [now](const auto& burst) { return burst.first <= now && now < burst.second; });
  }

 private:
  std::vector<std::pair<runtime::TimePoint, runtime::TimePoint>> bursts_;
};

testkit::NetworkConditions draw_conditions(runtime::Random& random) {
  testkit::NetworkConditions conditions;
  conditions.slow = 0.02;
  if (random.chance(0.8)) {
    conditions.lose_request = 0.01;
    conditions.lose_answer = 0.01;
    conditions.reset_request = 0.02;
    conditions.reset_answer = 0.02;
  }
  if (random.chance(0.3)) {
    conditions.stall = 0.003;
  }
  if (random.chance(0.3)) {
    conditions.bytes_per_second = 8'000 + random.below(100'000);
  }
  return conditions;
}

}  // namespace

void Fleet::draw_messages() {
  for (int i = 0; i < kMessages; ++i) {
    const int id = i % 16 == 1 ? i - 1 : i;  // Some are sent twice, because a key must not be in a batch twice.
    Delivery delivery{"u" + std::to_string(id), "n" + std::to_string(id % 7), "title " + std::to_string(id)};
    if (i % 20 == 5) {
      delivery.title = kForbidden;
    }
    std::string body = i % 20 == 15 ? R"({"user_id": 17, "n": )" + std::to_string(i) + "}" : body_of(delivery);
    if (key_of_body(body).empty()) {
      expected_dead_.insert(body);
    } else {
      expected_[key_of(delivery)] = delivery.title;
    }
    bodies_.push_back(std::move(body));
  }
}

void Fleet::draw_worker(std::size_t index) {
  runtime::Random& random = simulation_.random();
  Worker& worker = workers_[index];
  worker.wrong_clock = random.chance(0.15);
  worker.has_sessions = random.chance(0.3);
  const std::int64_t seconds = worker.wrong_clock ? (random.chance(0.5) ? 600 : -600) : random.between(-60, 60);
  worker.process = &simulation_.process("worker-" + std::to_string(index + 1), {.skew = seconds * 1s});
  worker.process->on_event([&worker](const runtime::Event& event) {
    worker.skews += event.spec.name == aws::events::kClockSkew.name ? 1 : 0;
  });
}

local::ServiceOptions Fleet::draw_server() {
  runtime::Random& random = simulation_.random();
  local::ServiceOptions options;
  options.storage.folder = "data";
  options.keys = [sessions = sessions_](std::string_view id) { return sessions->find(id); };
  if (counts_receives_) {
    return options;
  }
  if (random.chance(0.5)) {
    options.faults = {.throttle = 0.02, .error = 0.02, .drop = 0.02, .partial = 0.05, .unprocessed = 0.05};
  }
  if (random.chance(0.3)) {
    options.changing_faults = [this, usual = options.faults, bursts = Bursts(random, simulation_.now())] {
      local::Faults faults = usual;
      faults.unavailable = bursts.covers(simulation_.now()) ? 1 : 0;
      return faults;
    };
  }
  return options;
}

// A message must never need more receives than the queue allows, except if it fails by its own fault. Where only the
// planned accidents cost receives, that number is known: the first receive, one that ends with an exception of the
// handler, and those of the accidents.
void Fleet::draw_accidents() {
  runtime::Random& random = simulation_.random();
  const std::uint64_t count = counts_receives_ ? random.below(5) : 3 + random.below(9);
  unsigned cost = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    accidents_.push_back(draw_accident(random));
    cost += accidents_.back().receives;
  }
  if (counts_receives_) {
    receives_max_ = 2 + cost;
  }
}

// Outages cost no receives, so they count for nothing in receives_max_.
void Fleet::draw_outages() {
  static constexpr std::array<std::pair<const char*, const char*>, 6> kOutages{{
      {"BatchWriteItem", "AccessDeniedException"},
      {"BatchWriteItem", "ResourceNotFoundException"},
      {"SendMessage", "AccessDenied"},
      {"SendMessage", "QueueDoesNotExist"},
      {"DeleteMessageBatch", "AccessDenied"},
      {"DeleteMessageBatch", "KmsAccessDenied"},
  }};
  runtime::Random& random = simulation_.random();
  for (std::uint64_t i = random.chance(0.6) ? 1 + random.below(3) : 0; i > 0; --i) {
    const auto& [operation, code] = kOutages[random.below(kOutages.size())];
    const runtime::TimePoint begin = simulation_.now() + random.between(0, 15'000) * 1ms;
    const runtime::TimePoint end = begin + random.between(1'000, 90'000) * 1ms;
    front_.add({operation, code, begin, end});
    quiet_at_ = std::max(quiet_at_, end);
  }
}

void Fleet::start_accidents() {
  runtime::Random& random = simulation_.random();
  const auto soon = [&random] { return runtime::Duration(random.between(0, kAccidentsBeginWithin.count())); };
  if (!counts_receives_) {
    simulation_.network().set_conditions(draw_conditions(random));
  }
  for (const Accident& accident : accidents_) {
    simulation_.after(soon(), [this, act = accident.act] { (this->*act)(); });
  }
  for (std::uint64_t i = revokes_sessions_ ? 1 + random.below(3) : 0; i > 0; --i) {
    simulation_.after(soon(), [this] { sessions_->end_all(server_.clock().wall_now()); });
  }
  quiet_at_ = std::max(quiet_at_, simulation_.now() + kAccidentsBeginWithin);
  draw_outages();
}

std::shared_ptr<aws::CredentialsProvider> Fleet::credentials_of(testkit::Process& process, const Worker& worker) {
  if (!worker.has_sessions) {
    return testkit::local_credentials();
  }
  auto wall_now = [this] { return server_.clock().wall_now(); };
  // New credentials sometimes take long.
  auto delay = [&process] { return process.random().between(0, process.random().chance(0.1) ? 3'000 : 20) * 1ms; };
  auto source = std::make_unique<SessionSource>(sessions_, process.clock(), wall_now, delay);
  return std::make_shared<aws::RefreshingCredentials>(process.env(), std::move(source));
}

}  // namespace ekiden::worker::test
