/// Delivery: what the fleets' tests send and store.
#pragma once

#include <boost/describe/class.hpp>

#include <string>
#include <string_view>

namespace ekiden::worker::test {

/// A message's content and the item that it must become: user_id and news_id are its key.
struct Delivery {
  std::string user_id;
  std::string news_id;
  std::string title;
};
BOOST_DESCRIBE_STRUCT(Delivery, (), (user_id, news_id, title))

inline constexpr std::string_view kForbidden = "forbidden";  ///< A title that handlers reject.

std::string body_of(const Delivery& delivery);
std::string key_of(const Delivery& delivery);
/// The key of the item that a body must become; empty for those that must become dead letters.
std::string key_of_body(std::string_view body);

}  // namespace ekiden::worker::test
