/// The events of servers.
#pragma once

#include <ekiden/runtime/events.hpp>

#include <array>

namespace ekiden::http::events {

inline constexpr std::array<std::string_view, 2> kRefusedFields{"address", "reason"};
inline constexpr std::array<std::string_view, 3> kAcceptFields{"address", "error", "count"};

/// A request that another web site made a browser send, or that used a foreign name. Once for each reason.
inline constexpr runtime::EventSpec kRequestRefused{
    "server.request_refused", runtime::Severity::kWarning, kRefusedFields, {}};
/// New connections cannot be accepted. Once a minute, with the number of failures since the last line.
inline constexpr runtime::EventSpec kAcceptFailed{
    "server.accept_failed", runtime::Severity::kWarning, kAcceptFields, {}};

inline constexpr std::array<const runtime::EventSpec*, 2> kServer{&kRequestRefused, &kAcceptFailed};

}  // namespace ekiden::http::events
