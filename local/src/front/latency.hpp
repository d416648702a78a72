/// Latency profiles: how long a request takes.
#pragma once

#include <ekiden/local/options.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/random.hpp>

#include <string_view>

#include "front/protocols/frontend.hpp"

namespace ekiden::local {

/// The time that one request takes; zero without a profile.
runtime::Duration draw_latency(Latency profile, Endpoint endpoint, std::string_view operation, runtime::Random& random);

/// What passes between a message's arrival and its delivery to a receive that waited for it.
runtime::Duration draw_delivery(Latency profile, runtime::Random& random);

}  // namespace ekiden::local
