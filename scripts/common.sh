# Functions that the programs of this folder share. Source it, do not run it. It changes to the root of the checkout.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[ -t 1 ] && on_terminal=1 || on_terminal=

say() { echo "ekiden: $*"; }
die() { echo "ekiden: $*" >&2; exit 1; }

# Prints the comment at the top of a script, which is its help text.
print_manual() { sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$1"; }

# "2 m 41 s" from a number of seconds.
duration() {
  if [ "$1" -ge 60 ]; then echo "$(($1 / 60)) m $(($1 % 60)) s"; else echo "$1 s"; fi
}

# run_step NAME COMMAND...: runs a command and prints its name and duration; ends the script with status 1 if it fails.
run_step() {
  local name=$1 start=$SECONDS status=0
  shift
  echo "== $name"
  "$@" || status=$?
  if [ $status -ne 0 ]; then
    echo "== $name: FAILED after $(duration $((SECONDS - start)))"
    exit 1
  fi
  echo "== $name: done ($(duration $((SECONDS - start))))"
}

# The number of compilers to run at once: one per core, but no more than fit into memory (each takes up to 1 GB).
build_jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable:/ {print int($2 / 1048576)}' /proc/meminfo)
  [ "$memory" -ge 1 ] || memory=1
  echo $((cores < memory ? cores : memory))
}

# Succeeds if EKIDEN_ARCH is not the architecture of this machine.
is_cross_build() {
  case ${EKIDEN_ARCH:-native}-$(uname -m) in
    native-* | amd64-x86_64 | arm64-aarch64) return 1 ;;
    arm64-*) return 0 ;;
    *) die "EKIDEN_ARCH=$EKIDEN_ARCH is not supported on this machine ($(uname -m)); unset it, or set it to arm64." ;;
  esac
}

compiler_major() { echo __clang_major__ | "$1" -E -x c++ -P - 2>/dev/null | tail -n 1; }

# Sets and exports CXX: the given one, else clang++-19, else Clang 16 or newer, else GCC 14 or newer.
choose_compiler() {
  if [ -n "${CXX:-}" ]; then
    command -v "$CXX" >/dev/null || die "CXX=$CXX: this compiler is not installed; install it, or unset CXX."
  elif command -v clang++-19 >/dev/null; then
    CXX=clang++-19
  elif command -v clang++ >/dev/null && [ "$(compiler_major clang++)" -ge 16 ] 2>/dev/null; then
    CXX=clang++
  elif command -v g++-14 >/dev/null; then
    CXX=g++-14
  elif command -v g++ >/dev/null && [ "$(g++ -dumpversion | cut -d. -f1)" -ge 14 ]; then
    CXX=g++
  else
    die "no suitable compiler: install Clang 16 or newer, or GCC 14 or newer (Debian: apt install clang-19)."
  fi
  export CXX
}

# configure PRESET DIRECTORY [CMAKE-ARGUMENT...]: prints nothing; on failure it prints the end of CMake's output.
configure() {
  local preset=$1 directory=$2 log
  shift 2
  mkdir -p "$directory"
  log=$directory/configure.log
  # CMake cannot change the compiler of a build folder, so the folder is configured again from the start.
  if [ -f "$directory/CMakeCache.txt" ] &&
    ! grep -q "^CMAKE_CXX_COMPILER:[A-Z]*=$(command -v "$CXX")$" "$directory/CMakeCache.txt"; then
    rm -rf "$directory/CMakeCache.txt" "$directory/CMakeFiles"
  fi
  if command -v ccache >/dev/null; then
    set -- -DCMAKE_CXX_COMPILER_LAUNCHER=ccache "$@"
  fi
  if ! cmake --preset "$preset" -B "$directory" -DCMAKE_CXX_COMPILER="$(command -v "$CXX")" "$@" >"$log" 2>&1; then
    grep -v '^--' "$log" | tail -n 30
    die "configuring failed; see $log"
  fi
}

# Reads Ninja's output, writes it to LOG, and shows the progress in percent: in place on a terminal, else every 20 %.
show_progress() {  # LOG
  local line percent shown=0
  while IFS= read -r line; do
    printf '%s\n' "$line"
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
    percent=$((100 * BASH_REMATCH[1] / BASH_REMATCH[2]))
    if [ -n "$on_terminal" ]; then
      printf '%3d %%\b\b\b\b\b' $percent >&3
    elif [ $percent -ge $((shown + 20)) ] && [ $percent -lt 100 ]; then
      shown=$((percent / 20 * 20))
      printf '%d %% ... ' $shown >&3
    fi
  done 3>&1 >"$1"
}

# build DIRECTORY [TARGET...]: prints one line of progress; on failure also the first error and the path of the log.
build() {
  local directory=$1 log=$1/build.log start=$SECONDS
  shift
  printf 'building ... '
  if ! NINJA_STATUS='[%f/%t] ' nice cmake --build "$directory" -j "$(build_jobs)" ${1:+--target "$@"} </dev/null 2>&1 |
    show_progress "$log"; then
    echo "FAILED"
    # Only the first failure: the later ones are of compilers that already ran.
    awk '/^FAILED:/ {found = 1} found' "$log" | head -n 40
    [ -n "$(awk '/^FAILED:/' "$log")" ] || tail -n 20 "$log"
    die "the build failed; see $log"
  fi
  echo "done ($(duration $((SECONDS - start))))"
}
