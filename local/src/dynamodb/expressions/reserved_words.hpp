/// The reserved words, which an expression cannot use as attribute names.
#pragma once

#include <string_view>

namespace ekiden::local::dynamodb {

/// Case-insensitive.
bool is_reserved_word(std::string_view name);

}  // namespace ekiden::local::dynamodb
