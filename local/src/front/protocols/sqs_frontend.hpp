/// SqsFrontend: shared by the two protocols of SQS.
#pragma once

#include "frontend.hpp"
#include "sqs/api/errors.hpp"

namespace ekiden::local {

class SqsFrontend : public Frontend {
 public:
  Endpoint endpoint() const override { return Endpoint::kSqs; }
  std::string_view signing_name() const override { return "sqs"; }
  double entry_fault_rate(const Faults& faults) const override { return faults.partial; }
  bool take(Call& call) const override;
  http::HttpResponse apply(Session& session, const Call& call) const override;
  http::HttpResponse refuse(const Refusal& refusal, runtime::Random& random) const override;

 protected:
  /// The operation in the request; empty if there is none.
  virtual std::string_view operation_of(const http::HttpRequest& request) const = 0;
  /// For every answer.
  virtual std::string_view content_type() const = 0;
  /// Decodes the body, executes the operation and returns the answer's body. Throws SqsRefusal.
  virtual std::string execute(Session& session, const Call& call, std::string_view request_id) const = 0;
  /// An error, without the headers that all answers have.
  virtual http::HttpResponse error(const sqs::ErrorSpec& spec, std::string_view message,
                                   std::string_view request_id) const = 0;

 private:
  void finish(http::HttpResponse& response, std::string request_id) const;
  http::HttpResponse write(const sqs::ErrorSpec& spec, std::string_view message, runtime::Random& random) const;
};

}  // namespace ekiden::local
