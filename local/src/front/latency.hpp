/// Latency profiles: how long the simulated network and service take.
#pragma once

#include <ekiden/local/options.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/random.hpp>

#include <string_view>

#include "front/protocols/frontend.hpp"

namespace ekiden::local {

/// The duration of one request; zero without a profile.
runtime::Duration draw_latency(Latency profile, Endpoint endpoint, std::string_view operation, runtime::Random& random);

/// The time from a message's arrival until a waiting receive gets it.
runtime::Duration draw_delivery(Latency profile, runtime::Random& random);

}  // namespace ekiden::local
