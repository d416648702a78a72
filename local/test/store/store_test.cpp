#include "store/store.hpp"

#include <ekiden/runtime/simulated/loop.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <vector>

#include "front/schema.hpp"

namespace ekiden::local {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ekiden-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

http::HttpResponse insert(Session& session, int value) {
  session.database.prepare("INSERT INTO t VALUES(?)").bind(1, value).run();
  return {};
}

// The rows of t, as the body of an answer.
http::HttpResponse select(Session& session) {
  http::HttpResponse response;
  Statement row = session.database.prepare("SELECT a FROM t ORDER BY rowid");
  while (row.step()) {
    response.body += std::to_string(row.integer(0)) + " ";
  }
  return response;
}

http::HttpResponse create(Session& session) {
  session.database.exec("CREATE TABLE IF NOT EXISTS t(a)");
  return {};
}

Task<> submit(Store& store, Operation operation, std::vector<Store::Settled>& answers) {
  Store::Settled answer = co_await store.submit(std::move(operation));
  answers.push_back(std::move(answer));
}

class StoreTest : public ::testing::Test {
 protected:
  void start(StorageOptions options = {}) {
    store_.emplace(
        loop_.env(), options, schema_steps(),
        [this](const Effects& effects, bool abandoned) {
          effects_ += effects.messages_sent;
          abandoned_ += abandoned ? 1 : 0;
        },
        [this](const Store::Group& group) { groups_.push_back(group.operations); });
    tasks_.emplace(loop_.env().executor);
    tasks_->spawn(store_->run());
    ask(create);
    loop_.run_for(std::chrono::milliseconds(10));
    groups_.clear();
    answers_.clear();
  }
  runtime::TaskGroup::Handle ask(Operation operation) {
    return tasks_->spawn(submit(*store_, std::move(operation), answers_));
  }
  void stop() {
    store_->stop();
    loop_.run(tasks_->join());
    tasks_.reset();
    store_.reset();
  }
  void TearDown() override {
    if (store_) {
      stop();
    }
  }
  std::string rows() {
    ask(select);
    loop_.run_for(std::chrono::milliseconds(10));
    return answers_.back().applied->response.body;
  }

