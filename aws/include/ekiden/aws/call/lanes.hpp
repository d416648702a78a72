/// Lanes: which calls to AWS may use up the connections of which others.
#pragma once

#include <ekiden/http/messages.hpp>

namespace ekiden::aws::lanes {

/// The lane of whoever names none (http::Lane{}) stays free for a handler's own requests.
inline constexpr http::Lane kCalls{1};        ///< DynamoDB, and what is not below.
inline constexpr http::Lane kReceives{2};     ///< Each may hold its connection for 20 s.
inline constexpr http::Lane kSettlements{3};  ///< Deletes and changes of visibility: late ones cost a second delivery.

}  // namespace ekiden::aws::lanes
