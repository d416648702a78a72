#include "container_crew.hpp"

#include <ekiden/process/fleet.hpp>
#include <ekiden/process/process_facts.hpp>

#include <algorithm>
#include <csignal>
#include <exception>
#include <list>
#include <sstream>

#include "option_names.hpp"
#include "terminal/output_file.hpp"

namespace ekiden::cli {
namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kLook = 50ms;
constexpr runtime::Duration kReadyMax = 10s;

/// The variables of this process that workers get: EKIDEN_* only, not PATH, HOME and others of the host.
app::Environment worker_variables() {
  app::Environment variables = app::process_environment();
  std::erase_if(variables, [](const auto& variable) { return !variable.first.starts_with("EKIDEN_"); });
  for (const char* ours :
       {"EKIDEN_ENGINE", "EKIDEN_IMAGE", "EKIDEN_CONTAINERS", "EKIDEN_CONTAINER_MEMORY", "EKIDEN_RUN_OPTIONS"}) {
    variables.erase(ours);
  }
  return variables;
}

/// Each container is represented by a child process: the engine's client, attached to it. The client relays the log,
/// passes SIGTERM on, and ends with the container's status. Only CPU and memory are read from the kernel.
class ContainerCrew final : public Crew {
 public:
  ContainerCrew(app::Process& process, ContainerPlan plan, app::Environment variables)
      : process_(process),
        plan_(std::move(plan)),
        variables_(std::move(variables)),
        fleet_(process.env().executor, process.env().clock) {}

  Task<> prepare(int count, WorkPlace place) override {
    const std::string stem = "ekiden-bench-" + process_.env().random.uuid().substr(0, 8) + "-";
    ContainerSpec spec;
    spec.image = plan_.image;
    spec.memory_bytes = plan_.memory_bytes;
    spec.options = plan_.run_options;
    spec.environment = worker_environment(worker_variables(), place, variables_);
    for (int i = 1; i <= count; ++i) {
      spec.name = stem + std::to_string(i);
      boxes_.emplace_back().name = spec.name;  // Noted first, so that a half-made container is removed, too.
      co_await plan_.engine.run(process_, create_words(spec));
    }
  }

  void start() override {
    for (Box& box : boxes_) {
      process::ProgramSpec spec = plan_.engine.command({"start", "--attach", box.name});
      spec.output = box.log.descriptor();
      box.client = &fleet_.start("container " + box.name, spec);
    }
  }

  std::size_t running() const override { return fleet_.running(); }
  void look() override {}  // Peak memory and CPU time are read once, before the containers are stopped.

  Task<std::string> next_casualty() override {
    const process::Fleet::Member* const casualty = fleet_.next_casualty();
    if (casualty == nullptr) {
      co_return "";
    }
    const auto box = std::ranges::find(boxes_, casualty, &Box::client);
    const std::vector<std::string> name{box->name};
    const std::vector<ContainerState> states = co_await inspect(name);
    // The client fails although the container did not: the container was never started.
    const bool never_began = !states.empty() && states.front().exit_code == 0 && !casualty->child.exit()->ok();
    const std::string how = states.empty() ? casualty->child.exit()->words()
                            : never_began  ? "could not be started"
                                           : states.front().words(plan_.memory_bytes);
    co_return casualty->name + " (" + plan_.image + ") " + how + box->log.last_words();
  }

  Task<> stop() override {
    if (fleet_.running() > 0) {
      co_await measure();
    }
    co_await fleet_.stop(kCrewGrace);
  }

  Task<> clean_up() override {
    std::exception_ptr failure;
    try {
      co_await stop();
    } catch (const EngineError&) {
      failure = std::current_exception();
    }
    co_await fleet_.stop(kCrewGrace);
    if (!boxes_.empty()) {
      std::vector<std::string> words = names();
      words.insert(words.begin(), {"rm", "--force"});
      try {
        co_await plan_.engine.run(process_, std::move(words));
        boxes_.clear();
      } catch (const EngineError&) {
        failure = failure ? failure : std::current_exception();  // The first failure says more.
      }
    }
    if (failure) {
      std::rethrow_exception(failure);
    }
  }

