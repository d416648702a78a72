/// Error: a call to AWS that failed, and the facts for handling it.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// What a failure means for the next attempt. Source: AWS SDKs and Tools Reference Guide, "Retry behavior".
enum class ErrorClass {
  kFinal,      ///< The same request will fail again.
  kTransient,  ///< The service or the network failed; a retry can succeed.
  kThrottling  ///< The service asks for fewer requests.
};

/// "final", "transient" or "throttling": the values of the label error_class.
std::string_view to_string(ErrorClass error_class);

/// Judges by the code first, then by the status: SQS sends RequestThrottled with status 403.
ErrorClass classify(int http_status, std::string_view code);

/// True if the code means that the keys are expired, unknown or missing: the same request can succeed with other keys.
bool is_credentials_error(std::string_view code);

/// Maximum bytes of a text of a service in an error; a longer one is cut. Such texts are logged.
inline constexpr std::size_t kServiceTextMax = 1000;

/// Codes of failures that we detect ourselves; no service sent them.
namespace codes {
inline constexpr std::string_view kConnectionFailed = "ConnectionFailed";  ///< Nothing was sent.
inline constexpr std::string_view kConnectionLost = "ConnectionLost";      ///< The service might have seen the request.
inline constexpr std::string_view kUntrusted = "CertificateNotTrusted";    ///< Nothing was sent.
/// The answer cannot be understood, or does not prove that the call succeeded. Not retried within the call, because the
/// service might have done what it was asked to; retryable, because it says nothing against the request.
inline constexpr std::string_view kInvalidResponse = "InvalidResponse";
inline constexpr std::string_view kDeadlineExceeded = "RequestTimeout";  ///< Silent for longer than the patience.
inline constexpr std::string_view kCorrupted = "ChecksumMismatch";       ///< A checksum proves that data was damaged.
/// SQS stored a sent message, but its answer does not prove that it stored what was sent. Another send would store one
/// more copy, so the error is final.
inline constexpr std::string_view kStoredDifferently = "StoredDifferently";
inline constexpr std::string_view kNoCredentials = "CredentialsUnavailable";  ///< There are no keys to sign with.
inline constexpr std::string_view kUnexpectedStatus =
    "UnexpectedStatus";                                           ///< An error that is not in the service's format.
inline constexpr std::string_view kNoEntry = "NoAnswerForEntry";  ///< The reply to a batch does not mention this entry.
}  // namespace codes

/// A call that failed: the error is final, or the call still failed after all attempts.
class Error : public std::runtime_error {
 public:
  struct Facts {
    std::string operation;   ///< "sqs.ReceiveMessage"
    std::string resource;    ///< The queue URL or the table; never a body, which is the user's data.
    std::string code;        ///< The part of __type after '#', or one of aws::codes.
    std::string message;     ///< The service's message; can be empty.
    int http_status = 0;     ///< 0: no answer.
    std::string request_id;  ///< For AWS support; can be empty.
    bool retryable = false;  ///< Transient, throttling or credentials: a later call can succeed.
    bool throttling = false;
    bool credentials = false;  ///< is_credentials_error(code).
    /// An attempt may have been executed although no usable answer came: silence or the end of the connection after the
    /// request was sent, a damaged answer, or a gateway without an answer. What a lost answer handed out is lost.
    bool maybe_answered = false;
    unsigned attempts = 1;
  };

  /// what() is one line without bodies or credentials. It ends with the remedy if one is known.
  explicit Error(Facts facts);

  const Facts& facts() const { return facts_; }
  bool is(std::string_view code) const { return facts_.code == code; }

 private:
  Facts facts_;
};

/// What to do about the error, in a few words; empty if no remedy is known. what() ends with this text.
std::string remedy(const Error::Facts& facts);

}  // namespace ekiden::aws
