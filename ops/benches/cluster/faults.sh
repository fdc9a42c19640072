# shellcheck shell=bash
# What a cluster does when a worker is killed or stopped, or its coordinator killed.

# Starts a run and waits until it is at work; `run` is its number.
begin_run() {
  local json
  "$granary" train --models ets,arima --no-wait --cluster "$cluster" >>"$log" 2>&1 ||
    fail "no run can be started"
  until json=$(status_json) && [[ ${json#*\"runs\":} == *'"phase":"running"'* ]] &&
    (($(run_number unitsDone "$json") > 0)); do sleep 0.1; done
  run=$(run_number run "$json")
}

end_run() {
  timeout 20 "$granary" runs cancel "$run" --cluster "$cluster" >>"$log" 2>&1 || true
}

# A row for each of the SKUs, so for every shard; false while they are not all acknowledged.
write_all() {
  timeout "${option[cap]}" "$granary" ingest "$scratch/rows.csv" --cluster "$cluster" --json \
    --source "after-$struck" | grep -q '"rows":1000,"rejected":0,'
}

read_all() {
  timeout "${option[cap]}" "$granary" get --input "$scratch/skus" --days 1 --csv \
    --cluster "$cluster" >/dev/null
}

# until_done FILE COMMAND...: writes the seconds until a command has worked, tried again and again,
# or > and the seconds after which that was given up.
until_done() {
  local file=$1 since=$struck
  shift
  until "$@" >>"$log" 2>&1; do
    if (($(elapsed "$since" | cut -d . -f 1) >= option[cap])); then
      say ">${option[cap]}" >"$file"
      return
    fi
    sleep 0.05
  done
  elapsed "$since" >"$file"
}

# The first unit that is finished after all shards take writes again: until then those of the
# others go on, and say nothing.
until_work_goes_on() {
  local since=$struck json units=-1 next
  while (($(elapsed "$since" | cut -d . -f 1) < option[cap])); do
    json=$(status_json)
    next=$(run_number unitsDone "$json")
    if [[ -s $scratch/writes && $json == *'"runs":'* ]]; then
      ((units >= 0)) || units=$next
      if ((next > units)); then elapsed "$since" >"$scratch/work"; return; fi
    fi
    [[ $(cat "$scratch/writes") != '>'* ]] || break
    sleep 0.05
  done
  say ">${option[cap]}" >"$scratch/work"
}

# Measures from the moment in `struck` on: reads of every shard, writes to every shard, the run.
watch() {
  : >"$scratch/writes" && : >"$scratch/reads" && : >"$scratch/work"
  {
    say sku,location,date,units
    sed "s/\$/,$place,2026-11-19,$((RANDOM % 9 + 1))/" "$scratch/skus"
  } >"$scratch/rows.csv"
  until_done "$scratch/reads" read_all &
  local reader=$!
  until_done "$scratch/writes" write_all &
  local writer=$!
  until_work_goes_on
  wait "$reader" "$writer"
}

# strike FAULT: one repetition; adds to the arrays reads, writes and work.
strike() {
  local victim=worker-$((RANDOM % 3 + 1))
  begin_run
  sleep "0.$((RANDOM % 10))"
  struck=$EPOCHREALTIME
  case $1 in
    kill)
      kill_node "$victim"
      # Without a replica a killed worker's shards wait for it: somebody starts it again.
      ((replicas > 1)) || start_node "$victim"
      ;;
    stop) kill -STOP "${node[$victim]}" ;;
    coordinator)
      kill_node coordinator
      start_node coordinator
      ;;
  esac
  watch
  reads+=("$(<"$scratch/reads")") writes+=("$(<"$scratch/writes")") work+=("$(<"$scratch/work")")
  case $1 in
    kill) ((replicas == 1)) || start_node "$victim" ;;
    stop) kill -CONT "${node[$victim]}" ;;
  esac
  end_run
  settle
}

# recover_from FAULT: all repetitions of a fault; the object is added to `recovered`. What is not
# overcome once is not tried again.
recover_from() {
  local number reads=() writes=() work=()
  for ((number = 0; number < option[repetitions]; number++)); do
    strike "$1"
    [[ ${work[-1]} != '>'* ]] || break
  done
  say "$1: reads ${reads[*]}; writes ${writes[*]}; work ${work[*]} s"
  recovered+=$(printf '"%s": {"reads": %s, "writes": %s, "work": %s}, ' "$1" \
    "$(spread "${reads[@]}")" "$(spread "${writes[@]}")" "$(spread "${work[@]}")")
}

measure_recovery() {
  local recovered='' replicas=1 dask=null place
  RANDOM=${option[seed]}
  if with_replicas 2; then replicas=2; else with_replicas 1; fi
  ((replicas == 2)) || say 'this program keeps one copy: killed workers are started again by hand'
  run "$granary" sample --skus "${option[skus]}" --warehouses 1 --days 730 \
    --output "$scratch/sample"
  awk -F , 'NR > 1 && NR <= 1001 { print $1 }' "$scratch/sample/items.csv" >"$scratch/skus"
  place=$(sed -n '2s/^[^,]*,\([^,]*\),.*/\1/p' "$scratch/sample/sales.csv")
  begin_nodes recovery 3 --set cluster.shards=128 --set worker.trainers=1 "${replica_words[@]}"
  run "$granary" ingest "$scratch/sample" --cluster "$cluster"
  run "$granary" train --models snaive --cluster "$cluster"
  run "$granary" forecast --cluster "$cluster"
  for fault in kill stop coordinator; do recover_from "$fault"; done
  end_nodes
  if have_peer distributed; then
    run "$python" "$here/dask_faults.py" --repetitions "${option[repetitions]}" \
      --cap "${option[cap]}"
    dask=$(tail -n 1 "$scratch/out")
    say "Dask: $dask"
  fi
  found="{\"replicas\": $replicas, \"workers\": 3, \"shards\": 128, $recovered\"dask\": $dask}"
}
