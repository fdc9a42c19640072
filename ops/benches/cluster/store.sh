# shellcheck shell=bash
# A worker's files with flipped bits.

# Two lives of a worker: the first fills every table and ends in order, so that the database has
# it; the second is killed, so that the log has what came after.
fill_store() {
  local words=(flips 1 --set cluster.shards=16 "${replica_words[@]}")
  run "$granary" sample --skus 300 --warehouses 2 --days 180 --output "$scratch/small"
  start_cluster "${words[@]}"
  run "$granary" ingest "$scratch/small" --cluster "$cluster"
  run "$granary" train --models snaive,ets,lstm --cluster "$cluster"
  run "$granary" forecast --cluster "$cluster"
  # The second plan keeps the first beside it.
  run "$granary" allocate --cluster "$cluster"
  run "$granary" allocate --cluster "$cluster"
  say '{ cash: 0.5 }' >"$scratch/scenario.json5"
  run "$granary" allocate --scenario "$scratch/scenario.json5" --cluster "$cluster"
  stop_cluster
  start_cluster "${words[@]}"
  run "$granary" train --models snaive,croston --cluster "$cluster"
  run "$granary" ingest "$scratch/small/sales.csv" --source again --cluster "$cluster"
}

measure_flips() {
  with_replicas 1 || true
  export GRANARY_DRILL_TRAP_SKU='SKU-00001*'
  fill_store
  unset GRANARY_DRILL_TRAP_SKU
  mkdir "$scratch/killed" "$scratch/flipped"
  # Together with its starter, so that nobody starts it again.
  kill -KILL "$up" "${workers[0]}"
  wait "$up" 2>/dev/null || true
  up=''
  cp "$cluster"/worker-1/granary.* "$scratch/killed"
  run "$bench" cluster-flips --data "$scratch/killed" --scratch "$scratch/flipped" --shards 16 \
    --flips "${option[flips]}" --seed "${option[seed]}"
  found=$(<"$scratch/out")
  say "$found"
}