  runtime::SimulatedLoop loop_;
  std::optional<Store> store_;
  std::optional<runtime::TaskGroup> tasks_;
  std::vector<Store::Settled> answers_;
  std::vector<std::size_t> groups_;
  std::int64_t effects_ = 0;
  int abandoned_ = 0;
};

// Goal: operations that wait together are committed together, and executed in order.
TEST_F(StoreTest, CommitsWhatWaitsTogether) {
  start();
  for (int i = 0; i < 5; ++i) {
    ask([i](Session& session) { return insert(session, i); });
  }
  loop_.run_for(std::chrono::milliseconds(10));
  EXPECT_EQ(answers_.size(), 5U);
  EXPECT_THAT(groups_, ElementsAre(5));
  EXPECT_EQ(rows(), "0 1 2 3 4 ");
}

// Goal: an operation that throws fails alone; the others of its group are executed.
TEST_F(StoreTest, FailsOneOperationAlone) {
  start();
  ask([](Session& session) { return insert(session, 1); });
  ask([](Session& session) -> http::HttpResponse {
    insert(session, 2);
    throw std::runtime_error("broken on purpose");
  });
  ask([](Session& session) { return insert(session, 3); });
  loop_.run_for(std::chrono::milliseconds(10));
  ASSERT_EQ(answers_.size(), 3U);
  EXPECT_TRUE(answers_[0].applied);
  EXPECT_FALSE(answers_[1].applied);
  EXPECT_EQ(answers_[1].failure, "broken on purpose");
  EXPECT_EQ(rows(), "1 3 ");
}

// Goal: on a full disk the store rejects what does not fit, keeps what was acknowledged, and goes on.
TEST_F(StoreTest, SurvivesAFullDisk) {
  start();
  ask([](Session& session) { return insert(session, 1); });
  loop_.run_for(std::chrono::milliseconds(10));
  ask([](Session& session) {
    session.database.exec("PRAGMA max_page_count=1");  // SQLite uses the present size instead.
    return http::HttpResponse{};
  });
  loop_.run_for(std::chrono::milliseconds(10));
  answers_.clear();
  ask([](Session& session) {
    session.database.exec("INSERT INTO t VALUES(zeroblob(100000))");
    return http::HttpResponse{};
  });
  ask(select);
  loop_.run_for(std::chrono::milliseconds(10));
  ASSERT_EQ(answers_.size(), 2U);
  EXPECT_FALSE(answers_[0].applied);
  EXPECT_THAT(answers_[0].failure, HasSubstr("full"));
  ASSERT_TRUE(answers_[1].applied);
  EXPECT_EQ(answers_[1].applied->response.body, "1 ");
}

// Goal: an operation that is cancelled while it is queued is never executed.
TEST_F(StoreTest, WithdrawsWhatNobodyWaitsFor) {
  start();
  ask([](Session& session) { return insert(session, 1); });
  loop_.context().poll();  // The first group is now in flight.
  const auto handle = ask([](Session& session) { return insert(session, 2); });
  loop_.context().poll();
  handle.cancel();
  loop_.run_for(std::chrono::milliseconds(10));
  EXPECT_EQ(rows(), "1 ");
  EXPECT_EQ(abandoned_, 0);
}

// Goal: an operation that is cancelled while its group is in flight is executed, and reported as abandoned.
TEST_F(StoreTest, TellsWhatWasAbandoned) {
  start();
  const auto handle = ask([](Session& session) { return insert(session, 1); });
  loop_.context().poll();
  handle.cancel();
  loop_.run_for(std::chrono::milliseconds(10));
  EXPECT_EQ(abandoned_, 1);
  EXPECT_EQ(rows(), "1 ");
}

// Goal: stopping executes queued operations and rejects later ones.
TEST_F(StoreTest, StopsAfterWhatIsQueued) {
  start();
  ask([](Session& session) { return insert(session, 1); });
  loop_.context().poll();
  ask([](Session& session) { return insert(session, 2); });
  loop_.context().poll();
  store_->stop();
  ask([](Session& session) { return insert(session, 3); });
  loop_.run(tasks_->join());
  ASSERT_EQ(answers_.size(), 3U);
  EXPECT_EQ(answers_[0].failure, "the server is stopping") << "a late operation is rejected at once";
  EXPECT_TRUE(answers_[1].applied);
  EXPECT_TRUE(answers_[2].applied);
}

// Goal: when a store is cancelled, every waiting caller gets an answer.
TEST_F(StoreTest, RefusesTheWaitingWhenCancelled) {
  start();
  tasks_->cancel();
  loop_.run_for(std::chrono::milliseconds(10));
  ask(select);
  loop_.run(tasks_->join());
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_FALSE(answers_[0].applied);
}

// Goal: a data folder keeps what was answered, and an idle store checkpoints its log into the file.
TEST_F(StoreTest, KeepsADataFolder) {
  const Folder folder;
  StorageOptions options;
  options.folder = folder.path() + "/deep/er";
  start(options);
  ask([](Session& session) { return insert(session, 1); });
  loop_.run_for(std::chrono::seconds(1));
  int pages = -1;
  ask([&pages](Session& session) {
    pages = session.database.wal_pages();
    return http::HttpResponse{};
  });
  loop_.run_for(std::chrono::milliseconds(10));
  EXPECT_EQ(pages, 0);
  stop();
  start(options);
  EXPECT_EQ(rows(), "1 ");
}

// Goal: an unusable folder gives one sentence that says what to do.
TEST_F(StoreTest, RefusesAnUnusableFolder) {
  const auto refusal = [this](const std::string& folder) -> std::string {
    StorageOptions options;
    options.folder = folder;
    try {
      const Store store(loop_.env(), options, schema_steps(), [](const Effects&, bool) {}, [](const Store::Group&) {});
    } catch (const StartError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(refusal("/proc/nowhere"), HasSubstr("cannot create the data folder /proc/nowhere"));
  const Folder folder;
  StorageOptions options;
  options.folder = folder.path();
  start(options);
  EXPECT_THAT(refusal(folder.path()), HasSubstr("that no other ekiden uses"));
  stop();
  {
    Database database({.path = folder.path() + "/ekiden.db"});
    database.exec("PRAGMA user_version=99");
  }
  EXPECT_THAT(refusal(folder.path()), HasSubstr("written by a newer ekiden (format 99"));
}

}  // namespace
}  // namespace ekiden::local
