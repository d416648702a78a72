/// FleetChecker: watches every answer of the server for things that must never happen.
#pragma once

#include <ekiden/base/json/reader.hpp>
#include <ekiden/testkit/sim_network.hpp>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::worker::test {

/// Rules that are checked on the wire: no message is deleted before its effect (its item or its dead letter) was
/// acknowledged; no receipt handle is extended after its message was released. Rules that are checked in the workers:
/// no two handlers of one worker run for the same message at a time, and none begins for a message that this worker has
/// asked SQS to delete, unless SQS has confirmed the delete.
class FleetChecker {
 public:
  /// Returns the key of the item that a message body must become; empty for a body that must become a dead letter.
  using KeyOf = std::string (*)(std::string_view body);
  /// A visibility change to `extension_seconds` is an extension; one to another timeout is a release.
  FleetChecker(KeyOf key_of, int extension_seconds) : key_of_(key_of), extension_seconds_(extension_seconds) {}

  void watch(const testkit::SimNetwork::Answered& answered);

  /// A new worker begins in this process: it remembers nothing.
  void worker_began(const std::string& process);
  void handler_began(const std::string& process, const std::string& message_id);
  void handler_ended(const std::string& process, const std::string& message_id);

  /// A receipt handle of a message that a worker was given and that nobody has deleted; empty if there is none. `pick`
  /// returns a number less than its argument.
  std::string held_handle(const std::function<std::uint64_t(std::uint64_t)>& pick) const;

  const std::vector<std::string>& problems() const { return problems_; }
  std::size_t deletes() const { return deletes_; }

 private:
  void received(const std::string& process, base::JsonReader response);
  void written(base::JsonReader request, base::JsonReader response);
  void asked_to_delete(const std::string& process, base::JsonReader request);
  void deleted(const std::string& process, base::JsonReader request, base::JsonReader response);
  void changed(const std::string& process, base::JsonReader entry);
  void sent(base::JsonReader request);
  void problem(std::string text);

  KeyOf key_of_;
  int extension_seconds_;
  base::JsonDocument request_{65'536};
  base::JsonDocument response_{65'536};
  struct Received {
    std::string id;
    std::string body;
    bool deleted = false;
  };
  struct WorkerState {
    std::set<std::string> running;               ///< Messages whose handlers run.
    std::set<std::string> done;                  ///< Messages that it has asked to delete, without a confirmation.
    std::set<std::string, std::less<>> handles;  ///< What it has received.
  };
  std::map<std::string, Received, std::less<>> received_;  ///< By receipt handle.
  std::map<std::string, WorkerState> workers_;             ///< By process.
  std::set<std::string, std::less<>> items_;               ///< Keys of acknowledged writes.
  std::set<std::string, std::less<>> dead_;                ///< Bodies of acknowledged dead letters.
  std::set<std::string, std::less<>> released_;            ///< Receipt handles, each with its process.
  std::vector<std::string> problems_;
  std::size_t deletes_ = 0;
};

}  // namespace ekiden::worker::test
