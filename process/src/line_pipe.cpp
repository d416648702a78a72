#include <ekiden/process/line_pipe.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace ekiden::process {

LinePipe::LinePipe(runtime::Executor executor) : reading_end_(executor) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  reading_end_.assign(ends[0]);
  writing_end_ = ends[1];
}

LinePipe::~LinePipe() { close_writing_end(); }

void LinePipe::close_writing_end() {
  if (writing_end_ >= 0) {
    ::close(writing_end_);
    writing_end_ = -1;
  }
}

runtime::Task<> LinePipe::read(OnLine on_line) {
  std::array<char, 4096> chunk;
  std::string line;
  for (;;) {
    boost::system::error_code error;
    const std::size_t got = co_await reading_end_.async_read_some(
        boost::asio::buffer(chunk), boost::asio::redirect_error(boost::asio::use_awaitable, error));
    for (std::size_t i = 0; i < got; ++i) {
      if (chunk[i] == '\n') {
        on_line(line);
        line.clear();
      } else if (line.size() < kLineMax) {
        line += chunk[i];
      }
    }
    if (error) {
      break;  // The end of the pipe, or a cancellation.
    }
  }
  if (!line.empty()) {
    on_line(line);
  }
}

}  // namespace ekiden::process
