// The JSON parser and its readers: every text is read or refused, and what was read can be written and read again.
#include <ekiden/base/json/quote.hpp>
#include <ekiden/base/json/reader.hpp>
#include <ekiden/base/json/writer.hpp>

#include <string>

#include "fuzz.hpp"

namespace ekiden::fuzz {
namespace {

using base::JsonKind;
using base::JsonReader;
using base::JsonWriter;

// Each function is called for each kind, also for the wrong one and for positions that do not exist.
void copy(JsonReader json, JsonWriter& out) {
  require(json.element(json.size()).is_null(), "an element that does not exist is null");
  require(json.member(json.size()).value.is_null(), "a member that does not exist is null");
  static_cast<void>(json.find("a"));
  static_cast<void>(json.text("a"));
  if (json.string()) {
    out.string(*json.string());
  } else if (json.integer()) {
    out.integer(*json.integer());
  } else if (json.unsigned_integer()) {
    out.unsigned_integer(*json.unsigned_integer());
  } else if (json.number()) {
    out.number(*json.number());
  } else if (json.boolean()) {
    out.boolean(*json.boolean());
  } else if (json.kind() == JsonKind::kArray) {
    out.begin_array();
    for (std::size_t i = 0; i < json.size(); ++i) {
      copy(json.element(i), out);
    }
    out.end_array();
  } else if (json.kind() == JsonKind::kObject) {
    out.begin_object();
    for (std::size_t i = 0; i < json.size(); ++i) {
      const JsonReader::Member member = json.member(i);
      require(json.find(member.name).has_value(), "a member is found by its name");
      out.key(member.name);
      copy(member.value, out);
    }
    out.end_object();
  } else {
    require(json.is_null(), "a value has a kind");
    out.null();
  }
}

void quote(std::string_view text) {
  std::string quoted;
  base::append_json_quoted(quoted, text);
  require(quoted.size() == base::json_quoted_size(text), "the size of a quoted text is known");
  for (const std::size_t max : {std::size_t{3}, std::size_t{40}}) {
    std::string printable;
    base::append_printable_quoted(printable, text, max);
    require(printable.size() <= max + 2, "a printable text is cut");
    base::JsonDocument document;
    require(!document.parse(printable), "a printable text is JSON");
  }
}

void read(std::string_view text) {
  base::JsonDocument document(64);
  if (document.parse(text)) {
    require(document.root().is_null(), "a text that was refused reads as null");
    return;
  }
  JsonWriter first;
  copy(document.root(), first);
  base::JsonDocument again;
  require(!again.parse(first.text()), "what was written is JSON");
  JsonWriter second;
  copy(again.root(), second);
  require(first.text() == second.text(), "what was written reads back as the same");
}

}  // namespace
}  // namespace ekiden::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = ekiden::fuzz::text_of(data, size);
  ekiden::fuzz::quote(text);
  ekiden::fuzz::read(text);
  return 0;
}
