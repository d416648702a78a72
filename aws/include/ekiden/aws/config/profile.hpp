/// Profile: the user's settings in ~/.aws/config and ~/.aws/credentials.
#pragma once

#include <ekiden/aws/environment.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// One profile of both files: the one that AWS_PROFILE names, or else `default`. Read by AWS's own parser
/// (aws-c-sdkutils). A value: copies share the parsed files. A default-constructed Profile has no settings.
///
/// Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files".
class Profile {
 public:
  Profile() = default;

  /// Reads AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, or else ~/.aws/config and ~/.aws/credentials. A missing
  /// file counts as empty. Throws ConfigurationError if the profile in AWS_PROFILE does not exist, or if a file cannot
  /// be read or parsed.
  static Profile load(const Environment& environment);

  /// The value of AWS_PROFILE, or else "default"; empty for a default-constructed Profile.
  const std::string& name() const;
  /// True if one of the files has this profile.
  bool exists() const;

  /// The value of a key; empty if the key is missing or has no value.
  std::optional<std::string> get(std::string_view key) const;
  /// endpoint_url of a service ("sqs") in the profile's `services` section, or else the profile's own endpoint_url.
  std::optional<std::string> endpoint_url(std::string_view service) const;

  /// True if the files have a section [sso-session NAME].
  bool has_sso_session(std::string_view name) const;

  /// Another profile of the same files, for example a source_profile.
  Profile named(std::string_view name) const;

  struct Files;
  /// For the credential chain.
  const std::shared_ptr<const Files>& files() const { return files_; }

 private:
  std::shared_ptr<const Files> files_;
  std::string name_;
};

}  // namespace ekiden::aws
