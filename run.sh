#!/usr/bin/env bash
# Finds the .NET SDK and starts a step, the tests, or Classroom, which has all other commands. Alone, it lists them.
set -eu
export SCRIPT=./run.sh CALLED_FROM="$PWD" CDPATH=''

fail() {
  echo "$1" >&2
  exit 2
}

# The folder of this file, also by a symbolic link: another folder may have a global.json that asks for another SDK.
file=${BASH_SOURCE[0]}
while [ -L "$file" ]; do
  cd -- "$(dirname -- "$file")"
  file=$(readlink -- "${file##*/}")
done
cd -- "$(dirname -- "$file")"

download="install .NET 10 from https://dotnet.microsoft.com/download"
command -v dotnet >/dev/null || fail "The .NET SDK is missing: $download"
version=$(dotnet --version) || fail "$version" # If it cannot start, it says best itself why.
[ "${version%%.*}" -ge 10 ] 2>/dev/null ||
  fail "The .NET SDK is too old ($version; a global.json in a folder above may ask for that one): $download"
[[ $(dotnet --list-runtimes) == *"Microsoft.AspNetCore.App 10."* ]] ||
  fail "The .NET SDK is $version, but the .NET 10 runtime is missing: $download"

# The folder of a step that is called 3, 03, 03-LongPolling or ./03-LongPolling/; nothing if there is none.
find_step() {
  local folder number word=${1#./}
  for folder in [0-9]*-*/; do
    folder=${folder%/}
    number=${folder%%-*}
    [ -f "$folder/$folder.csproj" ] || continue
    case ${word%/} in
      "$number" | "${number#0}" | "$folder") echo "$folder" && return ;;
    esac
  done
}

# The first build takes some seconds, in which the SDK says nothing.
announce() { [ -d "$1/bin" ] || echo "Building $1 ..." >&2; }

step=$(find_step "${1-}")
if [ "$step" ]; then
  shift
  announce "$step"
  exec dotnet run --project "$step" -- "$@"
elif [ "${1-}" != test ]; then
  announce Classroom
  exec dotnet run -c Release --project Classroom -- "$@"
fi
shift
if [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; then
  step=$(find_step "$1")
  [ "$step" ] || fail "There is no step \"$1\": ./run.sh lists them."
  shift
  set -- --filter "Step=$((10#${step%%-*}))" "$@"
fi
announce Tests
exec dotnet test Tests "$@"
