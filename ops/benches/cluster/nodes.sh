# shellcheck shell=bash
# Nodes that are started, killed and stopped one by one, and numbers of many repetitions.

declare -A node=()
cluster_words=()

# The whole name of a setting, or nothing where the program does not know it.
setting_named() {
  "$granary" help settings-file | awk -v name="$1" '
    /^  [a-zA-Z]+: \{$/ { chapter = $1; sub(/:/, "", chapter) }
    $1 == name ":" { print chapter "." name; exit }'
}

# with_replicas COUNT: sets `replica_words` to what makes a cluster keep so many copies; false
# where the program cannot.
with_replicas() {
  local setting
  setting=$(setting_named replication)
  replica_words=()
  if [[ -z $setting ]]; then (($1 == 1)); return; fi
  replica_words=(--set "$setting=$1")
}

# begin_nodes NAME WORKERS [OPTION...]: a cluster in the folder $scratch/NAME whose processes are
# children of the bench, so that nothing starts them again.
begin_nodes() {
  local number names=()
  start_cluster "$1" "$2" "${@:3}" # makes keys and folder
  stop_cluster
  cluster_words=(--cluster "$cluster" "${@:3}")
  node=()
  for ((number = 1; number <= $2; number++)); do names+=("worker-$number"); done
  start_node coordinator
  for number in "${names[@]}"; do start_node "$number"; done
  settle
}

start_node() {
  local words=(worker --name "$1") own=()
  [[ $1 != coordinator ]] || words=(coordinator)
  local setting
  setting=$(setting_named host)
  # Copies are kept on different hosts; these processes stand for machines.
  [[ -z $setting || $1 == coordinator ]] || own=(--set "$setting=host-$1")
  "$granary" "${words[@]}" "${cluster_words[@]}" "${own[@]}" >>"$log" 2>&1 &
  node[$1]=$!
}

end_nodes() {
  local name
  for name in "${!node[@]}"; do
    kill -CONT "${node[$name]}" 2>/dev/null || true
    kill -TERM "${node[$name]}" 2>/dev/null || true
  done
  for name in "${!node[@]}"; do wait "${node[$name]}" 2>/dev/null || true; done
  node=()
}

# Kills a node at once.
kill_node() {
  kill -KILL "${node[$1]}"
  wait "${node[$1]}" 2>/dev/null || true
}

status_json() { timeout 5 "$granary" status --cluster "$cluster" --json 2>>"$log" || true; }

# number_in JSON NAME: the first number of that name, or 0.
number_in() {
  local tail=$1
  [[ $tail == *"\"$2\":"* ]] || { say 0; return; }
  tail=${tail#*\""$2"\":}
  say "${tail%%[,\}]*}"
}

# run_number NAME JSON: a number of the newest run in a status.
run_number() { number_in "${2#*\"runs\":}" "$1"; }

# Waits until every node serves and no copy is missing or on its way. That copies share a host is
# what a cluster on one machine is like.
settle() {
  local json reasons start=$SECONDS
  local shared='"[^"]*copies that share a host[^"]*"'
  while ((SECONDS - start < 180)); do
    json=$(status_json)
    reasons=${json#*\"reasons\":[} reasons=$(sed "s/$shared//" <<<"${reasons%%]*}")
    if [[ $json == *'"shards":'* ]] && ! grep -qiE 'worker|shard|replica|cop(y|ies)' \
      <<<"$reasons"; then return; fi
    sleep 0.2
  done
  fail "the cluster does not settle: $reasons"
}

# elapsed SINCE: seconds with milliseconds since an $EPOCHREALTIME.
elapsed() {
  local micros=$((${EPOCHREALTIME//[!0-9]/} - ${1//[!0-9]/}))
  printf '%d.%03d' $((micros / 1000000)) $((micros / 1000 % 1000))
}

# spread NUMBER...: count, p50, p99 and max as a JSON object; a word that begins with > is a time
# that was not waited for to its end.
spread() {
  printf '%s\n' "$@" | sed 's/^>\(.*\)/\1 over/' | sort -g | awk '
    { value[NR] = $1; over += $2 == "over" }
    function at(part, rank) {
      rank = int(part * NR); if (rank < part * NR) rank++
      return value[rank < 1 ? 1 : rank]
    }
    END {
      if (!NR) { printf "null"; exit }
      printf "{\"n\": %d, \"p50\": %s, \"p99\": %s, \"max\": %s, \"notWithinCap\": %d}", NR,
        at(0.5), at(0.99), value[NR], over
    }'
}

# median NUMBER...
median() { printf '%s\n' "$@" | sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# ratio A B, with three decimals.
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / (b + 1e-12) }'; }
