# shellcheck shell=bash
# Pairs of measurements, one after the other, whose ratio counts.

# The processor time of the workers, of their trainers and of those trainers that have ended, in
# seconds.
processor_of_workers() {
  local pid field ticks=0
  for pid in "${workers[@]}"; do
    read -r -a field <"/proc/$pid/stat" && ((ticks += field[15] + field[16]))
  done
  # shellcheck disable=SC2046  # several words are meant
  awk -v ended="$ticks" -v now="$(cpu_of "${workers[@]}" $(trainers))" \
    'BEGIN { print ended / 100 + now }'
}

# A cluster's new processes, none of which is lost while it trains; `trained` are the run's seconds
# without learning the network, `processor` those of its workers and trainers. Options of the
# cluster come behind its name and the number of workers.
train_once() {
  start_cluster "$@"
  local before=${workers[*]}
  run "$granary" train --cluster "$cluster" --json
  trained=$(awk -v all="$(member seconds)" -v taught="$(member teachingSeconds)" \
    'BEGIN { print all - taught }')
  all_seconds=$(member seconds) processor=$(processor_of_workers)
  [[ ${workers[*]} == "$before" ]] || fail 'a worker is not the one that it was'
  local pid
  for pid in "${workers[@]}"; do kill -0 "$pid" 2>/dev/null || fail 'a worker was lost'; done
}

# Ten SKUs that begin alike, of the sample: 0.1 % of 10,000. Sets `poison` to how they begin and
# `poisoned` to how many they are.
choose_poison() {
  local wanted=$(((option[skus] + 999) / 1000))
  read -r poisoned poison < <(tail -n +2 "$scratch/sample/items.csv" | cut -d , -f 1 |
    awk -v wanted="$wanted" '
      { for (cut = 1; cut <= 3; cut++) count[substr($1, 1, length($1) - cut)]++ }
      END { for (name in count) if (count[name] >= wanted) print count[name], name }' |
    sort -n | head -n 1)
}

# percent_over A B: how much A is over B.
percent_over() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (a / b - 1) * 100 }'; }

measure_poison() {
  local number clean=() dirty=() slower=() harder=() spent poison poisoned named done_skus
  with_replicas 1 || true
  run "$granary" sample --skus "${option[skus]}" --warehouses 1 --days 365 \
    --output "$scratch/sample"
  choose_poison
  start_cluster poison 1 "${replica_words[@]}"
  run "$granary" ingest "$scratch/sample" --cluster "$cluster"
  run "$granary" train --cluster "$cluster" --json # not counted: it learns the first network
  stop_cluster
  for ((number = 0; number < pairs; number++)); do
    train_once poison 1 "${replica_words[@]}"
    clean+=("$trained") spent=$processor
    stop_cluster
    export GRANARY_DRILL_TRAP_SKU="$poison*"
    train_once poison 1 "${replica_words[@]}"
    unset GRANARY_DRILL_TRAP_SKU
    done_skus=$(number_in "$(<"$scratch/out")" skus)
    dirty+=("$trained")
    slower+=("$(percent_over "$trained" "${clean[-1]}")")
    harder+=("$(percent_over "$processor" "$spent")")
    named=$("$granary" export quarantine --output - --cluster "$cluster" 2>>"$log" |
      grep -c "^$poison" || true)
    stop_cluster
    [[ $done_skus == "${option[skus]}" ]] || fail "$done_skus of ${option[skus]} SKUs were done"
    [[ $named == "$poisoned" ]] || fail "$named of $poisoned poison SKUs are named"
    say "clean ${clean[-1]} s, with $poisoned poison SKUs ${dirty[-1]} s: ${slower[-1]} % slower,\
 ${harder[-1]} % more processor time"
  done
  found=$(printf '{"skus": %d, "poison": %d, "named": %d, "workersLost": 0, "pairs": %d, ' \
    "${option[skus]}" "$poisoned" "$named" "$pairs"
    printf '"cleanSeconds": %s, "poisonSeconds": %s, "slowerPercent": %s, ' \
      "$(median "${clean[@]}")" "$(median "${dirty[@]}")" "$(median "${slower[@]}")"
    printf '"moreProcessorTimePercent": %s}' "$(median "${harder[@]}")")
  rm -rf "$cluster"
}

measure_workers() {
  local number one=() two=() faster=() overall=() work=() first spent
  with_replicas 1 || true
  run "$granary" sample --skus "${option[skus]}" --warehouses 1 --days 365 \
    --output "$scratch/sample"
  for number in 1 2; do
    start_cluster "workers-$number" "$number" --set worker.trainers=1 --set cluster.shards=64 \
      "${replica_words[@]}"
    run "$granary" ingest "$scratch/sample" --cluster "$cluster"
    stop_cluster
  done
  for ((number = 0; number < pairs; number++)); do
    train_once workers-1 1 --set worker.trainers=1 --set cluster.shards=64 "${replica_words[@]}"
    one+=("$trained") first=$all_seconds spent=$processor
    stop_cluster
    train_once workers-2 2 --set worker.trainers=1 --set cluster.shards=64 "${replica_words[@]}"
    two+=("$trained")
    stop_cluster
    work+=("$(ratio "$processor" "$spent")")
    faster+=("$(ratio "${one[-1]}" "$trained")") overall+=("$(ratio "$first" "$all_seconds")")
    say "one worker ${one[-1]} s, two ${two[-1]} s: ${faster[-1]} times as fast,\
 ${overall[-1]} with the network's lesson, which one gives"
  done
  found=$(printf '{"skus": %d, "pairs": %d, "oneSeconds": %s, "twoSeconds": %s, ' \
    "${option[skus]}" "$pairs" "$(median "${one[@]}")" "$(median "${two[@]}")"
    printf '"speedup": %s, "speedupWithTeaching": %s, ' "$(median "${faster[@]}")" \
      "$(median "${overall[@]}")"
    printf '"processorTimeOfTwoAgainstOne": %s}' "$(median "${work[@]}")")
}

# ingest_with REPLICAS: rows per second into a new cluster of two workers, in `rate`.
ingest_with() {
  with_replicas "$1"
  start_cluster "ingest-$1" 2 --set cluster.shards=64 "${replica_words[@]}"
  (($1 == 1)) || settle
  run "$granary" ingest "$scratch/sales.csv" --cluster "$cluster" --json
  [[ $(member rows) == "$rows" ]] || fail "$(member rows) rows arrived, $rows were sent"
  rate=$(per_second "$rows" "$(member seconds)")
  stop_cluster
  rm -rf "$cluster"
}

measure_ingest() {
  local number one=() two=() part=() skus rows
  if ! with_replicas 2; then
    say 'this program keeps one copy of each shard: nothing to compare'
    found=null
    return
  fi
  skus=$(((option[rows] + 999) / 1000)) rows=$(((option[rows] + 999) / 1000 * 1000))
  awk -v order=date -v skus="$skus" -f ops/benches/rows.awk >"$scratch/sales.csv"
  for ((number = 0; number < pairs; number++)); do
    ingest_with 1 && one+=("$rate")
    ingest_with 2 && two+=("$rate")
    part+=("$(ratio "${two[-1]}" "${one[-1]}")")
    say "one copy ${one[-1]} rows/s, two ${two[-1]} rows/s: ${part[-1]}"
  done
  found=$(printf '{"rows": %d, "pairs": %d, "oneCopyRowsPerSecond": %s, ' "$rows" "$pairs" \
    "$(median "${one[@]}")"
    printf '"twoCopiesRowsPerSecond": %s, "ratio": %s}' "$(median "${two[@]}")" \
      "$(median "${part[@]}")")
}
