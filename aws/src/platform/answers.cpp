#include "answers.hpp"

#include <ekiden/aws/call/error.hpp>
#include <ekiden/base/json/reader.hpp>
#include <ekiden/base/utf8.hpp>

#include <optional>

namespace ekiden::aws {
namespace {

constexpr double kMebibyte = 0x1p20;
constexpr double kMebibytesMax = 0x1p43;  // The number of bytes must fit into 64 bits.

// "AccessDeniedException: no role", or only the part that is not empty.
std::string joined(std::string_view code, std::string_view message) {
  return base::shortened(code, kServiceTextMax) + (code.empty() || message.empty() ? "" : ": ") +
         base::shortened(message, kServiceTextMax);
}

}  // namespace

EcsFacts read_metadata(const std::string& body) {
  EcsFacts facts;
  base::JsonDocument document;
  if (document.parse(body) || document.root().kind() != base::JsonKind::kObject) {
    facts.fault = "its answer is not a JSON object";
    return facts;
  }
  facts.task = Arn(std::string(document.root().text("TaskARN")));
  facts.service = document.root().text("ServiceName");
  const std::optional<base::JsonReader> limits = document.root().find("Limits");
  const std::optional<base::JsonReader> memory = limits ? limits->find("Memory") : std::nullopt;
  if (!memory || memory->is_null()) {
    return facts;
  }
  const std::optional<double> mebibytes = memory->number();
  if (!mebibytes || *mebibytes > kMebibytesMax || (*mebibytes != 0 && *mebibytes < 1)) {
    facts.fault = "its Limits.Memory is not a valid number of MiB";
  } else if (*mebibytes > 0) {
    facts.memory_bytes = static_cast<std::uint64_t>(*mebibytes * kMebibyte);
  }
  return facts;
}

// An answer with status 200 can contain a failure; the task is then not protected.
std::string protection_fault(int status, const std::string& body, bool enabled) {
  base::JsonDocument document;
  const bool is_object = !document.parse(body) && document.root().kind() == base::JsonKind::kObject;
  const base::JsonReader root = document.root();
  if (status != 200) {
    const std::optional<base::JsonReader> error = is_object ? root.find("error") : std::nullopt;
    const std::string words = error ? joined(error->text("Code"), error->text("Message")) : std::string();
    return "status " + std::to_string(status) + (words.empty() ? "" : ", " + words);
  }
  if (const std::optional<base::JsonReader> failure = is_object ? root.find("failure") : std::nullopt) {
    const std::string words = joined(failure->text("Reason"), failure->text("Detail"));
    return words.empty() ? "it reported a failure without a reason" : words;
  }
  const std::optional<base::JsonReader> protection = is_object ? root.find("protection") : std::nullopt;
  const std::optional<base::JsonReader> state = protection ? protection->find("ProtectionEnabled") : std::nullopt;
  return state && state->boolean() == enabled ? std::string() : "its answer does not confirm the requested protection";
}

}  // namespace ekiden::aws
