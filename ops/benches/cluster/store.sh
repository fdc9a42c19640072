# shellcheck shell=bash
# A worker's files with flipped bits.

measure_flips() {
  local worker copies=$scratch/flipped
  with_replicas 1 || true
  run "$granary" sample --skus 300 --warehouses 2 --days 180 --output "$scratch/small"
  start_cluster flips 1 --set cluster.shards=16 "${replica_words[@]}"
  run "$granary" ingest "$scratch/small" --cluster "$cluster"
  run "$granary" train --models snaive,ets --cluster "$cluster"
  run "$granary" forecast --cluster "$cluster"
  run "$granary" allocate --cluster "$cluster"
  stop_cluster # copies the log back into the database
  start_cluster flips 1 --set cluster.shards=16 "${replica_words[@]}"
  run "$granary" ingest "$scratch/small/sales.csv" --source again --cluster "$cluster"
  GRANARY_DRILL_TRAP_SKU='' run "$granary" train --models snaive,croston --cluster "$cluster"
  worker=${workers[0]}
  mkdir "$copies" "$scratch/killed"
  # Together with its starter, so that nobody starts it again, and at once: the log stays.
  kill -KILL "$up" "$worker"
  wait "$up" 2>/dev/null || true
  up=''
  cp "$cluster"/worker-1/granary.* "$scratch/killed"
  run "$bench" cluster-flips --data "$scratch/killed" --scratch "$copies" --shards 16 \
    --flips "${option[flips]}" --seed "${option[seed]}"
  found=$(<"$scratch/out")
  say "$found"
}
