/// Options of the local service: where its data is, how slow and how faulty it is.
#pragma once

#include <ekiden/aws/credentials/credentials.hpp>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ekiden::local {

/// The service cannot start: what() is one sentence that names the cause and the remedy.
class StartError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// How much a commit waits for the disk. kFull: what is committed survives a power loss. kNormal: it survives a crash
/// of the process only. kOff: it may not even leave a readable file after a power loss.
enum class Synchronous { kOff, kNormal, kFull };

struct StorageOptions {
  /// The data folder, made if it does not exist; empty: everything is in memory and ends with the process.
  std::string folder;
  /// The name of a registered SQLite VFS on which the folder lies; empty: the machine's files.
  std::string vfs;
  Synchronous synchronous = Synchronous::kFull;
};

/// How likely each fault is, 0 to 1, per request or per entry of a batch.
struct Faults {
  double unavailable = 0;  ///< A front end answers in the service's place: a 503 in HTML, whatever was asked.
  double throttle = 0;     ///< The request is refused with the service's throttling error.
  double error = 0;        ///< The request is refused with a 500.
  double drop = 0;         ///< The connection is closed without an answer; half of these after the work was done.
  double partial = 0;      ///< An entry of an SQS batch fails.
  double unprocessed = 0;  ///< An entry of BatchWriteItem or BatchGetItem comes back as unprocessed.

  /// "throttle=0.01,drop=0.1"; empty: no faults. Throws std::invalid_argument with one sentence that lists the names.
  static Faults parse(std::string_view text);
};

/// Named distributions of the time between request and answer.
enum class Latency {
  kNone,
  kTokyo  ///< As a client in the same AWS Region sees it.
};

/// "none" or "tokyo". Throws std::invalid_argument with one sentence that lists them.
Latency parse_latency(std::string_view text);

struct ServiceOptions {
  StorageOptions storage;
  Latency latency = Latency::kNone;
  Faults faults;
  /// If set, asked at each request in the place of `faults`: bad times come and go.
  std::function<Faults()> changing_faults;
  /// Refuse a second PurgeQueue of a queue within 60 s, as AWS does.
  bool strict_purge = false;
  /// If set, requests must be signed: gives the keys of an access key id, or nothing for an unknown one. With a session
  /// token, requests must carry it; after their expiration, by the server's clock, they are refused.
  std::function<std::optional<aws::Credentials>(std::string_view access_key_id)> keys;
};

}  // namespace ekiden::local
