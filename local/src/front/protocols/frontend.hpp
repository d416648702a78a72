/// Frontend: one protocol of one service. It reads requests and writes answers; the service executes them.
#pragma once

#include <ekiden/aws/sign/signature_verifier.hpp>
#include <ekiden/http/messages.hpp>
#include <ekiden/local/options.hpp>
#include <ekiden/runtime/random.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "store/session.hpp"

namespace ekiden::local {

class Frontend;

/// The services.
enum class Endpoint { kSqs, kDynamoDb };

/// A request, and what its Frontend has read. Shared, because the group of operations that executes it can outlive the
/// task that waits for it.
struct Call {
  explicit Call(http::HttpRequest received) : request(std::move(received)) {}
  Call(const Call&) = delete;  // The views point into `request`.
  Call& operator=(const Call&) = delete;

  http::HttpRequest request;
  const Frontend* frontend = nullptr;  ///< Null: no service's protocol.
  std::string_view operation;          ///< "SendMessage".
  std::string_view region;             ///< The region in the client's signature.
  std::string base_url;  ///< The URL at which the client reached this server; empty if answers contain no URLs.
};
using SharedCall = std::shared_ptr<const Call>;

/// Why a call is rejected for a reason outside of its service: fault injection, a failed commit, a wrong signature.
struct Throttled {
  std::string why;
};
struct InternalError {
  std::string why;
};
using Refusal = std::variant<Throttled, InternalError, aws::SignatureRefusal>;

/// A request enters one Frontend, once. take() reads its head; this Frontend also writes every answer to it.
///
/// Frontends have no state. To add a protocol, implement this interface and list it in front/route.cpp.
class Frontend {
 public:
  virtual ~Frontend() = default;

  virtual Endpoint endpoint() const = 0;
  /// The service's name in a signature: "sqs".
  virtual std::string_view signing_name() const = 0;
  /// The probability that fault injection makes an entry of a batch fail.
  virtual double entry_fault_rate(const Faults& faults) const = 0;

  /// If the request is in this protocol, stores operation, region and base URL in the call, and returns true. apply()
  /// decodes the body outside the event loop, where a body of 16 MB delays no other request.
  virtual bool take(Call& call) const = 0;

  /// Executes the call. Errors of the service, and an unknown operation, are answers. Throws DatabaseError.
  virtual http::HttpResponse apply(Session& session, const Call& call) const = 0;
  /// Writes the error in the words, codes and protocol of the service.
  virtual http::HttpResponse refuse(const Refusal& refusal, runtime::Random& random) const = 0;
};

/// The region in "Credential=KEY/DATE/REGION/SERVICE/aws4_request" of the Authorization header; "us-east-1" without
/// one. Queues and tables are the same in every region.
std::string_view region_of(const http::HttpRequest& request);

}  // namespace ekiden::local
