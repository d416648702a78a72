/// The two protocols of SQS, for the same requests and results.
#pragma once

#include <ekiden/http/messages.hpp>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sqs/api/types.hpp"

namespace ekiden::local::sqs {

/// AWS JSON 1.0. It owns the texts to which the decoded request refers.
class JsonCodec {
 public:
  JsonCodec() : memory_(buffer_, sizeof buffer_) {}

  /// Throws SqsRefusal.
  Request decode(std::string_view operation, const http::HttpRequest& request);

  static std::string encode(const Result& result);
  static http::HttpResponse error(const ErrorSpec& spec, std::string_view message);

 private:
  unsigned char buffer_[16'384];
  boost::json::monotonic_resource memory_;
  std::optional<boost::json::value> body_;  ///< Constructed in place: an assignment would copy it to the heap.
  std::deque<std::string> decoded_;         ///< Binary values. A deque does not move its elements.
};

/// The old Query protocol: form parameters in, XML out.
class QueryCodec {
 public:
  Request decode(std::string_view operation, const http::HttpRequest& request);

  static std::string encode(const Result& result, std::string_view operation, std::string_view request_id);
  static http::HttpResponse error(const ErrorSpec& spec, std::string_view message, std::string_view request_id);

 private:
  std::map<std::string, std::string, std::less<>> parameters_;
  std::deque<std::string> decoded_;
};

/// The value of one parameter of a form or a query string, still encoded; empty if it is missing.
std::string_view raw_parameter(std::string_view form, std::string_view name);
/// The part after '?' of the request's target.
std::string_view query_of(std::string_view target);

}  // namespace ekiden::local::sqs
