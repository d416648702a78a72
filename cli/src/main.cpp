#include <ekiden/app/run_program.hpp>

#include "commands.hpp"

int main(int argc, char** argv) {
  return ekiden::app::run_program(ekiden::cli::program_spec(), {argv, argv + argc}, ekiden::cli::run_command);
}
