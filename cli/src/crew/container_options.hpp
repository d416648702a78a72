/// The options of bench for workers in containers. container_crew.hpp reads them.
#pragma once

#include <ekiden/app/option_spec.hpp>

#include <array>
#include <vector>

#include "option_names.hpp"

namespace ekiden::cli {

std::vector<app::OptionSpec> container_options();

/// The options that require --containers.
inline constexpr std::array<app::OptionId, 4> kOnlyForContainers{option::kImage, option::kContainerMemory,
                                                                 option::kEngine, option::kRunOptions};

}  // namespace ekiden::cli
