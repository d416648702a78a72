/// Route: which service a request is for, and how that service says no.
#pragma once

#include <ekiden/aws/sign/signature_verifier.hpp>
#include <ekiden/http/messages.hpp>
#include <ekiden/runtime/random.hpp>

#include <string_view>

#include "latency.hpp"

namespace ekiden::local {

struct Route {
  Endpoint endpoint = Endpoint::kNone;
  std::string_view operation;  ///< A view into the request.
};

Route route_of(const http::HttpRequest& request);

/// "sqs", "dynamodb": as in the scope of a signature.
std::string_view service_name(Endpoint endpoint);

// Answers in the words, codes and protocol of the service that the request is for.
http::HttpResponse throttled(const Route& route, const http::HttpRequest& request, runtime::Random& random);
http::HttpResponse internal_error(const Route& route, const http::HttpRequest& request, const std::string& why,
                                  runtime::Random& random);
/// What a front end says of a service that it cannot reach.
http::HttpResponse unavailable();
/// A request that is not signed as it should be.
http::HttpResponse refused(const Route& route, const http::HttpRequest& request, const aws::SignatureRefusal& refusal,
                           runtime::Random& random);
http::HttpResponse not_found();
http::HttpResponse healthy(const http::HttpRequest& request);

}  // namespace ekiden::local
