/// Delivery: a message on its way from the Receiver to its task.
#pragma once

#include <ekiden/worker/message.hpp>

#include "lease/lease.hpp"

namespace ekiden::worker {

struct Delivery {
  Message message;
  LeaseRef lease;
};

}  // namespace ekiden::worker
