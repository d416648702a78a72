/// Whether a proxy is asked for a connection, and what names it. What is not said here curl does by itself.
#pragma once

#include <ekiden/http/messages.hpp>

#include <string>
#include <string_view>

namespace ekiden::http {

/// Hosts that no proxy can reach, or that must not see our credentials by way of one: this machine itself, and what
/// answers on its link only, as the metadata services of EC2, ECS and EKS do (169.254.169.254, 169.254.170.2,
/// 169.254.170.23, fd00:ec2::254, fd00:ec2::23).
bool is_always_direct(std::string_view host);

/// The environment variable that names a proxy for the URL, or empty. NO_PROXY may still exempt the host.
std::string proxy_variable(const Url& url);

/// The proxy of HTTP_PROXY where it counts; empty else, and then curl looks at the other variables. curl itself reads
/// only http_proxy, because in a CGI program HTTP_PROXY is the header "Proxy" of whoever sends a request. The AWS SDKs
/// read it outside of CGI, and so do we, after http_proxy, as they do.
std::string upper_case_http_proxy(const Url& url);

}  // namespace ekiden::http
