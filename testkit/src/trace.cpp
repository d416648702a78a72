#include <ekiden/testkit/trace.hpp>

#include <bit>
#include <cstdio>
#include <cstdlib>

namespace ekiden::testkit {

Trace::Trace() {
  const char* wanted = std::getenv("EKIDEN_TRACE");
  verbose_ = wanted != nullptr && std::string_view(wanted) == "1";
}

void Trace::feed(std::string_view text) {
  for (const char c : text) {
    hash_ = (hash_ ^ static_cast<unsigned char>(c)) * kPrime;
  }
  feed(static_cast<std::uint64_t>(text.size()));
}

void Trace::feed(const runtime::Event& event) {
  feed(event.spec.name);
  for (const runtime::Value& value : event.values) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      feed(static_cast<std::uint64_t>(*integer));
    } else if (const auto* real = std::get_if<double>(&value)) {
      feed(std::bit_cast<std::uint64_t>(*real));
    } else if (const auto* boolean = std::get_if<bool>(&value)) {
      feed(static_cast<std::uint64_t>(*boolean ? 1 : 0));
    } else {
      feed(std::get<std::string_view>(value));
    }
  }
}

void Trace::print(runtime::TimePoint time, std::string_view who, std::string_view what) const {
  const double seconds = std::chrono::duration<double>(time.time_since_epoch()).count();
  std::fprintf(stderr, "%14.6f %-10.*s %.*s\n", seconds, static_cast<int>(who.size()), who.data(),
               static_cast<int>(what.size()), what.data());
}

std::string Trace::text(const runtime::Event& event) {
  std::string line(event.spec.name);
  for (std::size_t i = 0; i < event.values.size(); ++i) {
    line.append(" ").append(event.spec.fields[i]).append("=");
    const runtime::Value& value = event.values[i];
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      line += std::to_string(*integer);
    } else if (const auto* real = std::get_if<double>(&value)) {
      line += std::to_string(*real);
    } else if (const auto* boolean = std::get_if<bool>(&value)) {
      line += *boolean ? "true" : "false";
    } else {
      line += std::get<std::string_view>(value);
    }
  }
  return line;
}

}  // namespace ekiden::testkit
