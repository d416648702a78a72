#include "library.hpp"

#include <ekiden/aws/environment.hpp>

#include <aws/auth/auth.h>
#include <aws/common/error.h>
#include <aws/common/string.h>
#include <aws/common/task_scheduler.h>
#include <aws/io/channel_bootstrap.h>
#include <aws/io/event_loop.h>
#include <aws/io/host_resolver.h>
#include <aws/io/tls_channel_handler.h>
#include <aws/sdkutils/sdkutils.h>

#include <utility>

namespace ekiden::aws::crt {
namespace {

void require(const void* made) {
  if (made == nullptr) {
    throw ConfigurationError("no AWS credentials: AWS's C library cannot start its network thread (" +
                             describe(aws_last_error()) +
                             "); check this process's limits on threads, memory and open files");
  }
}

}  // namespace

Library& Library::get() {
  static auto* const library = new Library();
  return *library;
}

Library::Library() : allocator_(aws_default_allocator()) { aws_sdkutils_library_init(allocator_); }

aws_allocator* Library::providers() {
  if (!std::exchange(providers_started_, true)) {
    aws_auth_library_init(allocator_);
  }
  return allocator_;
}

aws_client_bootstrap* Library::network() {
  if (bootstrap_ == nullptr) {
    loops_ = aws_event_loop_group_new_default(providers(), 1, nullptr);
    require(loops_);
    aws_host_resolver_default_options names{};
    names.el_group = loops_;
    names.max_entries = 8;
    aws_client_bootstrap_options options{};
    options.event_loop_group = loops_;
    options.host_resolver = aws_host_resolver_new_default(allocator_, &names);
    require(options.host_resolver);
    bootstrap_ = aws_client_bootstrap_new(allocator_, &options);
    require(bootstrap_);
  }
  return bootstrap_;
}

void Library::run(std::function<void()> job) {
  network();
  struct Scheduled {
    aws_task task{};
    std::function<void()> job;
  };
  auto* const scheduled = new Scheduled{{}, std::move(job)};  // Deleted by the task.
  aws_task_init(
      &scheduled->task,
      [](aws_task*, void* argument, aws_task_status) {
        const std::unique_ptr<Scheduled> own(static_cast<Scheduled*>(argument));
        own->job();
      },
      scheduled, "ekiden_blocking_provider");
  aws_event_loop_schedule_task_now(aws_event_loop_group_get_next_loop(loops_), &scheduled->task);
}

aws_tls_ctx* Library::trust(const std::string& ca_file) {
  aws_tls_ctx*& made = trusts_[ca_file];
  if (made == nullptr) {
    network();  // Also initializes the library that TLS needs.
    aws_tls_ctx_options options{};
    aws_tls_ctx_options_init_default_client(&options, allocator_);
    const bool usable = ca_file.empty() || aws_tls_ctx_options_override_default_trust_store_from_path(
                                               &options, nullptr, ca_file.c_str()) == AWS_OP_SUCCESS;
    made = usable ? aws_tls_client_ctx_new(allocator_, &options) : nullptr;
    aws_tls_ctx_options_clean_up(&options);
    if (made == nullptr) {
      throw ConfigurationError(
          "cannot read the " + (ca_file.empty() ? "system's trusted certificates" : "certificates in " + ca_file) +
          " (" + describe(aws_last_error()) + "); " +
          (ca_file.empty() ? "install ca-certificates, or set AWS_CA_BUNDLE to a PEM file of trusted certificates"
                           : "set AWS_CA_BUNDLE to a PEM file of trusted certificates"));
    }
  }
  return made;
}

void ReleaseString::operator()(aws_string* text) const { aws_string_destroy(text); }

String make_string(std::string_view text) {
  const aws_byte_cursor bytes = cursor(text);
  return String(aws_string_new_from_cursor(Library::get().allocator(), &bytes));
}

std::string_view view(const aws_string& text) { return view(aws_byte_cursor_from_string(&text)); }

std::string describe(int error_code) {
  if (error_code == AWS_ERROR_SUCCESS) {
    return "no reason given";
  }
  std::string text = aws_error_str(error_code);
  while (text.ends_with('.') || text.ends_with(' ')) {
    text.pop_back();  // The text becomes part of a longer sentence.
  }
  return text;
}

}  // namespace ekiden::aws::crt
