# How a test that cannot be tried here ends: sourced by tests, never run. They set `subject`, their name, before.
skip() {
  if [ "${EKIDEN_REQUIRE_ALL:-}" = 1 ]; then
    echo "FAILED $subject: $* (EKIDEN_REQUIRE_ALL=1 allows no skip)"
    exit 1
  fi
  echo "SKIPPED $subject: $*"
  exit 77
}
