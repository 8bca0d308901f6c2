#!/usr/bin/env bash
# Finds the .NET SDK and starts a step, the tests, or Classroom, which has all other commands. Alone, it lists them.
set -eu
export CALLED_FROM="$PWD"
# Another folder may have a global.json that asks for another SDK.
CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

fail() {
  echo "$1: install .NET 10 from https://dotnet.microsoft.com/download" >&2
  exit 2
}

command -v dotnet >/dev/null || fail "The .NET SDK is missing"
version=$(dotnet --version 2>/dev/null) || version=unknown
[ "${version%%.*}" -ge 10 ] 2>/dev/null || fail "The .NET SDK is too old ($version)"
case $(dotnet --list-runtimes) in
  *"Microsoft.AspNetCore.App 10."*) ;;
  *) fail "The .NET SDK is $version, but the .NET 10 runtime is missing" ;;
esac

case ${1-} in
  [0-9]*)
    # A step is called 3, 03 or 03-LongPolling.
    for step in "0${1%/}"-*/ "${1%/}"-*/ "${1%/}"/; do
      if [ -f "$step${step%/}.csproj" ]; then
        shift
        exec dotnet run --project "$step" -- "$@"
      fi
    done
    ;;
  test)
    case ${2-} in
      -h | --help | [!-]*) ;;
      *)
        shift
        exec dotnet test Tests "$@"
        ;;
    esac
    ;;
esac
exec dotnet run -c Release --project Classroom -- "$@"
