/// Options of the local service: data, latency and fault injection.
#pragma once

#include <ekiden/aws/credentials/credentials.hpp>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ekiden::local {

/// The service cannot start. what() is one sentence that names the cause and the remedy.
class StartError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Which failures committed data survives. kFull: a power loss. kNormal: a crash of the process, but not a power loss.
/// kOff: a power loss can make the file unreadable.
enum class Synchronous { kOff, kNormal, kFull };

struct StorageOptions {
  /// The data folder; created if it does not exist. Empty: everything is in memory and ends with the process.
  std::string folder;
  /// The name of a registered SQLite VFS for the folder; empty: the operating system's files.
  std::string vfs;
  Synchronous synchronous = Synchronous::kFull;
};

/// The probability of each fault, 0 to 1, per request or per entry of a batch.
struct Faults {
  double unavailable = 0;  ///< Every path is answered with status 503 and HTML, as by a load balancer.
  double throttle = 0;     ///< The request is answered with the service's throttling error.
  double error = 0;        ///< The request is answered with status 500.
  double drop = 0;         ///< The connection is closed without an answer; half of the requests are executed before.
  double partial = 0;      ///< An entry of an SQS batch fails.
  double unprocessed = 0;  ///< An entry of BatchWriteItem or BatchGetItem is returned as unprocessed.

  /// Parses "throttle=0.01,drop=0.1"; an empty text means no faults. Throws std::invalid_argument with one sentence
  /// that lists the names.
  static Faults parse(std::string_view text);
};

/// Named distributions of the time from request to answer.
enum class Latency {
  kNone,
  kTokyo  ///< As a client in the same AWS Region measures it.
};

/// Parses "none" or "tokyo". Throws std::invalid_argument with one sentence that lists them.
Latency parse_latency(std::string_view text);

struct ServiceOptions {
  StorageOptions storage;
  Latency latency = Latency::kNone;
  Faults faults;
  /// If set, called at each request instead of using `faults`, so that faults can change over time.
  std::function<Faults()> changing_faults;
  /// Reject a second PurgeQueue of a queue within 60 s, as AWS does.
  bool strict_purge = false;
  /// If set, requests must be signed. Returns the keys of an access key id; nothing if the id is unknown. If the keys
  /// have a session token, requests must carry it. Keys that have expired by the server's clock are rejected.
  std::function<std::optional<aws::Credentials>(std::string_view access_key_id)> keys;
};

}  // namespace ekiden::local
