// The readers of error answers, in JSON and in XML. An input is a status, lines of headers, an empty line and a body.
#include <ekiden/aws/call/error.hpp>
#include <ekiden/base/parse.hpp>

#include "call/attempt.hpp"
#include "call/xml.hpp"
#include "fuzz.hpp"

namespace ekiden::fuzz {
namespace {

http::HttpResponse response_of(std::string_view text) {
  http::HttpResponse response;
  response.status = base::parse<int>(take_line(text)).value_or(400);
  for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
    const std::size_t colon = line.find(':');
    response.headers.add(std::string(line.substr(0, colon)),
                         std::string(colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1)));
  }
  response.body = text;
  return response;
}

void judge(const http::HttpResponse& response, bool has_crc32) {
  static base::JsonDocument document;
  aws::Attempt attempt;
  attempt.take(response, document, has_crc32);
  if (attempt.ok) {
    require(response.status >= 200 && response.status < 300, "only a status of success is one");
    return;
  }
  require(!attempt.facts.code.empty(), "a failure has a code");
  require(attempt.facts.retryable || attempt.error_class == aws::ErrorClass::kFinal, "what is retried is retryable");
  const aws::Error error(attempt.facts);
  const std::string_view line = error.what();
  require(line.find_first_of("\r\n") == std::string_view::npos, "an error is one line");
}

}  // namespace
}  // namespace ekiden::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = ekiden::fuzz::text_of(data, size);
  const ekiden::http::HttpResponse response = ekiden::fuzz::response_of(text);
  ekiden::fuzz::judge(response, false);
  ekiden::fuzz::judge(response, true);
  for (const char* name : {"Code", "Message", "RequestId", "Arn"}) {
    const std::string element = ekiden::aws::xml_element(response.body, name);
    ekiden::fuzz::require(element.size() <= response.body.size(), "an element is part of the text");
  }
  return 0;
}
