# Writes sales for one bench: 4 locations by 250 days by `skus`, in the order of `order`.

function row(sku, location, day) {
  state = (state * 1103515245 + 12345) % 2147483648
  units = 1 + int(state / 65536) % 9
  printf "SKU-%06d,W%d,%s,%d,%d.99\n", sku, location, text[day], units, sku % 90
}

BEGIN {
  for (day = 0; day < 250; day++) text[day] = strftime("%Y-%m-%d", 1767268800 + 86400 * day, 1)
  print "sku,location,date,units,price"
  if (order == "sku") {
    for (sku = 0; sku < skus; sku++)
      for (place = 0; place < 4; place++) for (day = 0; day < 250; day++) row(sku, place, day)
  } else {
    for (day = 0; day < 250; day++)
      for (sku = 0; sku < skus; sku++) for (place = 0; place < 4; place++) row(sku, place, day)
  }
}
