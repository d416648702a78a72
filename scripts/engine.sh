# Chooses the container engine. Source it after common.sh, in scripts that build or run containers. It sets
#   engine          docker if `docker info` succeeds, else podman; EKIDEN_ENGINE overrides it
#   build_options   more options for its build: EKIDEN_BUILD_OPTIONS, else what this machine needs
#   run_options     more options for its run: EKIDEN_RUN_OPTIONS, else what this machine needs

choose_engine() {
  if [ -n "${EKIDEN_ENGINE:-}" ]; then
    engine=$EKIDEN_ENGINE
    command -v "$engine" >/dev/null || die "EKIDEN_ENGINE=$engine: this program is not installed; install it, or unset EKIDEN_ENGINE."
  elif docker info >/dev/null 2>&1; then
    engine=docker
  elif command -v podman >/dev/null; then
    engine=podman
  else
    return 1
  fi
}

# choose_engine_options IMAGE: tries IMAGE, which must have the program `true`. Inside another sandbox podman's default
# runtime and isolation can fail, where others work.
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
