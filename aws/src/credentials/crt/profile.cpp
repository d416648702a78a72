#include <ekiden/aws/config/profile.hpp>

#include <aws/common/string.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "library.hpp"
#include "profile_files.hpp"

namespace ekiden::aws {
namespace {

using Collection = std::unique_ptr<aws_profile_collection, Profile::Files::Release>;

std::string path_of(const Environment& environment, std::string_view variable, std::string_view file) {
  const std::optional<std::string> home = non_empty(environment, "HOME");
  std::string path = non_empty(environment, variable).value_or(std::string("~/.aws/").append(file));
  if (path.starts_with("~/") && home) {
    path.replace(0, 1, *home);
  }
  return path;
}

bool is_regular_file(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == EACCES) {
      throw ConfigurationError("cannot read " + path + ": " + std::strerror(errno));
    }
    return false;
  }
  return S_ISREG(status.st_mode);  // Not a folder, and not /dev/null, which users set to have no profile.
}

Collection read(const std::string& path, aws_profile_source_type type) {
  if (!is_regular_file(path)) {
    return {};
  }
  crt::Library& library = crt::Library::get();
  Collection files(aws_profile_collection_new_from_file(library.allocator(), crt::make_string(path).get(), type));
  if (files == nullptr) {
    throw ConfigurationError(
        path + " is not a valid AWS profile file (" + crt::describe(aws_last_error()) + "); fix it, or set " +
        (type == AWS_PST_CONFIG ? "AWS_CONFIG_FILE" : "AWS_SHARED_CREDENTIALS_FILE") + " to another file");
  }
  return files;
}

std::optional<std::string> text_of(const aws_string* value) {
  if (value == nullptr || value->len == 0) {
    return std::nullopt;
  }
  return std::string(crt::view(*value));
}

}  // namespace

const aws_profile* Profile::Files::find(const std::string& name) const {
  return merged == nullptr ? nullptr : aws_profile_collection_get_profile(merged.get(), crt::make_string(name).get());
}

Profile Profile::load(const Environment& environment) {
  const auto files = std::make_shared<Files>();
  files->config_path = path_of(environment, "AWS_CONFIG_FILE", "config");
  files->credentials_path = path_of(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
  const Collection config = read(files->config_path, AWS_PST_CONFIG);
  const Collection credentials = read(files->credentials_path, AWS_PST_CREDENTIALS);
  if (config != nullptr || credentials != nullptr) {
    files->merged.reset(
        aws_profile_collection_new_from_merge(crt::Library::get().allocator(), config.get(), credentials.get()));
  }
  const std::optional<std::string> wanted = non_empty(environment, "AWS_PROFILE");
  Profile profile;
  profile.files_ = files;
  profile.name_ = wanted.value_or("default");
  if (wanted && !profile.exists()) {
    throw ConfigurationError("AWS_PROFILE is '" + *wanted + "', but neither " + files->config_path + " nor " +
                             files->credentials_path + " has this profile");
  }
  return profile;
}

const std::string& Profile::name() const { return name_; }

bool Profile::exists() const { return files_ != nullptr && files_->find(name_) != nullptr; }

std::optional<std::string> Profile::get(std::string_view key) const {
  const aws_profile* const profile = files_ == nullptr ? nullptr : files_->find(name_);
  if (profile == nullptr) {
    return std::nullopt;
  }
  const aws_profile_property* const property = aws_profile_get_property(profile, crt::make_string(key).get());
  return property == nullptr ? std::nullopt : text_of(aws_profile_property_get_value(property));
}

std::optional<std::string> Profile::endpoint_url(std::string_view service) const {
  if (const std::optional<std::string> services = get("services")) {
    const aws_profile* const section = aws_profile_collection_get_section(
        files_->merged.get(), AWS_PROFILE_SECTION_TYPE_SERVICES, crt::make_string(*services).get());
    if (section == nullptr) {
      throw ConfigurationError("profile '" + name_ + "' has services = " + *services +
                               ", but there is no section [services " + *services + "] in " + files_->config_path);
    }
    const aws_profile_property* const of_service = aws_profile_get_property(section, crt::make_string(service).get());
    if (of_service != nullptr) {
      const auto url =
          text_of(aws_profile_property_get_sub_property(of_service, crt::make_string("endpoint_url").get()));
      if (url) {
        return url;
      }
    }
  }
  return get("endpoint_url");
}

bool Profile::has_sso_session(std::string_view name) const {
  return files_ != nullptr && files_->merged != nullptr &&
         aws_profile_collection_get_section(files_->merged.get(), AWS_PROFILE_SECTION_TYPE_SSO_SESSION,
                                            crt::make_string(name).get()) != nullptr;
}

Profile Profile::named(std::string_view name) const {
  Profile other = *this;
  other.name_ = name;
  return other;
}

}  // namespace ekiden::aws
