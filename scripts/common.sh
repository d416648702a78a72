# What the programs of this folder share: sourced by them, never run. Changes to the root of the checkout.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[ -t 1 ] && on_terminal=1 || on_terminal=

say() { echo "ekiden: $*"; }
die() { echo "ekiden: $*" >&2; exit 1; }

# Prints the comment at the top of a script, its manual, as --help does.
print_manual() { sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$1"; }

# "2 m 41 s" from a number of seconds.
duration() {
  if [ "$1" -ge 60 ]; then echo "$(($1 / 60)) m $(($1 % 60)) s"; else echo "$1 s"; fi
}

# run_step NAME COMMAND...: says what is done and how long it took; ends the script with 1 where it fails.
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

# How many compilers at once: one a core, and no more than memory holds (a source takes up to 1 GB).
build_jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable:/ {print int($2 / 1048576)}' /proc/meminfo)
  [ "$memory" -ge 1 ] || memory=1
  echo $((cores < memory ? cores : memory))
}

compiler_major() { echo __clang_major__ | "$1" -E -x c++ -P - 2>/dev/null | tail -n 1; }

# Sets and exports CXX: the one given, else clang++-19, else a Clang from 16, else GCC from 14.
choose_compiler() {
  if [ -n "${CXX:-}" ]; then
    command -v "$CXX" >/dev/null || die "CXX names $CXX, which is not installed."
  elif command -v clang++-19 >/dev/null; then
    CXX=clang++-19
  elif command -v clang++ >/dev/null && [ "$(compiler_major clang++)" -ge 16 ] 2>/dev/null; then
    CXX=clang++
  elif command -v g++-14 >/dev/null; then
    CXX=g++-14
  elif command -v g++ >/dev/null && [ "$(g++ -dumpversion | cut -d. -f1)" -ge 14 ]; then
    CXX=g++
  else
    die "needs Clang 16 or newer, or GCC 14 or newer (Debian: apt install clang-19)."
  fi
  export CXX
}

# configure PRESET DIRECTORY [CMAKE-ARGUMENT...]: quiet; on failure prints what CMake said.
configure() {
  local preset=$1 directory=$2 log
  shift 2
  mkdir -p "$directory"
  log=$directory/configure.log
  # A folder that another compiler made is made anew: CMake would refuse to change it.
  if [ -f "$directory/CMakeCache.txt" ] &&
    ! grep -q "^CMAKE_CXX_COMPILER:[A-Z]*=$(command -v "$CXX")$" "$directory/CMakeCache.txt"; then
    rm -rf "$directory/CMakeCache.txt" "$directory/CMakeFiles"
  fi
  if command -v ccache >/dev/null; then
    set -- -DCMAKE_CXX_COMPILER_LAUNCHER=ccache "$@"
  fi
  if ! cmake --preset "$preset" -B "$directory" -DCMAKE_CXX_COMPILER="$(command -v "$CXX")" "$@" >"$log" 2>&1; then
    grep -v '^--' "$log" | tail -n 30
    die "configuring failed; all of it is in $log"
  fi
}

# Shows the share of the build that its log says is done, in place on a terminal, else at each fifth.
show_progress() {  # LOG
  local done_part=0 shown=0 line
  line=$(grep -o '^\[[0-9]*/[0-9]*\]' "$1" 2>/dev/null | tail -n 1) || true
  [ -n "$line" ] || return 0
  line=${line//[\[\]]/}
  done_part=$((100 * ${line%/*} / ${line#*/}))
  if [ -n "$on_terminal" ]; then
    printf '%3d %%\b\b\b\b\b' $done_part
  else
    shown=${progress_shown:-0}
    if [ $done_part -ge $((shown + 20)) ] && [ $done_part -lt 100 ]; then
      progress_shown=$((done_part / 20 * 20))
      printf '%d %% ... ' "$progress_shown"
    fi
  fi
}

# build DIRECTORY [TARGET...]: one line of progress; on failure the end of the log and where the log is.
build() {
  local directory=$1 log=$1/build.log start=$SECONDS builder status=0
  shift
  progress_shown=0
  printf 'building ... '
  NINJA_STATUS='[%f/%t] ' nice cmake --build "$directory" -j "$(build_jobs)" ${1:+--target "$@"} >"$log" 2>&1 </dev/null &
  builder=$!
  while kill -0 $builder 2>/dev/null; do
    show_progress "$log"
    sleep 0.5
  done
  wait $builder || status=$?
  if [ $status -ne 0 ]; then
    echo "FAILED"
    # The first failure is the one to read: what follows are builds that were under way.
    awk '/^FAILED:/ {found = 1} found' "$log" | head -n 40
    die "the build failed; all of it is in $log"
  fi
  echo "done ($(duration $((SECONDS - start))))"
}
