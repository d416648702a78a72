/// Makes the credential providers of AWS's library.
#pragma once

#include <ekiden/aws/config/profile.hpp>

#include <cstdint>
#include <string>
#include <string_view>

#include "provider_source.hpp"

namespace ekiden::aws::crt {

/// Which role to assume, and how.
struct AssumeRole {
  std::string role_arn;
  std::string session_name;
  std::string external_id;
  std::uint16_t duration_seconds = 0;  ///< 0: the library's default.
};

/// An http or https URL that gives credentials to a container.
struct ContainerEndpoint {
  std::string host;
  std::uint32_t port = 80;
  std::string path = "/";
  bool tls = false;
  std::string token;       ///< The value of Authorization; can be empty.
  std::string token_file;  ///< Read again for each request; takes precedence over `token`.
};

/// The instance metadata service.
struct InstanceMetadata {
  std::string endpoint;  ///< A URL; empty: the default address.
  bool ipv6 = false;
  bool v1_disabled = false;

  std::string address() const {
    return !endpoint.empty() ? endpoint : ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
  }
};

/// Each throws ConfigurationError if the library rejects the arguments. `ca_file`: see Library::trust(). The library
/// uses the profile's name to find a region and other settings that it reads itself.
Provider static_keys(std::string_view id, std::string_view secret, std::string_view token);
Provider environment_keys();
Provider assumed_role(const Profile& profile, const std::string& ca_file, const AssumeRole& role, Provider source);
Provider web_identity(const Profile& profile, const std::string& ca_file, std::string_view region,
                      std::string_view role_arn, std::string_view session_name, std::string_view token_file);
Provider identity_center(const Profile& profile, const std::string& ca_file);
Provider login_session(const Profile& profile, const std::string& ca_file, std::string_view region);
Provider credential_process(const Profile& profile);
Provider container(const ContainerEndpoint& endpoint, const std::string& ca_file);
Provider instance(const InstanceMetadata& metadata);

}  // namespace ekiden::aws::crt
