/// Frontend: one protocol of one service. It reads requests and writes answers; the service below does the work.
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

/// A request, and what the Frontend that took it has read. Shared, because the group of operations that applies it may
/// outlive the task that asked for it.
struct Call {
  explicit Call(http::HttpRequest received) : request(std::move(received)) {}
  Call(const Call&) = delete;  // The views point into `request`.
  Call& operator=(const Call&) = delete;

  http::HttpRequest request;
  const Frontend* frontend = nullptr;  ///< Null: the request is in no service's protocol.
  std::string_view operation;          ///< "SendMessage".
  std::string_view region;             ///< The one that the client signed for.
  std::string base_url;                ///< Where the client reached this server; empty if answers contain no URLs.
};
using SharedCall = std::shared_ptr<const Call>;

/// Why a call is refused that its service did not refuse: fault injection, a failed commit, a wrong signature.
struct Throttled {
  std::string why;
};
struct InternalError {
  std::string why;
};
using Refusal = std::variant<Throttled, InternalError, aws::SignatureRefusal>;

/// A request enters one Frontend, once: take() reads its head, and everything that is answered to it is written here.
///
/// Frontends have no state. To add a protocol, implement this interface and list it in front/route.cpp.
class Frontend {
 public:
  virtual ~Frontend() = default;

  virtual Endpoint endpoint() const = 0;
  /// The service's name in the scope of a signature: "sqs".
  virtual std::string_view signing_name() const = 0;
  /// The rate at which entries of a batch fail by fault injection.
  virtual double entry_fault_rate(const Faults& faults) const = 0;

  /// If the request is in this protocol: notes operation, region and base URL in the call, and returns true. The body
  /// stays undecoded: apply() decodes it, off the event loop, where a body of 16 MB keeps nobody waiting.
  virtual bool take(Call& call) const = 0;

  /// Carries out the call. What the service refuses, and an unknown operation, is an answer. Throws DatabaseError.
  virtual http::HttpResponse apply(Session& session, const Call& call) const = 0;
  /// The same refusal in the words, codes and protocol of the service.
  virtual http::HttpResponse refuse(const Refusal& refusal, runtime::Random& random) const = 0;
};

/// The region of "Credential=KEY/DATE/REGION/SERVICE/aws4_request" in a request's Authorization header; "us-east-1"
/// without one. Queues and tables are the same in every region.
std::string_view region_of(const http::HttpRequest& request);

}  // namespace ekiden::local
