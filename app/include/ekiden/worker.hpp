/// The one header that a worker includes: #include <ekiden/worker.hpp>.
#pragma once

#include <ekiden/app/app.hpp>
#include <ekiden/worker/context.hpp>
#include <ekiden/worker/handler.hpp>
#include <ekiden/worker/message.hpp>
#include <ekiden/worker/outcome.hpp>

#include <boost/describe/class.hpp>
