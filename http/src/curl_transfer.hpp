/// CurlTransfer: one request on its way through curl, and the easy handle that carries it.
#pragma once

#include <ekiden/http/curl_transport.hpp>

#include <curl/curl.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "loop_waiter.hpp"

namespace ekiden::http {

/// Owns all that curl reads from and writes to, so that neither needs the caller's coroutine frame. Reused: setting an
/// easy handle up anew costs more than a request.
class CurlTransfer {
 public:
  /// Called by curl to make and to close a socket; `owner` is its first argument.
  struct SocketHooks {
    void* owner;
    curl_opensocket_callback open;
    curl_closesocket_callback close;
  };
  CurlTransfer(const CurlOptions& options, const SocketHooks& hooks);

  CURL* easy() const { return easy_.get(); }
  /// Whose connections it needs: scheme, host and port.
  const std::string& host() const { return host_; }

  /// Throws TransportError if the URL is none.
  void prepare(HttpRequest request);
  /// After the end: the answer, or throws TransportError.
  HttpResponse finish();
  /// Gives back what a large request or answer took.
  void clear();

  // The transport's own notes.
  std::shared_ptr<LoopWaiter> waiter;
  CURLcode result = CURLE_OK;
  bool active = false;
  bool with_curl = false;    ///< Active, and not waiting for a connection.
  std::size_t position = 0;  ///< Among the active ones.
  std::uint64_t use = 0;     ///< Counts requests: a late cancellation must not hit the next one.

 private:
  struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  template <typename Value>
  void set(CURLoption option, Value value);
  void set_method();
  void set_headers();
  TransportError failure() const;

  static std::size_t on_header(char* text, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);

  const CurlOptions& options_;
  HttpRequest request_;
  std::string url_set_;  // What the handle was told last.
  std::string host_;
  std::string method_set_;
  bool is_direct_ = false;
  std::vector<std::string> header_lines_;
  std::vector<curl_slist> header_nodes_;

  HttpResponse response_;
  std::size_t header_bytes_ = 0;
  bool too_large_ = false;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  std::unique_ptr<CURL, FreeEasy> easy_;  // Last: it refers to what stands above.
};

}  // namespace ekiden::http
