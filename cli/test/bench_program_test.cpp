// `ekiden bench` as its users see it: its text, its streams and its exit statuses.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "program.hpp"

namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Goal: bench runs, verifies and reports; its JSON has one run for each number of tasks.
TEST(ProgramTest, BenchVerifiesEveryRun) {
  const Result result = run(kProgram + " bench --messages 300 --tasks 1,2 --json -");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, StartsWith(R"({"messages":300,"runs":[{"tasks":1,"seconds":)"));
  EXPECT_THAT(result.out, HasSubstr(R"({"tasks":2,"seconds":)"));
  EXPECT_THAT(result.out, HasSubstr(R"("table_items":300,"queue_left":0,"dead_letters":0,"verified":true})"));
  EXPECT_THAT(result.err, HasSubstr("verified"));
}

// Goal: a result file that cannot be written is rejected before the first run, in one line. No file is created, not
// even a writable one named beside it.
TEST(ProgramTest, BenchRefusesAnUnwritableFileBeforeItBegins) {
  const std::string made = "program_test." + std::to_string(::getpid()) + ".json";
  const struct {
    std::string arguments;
    const char* option;
    const char* why;
  } cases[] = {{" bench --messages 10 --json /nowhere/runs.json", "--json", "No such file or directory"},
               {" bench --messages 10 --svg " + kProgram + "/runs.svg", "--svg", "Not a directory"},
               {" bench --messages 10 --json " + made + " --svg /", "--svg", "Is a directory"},
               {" bench budgets --json /nowhere/budgets.json", "--json", "No such file or directory"}};
  for (const auto& one : cases) {
    const Result result = run(kProgram + one.arguments);
    EXPECT_EQ(result.status, 2) << one.arguments;
    EXPECT_EQ(result.out, "") << one.arguments;
    EXPECT_THAT(result.err, StartsWith(std::string("ekiden: ") + one.option + ": cannot write ")) << one.arguments;
    EXPECT_THAT(result.err, HasSubstr(one.why)) << one.arguments;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  }
  EXPECT_NE(::unlink(made.c_str()), 0) << "the file was created";
}

// Goal: no kind of fault loses a message; faults only cost time.
TEST(ProgramTest, BenchSurvivesFaults) {
  const Result result = run(kProgram +
                                " bench --messages 300 --tasks 2 --seed 7 --json - --faults "
                                "throttle=0.02,error=0.02,drop=0.02,partial=0.05,unprocessed=0.05",
                            "EKIDEN_VISIBILITY_TIMEOUT=3s");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr(R"("table_items":300)"));
}

// Goal: if no message is deleted for 3 s, bench prints what it waits for, also without a terminal. Method: a handler
// that takes longer.
TEST(ProgramTest, BenchSaysWhatItWaitsFor) {
  const Result result = run(kProgram + " bench --messages 20 --tasks 1 --json -", "EKIDEN_HANDLER_DELAY=3500");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("waiting for 20 of 20 messages: a worker holds them, or SQS hides them until"));
}

/// A folder for the containers of test/stand_in_engine, which runs the name of an image as a program.
class StandInEngine {
 public:
  StandInEngine() : folder_("program_test." + std::to_string(::getpid()) + ".engine") {
    std::filesystem::create_directory(folder_);
  }
  StandInEngine(const StandInEngine&) = delete;
  StandInEngine& operator=(const StandInEngine&) = delete;
  ~StandInEngine() { std::filesystem::remove_all(folder_); }

  /// The variables with which bench uses this engine.
  std::string environment(const std::string& image) const {
    return "EKIDEN_ENGINE=" EKIDEN_STAND_IN_ENGINE " EKIDEN_IMAGE=" + image +
           " STAND_IN_ENGINE_DIR=" + std::filesystem::absolute(folder_).string();
  }
  Result bench(const std::string& arguments, const std::string& image) const {
    return run(kProgram + " bench --containers " + arguments, environment(image));
  }
  std::string asked() const { return slurp(folder_ + "/asked"); }
  /// The number of containers that still exist.
  std::ptrdiff_t left() const {
    return std::count_if(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator(),
                         [](const auto& entry) { return entry.is_directory(); });
  }

 private:
  std::string folder_;
};

// Goal: containers drain a queue and are measured like processes, and none is left.
TEST(ProgramTest, BenchRunsContainers) {
  const StandInEngine engine;
  const Result result = engine.bench("--messages 300 --tasks 1,3 --json -", std::string(EKIDEN_BIN) + "/news-worker");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr(R"({"tasks":3,"seconds":)"));
  EXPECT_THAT(result.out, HasSubstr(R"("table_items":300,"queue_left":0,"dead_letters":0,"verified":true}])"));
  EXPECT_THAT(result.out, Not(HasSubstr(R"("worker_max_rss_bytes":0,)")));
  EXPECT_THAT(result.out, Not(HasSubstr(R"("worker_cpu_seconds":0,)")));
  EXPECT_THAT(engine.asked(), HasSubstr(" --memory 67108864 --memory-swap 67108864 "));
  EXPECT_THAT(engine.asked(), HasSubstr(" --env EKIDEN_OPS=off "));
  EXPECT_THAT(engine.asked(), Not(HasSubstr("EKIDEN_ENGINE")));
  EXPECT_EQ(engine.left(), 0);
}

