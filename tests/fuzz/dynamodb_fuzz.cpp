// The decoders of DynamoDB's answers: an answer is read or refused, and an item that might be unwritten is left.
#include <ekiden/aws/dynamodb/request_size.hpp>
#include <ekiden/aws/dynamodb/value_json.hpp>

#include <algorithm>

#include "dynamodb/decode.hpp"
#include "fuzz.hpp"

namespace ekiden::fuzz {
namespace {

namespace dynamodb = aws::dynamodb;
using base::JsonReader;

// Reads with `read`, which can refuse the answer.
template <typename Read>
void attempt(Read read) {
  try {
    read();
  } catch (const aws::FormError& error) {
    require(std::string_view(error.what()).find('\n') == std::string_view::npos, "an error is one line");
  }
}

void write_again(const dynamodb::Item& item) {
  base::JsonWriter text;
  write(text, item);
  require(dynamodb::request_bytes(item) >= text.text().size(), "the size in a request is never too low");
  base::JsonDocument document;
  require(!document.parse(text.text()), "an item is written as JSON");
  require(dynamodb::read_item(document.root()) == item, "an item reads back as the same");
}

void put(JsonReader answer) {
  constexpr std::size_t kItems = 3;
  const std::string request = R"({"RequestItems":{"t":[{"PutRequest":{"Item":{"pk":{"S":"a"}}}},)"
                              R"({"PutRequest":{"Item":{"pk":{"S":"b"},"n":{"N":"1.0"}}}},)"
                              R"({"PutRequest":{"Item":{"pk":{"S":"c"}}}}]}})";
  for (const std::string& sent : {request, std::string("\xff")}) {
    const std::vector<std::size_t> left = dynamodb::codec::read_unprocessed(answer, sent, "t", kItems);
    require(std::ranges::is_sorted(left), "positions are in order");
    require(std::ranges::all_of(left, [](std::size_t position) { return position < kItems; }), "positions exist");
    const auto unprocessed = answer.find("UnprocessedItems");
    require(unprocessed.has_value(), "success is said");
    const auto entries = unprocessed->find("t");
    require(left.empty() == (!entries || entries->size() == 0), "an unprocessed item is left");
  }
}

void describe(JsonReader answer) {
  const dynamodb::TableDescription table = dynamodb::codec::read_table(answer, "Table");
  require(table.key.size() == 1 || table.key.size() == 2, "a table has a key");
  require(!table.key_attributes().at(0).empty(), "a key attribute has a name");
}

void read_all(JsonReader answer) {
  attempt([&] { write_again(dynamodb::read_item(answer)); });
  attempt([&] { dynamodb::read_value(answer); });
  attempt([&] { put(answer); });
  attempt([&] { describe(answer); });
  attempt([&] { dynamodb::codec::read_table_names(answer); });
  attempt([&] { dynamodb::codec::read_batch_get(answer, "t"); });
  attempt([&] { dynamodb::codec::read_page(answer, true); });
  attempt([&] { dynamodb::codec::read_page(answer, false); });
}

}  // namespace
}  // namespace ekiden::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static ekiden::base::JsonDocument document;
  if (!document.parse(ekiden::fuzz::text_of(data, size))) {
    ekiden::fuzz::read_all(document.root());
  }
  return 0;
}
