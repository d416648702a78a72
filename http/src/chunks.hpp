/// What Beast needs to know about chunked bodies, and does not check.
#pragma once

#include <cstddef>
#include <string_view>

namespace ekiden::http {

/// True if the parser of a chunked message that is not complete must wait for more than `bytes`. Beast asserts that it
/// gets the whole "0\r\n\r\n" when it goes on in the last chunk, but a peer can send that in pieces. No message ends
/// with less, so waiting for as much delays nothing. Source: RFC 9112, section 7.1.
template <typename Parser>
bool waits_for_last_chunk(const Parser& parser, std::string_view bytes) {
  constexpr std::size_t kLastChunk = 5;
  return bytes.size() < kLastChunk && parser.is_header_done() && parser.chunked();
}

}  // namespace ekiden::http
