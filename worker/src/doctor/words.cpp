#include "words.hpp"

namespace ekiden::worker::doctor {

std::string counted(long long count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace ekiden::worker::doctor
