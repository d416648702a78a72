// The parser, compared with Boost.JSON.
#include <ekiden/base/json/reader.hpp>
#include <ekiden/runtime/random.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ekiden::base {
namespace {

namespace json = boost::json;

json::value to_boost(JsonReader value) {
  switch (value.kind()) {
    case JsonKind::kNull:
      return nullptr;
    case JsonKind::kBoolean:
      return *value.boolean();
    case JsonKind::kString:
      return json::string(json::string_view(value.string()->data(), value.string()->size()));
    case JsonKind::kNumber:
      if (value.integer()) {
        return *value.integer();
      }
      if (value.unsigned_integer()) {
        return *value.unsigned_integer();
      }
      return *value.number();
    case JsonKind::kArray: {
      json::array array;
      for (std::size_t i = 0; i < value.size(); ++i) {
        array.push_back(to_boost(value.element(i)));
      }
      return array;
    }
    case JsonKind::kObject:
      break;
  }
  json::object object;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const JsonReader::Member member = value.member(i);
    EXPECT_FALSE(object.contains(json::string_view(member.name.data(), member.name.size())));
    object[json::string_view(member.name.data(), member.name.size())] = to_boost(member.value);
  }
  return object;
}

// Boost.JSON 1.81 rounds a double to within a few units of its last digit.
bool same(const json::value& a, const json::value& b) {
  if (a.is_array() && b.is_array()) {
    return std::equal(a.get_array().begin(), a.get_array().end(), b.get_array().begin(), b.get_array().end(), same);
  }
  if (a.is_object() && b.is_object()) {
    const json::object& left = a.get_object();
    const json::object& right = b.get_object();
    return left.size() == right.size() && std::all_of(left.begin(), left.end(), [&right](const auto& member) {
             const json::value* const other = right.if_contains(member.key());
             return other != nullptr && same(member.value(), *other);
           });
  }
  if (a.is_double() && b.is_double()) {
    const double left = a.get_double();
    const double right = b.get_double();
    return left == right || std::abs(left - right) <= 1e-14 * std::abs(right) ||
           (std::abs(left) < std::numeric_limits<double>::min() && std::abs(right) < 1e-300);
  }
  return a == b;
}

json::parse_options options() {
  json::parse_options result;
  result.max_depth = JsonDocument::kDepthMax;
  return result;
}

void compare(JsonDocument& document, const std::string& text) {
  boost::system::error_code error;
  const json::value expected = json::parse(text, error, {}, options());
  const std::optional<JsonError> refused = document.parse(text);
  if (error == json::error::exponent_overflow) {
    return;  // Infinite to us, as 1e400 is to both.
  }
  ASSERT_EQ(refused.has_value(), error.failed()) << text << (refused ? ": " + refused->reason : "");
  if (refused) {
    EXPECT_LE(refused->offset, text.size()) << text;
    EXPECT_FALSE(refused->reason.empty()) << text;
  } else {
    const json::value got = to_boost(document.root());
    EXPECT_TRUE(same(got, expected)) << text << "\n" << json::serialize(got) << "\n" << json::serialize(expected);
  }
}

