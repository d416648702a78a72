/// NewsDelivery: one article for one member, as it is sent and as it is stored.
#pragma once

#include <boost/describe/class.hpp>

#include <string>

namespace news {

struct NewsDelivery {
  std::string user_id;  ///< The member; the table's hash key.
  std::string news_id;  ///< The article; its range key.
  std::string title;
  std::string published_at;  ///< ISO 8601, UTC.
};
BOOST_DESCRIBE_STRUCT(NewsDelivery, (), (user_id, news_id, title, published_at))

}  // namespace news
