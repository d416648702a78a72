/// is_json_object: may a text of somebody else's be put into JSON of ours?
#pragma once

#include <string_view>

namespace ekiden::ops {

/// True if `text` is one well-formed JSON object (RFC 8259), nested at most 64 deep.
bool is_json_object(std::string_view text);

}  // namespace ekiden::ops
