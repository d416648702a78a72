#include <ekiden/base/json/writer.hpp>

#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>

#include "report.hpp"

namespace ekiden::cli {
namespace {

std::string cpu_model() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) {
      const std::size_t colon = line.find(": ");
      return colon == std::string::npos ? "unknown" : line.substr(colon + 2);
    }
  }
  return "unknown";
}

}  // namespace

std::string machine_json() {
  utsname kernel{};
  ::uname(&kernel);
  const std::int64_t pages = ::sysconf(_SC_PHYS_PAGES);
#ifdef NDEBUG
  const char* const build = "release";
#else
  const char* const build = "debug";
#endif
  base::JsonWriter json;
  json.begin_object().field("cpu", cpu_model());
  json.key("cores").integer(::sysconf(_SC_NPROCESSORS_ONLN));
  json.key("memory_bytes").integer(pages * ::sysconf(_SC_PAGESIZE));
  json.field("kernel", std::string(kernel.sysname) + " " + kernel.release + " " + kernel.machine);
  json.field("compiler", __VERSION__).field("build", build).end_object();
  return json.take();
}

}  // namespace ekiden::cli
