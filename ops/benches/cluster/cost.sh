# shellcheck shell=bash
# What a unit of work costs, and what the coordinator holds.

# unit_price SHARDS SKUS [OPTION...]: microseconds of a unit in training and forecasting, the
# median of three runs each, as a JSON object in `price`.
unit_price() {
  local shards=$1 skus=$2 verb number training=() forecasting=()
  {
    say sku,location,date,units
    seq --format 'U-%06.0f,W,2026-11-19,1' "$skus"
  } >"$scratch/units.csv"
  start_cluster "units-$skus" "${@:3:1}" --set "cluster.shards=$shards" --set worker.trainers=2 \
    --set worker.credits=32 "${@:4}"
  run "$granary" ingest "$scratch/units.csv" --cluster "$cluster"
  for number in 1 2 3; do
    run "$granary" train --models snaive --cluster "$cluster" --json
    training+=("$(awk -v s="$(member seconds)" -v n="$shards" 'BEGIN { print s / n * 1e6 }')")
    run "$granary" forecast --cluster "$cluster" --json
    forecasting+=("$(awk -v s="$(member seconds)" -v n="$shards" 'BEGIN { print s / n * 1e6 }')")
  done
  price=$(printf '{"units": %d, "skus": %d, "trainMicroseconds": %.1f, ' "$shards" "$skus" \
    "$(median "${training[@]}")"
    printf '"forecastMicroseconds": %.1f, "coordinatorProcessorMicroseconds": %.1f, ' \
      "$(median "${forecasting[@]}")" \
      "$(awk -v s="$(cpu_of "$coordinator")" -v n="$shards" 'BEGIN { print s / n / 6 * 1e6 }')"
    printf '"workerProcessorMicroseconds": %.1f}' \
      "$(awk -v s="$(cpu_of "${workers[@]}")" -v n="$shards" 'BEGIN { print s / n / 6 * 1e6 }')")
  stop_cluster
  rm -rf "$cluster"
}

measure_overhead() {
  local peer result peers='' empty filled replicated=null
  with_replicas 1 || true
  unit_price 16384 1 1 "${replica_words[@]}" && empty=$price
  say "a unit without a SKU: $empty"
  unit_price 16384 16384 1 "${replica_words[@]}" && filled=$price
  say "a unit with one SKU in the mean: $filled"
  if with_replicas 2; then
    unit_price 16384 1 2 "${replica_words[@]}" && replicated=$price
    say "a unit without a SKU on two replicas: $replicated"
  fi
  for peer in ray dask parsl; do
    result=null
    if have_peer "${peer/dask/distributed}"; then
      run "$python" "$here/noop.py" "$peer" --tasks "${option[tasks]}" --credit 64 \
        --folder "$scratch"
      result=$(tail -n 1 "$scratch/out")
      say "$peer: $result"
    fi
    peers+=", \"$peer\": $result"
  done
  found="{\"credit\": 64, \"empty\": $empty, \"oneSKU\": $filled, "
  found+="\"replicated\": $replicated$peers}"
}

# coordinator_of SKUS: a coordinator's process, driven through a run of so many SKUs by workers
# that have no data; its most memory in MiB is in `held`, and the run's seconds in `took`.
coordinator_of() {
  local pretend shards=1024
  begin_pretend "memory-$1" 4 "$shards"
  "$bench" cluster-pretend --cluster "$cluster" --workers 4 --skus "$1" --shards "$shards" \
    >>"$log" 2>&1 &
  pretend=$!
  until [[ $(status_json) == *"\"servedShards\":$shards,"* ]]; do sleep 0.1; done
  idle=$(resident_of "${node[coordinator]}")
  run "$granary" train --models snaive --cluster "$cluster" --json
  took=$(member seconds) counted=$(number_in "$(<"$scratch/out")" skus)
  held=$(resident_peak "${node[coordinator]}")
  kill "$pretend"
  wait "$pretend" 2>/dev/null || true
  end_nodes
}

# begin_pretend NAME WORKERS SHARDS: a coordinator without workers, and keys for them.
begin_pretend() {
  start_cluster "$1" "$2" --set "cluster.shards=$3"
  stop_cluster
  rm -rf "$cluster/coordinator" "$cluster"/worker-?
  cluster_words=(--cluster "$cluster" --set "cluster.shards=$3" --set "cluster.minimumWorkers=$2")
  node=()
  rm -f "$cluster/coordinator.endpoint"
  start_node coordinator
  until [[ -s $cluster/coordinator.endpoint ]]; do sleep 0.05; done
}

resident_of() { awk '/^VmRSS:/ { printf "%.2f", $2 / 1024 }' "/proc/$1/status"; }

resident_peak() { awk '/^VmHWM:/ { printf "%.2f", $2 / 1024 }' "/proc/$1/status"; }

measure_memory() {
  local skus small idle held took counted results=()
  found='{"shards": 1024, "workers": 4, '
  for skus in 1000000 10000000; do
    coordinator_of "$skus"
    say "$skus SKUs: $idle MiB idle, at most $held MiB; $counted SKUs in $took s"
    found+="\"${skus}\": {\"idleMiB\": $idle, \"mostMiB\": $held, \"seconds\": $took, "
    found+="\"skus\": $counted}, "
    results+=("$held")
  done
  found+="\"ratio\": $(ratio "${results[1]}" "${results[0]}")}"
}

measure_placement() {
  local copies
  found=''
  for copies in 1 2; do
    run "$bench" cluster-placement --replication "$copies" --seed "${option[seed]}"
    say "$(<"$scratch/out")"
    found+="${found:+, }\"copies$copies\": $(<"$scratch/out")"
  done
  found="{$found}"
}
