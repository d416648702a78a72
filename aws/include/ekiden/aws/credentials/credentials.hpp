/// Credentials and CredentialsProvider: the keys that sign requests, and their source.
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

/// One set of keys. A provider returns them as const, so id, secret and token always belong together. Never logged.
struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;                    ///< Empty for long-lived keys.
  std::optional<runtime::WallTime> expiration;  ///< Empty if they do not expire.
};

/// The source of the keys and of the clock offset. Clients call it before each request, so implementations cache. All
/// clients of a process share one.
class CredentialsProvider {
 public:
  virtual ~CredentialsProvider() = default;

  /// The keys to sign with now; never null. Throws ConfigurationError if there are none.
  virtual Task<std::shared_ptr<const Credentials>> get() = 0;

  /// Reports that AWS rejected keys from get() as expired or unknown. The next get() then looks for new keys, if the
  /// source can have any. Repeated calls, and calls with keys that were already replaced, do no harm.
  virtual void reject(const std::shared_ptr<const Credentials>& refused) { static_cast<void>(refused); }

  /// The source in a few words for the log, without any key: "environment variables".
  virtual std::string_view name() const = 0;

  /// The difference between AWS's clock and this machine's. Every client learns and uses the same one.
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

/// Reads AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. An empty variable counts as unset. Returns
/// nothing if neither key is set. Throws ConfigurationError if only one of the two keys is set, or if a value has a
/// character that cannot be in a header, such as the line end of a file.
std::optional<Credentials> credentials_from_environment(const Environment& environment);

}  // namespace ekiden::aws
