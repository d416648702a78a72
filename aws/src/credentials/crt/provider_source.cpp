#include "provider_source.hpp"

#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <mutex>
#include <optional>
#include <utility>

#include "config/printable.hpp"
#include "library.hpp"

namespace ekiden::aws::crt {
namespace {

using WorkGuard = boost::asio::executor_work_guard<runtime::Executor>;

// One pending request to a provider. Its answer can arrive on another thread, and after the caller has stopped waiting.
struct Question {
  std::mutex mutex;               // Protects the next three members, until the answer is on the loop.
  std::optional<WorkGuard> home;  // Empty: no caller waits.
  std::optional<Credentials> keys;
  int error_code = 0;

  std::shared_ptr<runtime::Waiter> waiter;  // Used only on the loop.
};

Credentials copy(const aws_credentials& from) {
  Credentials keys;
  keys.access_key_id = view(aws_credentials_get_access_key_id(&from));
  keys.secret_access_key = view(aws_credentials_get_secret_access_key(&from));
  keys.session_token = view(aws_credentials_get_session_token(&from));
  // Times beyond the range of a duration mean "never": AWS's library uses UINT64_MAX.
  constexpr std::uint64_t kSecondsMax = 4'102'444'800;  // The year 2100.
  const std::uint64_t seconds = aws_credentials_get_expiration_timepoint_seconds(&from);
  if (seconds < kSecondsMax) {
    keys.expiration = runtime::WallTime(std::chrono::seconds(seconds));
  }
  return keys;
}

// AWS's library calls it, from any thread.
void on_credentials(aws_credentials* credentials, int error_code, void* user_data) {
  const std::unique_ptr<std::shared_ptr<Question>> kept(static_cast<std::shared_ptr<Question>*>(user_data));
  const std::shared_ptr<Question>& question = *kept;
  const std::lock_guard lock(question->mutex);
  if (!question->home) {
    return;
  }
  if (credentials != nullptr) {
    question->keys = copy(*credentials);
  } else {
    question->error_code = error_code;
  }
  boost::asio::post(question->home->get_executor(), [question] {
    if (question->waiter) {
      std::exchange(question->waiter, nullptr)->resume();
    }
  });
}

void ask(aws_credentials_provider& provider, const std::shared_ptr<Question>& question) {
  auto* const kept = new std::shared_ptr<Question>(question);  // Passed to on_credentials, which deletes it.
  if (aws_credentials_provider_get_credentials(&provider, on_credentials, kept) != AWS_OP_SUCCESS) {
    on_credentials(nullptr, aws_last_error(), kept);
  }
}

// If the waiting caller is cancelled, the answer is dropped, and never posted to a loop that might be gone.
struct Waiting {
  std::shared_ptr<Question> question;
  ~Waiting() {
    const std::lock_guard lock(question->mutex);
    question->home.reset();
    question->waiter.reset();
  }
};

Task<std::shared_ptr<Question>> answer_of(runtime::Env env, aws_credentials_provider& provider, bool blocks) {
  const Waiting waiting{std::make_shared<Question>()};
  const std::shared_ptr<Question> question = waiting.question;
  question->home.emplace(env.executor);
  auto enlist = [&provider, question, blocks](std::shared_ptr<runtime::Waiter> waiter) {
    question->waiter = std::move(waiter);  // Set before the answer, which arrives through the loop.
    if (blocks) {
      // Not on our Offload, which would wait for it even after the caller was cancelled.
      aws_credentials_provider_acquire(&provider);
      Library::get().run([kept = std::shared_ptr<aws_credentials_provider>(&provider, ReleaseProvider{}), question] {
        ask(*kept, question);
      });
    } else {
      ask(provider, question);
    }
  };
  co_await runtime::suspend(std::move(enlist));
  co_return question;
}

// Says what the keys have that cannot be in a header; empty if they can be sent.
std::string flaw_of(const Credentials& keys) {
  const std::pair<std::string_view, std::string_view> parts[] = {{"an access key id", keys.access_key_id},
                                                                 {"a secret access key", keys.secret_access_key},
                                                                 {"a session token", keys.session_token}};
  for (const auto& [name, text] : parts) {
    if (const std::string_view found = unprintable(text); !found.empty()) {
      return "returned " + std::string(name) + " that contains " + std::string(found);
    }
  }
  return {};
}

}  // namespace

ProviderSource::ProviderSource(runtime::Env env, Provider provider, Manner manner)
    : env_(env), provider_(std::move(provider)), manner_(std::move(manner)) {}

Task<Credentials> ProviderSource::fetch() {
  Task<std::shared_ptr<Question>> asking = answer_of(env_, *provider_, manner_.blocks);
  const auto answered = co_await runtime::with_deadline(env_.clock, manner_.deadline, std::move(asking));
  std::string why;
  if (!answered) {
    why = "did not answer within " +
          std::to_string(std::chrono::floor<std::chrono::seconds>(manner_.deadline).count()) + " s";
  } else if ((*answered)->keys) {
    why = flaw_of(*(*answered)->keys);
    if (why.empty()) {
      co_return *(*answered)->keys;
    }
  } else {
    why = "returned none (" + describe((*answered)->error_code) + ")";
  }
  throw ConfigurationError("no AWS credentials: " + manner_.asked + " " + why + "; " + manner_.remedy);
}

}  // namespace ekiden::aws::crt
