#include "container_options.hpp"

namespace ekiden::cli {

using app::declare;

std::vector<app::OptionSpec> container_options() {
  return app::in_group(
      "containers",
      {
          declare(option::kContainers, {.help = "run each task as a container of an image instead of a process"}),
          declare(option::kImage, {.help = "the worker's image; scripts/image builds this one",
                                   .fallback = "news-worker:" EKIDEN_VERSION,
                                   .value_name = "IMAGE"}),
          declare(
              option::kContainerMemory,
              {.help = "the memory of each container, which gets no swap", .fallback = "64MiB", .minimum = "32MiB"}),
          declare(option::kEngine, {.help = "docker, podman or the path of one; without it docker, if `docker info` "
                                            "succeeds, else podman",
                                    .value_name = "PROGRAM"}),
          declare(option::kRunOptions,
                  {.help = "further options for the engine, as in '--runtime runc --cpus 1'", .value_name = "OPTIONS"}),
      });
}

}  // namespace ekiden::cli
