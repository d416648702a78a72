// The memory limit on recorded machines and with recorded metadata answers, because no single machine has them all.
#include <ekiden/app/command_line.hpp>
#include <ekiden/app/memory_limit.hpp>
#include <ekiden/app/option_names.hpp>
#include <ekiden/app/worker_options.hpp>
#include <ekiden/testkit/simulation.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

#include "machines.hpp"

namespace ekiden::app {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using namespace test;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

/// A tree of files that exists as long as this object.
class Root {
 public:
  explicit Root(const Tree& tree) {
    std::string name = (fs::temp_directory_path() / "ekiden-memory-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
    for (const auto& [file, content] : tree) {
      fs::create_directories((path_ / file).parent_path());
      std::ofstream(path_ / file) << content;
    }
  }
  ~Root() { fs::remove_all(path_); }
  Root(const Root&) = delete;
  Root& operator=(const Root&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// What the endpoint answers. Status 0: it never answers.
struct Answer {
  int status = 200;
  std::string body{};
};

struct Row {
  const char* name;
  Tree tree;
  std::optional<worker::MemoryLimit> asked{};
  std::optional<Answer> container{};  ///< Empty: the variable is not set.
  std::optional<Answer> task{};
  const char* expected;     ///< "BYTES by SOURCE" or "none".
  const char* faults = "";  ///< The expected faults, one per line.
};

class MemoryLimitTest : public testing::Test {
 protected:
  MemoryFindings find(const Row& row) {
    Root root(row.tree);
    const bool on_ecs = row.container.has_value();
    if (on_ecs) {
      agent_.listen("169.254.170.2", [this, row](http::HttpRequest request) {
        return answer(request.url == "/v4/id" ? *row.container : row.task.value_or(Answer{404, ""}), agent_);
      });
    }
    const aws::Environment environment = [on_ecs](std::string_view name) -> std::optional<std::string> {
      return on_ecs && name == "ECS_CONTAINER_METADATA_URI_V4"
                 ? std::optional<std::string>("http://169.254.170.2/v4/id")
                 : std::nullopt;
    };
    return simulation_.run(worker_, find_memory_limit(worker_.transport(), environment, row.asked, root.path()));
  }

  static Task<http::HttpResponse> answer(Answer what, testkit::Process& agent) {
    if (what.status == 0) {
      co_await agent.clock().sleep_for(1h);
    }
    http::HttpResponse response;
    response.status = what.status;
    response.body = what.body;
    co_return response;
  }

  testkit::Simulation simulation_{7};
  testkit::Process& agent_ = simulation_.process("agent");
  testkit::Process& worker_ = simulation_.process("worker");
};

std::vector<Row> machines() {
  return {
      {.name = "no proc at all", .tree = {}, .expected = "none"},
      {.name = "Docker v2", .tree = container_v2("536870912\n"), .expected = "536870912 by cgroup memory.max"},
      {.name = "Docker v2, host namespace",
       .tree = docker_v2_host_namespace(),
       .expected = "268435456 by cgroup memory.max"},
      {.name = "podman v2, own group", .tree = podman_v2_own_group(), .expected = "134217728 by cgroup memory.max"},
      {.name = "outside of its namespace",
       .tree = outside_of_its_namespace(),
       .expected = "100663296 by cgroup memory.max"},
      {.name = "slice", .tree = systemd_slice("max\n", "314572800\n"), .expected = "314572800 by cgroup memory.max"},
      {.name = "service", .tree = systemd_slice("104857600\n", "max\n"), .expected = "104857600 by cgroup memory.max"},
      {.name = "bare v2 host", .tree = systemd_slice("max\n", "max\n"), .expected = "none"},
      {.name = "bare v1 host", .tree = host_v1(), .expected = "none"},
      {.name = "podman v1", .tree = podman_v1(), .expected = "67108864 by cgroup memory.limit_in_bytes"},
      {.name = "Kubernetes v1, a pod's limit",
       .tree = container_v1("/kubepods/burstable/pod6f/0123", kV1Unlimited, "402653184\n"),
       .expected = "402653184 by cgroup hierarchical_memory_limit"},
      {.name = "hybrid", .tree = hybrid(), .expected = "209715200 by cgroup memory.limit_in_bytes"},
      {.name = "both versions",
       .tree = merged(hybrid(), {{"sys/fs/cgroup/unified/system.slice/memory.max", "209715199\n"}}),
       .expected = "209715199 by cgroup memory.max"},
      {.name = "a mount point with a space",
       .tree = {{kCgroup, "0::/\n"},
                {kMounts, "35 24 0:29 / /my\\040groups rw shared:9 - cgroup2 cgroup2 rw\n"},
                {"my groups/memory.max", "33554432\n"}},
       .expected = "33554432 by cgroup memory.max"},
  };
}

std::vector<Row> values() {
  return {
      {.name = "one below 2^60",
       .tree = container_v2("1152921504606846975"),
       .expected = "1152921504606846975 by cgroup memory.max"},
      {.name = "2^60", .tree = container_v2("1152921504606846976\n"), .expected = "none"},
      {.name = "more than 64 bits", .tree = container_v2("99999999999999999999999\n"), .expected = "none"},
      {.name = "zero", .tree = container_v2("0\n"), .expected = "none"},
      {.name = "negative", .tree = container_v2("-1\n"), .expected = "none"},
      {.name = "a unit", .tree = container_v2("64M\n"), .expected = "none"},
      {.name = "nothing", .tree = container_v2(""), .expected = "none"},
      {.name = "nonsense of proc",
       .tree = {{kCgroup, "0:\n::\n\nmemory\n"}, {kMounts, " - \n1 2 3 4 5 6 - cgroup2\n-\n"}},
       .expected = "none"},
  };
}

std::vector<Row> asked_for() {
  return {
      {.name = "asked for less",
       .tree = container_v2("536870912\n"),
       .asked = worker::MemoryLimit{.bytes = 64 * kMiB, .source = "EKIDEN_MEMORY_LIMIT"},
       .expected = "67108864 by EKIDEN_MEMORY_LIMIT"},
      {.name = "asked for more",
       .tree = container_v2("536870912\n"),
       .asked = worker::MemoryLimit{.bytes = 1024 * kMiB, .source = "--memory-limit"},
       .expected = "536870912 by cgroup memory.max"},
  };
}

std::vector<Row> on_ecs() {
  return {
      {.name = "Fargate: the task's alone",
       .tree = container_v2("max\n"),
       .container = Answer{200, metadata(R"({"CPU":2})")},
       .task = Answer{200, metadata(R"({"CPU":0.25,"Memory":512})")},
       .expected = "536870912 by ECS task"},
      {.name = "EC2 v1: the container's",
       .tree = container_v1("/ecs/8f03/ea32", "134217728\n", "134217728\n"),
       .container = Answer{200, metadata(R"({"CPU":10,"Memory":128})")},
       .task = Answer{200, metadata("")},
       .expected = "134217728 by ECS container"},
      {.name = "the group allows less",
       .tree = container_v1("/ecs/8f03/ea32", "67108864\n", "67108864\n"),
       .container = Answer{200, metadata(R"({"CPU":10,"Memory":128})")},
       .task = Answer{200, metadata(R"({"CPU":1,"Memory":512})")},
       .expected = "67108864 by cgroup memory.limit_in_bytes"},
      {.name = "the operator allows less",
       .tree = {},
       .asked = worker::MemoryLimit{.bytes = 100 * kMiB, .source = "worker.toml:3"},
       .container = Answer{200, metadata(R"({"CPU":10,"Memory":128})")},
       .task = Answer{200, metadata("")},
       .expected = "104857600 by worker.toml:3"},
  };
}

std::vector<Row> odd_answers() {
  return {
      {.name = "0, null and no limits",
       .tree = {},
       .container = Answer{200, metadata(R"({"CPU":10,"Memory":0})")},
       .task = Answer{200, metadata(R"({"CPU":1,"Memory":null})")},
       .expected = "none"},
      {.name = "far too much",
       .tree = {},
       .container = Answer{200, metadata("")},
       .task = Answer{200, metadata(R"({"Memory":1099511627776})")},
       .expected = "none"},
      {.name = "garbage, and an agent that fails",
       .tree = container_v2("536870912\n"),
       .container = Answer{200, "<html>"},
       .task = Answer{500, "no"},
       .expected = "536870912 by cgroup memory.max",
       .faults = "ECS metadata of the container: its answer is not a JSON object\n"
                 "ECS metadata of the task: it answered with status 500\n"},
      {.name = "words for numbers, and a list for an object",
       .tree = {},
       .container = Answer{200, metadata(R"({"Memory":"128"})")},
       .task = Answer{200, "[]"},
       .expected = "none",
       .faults = "ECS metadata of the container: its Limits.Memory is not a valid number of MiB\n"
                 "ECS metadata of the task: its answer is not a JSON object\n"},
      {.name = "more than 64 bits",
       .tree = {},
       .container = Answer{200, metadata("")},
       .task = Answer{200, metadata(R"({"Memory":1e30})")},
       .expected = "none",
       .faults = "ECS metadata of the task: its Limits.Memory is not a valid number of MiB\n"},
      {.name = "a negative limit, and one that is no object",
       .tree = {},
       .container = Answer{200, metadata(R"({"Memory":-1})")},
       .task = Answer{200, metadata("7")},
       .expected = "none",
       .faults = "ECS metadata of the container: its Limits.Memory is not a valid number of MiB\n"},
  };
}

std::string described(const std::optional<worker::MemoryLimit>& limit) {
  return limit ? std::to_string(limit->bytes) + " by " + limit->source : "none";
}

std::string lines(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& line : all) {
    text += line + "\n";
  }
  return text;
}

// Goal: on every platform the limit is the smallest that any source sets, with its source; a malformed value sets none.
TEST_F(MemoryLimitTest, IsTheSmallestThatAnybodySets) {
  for (const std::vector<Row>& rows : {machines(), values(), asked_for(), on_ecs(), odd_answers()}) {
    for (const Row& row : rows) {
      const MemoryFindings found = find(row);
      EXPECT_EQ(described(found.limit), row.expected) << row.name;
      EXPECT_EQ(lines(found.faults), row.faults) << row.name;
    }
  }
}

// Goal: an endpoint that never answers delays the start by one second per question, but does not prevent it.
TEST_F(MemoryLimitTest, DoesNotWaitForASilentEndpoint) {
  const runtime::TimePoint begun = simulation_.now();
  const MemoryFindings found = find({.name = "silent",
                                     .tree = container_v2("536870912\n"),
                                     .container = Answer{0, ""},
                                     .task = Answer{0, ""},
                                     .expected = ""});
  EXPECT_GE(simulation_.now() - begun, 2s);
  EXPECT_LT(simulation_.now() - begun, 2s + 10ms);  // The network needs some of it.
  EXPECT_EQ(described(found.limit), "536870912 by cgroup memory.max");
  EXPECT_EQ(lines(found.faults),
            "ECS metadata of the container: it did not answer within 1 s\n"
            "ECS metadata of the task: it did not answer within 1 s\n");
}

// Goal: the limit is found even if nothing listens at the endpoint's address or the variable is not an address.
TEST_F(MemoryLimitTest, DoesWithoutTheEndpoint) {
  const Root root(container_v2("536870912\n"));
  for (const char* address : {"http://169.254.170.9/v4/id", "nonsense"}) {
    const aws::Environment environment = [address](std::string_view) { return std::optional<std::string>(address); };
    const MemoryFindings found =
        simulation_.run(worker_, find_memory_limit(worker_.transport(), environment, std::nullopt, root.path()));
    EXPECT_EQ(described(found.limit), "536870912 by cgroup memory.max");
    EXPECT_EQ(found.faults.size(), 2U) << address;
  }
}

// Goal: a limit that is too small for a worker is rejected; the error names the limit, its source and the fix.
TEST_F(MemoryLimitTest, RefusesWhatIsTooSmall) {
  EXPECT_NO_THROW(require_memory(std::nullopt));
  EXPECT_NO_THROW(require_memory(worker::MemoryLimit{.bytes = worker::kMemoryMin, .source = "ECS task"}));
  try {
    require_memory(worker::MemoryLimit{.bytes = 16 * kMiB, .source = "cgroup memory.max"});
    FAIL() << "16 MiB was accepted";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "the memory limit of 16 MiB (cgroup memory.max) is too small for a worker: set it to 32 MiB or more "
                 "(about 36 MiB if messages can have 1 MiB)");
  }
  try {
    require_memory(worker::MemoryLimit{.bytes = 64, .source = "--memory-limit"});
    FAIL() << "64 bytes were accepted";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "the memory limit of 64 bytes (--memory-limit) is too small for a worker: set it to 32 MiB or more "
                 "(about 36 MiB if messages can have 1 MiB); a number without a unit is bytes");
  }
}

// Goal: --memory-limit takes the usual units, from any source; the error about a wrong unit lists the allowed ones.
TEST_F(MemoryLimitTest, IsAnOptionLikeAnyOther) {
  const CommandSpec program{.name = "news-worker", .options = worker_options()};
  const auto parse = [&program](std::vector<std::string> words, const Environment& environment) {
    words.insert(words.begin(), "news-worker");
    return parse_command_line(program, std::move(words), environment).options;
  };
  EXPECT_EQ(parse({"--memory-limit", "512M"}, {}).get(option::kMemoryLimit), 512 * kMiB);
  const Options options = parse({}, {{"EKIDEN_MEMORY_LIMIT", "1GiB"}});
  EXPECT_EQ(options.get(option::kMemoryLimit), 1024 * kMiB);
  EXPECT_EQ(options.where(option::kMemoryLimit), "EKIDEN_MEMORY_LIMIT");
  EXPECT_FALSE(parse({}, {}).has(option::kMemoryLimit));
  try {
    parse({"--memory-limit", "64Q"}, {});
    FAIL() << "64Q was accepted";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "--memory-limit \"64Q\" is not allowed; use a size, such as 64MiB (units: KiB, MiB, GiB, KB, MB, GB)");
  }
}

}  // namespace
}  // namespace ekiden::app
