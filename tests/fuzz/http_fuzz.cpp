// The reader of HTTP responses. An input is the size of the pieces in which the bytes arrive, a line end, and the
// bytes. An answer is the same however it is split.
#include <ekiden/base/parse.hpp>

#include <algorithm>
#include <optional>

#include "client/response_reader.hpp"
#include "fuzz.hpp"

namespace ekiden::fuzz {
namespace {

using http::ResponseReader;

constexpr std::size_t kBodyMax = 10'000;

struct Answer {
  bool done = false;
  int status = 0;
  std::string body;
  bool keeps = false;
};

// Nothing if the answer is complete before the last piece: the bytes of the next answer are the connection's matter.
std::optional<Answer> read(std::string_view bytes, std::size_t piece, bool to_head) {
  static ResponseReader reader(kBodyMax);
  reader.start(to_head);
  ResponseReader::Result result = ResponseReader::Result::kNeedMore;
  while (!bytes.empty() && result == ResponseReader::Result::kNeedMore) {
    result = reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    if (const auto length = reader.body_length(); length && *length <= kBodyMax) {
      reader.reserve_body(*length);
    }
  }
  if (!bytes.empty()) {
    return std::nullopt;
  }
  if (result == ResponseReader::Result::kNeedMore) {
    result = reader.end();
  }
  Answer answer;
  if (result == ResponseReader::Result::kDone) {
    answer.done = true;
    answer.keeps = reader.keeps_connection();
    http::HttpResponse response = reader.take();
    answer.status = response.status;
    answer.body = std::move(response.body);
    require(answer.body.size() <= kBodyMax, "a body is bounded");
    require(!to_head || answer.body.empty(), "the answer to HEAD has no body");
  } else if (result == ResponseReader::Result::kMalformed) {
    require(!reader.reason().empty(), "a refusal has a reason");
  }
  return answer;
}

}  // namespace
}  // namespace ekiden::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = ekiden::fuzz;
  std::string_view bytes = fuzz::text_of(data, size);
  const std::size_t piece =
      std::max<std::size_t>(ekiden::base::parse<std::uint16_t>(fuzz::take_line(bytes)).value_or(1), 1);
  for (const bool to_head : {false, true}) {
    const auto whole = fuzz::read(bytes, std::max<std::size_t>(bytes.size(), 1), to_head);
    const auto pieces = fuzz::read(bytes, piece, to_head);
    if (whole && pieces) {
      // Beast finds some errors of a start line later if the line arrives in pieces, so errors can differ.
      fuzz::require(whole->done == pieces->done, "whether an answer is complete does not depend on the pieces");
      fuzz::require(whole->status == pieces->status, "the status does not depend on the pieces");
      fuzz::require(whole->body == pieces->body, "the body does not depend on the pieces");
    }
  }
  return 0;
}
