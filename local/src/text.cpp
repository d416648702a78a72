#include "text.hpp"

#include <ekiden/base/digest.hpp>

#include <boost/crc.hpp>

namespace ekiden::local {

void append_xml(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\r':
        out += "&#xD;";  // A parser would convert a bare carriage return to a line feed (XML 1.0, section 2.11).
        break;
      default:
        out += c;
    }
  }
}

std::string md5(std::string_view bytes) {
  // The store executes operations outside the loop, on one of several threads.
  thread_local base::Digest hasher = base::Digest::md5();
  return std::string(hasher.of(bytes).bytes());
}

std::string crc32_text(std::string_view bytes) {
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return std::to_string(crc.checksum());
}

}  // namespace ekiden::local