// Goal: both parsers accept the same texts, with the same values. Method: texts about which parsers often differ.
TEST(JsonParserTest, AgreesAboutHardTexts) {
  JsonDocument document;
  for (const char* text : {"",
                           " ",
                           "null ",
                           "\t[\r\n]",
                           "nulll",
                           "tru",
                           "[1,]",
                           "[,1]",
                           "[1 2]",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{,}",
                           "{1:2}",
                           "{\"a\":1 \"b\":2}",
                           "[1}",
                           "0",
                           "-0",
                           "-",
                           "+1",
                           "01",
                           "-01",
                           "1.",
                           ".5",
                           "1.5",
                           "1e5",
                           "1E+5",
                           "1e-5",
                           "1e",
                           "1e+",
                           "1.e1",
                           "0e0",
                           "9223372036854775807",
                           "9223372036854775808",
                           "-9223372036854775808",
                           "-9223372036854775809",
                           "18446744073709551615",
                           "18446744073709551616",
                           "123456789012345678901234567890",
                           "0.1e-400",
                           "1e308",
                           "4.9406564584124654e-324",
                           "0x10",
                           "1_000",
                           "NaN",
                           "Infinity",
                           "\"",
                           "\"\\",
                           "\"\\u",
                           "\"\\u12",
                           "\"\\u12\"",
                           "\"\\u00zz\"",
                           "\"\\x41\"",
                           "\"\\ud83d\\ude00\"",
                           "\"\\ud83d\"",
                           "\"\\ude00\"",
                           "\"\\ud83d\\u0041\"",
                           "\"\\uD83D\\uD83D\"",
                           "\"\\u0000\"",
                           "\"\x01\"",
                           "\"\x7f\"",
                           "\"\t\"",
                           "\"caf\xC3\xA9\"",
                           "\"\xE2\x82\xAC\"",
                           "\"\xF0\x9F\x98\x80\"",
                           "\"\xC0\x80\"",
                           "\"\xC3\"",
                           "\"\xE0\x80\x80\"",
                           "\"\xED\xA0\x80\"",
                           "\"\xF4\x90\x80\x80\"",
                           "\"\xF5\x80\x80\x80\"",
                           "\"\x80\"",
                           "\"\xF0\x9F\x98\"",
                           "\xEF\xBB\xBF{}",
                           "{\"a\":1}{}",
                           "[1]//x",
                           "{\"a\":1,\"a\":2}",
                           "{\"\":{\"\":[{}]}}"}) {
    compare(document, text);
  }
}

std::string random_text(runtime::Random& random) {
  static constexpr std::string_view kPieces[] = {"a",       "plain text ",    "\\n",        "\\\"",
                                                 "\\u00e9", "\\ud83d\\ude00", "\xC3\xA9",   "/",
                                                 "\\/",     "\xE2\x82\xAC",   "0123456789", "{\\\"k\\\":1}"};
  std::string text = "\"";
  for (auto i = random.between(0, 6); i > 0; --i) {
    text += kPieces[static_cast<std::size_t>(random.between(0, std::ssize(kPieces) - 1))];
  }
  return text + "\"";
}

std::string random_json(runtime::Random& random, int depth) {
  static constexpr std::string_view kScalars[] = {"null", "true", "false", "0",    "-1",
                                                  "42",   "1.25", "-3e7",  "1e-9", "9223372036854775808"};
  const auto kind = random.between(0, depth > 0 ? 5 : 2);
  if (kind <= 1) {
    return std::string(kScalars[static_cast<std::size_t>(random.between(0, std::ssize(kScalars) - 1))]);
  }
  if (kind == 2) {
    return random_text(random);
  }
  const bool object = kind == 3;
  std::string text = object ? "{" : "[";
  const auto count = random.between(0, random.between(0, 9) == 0 ? 40 : 4);
  for (std::int64_t i = 0; i < count; ++i) {
    text += i == 0 ? "" : random.between(0, 1) == 0 ? "," : " , ";
    text += object ? random_text(random) + (random.between(0, 1) == 0 ? ":" : " :\n") : "";
    text += random_json(random, depth - 1);
  }
  return text + (object ? "}" : "]");
}

// Goal: the same for random texts. Method: random documents, unchanged and with one to three bytes changed, added or
// removed.
TEST(JsonParserTest, AgreesAboutRandomTexts) {
  constexpr std::string_view kBytes = "\"\\{}[],:0-+.eEu \n\x01\x80\xC3\xFFtfnab";
  runtime::Random random(20161219);
  JsonDocument document(256);
  for (int i = 0; i < 4'000; ++i) {
    const std::string text = random_json(random, 4);
    compare(document, text);
    for (int j = 0; j < 3; ++j) {
      std::string changed = text;
      for (auto changes = random.between(1, 3); changes > 0; --changes) {
        const auto at = static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(changed.size())));
        const char byte = kBytes[static_cast<std::size_t>(random.between(0, std::ssize(kBytes) - 1))];
        const auto how = random.between(0, 2);
        if (how == 0) {
          changed.insert(at, 1, byte);
        } else if (at < changed.size()) {
          changed.replace(at, 1, how == 1 ? std::string(1, byte) : "");
        }
      }
      compare(document, changed);
    }
  }
}

}  // namespace
}  // namespace ekiden::base
