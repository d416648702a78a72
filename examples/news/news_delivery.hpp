/// NewsDelivery: one article for one member. It is the message's body and the table's item.
#pragma once

#include <boost/describe/class.hpp>

#include <string>

namespace news {

struct NewsDelivery {
  std::string user_id;  ///< The member. Hash key of the table.
  std::string news_id;  ///< The article. Range key of the table.
  std::string title;
  std::string published_at;  ///< ISO 8601, UTC.
};
BOOST_DESCRIBE_STRUCT(NewsDelivery, (), (user_id, news_id, title, published_at))

}  // namespace news
