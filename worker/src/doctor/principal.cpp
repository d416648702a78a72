#include "principal.hpp"

#include <ekiden/base/hex.hpp>
#include <ekiden/base/words.hpp>

#include <vector>

namespace ekiden::worker::doctor {
namespace {

using Kind = Principal::Kind;

constexpr std::size_t kTaskIdSize = 32;

Kind kind_of_session(std::string_view session, std::string_view provider) {
  const bool is_hex = session.find_first_not_of(base::kHexDigits) == std::string_view::npos;
  if (provider.find("task role") != std::string_view::npos || (is_hex && session.size() == kTaskIdSize)) {
    return Kind::kTaskRole;
  }
  const bool is_instance =
      session.starts_with("i-") && session.substr(2).find_first_not_of(base::kHexDigits) == std::string_view::npos;
  return is_instance || provider.find("instance role") != std::string_view::npos ? Kind::kInstanceRole : Kind::kRole;
}

}  // namespace

Principal principal_of(std::string_view arn, std::string_view provider) {
  Principal principal;
  principal.arn = arn;
  // arn:PARTITION:sts::ACCOUNT:assumed-role/ROLE/SESSION, arn:PARTITION:iam::ACCOUNT:user/PATH/NAME
  const std::vector<std::string_view> parts = base::split(arn, ':', 6);
  if (parts.size() < 6) {
    return principal;
  }
  principal.account = parts[4];
  const std::string_view resource = parts[5];
  const std::vector<std::string_view> names = base::split(resource, '/', 3);
  if (names.front() == "assumed-role" && names.size() == 3) {
    principal.kind = kind_of_session(names[2], provider);
    principal.name = names[1];
  } else if (names.front() == "user" && names.size() > 1) {
    principal.kind = Kind::kUser;
    principal.name = resource.substr(resource.rfind('/') + 1);
  } else if (resource == "root") {
    principal.kind = Kind::kRoot;
  }
  return principal;
}

std::string Principal::title() const {
  switch (kind) {
    case Kind::kTaskRole:
      return "task role " + name;
    case Kind::kInstanceRole:
      return "instance role " + name;
    case Kind::kRole:
      return "role " + name;
    case Kind::kUser:
      return "user " + name;
    case Kind::kRoot:
      return "the root user";
    case Kind::kOther:
      break;
  }
  return arn.empty() ? "the owner of these credentials" : arn;
}

std::string Principal::holder() const {
  switch (kind) {
    case Kind::kTaskRole:
    case Kind::kInstanceRole:
    case Kind::kRole:
      return "role " + name;
    case Kind::kUser:
      return "user " + name;
    case Kind::kRoot:
    case Kind::kOther:
      break;
  }
  return {};
}

std::string Principal::iam_arn() const {
  if (holder().empty()) {
    return {};
  }
  if (kind == Kind::kUser) {
    return arn;
  }
  const std::string partition(base::split(arn, ':', 6)[1]);
  return "arn:" + partition + ":iam::" + account + ":role/" + name;
}

}  // namespace ekiden::worker::doctor
