// Reads the members of an answer. A member of another kind throws FormError: it must not count as absent, because a
// list of failures that cannot be read is not an empty one.
#pragma once

#include <ekiden/aws/form_error.hpp>
#include <ekiden/base/json/reader.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ekiden::aws::answer {

/// Empty if the member is absent or null.
std::optional<base::JsonReader> optional_array(base::JsonReader from, std::string_view name);
std::optional<base::JsonReader> optional_object(base::JsonReader from, std::string_view name);

/// Throws FormError also if the member is absent or null; text() also if it is empty.
base::JsonReader array(base::JsonReader from, std::string_view name);
base::JsonReader object(base::JsonReader from, std::string_view name);
std::string_view text(base::JsonReader from, std::string_view name);

/// Throws FormError if `element`, of the list of that name, is not an object.
base::JsonReader expect_object(base::JsonReader element, std::string_view list);

}  // namespace ekiden::aws::answer
