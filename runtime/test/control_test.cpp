#include <ekiden/runtime/control.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <exception>

namespace ekiden::runtime {
namespace {

class OnlyStatus final : public Control {
 public:
  Status status() const override { return {}; }
};

// Goal: a Control without commands rejects each command in one sentence that names it; nothing is thrown.
TEST(ControlTest, RefusesACommandThatItDoesNotKnow) {
  boost::asio::io_context context{1};
  OnlyStatus control;
  CommandResult result{.accepted = true, .detail = {}};
  std::exception_ptr error;
  Command command{.name = "pause", .arguments = {{"queue", "news"}}};
  boost::asio::co_spawn(context, control.carry_out(std::move(command)),
                        [&](std::exception_ptr thrown, CommandResult got) {
                          error = std::move(thrown);
                          result = std::move(got);
                        });
  context.run();
  EXPECT_EQ(error, nullptr);
  EXPECT_FALSE(result.accepted);
  EXPECT_EQ(result.detail, "unknown command 'pause'");
}

}  // namespace
}  // namespace ekiden::runtime
