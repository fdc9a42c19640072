# How good forecasts of a sample are: future.csv, truth.csv, sales.csv and the exported forecasts,
# in this order. Prints a table and, last, one JSON object.
#
# All SKUs in all warehouses that have a forecast, on all days of the truth after `last_day`. WAPE
# is the sum of absolute errors over the sum of what was asked for, of days and of each pair's sum
# over the days; RMSE is that of days; pinball losses are over the same sum. `naive` is the same
# weekday of the week from `week_ago` on, and its own quantiles.

FNR == 1 { file++; next }
file == 1 { asked[$1, $2, $3] = $4; next }
file == 2 {
  if ($3 > last_day) {
    expected[$1, $2, $3] = $4
    if (!($3 in position)) { position[$3] = days; date[days++] = $3 }
  }
  next
}
file == 3 {
  if ($3 >= week_ago) recent[$1, $2, weekday($3)] += $4
  next
}
$2 != "" && ($1, $2, $3) in expected {
  key = $1 SUBSEP $2 SUBSEP $3
  actual = asked[key] + 0
  naive = recent[$1, $2, position[$3] % 7] + 0
  score("forecast", $4, $5, $6, actual, expected[key])
  score("truth", expected[key], expected[key], expected[key], actual, expected[key])
  score("naive", naive, naive, naive, actual, expected[key])
  pair = $1 SUBSEP $2
  if (!(pair in sum)) pairs++
  sum[pair] += actual
  of["forecast", pair] += $4
  of["truth", pair] += expected[key]
  of["naive", pair] += naive
  all += actual
  mean += expected[key]
  rows++
}

# The days of the week from `week_ago` on, counted from 0: the day after it is again the first.
function weekday(day) {
  if (!(day in counted)) {
    split(day, part, "-")
    split(week_ago, first, "-")
    counted[day] = (julian(part[1], part[2], part[3]) - julian(first[1], first[2], first[3])) % 7
  }
  return counted[day]
}

# The Julian day number (Fliegel and Van Flandern, 1968).
function julian(year, month, day, shift) {
  shift = int((month - 14) / 12)
  return day - 32075 + int(1461 * (year + 4800 + shift) / 4) \
    + int(367 * (month - 2 - shift * 12) / 12) \
    - int(3 * int((year + 4900 + shift) / 100) / 4)
}

function size(x) { return x < 0 ? -x : x }

function pinball(level, quantile, actual) {
  return actual > quantile ? level * (actual - quantile) : (1 - level) * (quantile - actual)
}

function score(name, value, median, high, actual, mean) {
  error[name] += size(actual - value)
  square[name] += (actual - value) ^ 2
  apart[name] += size(mean - value)
  half[name] += pinball(0.5, median, actual)
  most[name] += pinball(0.9, high, actual)
}

END {
  if (!rows || !all) { print "no forecast meets a day of the truth" >"/dev/stderr"; exit 1 }
  printf "%d pairs of a SKU and a warehouse, %d days\n", pairs, days
  printf "%-10s %8s %8s %10s %12s %12s %12s\n", "", "WAPE", "RMSE", "WAPE, sums", "from truth",
    "pinball 0.5", "pinball 0.9"
  count = split("truth forecast naive", names, " ")
  json = sprintf("{\"pairs\": %d, \"days\": %d", pairs, days)
  for (i = 1; i <= count; i++) {
    name = names[i]
    far = 0
    for (pair in sum) far += size(sum[pair] - of[name, pair])
    # The truth is a mean and has no quantiles.
    fifty = name == "truth" ? "-" : sprintf("%.4f", half[name] / all)
    ninety = name == "truth" ? "-" : sprintf("%.4f", most[name] / all)
    printf "%-10s %8.4f %8.4f %10.4f %12.4f %12s %12s\n", name, error[name] / all,
      sqrt(square[name] / rows), far / all, apart[name] / mean, fifty, ninety
    json = json sprintf(", \"%s\": {\"wape\": %.4f, \"rmse\": %.4f, \"wapeOfSums\": %.4f, ", name,
      error[name] / all, sqrt(square[name] / rows), far / all)
    json = json sprintf("\"fromTruth\": %.4f, \"pinball50\": %s, \"pinball90\": %s}",
      apart[name] / mean, fifty == "-" ? "null" : fifty, ninety == "-" ? "null" : ninety)
  }
  print json "}"
}
