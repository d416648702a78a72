#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>

#include "report.hpp"
#include "terminal/json_text.hpp"

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

std::vector<std::pair<std::string, std::string>> machine_facts() {
  utsname kernel{};
  ::uname(&kernel);
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  return {{"cpu", json_string(cpu_model())},
          {"cores", std::to_string(::sysconf(_SC_NPROCESSORS_ONLN))},
          {"memory_bytes", std::to_string(pages * ::sysconf(_SC_PAGESIZE))},
          {"kernel", json_string(std::string(kernel.sysname) + " " + kernel.release + " " + kernel.machine)},
          {"compiler", json_string(__VERSION__)},
#ifdef NDEBUG
          {"build", json_string("release")}};
#else
          {"build", json_string("debug")}};
#endif
}

std::string machine_json() {
  std::string out = "{";
  for (const auto& [name, value] : machine_facts()) {
    out += (out.size() == 1 ? "" : ",") + json_string(name) + ":" + value;
  }
  return out + "}";
}

}  // namespace ekiden::cli
