# Functions that the tests of this folder share. Source it, do not run it. Set `subject`, the name of the test, before.
# Containers, networks and images of a test have names that start with $own, by which they are removed.
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/common.sh"
. scripts/engine.sh
. tests/skip.sh

own=ekiden-test-$$-$subject
version=${IMAGE_VERSION:-$(sed -n 's/^project(ekiden VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)}
worker_image=news-worker:$version
ekiden_image=ekiden:$version
scratch=$(mktemp -d)
containers=() networks=()

fail() {
  echo "FAILED $subject: $*"
  local name
  for name in "${containers[@]}"; do
    echo "the end of the log of $name:"
    "$engine" logs "$name" 2>&1 | tail -n 8 || true
  done
  exit 1
}

clean_up() {
  local name index
  # The last one first: it can use the network of an earlier one.
  for ((index = ${#containers[@]} - 1; index >= 0; --index)); do
    "$engine" rm --force "${containers[index]}" >/dev/null 2>&1 || true
  done
  for name in "${networks[@]}"; do "$engine" network rm "$name" >/dev/null 2>&1 || true; done
  rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# Sets `engine` and `run_options`; skips the test if there is no engine, or an image is missing.
need_images() {
  local image
  choose_engine || skip "there is neither docker nor podman"
  "$engine" info >/dev/null 2>&1 || skip "$engine does not work here"
  read -ra run_options <<<"${EKIDEN_RUN_OPTIONS-}"
  for image in "$worker_image" "$ekiden_image"; do
    "$engine" image inspect "$image" >/dev/null 2>&1 || skip "there is no image $image: build it with scripts/image"
  done
}

# until_true SECONDS COMMAND...
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.1
  done
}

# Starts a container in the background: start NAME OPTION... IMAGE [ARGUMENT...]
start() {
  local name=$own-$1
  shift
  containers+=("$name")
  "$engine" run --detach --name "$name" "${run_options[@]}" "$@" >/dev/null || fail "$name does not start"
}

# As ECS runs it with readonlyRootFilesystem and drop ALL. podman would mount a /tmp on a read-only root.
harden() {
  hardened=(--read-only --cap-drop ALL --security-opt no-new-privileges)
  [ "$engine" = docker ] || hardened+=(--read-only-tmpfs=false)
}

# Starts a local server in a network of the test: http://local:4566 inside the network, $url on the host.
start_local() {
  network=$own
  networks+=("$network")
  "$engine" network create "$network" >/dev/null || fail "no network"
  start local --network "$network" --network-alias local --publish 127.0.0.1::4566 "$ekiden_image" \
    local --listen 0.0.0.0:4566 --queue news --table news-deliveries "$@"
  url=http://$("$engine" port "$own-local" 4566/tcp | head -n 1)
  until_true 20 get "$url" || fail "the local server does not answer at $url"
  worker_options=(--network "$network" -e EKIDEN_QUEUE=news -e EKIDEN_TABLE=news-deliveries
    -e AWS_ENDPOINT_URL=http://local:4566 -e AWS_REGION=us-east-1 -e AWS_ACCESS_KEY_ID=local
    -e AWS_SECRET_ACCESS_KEY=local
    -e AWS_EC2_METADATA_DISABLED=true)
}

send_news() {  # COUNT
  "$engine" run --rm --name "$own-send" "${run_options[@]}" "${worker_options[@]}" "$ekiden_image" \
    send --endpoint http://local:4566 --yes --news "$1" >"$scratch/send" 2>&1 ||
    { cat "$scratch/send"; fail "the messages could not be sent"; }
}

get() { curl --silent --show-error --fail --noproxy '*' --max-time 10 "$@"; }
ask() {  # TARGET JSON
  get -H "X-Amz-Target: $1" -H 'Content-Type: application/x-amz-json-1.0' -d "$2" "$url"
}

# The number of messages in the queue, visible or not.
queue_left() {
  ask AmazonSQS.GetQueueAttributes "{\"QueueUrl\":\"$url/000000000000/news\",\"AttributeNames\":[\"All\"]}" |
    python3 -c 'import json, sys
attributes = json.load(sys.stdin)["Attributes"]
print(sum(int(attributes["ApproximateNumberOfMessages" + kind]) for kind in ("", "NotVisible", "Delayed")))'
}

table_items() {
  python3 - "$url" <<'PYTHON'
import json, sys, urllib.request

opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
total, start = 0, {}
while True:
    request = urllib.request.Request(sys.argv[1], json.dumps(
        {"TableName": "news-deliveries", "Select": "COUNT", **start}).encode(),
        {"X-Amz-Target": "DynamoDB_20120810.Scan", "Content-Type": "application/x-amz-json-1.0"})
    page = json.load(opener.open(request, timeout=30))
    total += page["Count"]
    if "LastEvaluatedKey" not in page:
        break
    start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
print(total)
PYTHON
}

queue_is_empty() { [ "$(queue_left)" -eq 0 ]; }
has_items() { [ "$(table_items)" -ge "$1" ]; }

# verify_drained COUNT SECONDS: waits until the queue is empty, then checks that the table has COUNT items.
verify_drained() {
  local items
  until_true "$2" queue_is_empty || fail "$(queue_left) messages are left in the queue"
  items=$(table_items)
  [ "$items" -eq "$1" ] || fail "the table has $items items of $1 messages"
  echo "drained: $items items of $1 messages in the table, none left in the queue"
}

exit_code() { "$engine" inspect --format '{{.State.ExitCode}}' "$own-$1"; }
is_running() { [ "$("$engine" inspect --format '{{.State.Running}}' "$own-$1")" = true ]; }
has_ended() { ! is_running "$1"; }
# Prints what --health reports; succeeds only if the worker is healthy.
health() { "$engine" exec "$own-$1" /news-worker --health; }

# unpack IMAGE FOLDER: extracts the files of the image.
unpack() {
  local name=$own-files
  containers+=("$name")
  mkdir -p "$2"
  "$engine" create --name "$name" "${run_options[@]}" "$1" >/dev/null
  "$engine" export "$name" | tar -x -C "$2"
  "$engine" rm "$name" >/dev/null
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# Extracts Debian's package without installing it, because the installed package would start a service.
make_registry() {  # DIRECTORY
  (cd "$1" && apt-get -qq download docker-registry && dpkg -x docker-registry_*.deb . && rm docker-registry_*.deb)
}

# Sets `registry_program`, or skips.
need_registry() {
  registry_program=$(command -v docker-registry) || {
    local cache=${XDG_CACHE_HOME:-$HOME/.cache}/ekiden/docker-registry
    registry_program=$cache/usr/bin/docker-registry
    if [ ! -x "$registry_program" ]; then
      mkdir -p "$cache"
      make_registry "$cache" >"$scratch/apt" 2>&1 || { tail -n 3 "$scratch/apt"; skip "Debian's docker-registry cannot be downloaded"; }
    fi
  }
}

# Starts a registry for the test: sets `registry`, its process, and `registry_host`.
start_registry() {
  registry_host=127.0.0.1:$(free_port)
  cat >"$scratch/registry.yml" <<YAML
version: 0.1
storage: {filesystem: {rootdirectory: $scratch/registry}}
http: {addr: "$registry_host"}
YAML
  "$registry_program" serve "$scratch/registry.yml" >"$scratch/registry.log" 2>&1 &
  registry=$!
  until_true 20 get "http://$registry_host/v2/" || { tail -n 5 "$scratch/registry.log"; fail "the registry does not start"; }
}
