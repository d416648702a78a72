/// Library: the parts of AWS's C libraries that a process needs once.
#pragma once

#include <aws/common/byte_buf.h>
#include <aws/common/common.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

struct aws_client_bootstrap;
struct aws_event_loop_group;
struct aws_string;
struct aws_tls_ctx;

namespace ekiden::aws::crt {

/// Never destroyed: at the end of the process a provider's thread might be in the middle of a request, and a shutdown
/// should not wait for it. A static object refers to all of it, so leak checkers accept it.
class Library {
 public:
  /// Initializes the libraries that parse files. Starts no thread and uses no network.
  static Library& get();

  aws_allocator* allocator() const { return allocator_; }
  /// Returns the allocator after also initializing the library of the credential providers.
  aws_allocator* providers();

  /// Starts, at the first call, the one thread that providers use for the network.
  aws_client_bootstrap* network();

  /// Runs `job` on the library's thread. The job can block for any time; the end of the process does not wait for it.
  void run(std::function<void()> job);

  /// The TLS context that trusts the certificates in `ca_file`, or the system's if it is empty. Throws
  /// ConfigurationError if the file cannot be used.
  aws_tls_ctx* trust(const std::string& ca_file);

 private:
  Library();

  aws_allocator* allocator_;
  bool providers_started_ = false;
  aws_event_loop_group* loops_ = nullptr;
  aws_client_bootstrap* bootstrap_ = nullptr;
  std::map<std::string, aws_tls_ctx*> trusts_;  // By file.
};

struct ReleaseString {
  void operator()(aws_string* text) const;
};
using String = std::unique_ptr<aws_string, ReleaseString>;

String make_string(std::string_view text);
std::string_view view(const aws_string& text);
inline std::string_view view(aws_byte_cursor text) { return {reinterpret_cast<const char*>(text.ptr), text.len}; }
inline aws_byte_cursor cursor(std::string_view text) { return aws_byte_cursor_from_array(text.data(), text.size()); }

/// The library's text for an error, without its error names: "socket connection refused". If the library has no reason:
/// "no reason given".
std::string describe(int error_code);

}  // namespace ekiden::aws::crt
