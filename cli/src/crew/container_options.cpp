#include "container_options.hpp"

namespace ekiden::cli {

using app::declare;

std::vector<app::OptionSpec> container_options() {
  return app::in_group(
      "containers",
      {
          declare(option::kContainers, {.help = "run each task in a container instead of as a process"}),
          declare(option::kImage, {.help = "image of the worker; scripts/image builds the default one",
                                   .fallback = "news-worker:" EKIDEN_VERSION,
                                   .value_name = "IMAGE"}),
          declare(option::kContainerMemory,
                  {.help = "memory limit of each container, without swap", .fallback = "64MiB", .minimum = "32MiB"}),
          declare(option::kEngine, {.help = "container engine: docker, podman or the path of either",
                                    .default_words = "docker if `docker info` succeeds, else podman",
                                    .value_name = "PROGRAM"}),
          declare(option::kRunOptions,
                  {.help = "more options for the engine's create command, as in '--runtime runc --cpus 1'",
                   .value_name = "OPTIONS"}),
      });
}

}  // namespace ekiden::cli
