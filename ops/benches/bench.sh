# shellcheck shell=bash
# What the benches share: options, a folder that goes away, a cluster of their own, and what the
# kernel knows of its processes. To be sourced.

. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

keep='' cpu='' scratch='' up='' client='' bench=''
coordinator='' workers=()

# Reads the options of a bench into the array `option`, which holds those that there are.
take_options() {
  while (($#)); do
    case $1 in
      --help | -h) show_help ;;
      --keep) keep=yes ;;
      --cpu) cpu=${2:?v3 or v4 comes after --cpu} && shift ;;
      --*)
        [[ -v option[${1#--}] ]] || fail "$1: unknown; see --help"
        option[${1#--}]=${2:?a value comes after $1} && shift
        ;;
      *) fail "$1: unknown; see --help" ;;
    esac
    shift
  done
}

# Builds what is measured, and makes the folder for it.
begin() {
  built=$(ops/build ${cpu:+--cpu "$cpu"} | tail -n 1)
  scratch=$(mktemp --directory --tmpdir granary-bench.XXXXXX)
  # A copy, so that a build meanwhile changes nothing.
  cp "$built" "$scratch/granary"
  granary=$scratch/granary
  log=$scratch/bench.log
  trap end EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  load=$(load_average)
  model=$(sed -n '/^model name/{s/.*: //p;q}' /proc/cpuinfo)
  say "$(nproc) cores of $model, load $load before"
}

# Builds the room of measurements beside the program; its binary is then $bench.
build_bench() {
  set_level_flags "$(level_named "$cpu")"
  swift build --configuration release --scratch-path "${built%/release/granary}" --product bench \
    --static-swift-stdlib "${level_flags[@]}" >>"$log" 2>&1 || fail "bench does not build"
  bench=$scratch/bench
  cp "${built%/*}/bench" "$bench"
}

load_average() { cut -d ' ' -f 1 /proc/loadavg; }

# Prints what the numbers depend on, as a JSON object.
conditions() {
  printf '{"processor": "%s", "cores": %d, "loadBefore": %s, "loadAfter": %s, "built": "%s"}' \
    "$model" "$(nproc)" "$load" "$(load_average)" \
    "$("$granary" version | sed 's/.*built for \([^)]*\).*/\1/')"
}

end() {
  local status=$?
  # A process, or a group of them where it is negative.
  [[ -z $client ]] || kill -- "$client" 2>/dev/null || true
  stop_cluster
  ((status == 0)) || tail -n 5 "$log" >&2 2>/dev/null || true
  if [[ -n $keep ]]; then say "the files are in $scratch" >&2; else rm -rf "$scratch"; fi
  exit "$status"
}

# start_cluster NAME WORKERS [OPTION...]: a cluster in the folder $scratch/NAME, which is then
# $cluster; its processes are $coordinator and $workers.
start_cluster() {
  cluster=$scratch/$1
  : >"$cluster.out"
  "$granary" up --cluster "$cluster" --workers "$2" "${@:3}" >>"$cluster.out" 2>>"$log" &
  up=$!
  until grep -q ^ready: "$cluster.out"; do
    kill -0 "$up" 2>/dev/null || fail "the cluster does not start"
    sleep 0.1
  done
  local pid
  coordinator='' workers=()
  for pid in $(children "$up"); do
    if [[ $(command_of "$pid") == *' coordinator '* ]]; then
      coordinator=$pid
    else
      workers+=("$pid")
    fi
  done
}

stop_cluster() {
  [[ -n $up ]] || return 0
  kill -TERM "$up" 2>/dev/null || true
  wait "$up" || true
  up=''
}

children() { cat /proc/"$1"/task/*/children; }

command_of() { tr '\0' ' ' <"/proc/$1/cmdline"; }

# The trainers of all workers.
trainers() {
  local worker
  for worker in "${workers[@]}"; do children "$worker"; done
}

# Sets `peak` to the most memory that any of the processes had, in KiB, where that is more.
note_peak() {
  local pid key value _
  for pid; do
    while read -r key value _; do
      [[ $key != VmHWM: ]] || peak=$((value > peak ? value : peak))
    done 2>/dev/null <"/proc/$pid/status" || true
  done
}

# The most memory that any of the processes had, in MiB.
peak_of() {
  local peak=0
  note_peak "$@"
  say $((peak / 1024))
}

# Lets the kernel begin anew with the peaks of all processes.
forget_peaks() {
  local pid
  for pid in "$coordinator" "${workers[@]}" $(trainers); do
    echo 5 2>/dev/null >"/proc/$pid/clear_refs" || true
  done
}

# The processor time of processes, in seconds.
cpu_of() {
  local pid field ticks=0
  for pid; do
    read -r -a field <"/proc/$pid/stat" && ((ticks += field[13] + field[14]))
  done
  printf '%d.%02d\n' $((ticks / 100)) $((ticks % 100))
}

disk_mib() { du --summarize --block-size=1M "$1" | cut -f 1; }

# run COMMAND...: runs a client to its end. Its output is in $scratch/out, its seconds in `seconds`,
# the most memory that it had in `client_mib`.
run() {
  local start=$EPOCHREALTIME peak=0
  "$@" >"$scratch/out" 2>>"$log" &
  client=$!
  while kill -0 "$client" 2>/dev/null; do
    note_peak "$client"
    sleep 0.1
  done
  wait "$client" || fail "this did not work: $*"
  client=''
  seconds=$(seconds_since "$start")
  client_mib=$((peak / 1024))
}

# member NAME: the number under a name in the JSON that the last `run` printed.
member() { sed -n 's/.*"'"$1"'": \{0,1\}\([-0-9.e]*\).*/\1/p' "$scratch/out" | head -n 1; }

# per_second COUNT SECONDS
per_second() {
  awk -v count="$1" -v seconds="$2" 'BEGIN { printf "%d", count / (seconds + 1e-9) }'
}