  double cpu_seconds() const override { return cpu_seconds_; }
  std::int64_t max_rss_bytes() const override { return max_rss_bytes_; }

 private:
  struct Box {
    std::string name;
    OutputFile log;
    const process::Fleet::Member* client = nullptr;
  };

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Box& box : boxes_) {
      names.push_back(box.name);
    }
    return names;
  }

  Task<std::vector<ContainerState>> inspect(std::vector<std::string> names) {
    std::vector<std::string> words = inspect_words(names);
    const std::vector<std::string> lines = co_await plan_.engine.run(process_, std::move(words));
    std::vector<ContainerState> states;
    for (const std::string& line : lines) {
      if (std::optional<ContainerState> state = parse_state(line)) {
        states.push_back(*std::move(state));
      }
    }
    co_return states;
  }

  /// Waits until every running container handles SIGTERM: the kernel drops a signal to the first process of a container
  /// until that process has a handler. Then notes CPU and memory, which cannot be read after the end. The small cost of
  /// the drain is not included.
  Task<> measure() {
    runtime::Clock& clock = process_.env().clock;
    const runtime::TimePoint end = clock.now() + kReadyMax;
    for (;;) {
      const std::vector<ContainerState> states = co_await inspect(names());
      const auto ready = [](const ContainerState& state) {
        return state.pid > 0 && process::catches_signal(state.pid, SIGTERM);
      };
      const auto count = static_cast<std::size_t>(std::ranges::count_if(states, ready));
      if (count >= fleet_.running() || clock.now() >= end) {
        note(states);
        co_return;
      }
      co_await clock.sleep_for(kLook);
    }
  }

  void note(const std::vector<ContainerState>& states) {
    for (const ContainerState& state : states) {
      if (state.pid > 0) {
        cpu_seconds_ += process::cpu_seconds(state.pid).value_or(0);
        max_rss_bytes_ = std::max(max_rss_bytes_, process::peak_rss(state.pid));
      }
    }
  }

  app::Process& process_;
  ContainerPlan plan_;
  app::Environment variables_;
  std::list<Box> boxes_;
  process::Fleet fleet_;
  double cpu_seconds_ = 0;
  std::int64_t max_rss_bytes_ = 0;
};

}  // namespace

Task<ContainerPlan> plan_containers(app::Process& process, const app::Options& options) {
  Task<Engine> choosing = choose_engine(process, options);
  Engine engine = co_await std::move(choosing);
  ContainerPlan plan{.engine = std::move(engine),
                     .image = options.get(option::kImage),
                     .memory_bytes = options.get(option::kContainerMemory),
                     .run_options = {}};
  std::istringstream words(options.get(option::kRunOptions));
  for (std::string word; words >> word;) {
    plan.run_options.push_back(word);
  }
  // Named: GCC 14 fails on a list of this kind inside an awaited call.
  std::vector<std::string> inspect{"image", "inspect", "--format", "{{.Id}}", plan.image};
  const std::string missing = co_await failure_of(process, plan.engine, std::move(inspect));
  if (!missing.empty()) {
    std::vector<std::string> info{"info"};
    const std::string silent = co_await failure_of(process, plan.engine, std::move(info));
    if (!silent.empty()) {
      throw app::UsageError(options.named(option::kEngine) + ": " + plan.engine.program() + " does not answer (" +
                            silent + "); start it, or set --engine to another engine");
    }
    throw app::UsageError(options.named(option::kImage) + ": " + plan.engine.program() + " has no image " + plan.image +
                          "; build it with scripts/image (" + missing + ")");
  }
  co_return plan;
}

std::unique_ptr<Crew> container_crew(app::Process& process, ContainerPlan plan, app::Environment variables) {
  return std::make_unique<ContainerCrew>(process, std::move(plan), std::move(variables));
}

}  // namespace ekiden::cli
