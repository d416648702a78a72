#include <ekiden/testkit/sim_disk.hpp>

#include <set>
#include <utility>

#include "sim_vfs.hpp"

namespace ekiden::testkit {

struct SimDisk::Impl {
  SimStorage storage;
  SimVfs vfs{storage};
};

SimDisk::SimDisk() : impl_(std::make_unique<Impl>()) {}
SimDisk::~SimDisk() = default;

const std::string& SimDisk::vfs() const { return impl_->vfs.name(); }
void SimDisk::crash() { impl_->storage.crash(); }
void SimDisk::mount() { impl_->storage.mount(); }

void SimDisk::power_loss(runtime::Random& random) {
  impl_->storage.crash();
  impl_->storage.forget_unsynced(random);
}

std::uint64_t SimDisk::operations() const { return impl_->storage.operations(); }
std::uint64_t SimDisk::syncs() const { return impl_->storage.syncs(); }

void SimDisk::cut_after(std::uint64_t count, std::function<void()> on_cut) {
  impl_->storage.cut_at(operations() + count, std::move(on_cut));
}

void SimDisk::fail_after(std::uint64_t count) { impl_->storage.fail_at(operations() + count); }
void SimDisk::set_capacity(std::uint64_t bytes) { impl_->storage.set_capacity(bytes); }
std::uint64_t SimDisk::used() const { return impl_->storage.used(); }
std::vector<std::string> SimDisk::paths() const { return impl_->storage.paths(); }

}  // namespace ekiden::testkit
