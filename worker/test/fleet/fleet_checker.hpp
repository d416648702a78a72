/// FleetChecker: watches every answer of the server for things that must never happen.
#pragma once

#include <ekiden/base/json/reader.hpp>
#include <ekiden/testkit/sim_network.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::worker::test {

/// Two rules are checked on the wire. No message is deleted before its effect (its item or its dead letter) was
/// acknowledged. No receipt handle is extended after its message was released.
class FleetChecker {
 public:
  /// Returns the key of the item that a message body must become; empty for a body that must become a dead letter.
  using KeyOf = std::string (*)(std::string_view body);
  /// A visibility change to `extension_seconds` is an extension; one to another timeout is a release.
  FleetChecker(KeyOf key_of, int extension_seconds) : key_of_(key_of), extension_seconds_(extension_seconds) {}

  void watch(const testkit::SimNetwork::Answered& answered);

  const std::vector<std::string>& problems() const { return problems_; }
  std::size_t deletes() const { return deletes_; }

 private:
  void received(base::JsonReader response);
  void written(base::JsonReader request, base::JsonReader response);
  void deleted(const std::string& process, base::JsonReader request, base::JsonReader response);
  void changed(const std::string& process, base::JsonReader entry);
  void sent(base::JsonReader request);
  void problem(std::string text);

  KeyOf key_of_;
  int extension_seconds_;
  base::JsonDocument request_{65'536};
  base::JsonDocument response_{65'536};
  std::map<std::string, std::string, std::less<>> bodies_;  ///< By receipt handle.
  std::set<std::string, std::less<>> items_;                ///< Keys of acknowledged writes.
  std::set<std::string, std::less<>> dead_;                 ///< Bodies of acknowledged dead letters.
  std::set<std::string, std::less<>> released_;             ///< Receipt handles.
  std::vector<std::string> problems_;
  std::size_t deletes_ = 0;
};

}  // namespace ekiden::worker::test
