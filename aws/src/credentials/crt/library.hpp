/// Library: what AWS's C libraries need once in a process.
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

/// Never torn down: a provider's thread may be in the middle of a request when the process ends, and waiting for it is
/// what nobody wants of a drain. All of it is reached from a static object, which leak checkers know.
class Library {
 public:
  /// Starts the libraries that parse files: no thread, no network.
  static Library& get();

  aws_allocator* allocator() const { return allocator_; }
  /// The same, once the library of providers is started, too.
  aws_allocator* providers();

  /// Starts the one thread that providers with a network speak from, at the first call.
  aws_client_bootstrap* network();

  /// Runs `job` on the library's thread: what blocks for as long as it likes. Nobody waits for it at the end.
  void run(std::function<void()> job);

  /// What to trust: the certificates in `ca_file`, or the system's if it is empty. Throws ConfigurationError where the
  /// file cannot be used.
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

/// The library's words for an error, without its names for it: "socket connection refused". Where it has only the fact
/// that it failed: "it gives no reason".
std::string describe(int error_code);

}  // namespace ekiden::aws::crt
