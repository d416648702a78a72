/// Delivery: the message that the pipeline tests send and store.
#pragma once

#include <boost/describe/class.hpp>

#include <string>
#include <string_view>

namespace ekiden::worker::test {

/// The content of a message, and of the item that it must become. The item's key is user_id and news_id.
struct Delivery {
  std::string user_id;
  std::string news_id;
  std::string title;
};
BOOST_DESCRIBE_STRUCT(Delivery, (), (user_id, news_id, title))

inline constexpr std::string_view kForbidden = "forbidden";  ///< A title that handlers reject.

std::string body_of(const Delivery& delivery);
std::string key_of(const Delivery& delivery);
/// The key of the item that a body must become; empty for a body that must become a dead letter.
std::string key_of_body(std::string_view body);

}  // namespace ekiden::worker::test
