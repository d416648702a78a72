/// Credentials, and where they come from.
#pragma once

#include <ekiden/aws/credentials/clock_skew.hpp>
#include <ekiden/aws/environment.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/task.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// One set of keys. Immutable once handed out, so that id, secret and token always belong together. Never logged.
struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;                    ///< Empty: long-lived keys.
  std::optional<runtime::WallTime> expiration;  ///< Nothing: they do not expire.
};

/// What signs requests asks this before each one, for the keys and for the time; implementations cache. One for all
/// clients of a process.
class CredentialsProvider {
 public:
  virtual ~CredentialsProvider() = default;

  /// The keys to sign with now; never null. Throws ConfigurationError where there are none.
  virtual Task<std::shared_ptr<const Credentials>> get() = 0;

  /// AWS called these keys, which get() gave, expired or unknown: the next get() looks for others, where that can help.
  /// Harmless when repeated, and when they have been replaced meanwhile.
  virtual void reject(const std::shared_ptr<const Credentials>& refused) { static_cast<void>(refused); }

  /// A few words for the log, without any key: "environment variables".
  virtual std::string_view name() const = 0;

  /// How far AWS's time is from this machine's: what one client learns, all sign by.
  ClockSkew& clock_skew() { return clock_skew_; }
  const ClockSkew& clock_skew() const { return clock_skew_; }

 private:
  ClockSkew clock_skew_;
};

/// Always the same keys.
class StaticCredentials final : public CredentialsProvider {
 public:
  explicit StaticCredentials(Credentials credentials, std::string_view name = "static credentials")
      : credentials_(std::make_shared<const Credentials>(std::move(credentials))), name_(name) {}

  Task<std::shared_ptr<const Credentials>> get() override;
  std::string_view name() const override { return name_; }

 private:
  std::shared_ptr<const Credentials> credentials_;
  std::string name_;
};

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; an empty variable counts as unset. Nothing if neither
/// key is set. Throws ConfigurationError when one is set without the other: half a key is a slip, not an absence.
std::optional<Credentials> credentials_from_environment(const Environment& environment);

}  // namespace ekiden::aws
