#include <ekiden/testkit/process.hpp>
#include <ekiden/testkit/sim_network.hpp>
#include <ekiden/testkit/simulation.hpp>

#include <utility>

#include "process_life.hpp"

namespace ekiden::testkit {

Process::Process(Simulation& simulation, std::size_t index, std::string name, ProcessOptions options)
    : simulation_(simulation), index_(index), name_(std::move(name)), options_(options) {
  begin_life();
}

Process::~Process() = default;

void Process::begin_life() {
  const runtime::Random chance = simulation_.fork(name_ + "/" + std::to_string(crashes_));
  life_ = std::make_unique<Life>(simulation_.time(), options_.skew, chance);
  life_->transport = simulation_.network().transport_for(*this);
}

runtime::Env Process::env() {
  return runtime::Env{life_->context.get_executor(), life_->clock, life_->random, events_, life_->offload};
}

http::Transport& Process::transport() { return *life_->transport; }

void Process::listen(const std::string& authority, http::Handler handler) {
  if (!life_->dead) {
    simulation_.network().listen(*this, authority, std::move(handler));
  }
}

void Process::stop_listening(const std::string& authority) {
  if (!life_->dead) {
    simulation_.network().stop_listening(authority);
  }
}

void Process::keep_any(std::shared_ptr<void> object) { life_->kept.push_back(std::move(object)); }

SimDisk& Process::disk() {
  if (!disk_) {
    disk_ = std::make_unique<SimDisk>();
  }
  return *disk_;
}

void Process::on_event(runtime::Events::Listener listener) {
  auto alive_only = [this, listener = std::move(listener)](const runtime::Event& event) {
    if (!life_->dead) {
      listener(event);
    }
  };
  subscriptions_.push_back(events_.subscribe(std::move(alive_only)));
}

void Process::step_clock(runtime::Duration by) {
  options_.skew += by;
  life_->clock.set_skew(options_.skew);
}

bool Process::running() const { return life_->tasks.size() > 0; }

}  // namespace ekiden::testkit
