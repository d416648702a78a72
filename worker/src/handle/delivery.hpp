/// Delivery: a message between the Receiver and its task, with its lease.
#pragma once

#include <ekiden/worker/message.hpp>

#include "lease/lease.hpp"

namespace ekiden::worker {

struct Delivery {
  Message message;
  LeaseRef lease;
};

}  // namespace ekiden::worker