// Goal: a container that fails is reported with its name, its status and the end of its log, and is removed.
TEST(ProgramTest, BenchShowsWhyAContainerFailed) {
  const StandInEngine engine;
  const Result result = engine.bench("--messages 10 --tasks 1 --run-options \"--cpus 1\"", "/bin/false");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, testing::ContainsRegex("ekiden: container ekiden-bench-[0-9a-f]{8}-1 \\(/bin/false\\) ended "
                                                 "with status 1; no worker is left, but the queue is not empty; a "
                                                 "worker must run until SIGTERM; it printed nothing\n"));
  EXPECT_THAT(engine.asked(), HasSubstr(" --cpus 1 --env "));
  EXPECT_EQ(engine.left(), 0);
}

// Goal: a bench that is interrupted leaves no container. Method: stop it while two containers hold all messages, which
// the "waiting for" line shows.
TEST(ProgramTest, BenchRemovesContainersWhenItIsStopped) {
  const StandInEngine engine;
  Background bench("bench --containers --messages 20 --tasks 2", "2>&1 >/dev/null",
                   engine.environment(std::string(EKIDEN_BIN) + "/news-worker") + " EKIDEN_HANDLER_DELAY=4000");
  EXPECT_THAT(bench.line(), HasSubstr("20 news messages"));
  EXPECT_THAT(bench.line(), HasSubstr("waiting for 20 of 20 messages"));
  EXPECT_EQ(engine.left(), 2);
  std::string said;
  EXPECT_EQ(bench.stop(&said), 1);
  EXPECT_EQ(said, "ekiden: interrupted\n");
  EXPECT_EQ(engine.left(), 0);
}

// Goal: if the image is missing, the error says how to build it; an option without effect is wrong usage.
TEST(ProgramTest, BenchRefusesContainersThatItCannotHave) {
  const StandInEngine engine;
  const Result missing = engine.bench("", "/no/such/image");
  EXPECT_EQ(missing.status, 2);
  EXPECT_THAT(missing.err, HasSubstr("has no image /no/such/image; build it with scripts/image"));
  EXPECT_EQ(std::count(missing.err.begin(), missing.err.end(), '\n'), 1) << missing.err;
  EXPECT_THAT(run(kProgram + " bench --containers --engine /no/such/engine").err,
              testing::ContainsRegex("--engine: /no/such/engine --version ended with status 127 .*; install podman or "
                                     "docker, or set --engine to one of them\n"));
  const Result silent =
      run(kProgram + " bench --containers", engine.environment("/no/such/image") + " STAND_IN_ENGINE_SILENT=1");
  EXPECT_EQ(silent.status, 2);
  EXPECT_THAT(silent.err,
              testing::ContainsRegex("EKIDEN_ENGINE: .* does not answer \\(.* info ended with status 1   no "
                                     "daemon\\); start it, or set --engine to another engine\n"));
  EXPECT_THAT(run(kProgram + " bench --containers --worker true").err,
              HasSubstr("--worker cannot be combined with --containers"));
  EXPECT_THAT(run(kProgram + " bench --image other").err, HasSubstr("--image requires --containers"));
}

// Goal: budgets rejects the options of bench that it would ignore.
TEST(ProgramTest, BudgetsRefusesWhatBenchAloneTakes) {
  for (const char* option : {"--tasks 2", "--svg budgets.svg", "--latency tokyo", "--containers"}) {
    const Result result = run(kProgram + " bench budgets " + option);
    EXPECT_EQ(result.status, 2) << option;
    const std::string flag = std::string(option).substr(0, std::string(option).find(' '));
    EXPECT_EQ(result.err, "ekiden: bench budgets does not accept " + flag + "; see ekiden bench budgets --help\n");
    EXPECT_THAT(run(kProgram + " bench budgets --help").out, Not(HasSubstr(flag + " "))) << flag;
  }
}

// Goal: if all workers fail, the run ends with an error that shows the end of their log.
TEST(ProgramTest, BenchShowsWhyAWorkerFailed) {
  const Result result = run(kProgram + " bench --messages 10 --tasks 1 --worker \"echo no such luck; exit 3\"");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              HasSubstr("ended with status 3; no worker is left, but the queue is not empty; a worker must run "
                        "until SIGTERM; it printed:\n"));
  EXPECT_THAT(result.err, HasSubstr("\n  no such luck\n"));
}

// Goal: any command can be a worker: variables lead it to the queue and the table.
TEST(ProgramTest, GivesWorkersTheirVariables) {
  const Result result =
      run(kProgram + " bench --messages 10 --tasks 1 --worker \"env; exit 1\"", "EKIDEN_LOCAL=1 AWS_PROFILE=other");
  for (const char* variable : {"AWS_ENDPOINT_URL=http://127.0.0.1:", "AWS_REGION=us-east-1",
                               "AWS_DEFAULT_REGION=us-east-1", "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local",
                               "EKIDEN_QUEUE=news", "EKIDEN_QUEUE_URL=http://", "EKIDEN_TABLE=news-deliveries"}) {
    EXPECT_THAT(result.err, HasSubstr(variable));
  }
  EXPECT_THAT(result.err, Not(HasSubstr("AWS_PROFILE")));
}

}  // namespace
