// Runs a fuzz program without libFuzzer, over each file of the folders that its arguments name. Fails if a folder has
// none, because that test would test nothing.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "fuzz.hpp"

namespace {

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

}  // namespace

int main(int count, char** arguments) {
  run({});
  for (int i = 1; i < count; ++i) {
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(arguments[i])) {
      std::printf("%s\n", entry.path().c_str());
      std::fflush(stdout);
      std::ifstream file(entry.path(), std::ios::binary);
      run(std::string(std::istreambuf_iterator<char>(file), {}));
      ++files;
    }
    if (files == 0) {
      std::fprintf(stderr, "%s has no files\n", arguments[i]);
      return 1;
    }
  }
  return 0;
}
