/// is_json_object: checks text from another process before it is put into our JSON.
#pragma once

#include <string_view>

namespace ekiden::ops {

/// True if `text` is one well-formed JSON object (RFC 8259), nested at most 64 deep.
bool is_json_object(std::string_view text);

}  // namespace ekiden::ops
