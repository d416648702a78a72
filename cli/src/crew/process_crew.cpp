#include <ekiden/process/fleet.hpp>

#include "crew.hpp"
#include "terminal/output_file.hpp"

namespace ekiden::cli {
namespace {

class ProcessCrew final : public Crew {
 public:
  ProcessCrew(app::Process& process, WorkerCommand command, app::Environment variables)
      : command_(std::move(command)),
        variables_(std::move(variables)),
        fleet_(process.env().executor, process.env().clock) {}

  Task<> prepare(int count, WorkPlace place) override {
    count_ = count;
    spec_.arguments = command_.arguments;
    spec_.environment = worker_environment(app::process_environment(), place, variables_);
    spec_.output = log_.descriptor();
    co_return;
  }

  void start() override {
    for (int i = 1; i <= count_; ++i) {
      fleet_.start("worker " + std::to_string(i), spec_);
    }
  }

  std::size_t running() const override { return fleet_.running(); }
  void look() override { fleet_.note_memory(); }

  Task<std::string> next_casualty() override {
    const process::Fleet::Member* const casualty = fleet_.next_casualty();
    co_return casualty == nullptr
        ? ""
        : casualty->name + " (" + command_.name + ") " + casualty->child.exit()->words() + log_.last_words();
  }

  Task<> stop() override { co_await fleet_.stop(kCrewGrace); }
  Task<> clean_up() override { co_await stop(); }

  double cpu_seconds() const override { return fleet_.cpu_seconds(); }
  std::int64_t max_rss_bytes() const override { return fleet_.max_rss_bytes(); }

 private:
  WorkerCommand command_;
  app::Environment variables_;
  OutputFile log_;
  process::Fleet fleet_;
  process::ProgramSpec spec_;
  int count_ = 0;
};

}  // namespace

std::unique_ptr<Crew> process_crew(app::Process& process, WorkerCommand command, app::Environment variables) {
  return std::make_unique<ProcessCrew>(process, std::move(command), std::move(variables));
}

}  // namespace ekiden::cli
