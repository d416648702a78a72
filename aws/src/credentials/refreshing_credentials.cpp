#include <ekiden/aws/credentials/refreshing_credentials.hpp>
#include <ekiden/aws/events.hpp>
#include <ekiden/runtime/backoff.hpp>
#include <ekiden/runtime/deadline.hpp>

#include <algorithm>
#include <utility>

namespace ekiden::aws {

RefreshingCredentials::RefreshingCredentials(runtime::Env env, std::unique_ptr<CredentialSource> source)
    : env_(env), source_(std::move(source)) {}

runtime::WallTime RefreshingCredentials::time_of_aws() const {
  return env_.clock.wall_now() + std::chrono::duration_cast<runtime::WallTime::duration>(clock_skew().offset());
}

bool RefreshingCredentials::valid() const {
  return keys_ != nullptr && (!keys_->expiration || time_of_aws() < *keys_->expiration);
}

bool RefreshingCredentials::serving() const { return valid() && !rejected_; }

bool RefreshingCredentials::wants_refresh() const {
  const bool due = !serving() || (refresh_at_ && time_of_aws() >= *refresh_at_);
  return due && (!not_before_ || env_.clock.now() >= *not_before_);
}

Task<std::shared_ptr<const Credentials>> RefreshingCredentials::get() {
  while (fetching_ && !serving()) {
    co_await fetched_.wait();
  }
  if (!fetching_ && wants_refresh()) {
    co_await refresh();
  }
  if (keys_ == nullptr || (!serving() && !failure_.empty())) {
    throw ConfigurationError(failure_);
  }
  co_return keys_;
}

// Returns nothing if the fetch takes too long although the present keys are valid.
Task<std::optional<Credentials>> RefreshingCredentials::fetch_in_time() {
  Task<Credentials> fetching = source_->fetch();
  if (!serving()) {
    co_return co_await std::move(fetching);
  }
  const runtime::Duration patience = runtime::Backoff{kPatienceAhead, 32 * kPatienceAhead}.ceiling(failures_);
  co_return co_await runtime::with_deadline(env_.clock, patience, std::move(fetching));
}

Task<> RefreshingCredentials::refresh() {
  // However the fetch ends, also by a cancellation of this caller, the waiting callers continue; one of them fetches
  // next.
  struct Fetching {
    RefreshingCredentials& all;
    explicit Fetching(RefreshingCredentials& of) : all(of) { all.fetching_ = true; }
    ~Fetching() {
      all.fetching_ = false;
      all.fetched_.notify_all();
    }
  };
  const Fetching fetching(*this);
  try {
    std::optional<Credentials> fetched = co_await fetch_in_time();
    if (fetched) {
      take(std::move(*fetched));
    } else {
      fail(std::string(source_->name()) + " did not return new keys in time");
    }
  } catch (const ConfigurationError& error) {
    fail(error.what());
  }
}

void RefreshingCredentials::take(Credentials fetched) {
  const bool same = keys_ != nullptr && keys_->access_key_id == fetched.access_key_id &&
                    keys_->secret_access_key == fetched.secret_access_key &&
                    keys_->session_token == fetched.session_token && keys_->expiration == fetched.expiration;
  failure_.clear();
  failures_ = 0;
  not_before_.reset();
  if (same) {  // Also the same object, so that a caller with rejected keys sees that there are no others.
    not_before_ = env_.clock.now() + kSamePause;
    return;
  }
  rejected_ = false;
  keys_ = std::make_shared<const Credentials>(std::move(fetched));
  refresh_at_.reset();
  double seconds = 0;
  if (keys_->expiration) {
    const auto life = std::max(std::chrono::duration_cast<runtime::Duration>(*keys_->expiration - time_of_aws()),
                               runtime::Duration::zero());
    const runtime::Duration ahead = std::min(kRefreshAhead, life / 3);
    refresh_at_ = time_of_aws() + std::chrono::duration_cast<runtime::WallTime::duration>(life - ahead);
    seconds = std::chrono::duration<double>(life).count();
  }
  if (!valid()) {
    not_before_ = env_.clock.now() + kSamePause;  // They look expired; AWS's answer shows whether they are.
  }
  env_.events.publish(events::kCredentials, {source_->name(), seconds});
}

void RefreshingCredentials::fail(std::string why) {
  const bool serves = serving();
  const double left =
      serves && keys_->expiration ? std::chrono::duration<double>(*keys_->expiration - time_of_aws()).count() : 0;
  // Without keys callers wait, so the pause is short, but not every caller starts a fetch.
  const runtime::Duration pause =
      serves ? runtime::Backoff{kRetryInitial, kRetryMax}.delay(env_.random, failures_) : kRetryInitial;
  ++failures_;
  const auto rest = std::chrono::duration_cast<runtime::Duration>(std::chrono::duration<double>(left));
  not_before_ = env_.clock.now() + (serves ? std::min(pause, rest) : pause);
  const bool known = why == failure_ && serves == was_serving_;
  failure_ = std::move(why);
  was_serving_ = serves;
  if (known) {
    return;  // The same failure was already logged.
  }
  env_.events.publish(events::kCredentialsFailed, {source_->name(), std::string_view(failure_), left});
}

void RefreshingCredentials::reject(const std::shared_ptr<const Credentials>& refused) {
  if (refused != nullptr && refused == keys_ && !std::exchange(rejected_, true)) {
    not_before_.reset();  // The source was not asked since the rejection.
  }
}

}  // namespace ekiden::aws
