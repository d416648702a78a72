// Writing and reading JSON.
#include <ekiden/base/json/reader.hpp>
#include <ekiden/base/json/writer.hpp>

#include <gtest/gtest.h>

#include <limits>

namespace ekiden::base {
namespace {

// Goal: commas stand between siblings only.
TEST(JsonWriterTest, WritesNestedValues) {
  JsonWriter writer;
  writer.begin_object()
      .field("a", "x")
      .key("b")
      .begin_array()
      .integer(-1)
      .begin_object()
      .end_object()
      .null()
      .end_array();
  writer.field("c", true).key("d").begin_object().field("e", std::int64_t{7}).end_object();
  writer.key("f").raw("[1]").key("g").unsigned_integer(std::numeric_limits<std::uint64_t>::max()).end_object();
  EXPECT_EQ(writer.text(), R"({"a":"x","b":[-1,{},null],"c":true,"d":{"e":7},"f":[1],"g":18446744073709551615})");
}

// Goal: a document larger than its reserve uses the same memory every time (the memory must not double).
TEST(JsonReaderTest, OutgrowsItsReserveAgainAndAgain) {
  const std::string text = "[\"" + std::string(4'096, 'x') + "\"]";
  JsonDocument document(256);
  for (int i = 0; i < 100; ++i) {
    ASSERT_FALSE(document.parse(text));
    EXPECT_EQ(document.root().element(0).string()->size(), 4'096U);
  }
}

// Goal: every special character is escaped, at each position of the eight bytes that are checked together.
TEST(JsonWriterTest, EscapesEveryCharacterThatNeedsIt) {
  for (int c = 0; c < 256; ++c) {
    for (std::size_t position = 0; position < 18; ++position) {
      std::string text(18, '\x80');
      text[position] = static_cast<char>(c);
      std::string quoted;
      append_json_quoted(quoted, text);
      const bool escaped = c < 0x20 || c == '"' || c == '\\';
      EXPECT_EQ(quoted.size() > text.size() + 2, escaped) << c << " at " << position;
    }
  }
  JsonWriter writer;
  writer.string("\"\\\n\r\t\x01/\x7f");
  EXPECT_EQ(writer.text(), "\"\\\"\\\\\\n\\r\\t\\u0001/\x7f\"");
}

// Goal: numbers read back as the same value; NaN and infinities become null.
TEST(JsonWriterTest, WritesShortestNumbers) {
  JsonWriter writer;
  writer.begin_array().number(0.1).number(1e300).number(-2).number(std::numeric_limits<double>::infinity()).end_array();
  EXPECT_EQ(writer.text(), "[0.1,1e+300,-2,null]");
  JsonDocument read;
  ASSERT_FALSE(read.parse("-0.0"));
  JsonWriter zero;
  EXPECT_EQ(zero.number(read.root().number().value()).text(), "-0.0") << "it reads back with its sign";
}

// Goal: a reader of a peer's text can never end the process: a position or a kind that the text does not have is null.
TEST(JsonReaderTest, AnswersNullForWhatTheTextDoesNotHave) {
  JsonDocument document;
  for (const char* text : {R"(null)", R"(true)", R"(7)", R"("text")", R"([])", R"({})", R"([1])", R"({"a":1})"}) {
    ASSERT_FALSE(document.parse(text)) << text;
    const JsonReader root = document.root();
    EXPECT_TRUE(root.element(1).is_null()) << text;
    EXPECT_EQ(root.element(0).is_null(), root.kind() != JsonKind::kArray || root.size() == 0) << text;
    EXPECT_TRUE(root.member(1).value.is_null()) << text;
    EXPECT_EQ(root.member(1).name, "") << text;
    EXPECT_EQ(root.member(0).value.is_null(), root.kind() != JsonKind::kObject || root.size() == 0) << text;
    EXPECT_TRUE(root.element(0).element(0).member(0).value.element(7).is_null()) << text;
  }
}

// Goal: a value is returned by the function for its kind, and by no other.
TEST(JsonReaderTest, AnswersByKind) {
  JsonDocument document;
  ASSERT_FALSE(
      document.parse(R"({"s":"caf\u00e9","i":-5,"u":18446744073709551615,"d":1.5,"b":true,"n":null,"a":[1,"x"]})"));
  const JsonReader root = document.root();
  ASSERT_EQ(root.kind(), JsonKind::kObject);
  EXPECT_EQ(root.size(), 7U);
  EXPECT_EQ(root.text("s"), "caf\xC3\xA9");
  EXPECT_EQ(root.text("i"), "");
  EXPECT_EQ(root.find("i")->integer(), -5);
  EXPECT_FALSE(root.find("i")->unsigned_integer());
  EXPECT_EQ(root.find("u")->unsigned_integer(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(root.find("u")->integer());
  EXPECT_EQ(root.find("d")->number(), 1.5);
  EXPECT_FALSE(root.find("d")->integer());
  EXPECT_EQ(root.find("b")->boolean(), true);
  EXPECT_TRUE(root.find("n")->is_null());
  EXPECT_EQ(root.find("a")->element(1).string(), "x");
  EXPECT_FALSE(root.find("missing"));
  EXPECT_FALSE(root.find("s")->find("x"));
  EXPECT_EQ(root.member(1).name, "i");
  EXPECT_EQ(to_string(root.find("a")->kind()), "array");
}

// Goal: of members with the same name only the last is kept, in small and large objects. Method: every name occurs
// twice, with a unique name between.
TEST(JsonReaderTest, KeepsTheLastOfMembersWithOneName) {
  for (const int names : {1, 3, 8, 9, 200}) {
    std::string text = R"({"only":[0],)";
    for (int value = 0; value < 2; ++value) {
      for (int name = 0; name < names; ++name) {
        text += "\"" + std::to_string(name) + "\":" + std::to_string(value) + ",";
      }
    }
    text.back() = '}';
    JsonDocument document(64);
    ASSERT_FALSE(document.parse(text));
    const JsonReader root = document.root();
    ASSERT_EQ(root.size(), static_cast<std::size_t>(names) + 1);
    EXPECT_EQ(root.member(0).name, "only");
    EXPECT_EQ(root.member(0).value.element(0).integer(), 0);
    for (int name = 0; name < names; ++name) {
      EXPECT_EQ(root.find(std::to_string(name))->integer(), 1);
    }
  }
}

// Goal: strings of every length with any escape read back unchanged, also as names.
TEST(JsonReaderTest, ReadsEscapedTexts) {
  JsonDocument document(64);
  for (std::size_t length = 0; length < 100; ++length) {
    const std::string plain(length, 'p');
    const std::string raw = plain + R"(\"\\\/\b\f\n\r\t\u0000\u00e9\ud83d\ude00)" + plain;
    const std::string meant = plain + std::string("\"\\/\b\f\n\r\t\0\u00e9\U0001F600", 15) + plain;
    ASSERT_FALSE(document.parse("{\"" + raw + "\":[\"" + raw + "\",\"\"]}"));
    const JsonReader::Member member = document.root().member(0);
    EXPECT_EQ(member.name, meant);
    EXPECT_EQ(member.value.element(0).string(), meant);
    EXPECT_EQ(member.value.element(1).string(), "");
  }
}

// Goal: a malformed text gives a position and a reason; the document is then empty.
TEST(JsonReaderTest, RefusesWhatIsNoJson) {
  JsonDocument document(64);
  ASSERT_FALSE(document.parse(R"({"a":1})"));
  for (const char* text : {"", "{", "{\"a\":1,}", "[1] x", "nul", "\"\xC3\"", "01", "{'a':1}"}) {
    const std::optional<JsonError> error = document.parse(text);
    ASSERT_TRUE(error) << text;
    EXPECT_FALSE(error->reason.empty());
    EXPECT_LE(error->offset, std::string_view(text).size());
    EXPECT_TRUE(document.root().is_null());
  }
  EXPECT_FALSE(document.parse(R"([])"));
}

// Goal: the nesting depth is limited, because a peer chooses it.
TEST(JsonReaderTest, BoundsNesting) {
  JsonDocument document;
  EXPECT_FALSE(document.parse(std::string(JsonDocument::kDepthMax, '[') + std::string(JsonDocument::kDepthMax, ']')));
  EXPECT_TRUE(
      document.parse(std::string(JsonDocument::kDepthMax + 1, '[') + std::string(JsonDocument::kDepthMax + 1, ']')));
}

// Goal: append_number() writes the same text as the writer.
TEST(JsonWriterTest, LendsItsNumbers) {
  std::string out;
  JsonWriter::append_number(out, std::int64_t{-7});
  out += ' ';
  JsonWriter::append_number(out, std::uint64_t{18446744073709551615U});
  out += ' ';
  JsonWriter::append_number(out, 0.32);
  out += ' ';
  JsonWriter::append_number(out, std::numeric_limits<double>::infinity());
  EXPECT_EQ(out, "-7 18446744073709551615 0.32 null");
}

// Goal: untrusted text becomes valid JSON that cannot control a terminal.
TEST(JsonWriterTest, WritesTextFromOutsidePrintably) {
  JsonWriter json;
  json.begin_object().key("a").printable("x\xff\"\x7f").key("b").printable("");
  EXPECT_EQ(json.end_object().take(), "{\"a\":\"x\xef\xbf\xbd\\\"\\u007f\",\"b\":\"\"}");
}

// Goal: a caller can set a lower limit of depth. Method: one text at the limit, one beyond it.
TEST(JsonDocumentTest, TakesALowerBoundOfDepth) {
  JsonDocument document;
  EXPECT_FALSE(document.parse("[{\"a\":1}]", 2));
  const std::optional<JsonError> error = document.parse("[{\"a\":[]}]", 2);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->reason, "it is nested too deeply");
  EXPECT_TRUE(document.root().is_null());
}

}  // namespace
}  // namespace ekiden::base
