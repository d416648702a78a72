/// FleetChecker: sees every answer of the server and knows what must never happen.
#pragma once

#include <ekiden/base/json/reader.hpp>
#include <ekiden/testkit/sim_network.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::worker::test {

/// Watches the wire at the server: no message may be deleted before its effect was acknowledged (its item, or its
/// dead letter), and no handle may be extended after it was handed back.
class FleetChecker {
 public:
  /// `key_of` gives the item's key that a message body stands for; empty for a body that ends as a dead letter.
  using KeyOf = std::string (*)(std::string_view body);
  /// An extension is told from a hand-back by its timeout: that of the queue.
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
  std::set<std::string, std::less<>> items_;                ///< Keys whose write was acknowledged.
  std::set<std::string, std::less<>> dead_;                 ///< Bodies whose dead letter was acknowledged.
  std::set<std::string, std::less<>> handed_back_;          ///< Receipt handles.
  std::vector<std::string> problems_;
  std::size_t deletes_ = 0;
};

}  // namespace ekiden::worker::test
