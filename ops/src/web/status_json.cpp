#include "status_json.hpp"

#include <ekiden/base/json/writer.hpp>

#include <chrono>

namespace ekiden::ops {
namespace {

using base::JsonWriter;

double seconds(runtime::Duration time) {
  // Rounded down to milliseconds: the page shows no more digits.
  return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) / 1000;
}

void add_actor(JsonWriter& json, const runtime::ActorStatus& actor) {
  json.begin_object();
  json.key("name").printable(actor.name);
  json.key("state").printable(actor.state);
  json.key("waiting_on").printable(actor.waiting_on);
  json.key("waiting_seconds").number(seconds(actor.waiting_for));
  json.key("since_progress_seconds").number(seconds(actor.since_progress));
  json.key("progress").unsigned_integer(actor.progress);
  json.key("restarts").unsigned_integer(actor.restarts);
  json.key("children").begin_array();
  for (const runtime::ActorStatus& child : actor.children) {
    add_actor(json, child);
  }
  json.end_array().end_object();
}

std::string_view kind_name(runtime::MetricSpec::Kind kind) {
  switch (kind) {
    case runtime::MetricSpec::Kind::kCounter:
      return "counter";
    case runtime::MetricSpec::Kind::kHistogram:
      return "histogram";
    case runtime::MetricSpec::Kind::kGauge:
    case runtime::MetricSpec::Kind::kNone:
      break;
  }
  return "gauge";
}

void add_reading(JsonWriter& json, const Reading& reading) {
  json.begin_object();
  json.key("name").printable(reading.name);
  json.field("kind", kind_name(reading.kind));
  json.key("labels").begin_object();
  for (const auto& [label, value] : reading.labels) {
    json.key(label).printable(value);
  }
  json.end_object();
  if (reading.kind == runtime::MetricSpec::Kind::kHistogram) {
    json.key("sum").number(reading.value);
    json.key("count").unsigned_integer(reading.count);
    json.key("median").number(reading.median);
    json.key("percentile_99").number(reading.percentile_99);
  } else {
    json.key("value").number(reading.value);
  }
  json.end_object();
}

void add_outage(JsonWriter& json, const runtime::Outage& outage) {
  json.begin_object();
  json.key("queue").printable(outage.queue);
  json.key("sink").printable(outage.sink);
  json.key("resource").printable(outage.resource);
  json.key("reason").printable(outage.reason);
  json.key("seconds").number(seconds(outage.lasts));
  json.end_object();
}

void add_memory(JsonWriter& json, const Identity& who) {
  json.begin_object();
  json.key("resident_bytes").unsigned_integer(who.memory_bytes);
  if (who.memory_limit) {
    json.key("limit_bytes").unsigned_integer(who.memory_limit->bytes);
    json.key("limit_source").printable(who.memory_limit->source);
  }
  json.end_object();
}

}  // namespace

std::string status_json(const Identity& who, const runtime::Status& status, const std::vector<Reading>& readings) {
  JsonWriter json(std::size_t{16} << 10);
  json.begin_object();
  json.key("name").printable(who.name);
  json.key("version").printable(who.version);
  if (!who.task.empty()) {
    json.key("task").printable(who.task);
  }
  json.field("pid", std::int64_t{who.pid});
  add_memory(json.key("memory"), who);
  json.field("ready", status.ready);
  json.field("draining", status.draining);
  json.key("detail").printable(status.detail);
  json.key("outages").begin_array();
  for (const runtime::Outage& outage : status.outages) {
    add_outage(json, outage);
  }
  json.end_array();
  add_actor(json.key("tree"), status.root);
  json.key("metrics").begin_array();
  for (const Reading& reading : readings) {
    add_reading(json, reading);
  }
  json.end_array().end_object();
  return json.take() + "\n";
}

}  // namespace ekiden::ops
