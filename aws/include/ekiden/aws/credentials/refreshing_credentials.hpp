/// RefreshingCredentials: caches keys that expire, and fetches new ones before they do.
#pragma once

#include <ekiden/aws/credentials/clock_skew.hpp>
#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// A source of keys: a role of this machine, a service, or a program.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  /// Fetches keys from the source. Throws ConfigurationError, whose message names the source and the reason.
  virtual Task<Credentials> fetch() = 0;
  /// The same as CredentialsProvider::name().
  virtual std::string_view name() const = 0;
};

/// Caches the keys of a source.
///
/// - New keys are fetched kRefreshAhead before the present ones expire, or in the last third of their life if that is
///   shorter. The first caller in this time fetches and waits (kPatienceAhead at first). Other callers get the present
///   keys meanwhile.
/// - If the fetch fails, get() returns the present keys until they expire. The fetch is retried after kRetryInitial,
///   doubled with each failure up to kRetryMax, with jitter, and once more when the keys expire. Expired or rejected
///   keys are not returned: get() then fails with the source's message.
/// - Without valid keys all callers wait for one fetch, and share its failure for kRetryInitial.
/// - New keys are returned even if they look expired, because this machine's clock might be wrong. AWS's answer shows
///   whether it is, and the learned ClockSkew is taken into account.
/// - A failure is logged once for each cause, and again when the present keys have expired.
/// - After reject() the next get() fetches, and all callers wait for it. If the source returns the same keys again, it
///   is asked at most once every kSamePause.
///
/// Source: the times are those of botocore (credentials.py, RefreshableCredentials) and of AWS's C library.
class RefreshingCredentials final : public CredentialsProvider {
 public:
  static constexpr runtime::Duration kRefreshAhead = std::chrono::minutes(5);
  static constexpr runtime::Duration kRetryInitial = std::chrono::seconds(1);
  static constexpr runtime::Duration kRetryMax = std::chrono::minutes(1);
  static constexpr runtime::Duration kSamePause = std::chrono::seconds(2);
  /// How long a caller with valid keys waits for a fetch; doubled with each failure. A source that hangs must not delay
  /// such a caller until its leases expire.
  static constexpr runtime::Duration kPatienceAhead = std::chrono::seconds(2);

  RefreshingCredentials(runtime::Env env, std::unique_ptr<CredentialSource> source);

  Task<std::shared_ptr<const Credentials>> get() override;
  void reject(const std::shared_ptr<const Credentials>& refused) override;
  std::string_view name() const override { return source_->name(); }

 private:
  runtime::WallTime time_of_aws() const;
  bool valid() const;
  bool serving() const;
  bool wants_refresh() const;
  Task<> refresh();
  Task<std::optional<Credentials>> fetch_in_time();
  void take(Credentials fetched);
  void fail(std::string why);

  runtime::Env env_;
  std::unique_ptr<CredentialSource> source_;
  std::shared_ptr<const Credentials> keys_;
  std::optional<runtime::WallTime> refresh_at_;   // When to fetch new keys; empty: keys_ do not expire.
  bool rejected_ = false;                         // AWS rejected keys_.
  std::optional<runtime::TimePoint> not_before_;  // Earliest time of the next fetch.
  std::string failure_;                           // Message of the last fetch; empty: it succeeded.
  unsigned failures_ = 0;                         // In a row.
  bool was_serving_ = false;                      // There were valid keys when failure_ was logged.
  bool fetching_ = false;
  runtime::Condition fetched_;
};

}  // namespace ekiden::aws
