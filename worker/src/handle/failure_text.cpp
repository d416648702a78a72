#include <ekiden/worker/failure_text.hpp>

#include <string_view>

namespace ekiden::worker {

std::string failure_text(const aws::Error& error, const aws::Target& target) {
  const aws::Error::Facts& facts = error.facts();
  if (error.is(aws::codes::kNoCredentials)) {
    return facts.message;  // A whole sentence that concerns every call, not only this one.
  }
  if (!error.is(aws::codes::kConnectionFailed)) {
    return error.what();
  }
  const std::string& url = facts.operation.starts_with("sqs.") ? target.sqs.url : target.dynamodb.url;
  constexpr std::string_view kScheme = "http://";
  if (target.is_local && url.starts_with(kScheme)) {
    const std::string listen = url == aws::kLocalEndpoint ? "" : " --listen " + url.substr(kScheme.size());
    return facts.operation + ": nothing answers on " + url + "; start a server there, for example with `ekiden local" +
           listen + "` in another terminal";
  }
  return facts.operation + " on " + facts.resource + ": " + facts.message;  // The message ends with advice.
}

}  // namespace ekiden::worker
