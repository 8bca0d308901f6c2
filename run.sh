#!/usr/bin/env bash
# The set's commands. Without an argument, it lists them.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
steps=("$root"/0[1-9]-*/)
steps=("${steps[@]%/}")

usage() {
  echo "./run.sh STEP [arguments]   runs a step at http://localhost:3000; for example ./run.sh 3 --urls http://localhost:3005"
  for step in "${steps[@]}"; do echo "                            ${step##*/}"; done
  echo "./run.sh all                runs every step at once, on 3001, 3002, …"
  echo "./run.sh diff N M           shows what changes from step N to step M"
  echo "./run.sh test               runs every test"
  echo "./run.sh compare            measures a class of students on every step"
  echo "./run.sh burst              measures how fast one message reaches many"
  echo "./run.sh break STEP         runs a step behind a network that breaks at a key"
}

fail() {
  echo "$1" >&2
  exit 2
}

# The folder of the step that is called 3, 03 or 03-LongPolling.
folder() {
  for step in "${steps[@]}"; do
    case "${step##*/}" in "$1" | "0$1"-* | "$1"-*) [ -n "$1" ] && echo "$step" && return ;; esac
  done
  return 1
}

need_sdk() {
  command -v dotnet >/dev/null || fail "The .NET 10 SDK is missing: install it from https://dotnet.microsoft.com/download"
  local version
  version=$(dotnet --version 2>/dev/null) || version=0
  [ "${version%%.*}" -ge 10 ] || fail "The .NET SDK is too old ($version): install 10 from https://dotnet.microsoft.com/download"
}

all() {
  local pids=() port=3001
  for step in "${steps[@]}"; do dotnet build --nologo -v quiet "$step"; done
  trap 'kill "${pids[@]}" 2>/dev/null || true' INT TERM
  for step in "${steps[@]}"; do
    (cd "$step" && exec dotnet "bin/Debug/net10.0/${step##*/}.dll" --urls "http://localhost:$port") &
    pids+=($!)
    port=$((port + 1))
  done
  wait "${pids[@]}" || wait
}

show_diff() {
  local from to file added removed counts=""
  from=$(folder "${1-}") && to=$(folder "${2-}") || fail "./run.sh diff needs two steps, for example ./run.sh diff 2 3"
  cd "$root"
  from=${from##*/} to=${to##*/}
  for file in Program.cs chat.js index.html; do
    if command -v git >/dev/null; then
      git --no-pager diff --no-index --minimal --color=auto "$from/$file" "$to/$file" || true
    else
      diff -d -u --color=auto "$from/$file" "$to/$file" || true
    fi
    added=$(diff -d "$from/$file" "$to/$file" | grep -c '^>' || true)
    removed=$(diff -d "$from/$file" "$to/$file" | grep -c '^<' || true)
    counts+=$(printf '%-11s +%-4s -%s' "$file" "$added" "$removed")$'\n'
  done
  printf '\n%s -> %s\n%s' "$from" "$to" "$counts"
}

verb=${1-}
[ $# -eq 0 ] || shift
case "$verb" in
  "") usage ;;
  all) need_sdk && all ;;
  diff) show_diff "$@" ;;
  test) need_sdk && exec dotnet test "$root/Tests" "$@" ;;
  compare | burst | break) need_sdk && exec dotnet run -c Release --project "$root/Classroom" -- "$verb" "$@" ;;
  *)
    step=$(folder "$verb") || fail "There is no step or command \"$verb\": ./run.sh lists them."
    need_sdk && exec dotnet run --project "$step" -- "$@"
    ;;
esac
