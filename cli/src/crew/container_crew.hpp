/// A crew that runs each worker in a container.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "container.hpp"
#include "crew.hpp"
#include "engine.hpp"

namespace ekiden::cli {

struct ContainerPlan {
  Engine engine;
  std::string image;
  std::uint64_t memory_bytes = 0;
  std::vector<std::string> run_options;

  ContainerFacts facts() const { return {engine.program(), image, memory_bytes}; }
};

/// Reads --engine, --image, --container-memory and --run-options. Throws app::UsageError if the engine cannot be run or
/// does not have the image.
Task<ContainerPlan> plan_containers(app::Process& process, const app::Options& options);

/// `variables` are added to those of every worker. A container also gets the EKIDEN_ variables of this process.
std::unique_ptr<Crew> container_crew(app::Process& process, ContainerPlan plan, app::Environment variables);

}  // namespace ekiden::cli
