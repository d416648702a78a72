/// Error: a call to AWS that failed, with the facts that its catcher acts on.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// What a failure means for the next attempt. Source: AWS SDKs and Tools Reference Guide, "Retry behavior".
enum class ErrorClass {
  kFinal,      ///< The same request will fail again.
  kTransient,  ///< The service, or the way to it, stumbled.
  kThrottling  ///< The service asks for fewer requests.
};

/// "final", "transient", "throttling": the label error_class.
std::string_view to_string(ErrorClass error_class);

/// By code first, then by status: SQS says RequestThrottled with a 403.
ErrorClass classify(int http_status, std::string_view code);

/// The keys were refused as expired or unknown, or there are none: the same request works once there are others.
bool is_credentials_error(std::string_view code);

/// Codes of failures that no service answered with.
namespace codes {
inline constexpr std::string_view kConnectionFailed = "ConnectionFailed";     ///< Nothing was sent.
inline constexpr std::string_view kConnectionLost = "ConnectionLost";         ///< Whether it was seen is unknown.
inline constexpr std::string_view kUntrusted = "CertificateNotTrusted";       ///< Nothing was sent.
inline constexpr std::string_view kInvalidResponse = "InvalidResponse";       ///< The answer makes no sense.
inline constexpr std::string_view kDeadlineExceeded = "RequestTimeout";       ///< No answer within the deadline.
inline constexpr std::string_view kCorrupted = "ChecksumMismatch";            ///< What came is not what was sent.
inline constexpr std::string_view kNoCredentials = "CredentialsUnavailable";  ///< Nothing to sign with.
inline constexpr std::string_view kUnexpectedStatus =
    "UnexpectedStatus";                                           ///< An error that is not in the service's form.
inline constexpr std::string_view kNoEntry = "NoAnswerForEntry";  ///< A batch reply left this entry out.
}  // namespace codes

/// A call that failed for good: final, or still failing after all its attempts.
class Error : public std::runtime_error {
 public:
  struct Facts {
    std::string operation;   ///< "sqs.ReceiveMessage"
    std::string resource;    ///< The queue URL or the table; never a body, which is the user's data.
    std::string code;        ///< From __type, after '#'; or one of aws::codes.
    std::string message;     ///< The service's words; may be empty.
    int http_status = 0;     ///< 0: no answer.
    std::string request_id;  ///< What AWS support asks for first; may be empty.
    bool retryable = false;  ///< Transient, throttling or credentials: later it may work.
    bool throttling = false;
    bool credentials = false;  ///< As is_credentials_error(code).
    unsigned attempts = 1;
  };

  /// what(): one line ending in a remedy where one is known, without bodies or credentials.
  explicit Error(Facts facts);

  const Facts& facts() const { return facts_; }
  bool is(std::string_view code) const { return facts_.code == code; }

 private:
  Facts facts_;
};

/// What to do about it, in a few words; empty where nobody knows. What what() ends in.
std::string remedy(const Error::Facts& facts);

}  // namespace ekiden::aws
