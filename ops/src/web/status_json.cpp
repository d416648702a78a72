#include "status_json.hpp"

#include <chrono>

#include "text.hpp"

namespace ekiden::ops {
namespace {

void append_key(std::string& out, std::string_view name) {
  if (out.back() != '{') {
    out += ',';
  }
  append_quoted(out, name);
  out += ':';
}

void append_text(std::string& out, std::string_view name, std::string_view value) {
  append_key(out, name);
  append_quoted(out, value);
}

template <typename T>
void append_figure(std::string& out, std::string_view name, T value) {
  append_key(out, name);
  append_number(out, value);
}

void append_truth(std::string& out, std::string_view name, bool value) {
  append_key(out, name);
  out += value ? "true" : "false";
}

double seconds(runtime::Duration time) {
  // Milliseconds are what a page shows; the rest would be noise that makes every answer differ.
  return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) / 1000;
}

void append_actor(std::string& out, const runtime::ActorStatus& actor) {
  out += '{';
  append_text(out, "name", actor.name);
  append_text(out, "state", actor.state);
  append_text(out, "waiting_on", actor.waiting_on);
  append_figure(out, "waiting_seconds", seconds(actor.waiting_for));
  append_figure(out, "since_progress_seconds", seconds(actor.since_progress));
  append_figure(out, "progress", actor.progress);
  append_figure(out, "restarts", std::uint64_t{actor.restarts});
  append_key(out, "children");
  out += '[';
  for (const runtime::ActorStatus& child : actor.children) {
    if (&child != &actor.children.front()) {
      out += ',';
    }
    append_actor(out, child);
  }
  out += "]}";
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

void append_reading(std::string& out, const Reading& reading) {
  out += '{';
  append_text(out, "name", reading.name);
  append_text(out, "kind", kind_name(reading.kind));
  append_key(out, "labels");
  out += '{';
  for (const auto& [label, value] : reading.labels) {
    append_text(out, label, value);
  }
  out += '}';
  if (reading.kind == runtime::MetricSpec::Kind::kHistogram) {
    append_figure(out, "sum", reading.value);
    append_figure(out, "count", reading.count);
    append_figure(out, "median", reading.median);
    append_figure(out, "percentile_99", reading.percentile_99);
  } else {
    append_figure(out, "value", reading.value);
  }
  out += '}';
}

void append_memory(std::string& out, const Identity& who) {
  out += '{';
  append_figure(out, "resident_bytes", who.memory_bytes);
  if (who.memory_limit) {
    append_figure(out, "limit_bytes", who.memory_limit->bytes);
    append_text(out, "limit_source", who.memory_limit->source);
  }
  out += '}';
}

}  // namespace

std::string status_json(const Identity& who, const runtime::Status& status, const std::vector<Reading>& readings) {
  std::string out = "{";
  append_text(out, "name", who.name);
  append_text(out, "version", who.version);
  if (!who.task.empty()) {
    append_text(out, "task", who.task);
  }
  append_figure(out, "pid", std::int64_t{who.pid});
  append_key(out, "memory");
  append_memory(out, who);
  append_truth(out, "ready", status.ready);
  append_truth(out, "draining", status.draining);
  append_text(out, "detail", status.detail);
  append_key(out, "tree");
  append_actor(out, status.root);
  append_key(out, "metrics");
  out += '[';
  for (const Reading& reading : readings) {
    if (&reading != &readings.front()) {
      out += ',';
    }
    append_reading(out, reading);
  }
  out += "]}\n";
  return out;
}

}  // namespace ekiden::ops
