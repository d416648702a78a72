#include "kept_worker.hpp"

#include <ekiden/base/exit_status.hpp>
#include <ekiden/runtime/deadline.hpp>

#include <sys/wait.h>

#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace ekiden::cli {
namespace {

using namespace std::chrono_literals;

/// How long to wait for the rest of an ended worker's output. Takes this long only if another process holds the pipe.
constexpr runtime::Duration kLastWords = 500ms;

constexpr int kNotExecutable = 126;  // POSIX, Shell Command Language, 2.8.2.
constexpr int kNoSuchProgram = 127;

std::string seconds(runtime::Duration time) {
  return std::to_string(std::chrono::ceil<std::chrono::seconds>(time).count()) + " s";
}

/// Why a restart would fail in the same way; empty if it might not.
std::string final_reason(const process::ChildExit& exit) {
  if (!WIFEXITED(exit.wait_status)) {
    return {};
  }
  switch (WEXITSTATUS(exit.wait_status)) {
    case base::kExitWrongUsage:  // Programs with Python's argparse or with getopt use it for the same.
      return "wrong usage or configuration, so it is not restarted; read its output above and fix it";
    case kNotExecutable:
    case kNoSuchProgram:
      return "its command line does not name a program that can be run; check --worker";
    default:
      return {};
  }
}

}  // namespace

struct KeptWorker::Life {
  explicit Life(runtime::Executor executor) : address(executor), output(executor), readers(executor) {}

  process::LinePipe address;
  process::LinePipe output;
  runtime::TaskGroup readers;
  runtime::TimePoint began{};
  const process::Fleet::Member* member = nullptr;
};

KeptWorker::KeptWorker(runtime::Env env, process::Fleet& fleet, std::string name, process::ProgramSpec spec,
                       Listener listener, process::RestartLimits limits)
    : env_(env),
      fleet_(fleet),
      name_(std::move(name)),
      spec_(std::move(spec)),
      listener_(std::move(listener)),
      policy_(limits) {}

KeptWorker::~KeptWorker() = default;

void KeptWorker::start() {
  auto life = std::make_unique<Life>(env_.executor);
  process::ProgramSpec spec = spec_;
  spec.environment.push_back("EKIDEN_REPORT_FD=" + std::to_string(life->address.writing_end()));
  spec.output = life->output.writing_end();
  spec.inherited = life->address.writing_end();
  life->began = env_.clock.now();
  life->member = &fleet_.start(name_, spec);
  life->address.close_writing_end();
  life->output.close_writing_end();
  life_ = std::move(life);
  listener_.started();
  life_->readers.spawn(life_->address.read(listener_.address));
  life_->readers.spawn(life_->output.read(listener_.output));
}

runtime::Task<> KeptWorker::run() {
  bool alive = true;
  while (alive) {
    co_await fleet_.ended(*life_->member);
    co_await hear_out();
    const process::ChildExit exit = *life_->member->child.exit();
    if (stop_asked_ || exit.ok()) {
      if (!exit.ok() || !life_->member->stopping) {
        listener_.ended(exit.words());
      }
      co_return;
    }
    if (const std::string reason = final_reason(exit); !reason.empty()) {
      listener_.ended(exit.words());
      throw std::runtime_error(name_ + " " + exit.words() + ": " + reason);
    }
    fleet_.forget(*life_->member);
    runtime::Task<bool> again = start_again(exit.words());
    alive = co_await std::move(again);
  }
}

void KeptWorker::request_stop() {
  stop_asked_ = true;
  stop_.notify_all();
}

runtime::Task<> KeptWorker::hear_out() {
  runtime::Task<> joining = life_->readers.join();
  const bool heard = co_await runtime::with_deadline(env_.clock, kLastWords, std::move(joining));
  if (!heard) {
    life_->readers.cancel();
    co_await life_->readers.join();
  }
}

runtime::Task<> KeptWorker::until_stop() {
  while (!stop_asked_) {
    co_await stop_.wait();
  }
}

runtime::Task<bool> KeptWorker::start_again(std::string words) {
  for (;;) {
    const runtime::Duration delay = next_delay(words);
    listener_.ended(words + "; restarting in " + seconds(delay));
    runtime::Task<> stopping = until_stop();
    co_await runtime::with_deadline(env_.clock, delay, std::move(stopping));
    if (stop_asked_) {
      co_return false;
    }
    try {
      start();
      co_return true;
    } catch (const std::system_error& error) {
      words = error.what();  // For example, the program is just being rebuilt.
    }
  }
}

runtime::Duration KeptWorker::next_delay(const std::string& words) {
  const runtime::TimePoint now = env_.clock.now();
  const std::optional<runtime::Duration> delay = policy_.after_crash(now, now - life_->began);
  if (!delay) {
    listener_.ended(words);
    const process::RestartLimits& limits = policy_.limits();
    throw std::runtime_error(name_ + " crashed " + std::to_string(limits.crashes_max) + " times within " +
                             seconds(limits.window) + " and is not restarted; see its output above");
  }
  return *delay;
}

}  // namespace ekiden::cli
