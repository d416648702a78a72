# The container engine: sourced by what builds and runs containers, after common.sh. Sets
#   engine          docker if `docker info` succeeds, else podman; EKIDEN_ENGINE names another
#   build_options   further options of its build: EKIDEN_BUILD_OPTIONS, else what this machine needs
#   run_options     further options of its run: EKIDEN_RUN_OPTIONS, else what this machine needs

choose_engine() {
  if [ -n "${EKIDEN_ENGINE:-}" ]; then
    engine=$EKIDEN_ENGINE
    command -v "$engine" >/dev/null || die "EKIDEN_ENGINE names $engine, which is not installed."
  elif docker info >/dev/null 2>&1; then
    engine=docker
  elif command -v podman >/dev/null; then
    engine=podman
  else
    return 1
  fi
}

# Inside other sandboxes podman's own ways fail: another runtime and isolation may not. An image that has a program
# `true` is tried: choose_engine_options IMAGE
choose_engine_options() {
  local image=$1
  read -ra build_options <<<"${EKIDEN_BUILD_OPTIONS-}"
  read -ra run_options <<<"${EKIDEN_RUN_OPTIONS-}"
  case $engine in *docker) return 0 ;; esac
  local spare_run=(--runtime runc --ulimit nofile=1024:1024 --ulimit nproc=1024:1024)
  if [ -z "${EKIDEN_RUN_OPTIONS+set}" ] && ! "$engine" run --rm "$image" true >/dev/null 2>&1; then
    if "$engine" run --rm "${spare_run[@]}" "$image" true >/dev/null 2>&1; then
      run_options=("${spare_run[@]}")
    fi
  fi
  if [ -z "${EKIDEN_BUILD_OPTIONS+set}" ] && ! try_build "$image" && try_build "$image" --isolation=chroot; then
    build_options=(--isolation=chroot)
  fi
}

try_build() {  # IMAGE OPTION...
  local image=$1 folder made status=0
  shift
  folder=$(mktemp -d)
  printf 'FROM %s\nRUN true\n' "$image" >"$folder/Containerfile"
  made=$("$engine" build --quiet --no-cache "$@" "$folder" 2>/dev/null) || status=$?
  [ $status -ne 0 ] || "$engine" image rm "$made" >/dev/null 2>&1 || true
  rm -rf "$folder"
  return $status
}
