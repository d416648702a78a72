# Functions that the tests of this folder share. Source it, do not run it. Set `subject`, the name of the test.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../skip.sh"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ekiden/foreign
patience=240  # Seconds to wait for a registry. A network that drops packets must result in a skip, not in the test's time limit.
servers=()
scratch=$(mktemp -d)

# install_once NAME STAMPED_FILE COMMAND...: makes the folder NAME of the cache once, by COMMAND with the folder as its
# last argument. Removes the folder if that fails. Concurrent calls wait for each other.
install_once() {
  local name=$1 directory=$cache/$1 stamp=$2 lock log
  shift 2
  mkdir -p "$cache"
  exec {lock}>"$directory.lock"
  flock "$lock"
  if ! { [ -f "$directory/.done" ] && cmp -s "$stamp" "$directory/.done"; }; then
    rm -rf "$directory"
    mkdir -p "$directory"
    log=$directory.log
    if ! "$@" "$directory" >"$log" 2>&1; then
      grep -m 3 -iE 'error|failed' "$log" || tail -n 5 "$log"  # Leaves out what tools print after the error.
      rm -rf "$directory"
      skip "$name could not be installed from its registry"
    fi
    cp "$stamp" "$directory/.done"
  fi
  exec {lock}>&-
}

make_venv() {  # REQUIREMENTS DIRECTORY
  python3 -m venv "$2" && timeout $patience "$2/bin/pip" install --quiet --disable-pip-version-check -r "$1"
}

# Makes $cache/NAME/bin/python with the packages that NAME.txt lists.
need_venv() {  # NAME
  python3 -c 'import venv, ensurepip' 2>/dev/null || skip "python3 has no venv (Debian: apt install python3-venv)"
  install_once "$1" "$here/$1.txt" make_venv "$here/$1.txt"
}

make_node_modules() {  # SOURCE DIRECTORY
  cp "$1/package.json" "$1/package-lock.json" "$2"
  timeout $patience npm --prefix "$2" ci --ignore-scripts --no-audit --no-fund
}

# Makes $cache/NAME/node_modules with the packages of the lock file in the folder NAME.
need_node_modules() {  # NAME
  { command -v node && command -v npm; } >/dev/null || skip "node or npm is not installed (Debian: apt install nodejs npm)"
  install_once "$1" "$here/$1/package-lock.json" make_node_modules "$here/$1"
}

# Removes the user's settings for AWS and Ekiden from the environment.
leave_the_environment() {
  local name
  for name in $(compgen -e AWS_) $(compgen -e EKIDEN_); do
    [ "$name" = EKIDEN_REQUIRE_ALL ] || unset "$name"
  done
  export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
  export NO_PROXY=127.0.0.1
}

# start_server NAME COMMAND...: starts a server, and sets `endpoint` from the first address with a port that it prints.
start_server() {
  local name=$1 log=$scratch/$1.log
  shift
  : >"$log"  # Created here, because tail can start before the server writes.
  "$@" >>"$log" 2>&1 </dev/null &
  servers+=($!)
  # Ends at the first address, when the server ends, or after 60 s. Only the first sets `endpoint`.
  endpoint=$(timeout 60 tail -n +1 -f --pid=$! "$log" | grep -m 1 -oE '127\.0\.0\.1:[1-9][0-9]*') || true
  endpoint=http://${endpoint%%$'\n'*}
  if [ "$endpoint" = http:// ]; then
    echo "FAILED $subject: $name did not print where it listens"
    show_logs
    exit 1
  fi
}

show_logs() {
  local log
  for log in "$scratch"/*.log; do
    [ ! -s "$log" ] || { echo "the end of $(basename "$log"):"; tail -n 20 "$log"; }
  done
}

stop_servers() {
  local server
  for server in "${servers[@]}"; do
    kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true
  done
  rm -rf "$scratch"
}
trap stop_servers EXIT
