/// The texts made from the option table: help, manual page, shell completion.
#pragma once

#include <ekiden/app/option_spec.hpp>

#include <string>
#include <vector>

namespace ekiden::app {

/// The help of the command at `path` below `root` ({} for the program itself). Usage and examples show `program`.
std::string help_text(const CommandSpec& root, const std::vector<std::string>& path, const std::string& program);

/// The manual page, in man(7) macros: `news-worker man-page | man -l -`.
std::string man_page(const CommandSpec& root);

/// The completion script for `shell`, "bash" or "zsh". A user loads it with `source <(ekiden completion bash)`.
std::string completion_script(const CommandSpec& root, const std::string& shell);

}  // namespace ekiden::app
