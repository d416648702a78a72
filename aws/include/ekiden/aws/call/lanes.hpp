/// Lanes: calls to AWS that share a limit of connections.
#pragma once

#include <ekiden/http/messages.hpp>

namespace ekiden::aws::lanes {

/// The default lane, http::Lane{}, is left to a handler's own requests.
inline constexpr http::Lane kCalls{1};        ///< DynamoDB, and all calls without a lane below.
inline constexpr http::Lane kReceives{2};     ///< Each can hold its connection for 20 s.
inline constexpr http::Lane kSettlements{3};  ///< Deletes and visibility changes. A late one causes a second delivery.

}  // namespace ekiden::aws::lanes
