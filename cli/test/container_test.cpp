#include "crew/container.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ekiden::cli {
namespace {

using testing::ElementsAre;

// Goal: a container is created with its limits and hardened. More options stand before the image, because what follows
// the image goes to the worker.
TEST(ContainerTest, IsCreatedWithItsLimits) {
  const ContainerSpec spec{.name = "bench-1",
                           .image = "news-worker:1",
                           .memory_bytes = 67'108'864,
                           .options = {"--runtime", "runc"},
                           .environment = {"A=b c", "D="}};
  EXPECT_THAT(create_words(spec),
              ElementsAre("create", "--name", "bench-1", "--pull", "never", "--network", "host", "--memory", "67108864",
                          "--memory-swap", "67108864", "--read-only", "--cap-drop", "ALL", "--security-opt",
                          "no-new-privileges", "--runtime", "runc", "--env", "A=b c", "--env", "D=", "news-worker:1"));
}

// Goal: the states of containers are read from an engine's output, although it has warnings between them.
TEST(ContainerTest, ReadsStates) {
  const std::vector<std::string> words = inspect_words({"bench-1", "bench-2"});
  ASSERT_EQ(words.size(), 5U);
  EXPECT_EQ(words.back(), "bench-2");

  const std::optional<ContainerState> running = parse_state("ekiden-state 4711 false 0");
  ASSERT_TRUE(running.has_value());
  EXPECT_EQ(running->pid, 4711);
  EXPECT_FALSE(running->out_of_memory);
  for (const char* other : {"", "WARN[0000] no swap limit support", "ekiden-state 4711 maybe 0", "ekiden-state"}) {
    EXPECT_FALSE(parse_state(other).has_value()) << other;
  }
}

// Goal: the text says whether the kernel killed the container because of its memory, or the container failed.
TEST(ContainerTest, TellsHowItEnded) {
  EXPECT_EQ(parse_state("ekiden-state 0 true 137")->words(67'108'864),
            "was killed because it needed more memory than its 64 MiB");
  EXPECT_EQ(parse_state("ekiden-state 0 false 137")->words(67'108'864),
            "was killed (status 137), probably because it needed more memory than its 64 MiB");
  EXPECT_EQ(parse_state("ekiden-state 0 false 3")->words(67'108'864), "ended with status 3");
  EXPECT_EQ(limit_text(64'000'000), "64,000,000 bytes");
}

}  // namespace
}  // namespace ekiden::cli
