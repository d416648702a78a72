/// Decides whether a connection uses a proxy, for the cases that curl does not handle as the AWS SDKs do.
#pragma once

#include <ekiden/http/messages.hpp>

#include <string>
#include <string_view>

namespace ekiden::http {

/// Hosts that a proxy cannot reach, or that must not be reached through one because it would see our credentials: this
/// machine, and link-local addresses, such as the metadata services of EC2, ECS and EKS (169.254.169.254,
/// 169.254.170.2, 169.254.170.23, fd00:ec2::254, fd00:ec2::23).
bool is_always_direct(std::string_view host);

/// The environment variable that sets a proxy for the URL; empty if there is none. NO_PROXY can still exclude the host.
std::string proxy_variable(const Url& url);

/// The value of that variable; empty if there is none.
std::string proxy_of(const Url& url);

/// The proxy of HTTP_PROXY, if HTTP_PROXY applies; otherwise empty, and curl reads the other variables. curl itself
/// reads only http_proxy, because in a CGI program a client can set HTTP_PROXY by the header "Proxy". Like the AWS
/// SDKs, we read HTTP_PROXY outside of CGI, after http_proxy.
std::string upper_case_http_proxy(const Url& url);

}  // namespace ekiden::http
