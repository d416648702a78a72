// Has a bug on purpose: it ends the process for an array of two elements. If it is not found, the fuzz tests test
// nothing.
#include <ekiden/base/json/reader.hpp>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ekiden::base::JsonDocument document;
  if (!document.parse(ekiden::fuzz::text_of(data, size))) {
    const ekiden::base::JsonReader root = document.root();
    const bool is_pair = root.kind() == ekiden::base::JsonKind::kArray && root.size() == 2;
    ekiden::fuzz::require(!is_pair, "the planted bug");
  }
  return 0;
}
