/// retry_later: handles a message again later. Shows a retry with a delay of your choice, and what an exception does.
///
/// README.md beside this file has the commands that run it. To try: send a video in the state "broken". The log has the
/// text of the exception, and the delay of each retry.
#include <ekiden/worker.hpp>

#include <iostream>
#include <stdexcept>

namespace {

using namespace std::chrono_literals;

struct Video {
  std::string video_id;
  std::string state;
};
BOOST_DESCRIBE_STRUCT(Video, (), (video_id, state))

ekiden::Task<ekiden::Outcome> publish(Video video, ekiden::Context context) {
  const int receive_count = context.message().receive_count;
  std::cout << "video " << video.video_id << " is " << video.state << ", receive " << receive_count << std::endl;
  if (video.state == "broken") {
    // An exception is a failure: the message is retried after a delay that doubles with each receive (--retry-initial,
    // --retry-max). A message that fails every time becomes a dead letter: the queue's maxReceiveCount is its limit.
    throw std::runtime_error("the video has no frames");
  }
  if (video.state == "converting" && receive_count < 3) {
    // Not an error, but too early. The message becomes visible again after this time, up to 12 h. In this example the
    // conversion is finished at the third receive; a real handler would ask the converter. Each retry counts as a
    // receive, so a message cannot wait in this way for longer than maxReceiveCount receives.
    co_return ekiden::Outcome::retry(1s);
  }
  video.state = "published";
  co_await context.table().put(video);
  co_return ekiden::Outcome::done();
}

}  // namespace

int main(int argc, char** argv) {
  return ekiden::run_worker(argc, argv, {.queue = "videos", .table = "videos"}, publish);
}
