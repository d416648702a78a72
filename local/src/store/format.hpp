/// Format: tells our data files from those of other programs, and converts older ones.
#pragma once

#include <cstdint>
#include <string>

namespace ekiden::local {

/// "Ekid": marks our files. Source: https://www.sqlite.org/pragma.html#pragma_application_id.
inline constexpr std::int64_t kApplicationId = 0x456b6964;

/// Throws FormatError if the file exists and is clearly another program's: it is no database, or it has data without
/// our mark. Reads only the header, because SQLite itself repairs a file before it reads it. A file that passes can
/// still be another program's if all its data is in its log: check_format() finds that.
///
/// `vfs` is the name of a registered SQLite VFS; empty: the default one.
void refuse_foreign_file(const std::string& vfs, const std::string& path);

}  // namespace ekiden::local
