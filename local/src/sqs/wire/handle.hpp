/// The SQS endpoint: one request in either protocol, applied to the database.
#pragma once

#include <ekiden/http/messages.hpp>

#include "sqs/api/types.hpp"

namespace ekiden::local::sqs {

/// Answers a request that is for SQS (an X-Amz-Target of AmazonSQS, or an Action parameter). Refusals are answers;
/// throws DatabaseError only. Takes the region and the URLs to show from the request, whatever `context` says of them.
http::HttpResponse handle(Context context, const http::HttpRequest& request);

/// The answer for an error, in the protocol of the request: for what is refused before it reaches the database.
http::HttpResponse answer_error(const http::HttpRequest& request, const Error& error, runtime::Random& random);

/// The operation's name in the request: "SendMessage"; empty: none.
std::string_view operation_of(const http::HttpRequest& request);

/// True if the request speaks AWS JSON 1.0; else it is the Query protocol.
bool is_json(const http::HttpRequest& request);

/// Carries out a decoded request.
Result execute(Context& context, const Request& request);

}  // namespace ekiden::local::sqs
