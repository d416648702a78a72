/// The words that an expression may not use as attribute names.
#pragma once

#include <string_view>

namespace ekiden::local::dynamodb {

/// Without regard to case.
bool is_reserved_word(std::string_view name);

}  // namespace ekiden::local::dynamodb
