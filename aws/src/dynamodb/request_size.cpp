#include <ekiden/aws/dynamodb/request_size.hpp>
#include <ekiden/base/json/quote.hpp>

#include <string_view>

namespace ekiden::aws::dynamodb {
namespace {

constexpr std::size_t kPutBytes = std::string_view(R"({"PutRequest":{"Item":}},)").size();

// The size of a quoted text, at most.
std::size_t quoted_max(std::string_view text) { return 2 + base::kJsonEscapeMax * text.size(); }

using QuotedSize = std::size_t (*)(std::string_view text);

// The bytes of JSON, with `quoted` for texts. A comma is counted after each value, also after the last one.
class SizeInRequest {
 public:
  explicit SizeInRequest(QuotedSize quoted) : quoted_(quoted) {}

  std::size_t of(const Item& item) const {
    std::size_t bytes = 2;
    for (const auto& [name, value] : item) {
      bytes += quoted_(name) + 1 + of(value) + 1;
    }
    return bytes;
  }

  std::size_t operator()(std::nullptr_t) const { return std::string_view(R"("NULL":true)").size(); }
  std::size_t operator()(bool) const { return std::string_view(R"("BOOL":false)").size(); }
  std::size_t operator()(const std::string& value) const { return kOneLetter + quoted_(value); }
  std::size_t operator()(const Number& value) const { return kOneLetter + quoted_(value.text); }
  std::size_t operator()(const Binary& value) const { return kOneLetter + base64_size(value.bytes); }
  std::size_t operator()(const List& value) const {
    std::size_t bytes = kOneLetter + 2;
    for (const AttributeValue& element : value) {
      bytes += of(element) + 1;
    }
    return bytes;
  }
  std::size_t operator()(const Item& value) const { return kOneLetter + of(value); }
  std::size_t operator()(const StringSet& set) const { return sum(set.values, quoted_); }
  std::size_t operator()(const NumberSet& set) const { return sum(set.values, quoted_); }
  std::size_t operator()(const BinarySet& set) const { return sum(set.values, base64_size); }

 private:
  static constexpr std::size_t kOneLetter = std::string_view(R"("S":)").size();

  std::size_t of(const AttributeValue& value) const { return 2 + std::visit(*this, value.variant()); }

  static std::size_t base64_size(std::string_view bytes) { return 2 + (bytes.size() + 2) / 3 * 4; }

  static std::size_t sum(const std::vector<std::string>& values, QuotedSize size) {
    std::size_t bytes = kOneLetter + 1 + 2;
    for (const std::string& value : values) {
      bytes += size(value) + 1;
    }
    return bytes;
  }

  QuotedSize quoted_;
};

}  // namespace

std::size_t request_bytes(const Item& item) {
  const std::size_t most = kPutBytes + SizeInRequest(quoted_max).of(item);
  return most <= kBatchWriteShare ? most : kPutBytes + SizeInRequest(base::json_quoted_size).of(item);
}

bool is_too_large(const aws::Error::Facts& facts) {
  constexpr int kContentTooLarge = 413;
  return facts.http_status == kContentTooLarge || facts.code.starts_with("RequestEntityTooLarge") ||
         facts.code == "RequestTooLargeException";
}

}  // namespace ekiden::aws::dynamodb
