/// A crew whose workers each run in a container of an image.
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

/// What --engine, --image, --container-memory and --run-options say. Throws app::UsageError where the engine has no
/// such image, or does not answer.
Task<ContainerPlan> plan_containers(app::Process& process, const app::Options& options);

/// `variables` are set beside those that every worker gets; of this program's environment a container gets the EKIDEN_
/// ones.
std::unique_ptr<Crew> container_crew(app::Process& process, ContainerPlan plan, app::Environment variables);

}  // namespace ekiden::cli
