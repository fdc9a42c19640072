import Demand
import Packing
import Storage

/// A payload that was read to its end and means something.
private struct CheckedPayload {
  /// The SKUs that the shard did not have.
  var newSKUs: [SKU] = []
  /// The rows of sales.
  var rowCount = 0
  /// The latest day of sales.
  var latestDay: Day?
  /// The rows of items, stock or supply, by the table they go to.
  var table: SKUTable?
  var rows: [StoredRow] = []
  /// Ways of supply that are to be put among those that are there.
  var options: [(sku: SKU, location: Location?, option: SupplyOption)] = []
}

/// How a batch is applied: the verdict, the whole payload checked, then rows and progress together.
extension ShardWriter {
  func apply(
    _ batch: BatchIdentity, _ table: BatchTable, _ payload: [UInt8]
  ) throws(StorageError) -> WriteOutcome {
    guard (0..<shardCount).contains(batch.shard) else {
      return .refused("batch for shard \(batch.shard): there are \(shardCount)")
    }
    guard payload.count <= ShardStoreLimits.batchBytes else {
      return .refused(
        "batch of \(payload.count) bytes: at most \(ShardStoreLimits.batchBytes) allowed")
    }
    let progress = try connection.progress(batch.source, batch.shard)
    let verdict = progress.verdict(on: batch, payload: payload)
    guard verdict == .apply else { return .batch(verdict, progress) }
    if !known.holds(batch.shard) { try known.load(batch.shard, from: connection) }
    var checked: CheckedPayload
    do { checked = try check(payload, table, batch.shard) } catch {
      // New SKUs of the refused batch may be among the known by now.
      known.forget(batch.shard)
      return .refused("\(table) batch \(batch.sequence) of source \(batch.source): \(error)")
    }
    do {
      if let complaint = try mergeOptions(of: &checked, batch.shard) {
        known.forget(batch.shard)
        return .refused("\(table) batch \(batch.sequence) of source \(batch.source): \(complaint)")
      }
    } catch {
      known.forget(batch.shard)
      throw error
    }
    try store(checked, batch, replaces: table == .salesReplacing, payload)
    let advanced = progress.advanced(by: batch)
    let key = batch.source.stored
    let seal = TableShape.source.seal(batch.shard).key(key)
    let sealed = seal.close(advanced.packed())
    try connection.statement("INSERT OR REPLACE INTO source VALUES (?, ?, ?)")
      .bind(batch.shard, key, sealed).run()
    try changeSum(of: .source, batch.shard) { sum in
      if progress != SourceProgress() { sum.remove(seal.close(progress.packed())) }
      sum.add(sealed)
    }
    return .batch(.apply, advanced)
  }

  private func store(
    _ checked: CheckedPayload, _ batch: BatchIdentity, replaces: Bool, _ payload: [UInt8]
  ) throws(StorageError) {
    var state = try state(batch.shard)
    if checked.rowCount > 0 {
      let seal = TailBatch.seal(batch.shard, state.nextOrdinal, batch.source, replaces)
      let sealed = seal.close(payload)
      try connection.statement("INSERT INTO batch VALUES (?, ?, ?, ?, ?)")
        .bind(batch.shard, state.nextOrdinal, batch.source.stored, replaces ? 1 : 0, sealed).run()
      try changeSum(of: .batch, batch.shard) { $0.add(sealed) }
      state.nextOrdinal += 1
      state.tailBytes += payload.count
      state.tailRows += checked.rowCount
    }
    if let day = checked.latestDay { state.latestDay = max(state.latestDay ?? day, day) }
    if let table = checked.table {
      for row in checked.rows { try put(row, in: table, batch.shard) }
    }
    for sku in checked.newSKUs {
      try put(StoredRow(sku: sku, value: []), in: .sku, batch.shard, isNew: true)
    }
    state.skuCount += checked.newSKUs.count
    set(state, batch.shard)
  }

  private func check(
    _ payload: [UInt8], _ table: BatchTable, _ shard: Int
  ) throws(PackingError) -> CheckedPayload {
    switch table {
    case .salesAdding, .salesReplacing: try checkSales(payload, shard)
    case .items: try checkItems(payload, shard)
    case .inventory: try checkStock(payload, shard, isFirstForm: true)
    case .stock: try checkStock(payload, shard, isFirstForm: false)
    case .supply: try checkSupply(payload, shard)
    }
  }

  private func checkSales(_ payload: [UInt8], _ shard: Int) throws(PackingError) -> CheckedPayload {
    var checked = CheckedPayload()
    var latest = Day.supported.lowerBound
    var cursor = SalesBatchCursor(payload)
    while try cursor.next() {
      checked.rowCount += 1
      latest = max(latest, cursor.day)
      guard cursor.namesSKU else { continue }
      let (digest, isNew) = unsafe payload.withUnsafeBytes { bytes in
        let sku = unsafe UnsafeRawBufferPointer(rebasing: bytes[cursor.sku])
        return (unsafe XXH64.hash(sku), unsafe known.insert(sku, shard))
      }
      try checkHome(digest, shard)
      if isNew { checked.newSKUs.append(SKU(trusted: Array(payload[cursor.sku]))) }
    }
    if checked.rowCount > 0 { checked.latestDay = latest }
    return checked
  }

  private func checkItems(_ payload: [UInt8], _ shard: Int) throws(PackingError) -> CheckedPayload {
    var checked = CheckedPayload(table: .item)
    var reader = ItemBatchReader(payload)
    while let (sku, item) = try reader.next() {
      try note(StoredRow(sku: sku, value: item.packed()), in: &checked, shard)
    }
    return checked
  }

  private func checkStock(
    _ payload: [UInt8], _ shard: Int, isFirstForm: Bool
  ) throws(PackingError) -> CheckedPayload {
    var checked = CheckedPayload(table: .stock)
    var reader = InventoryBatchReader(payload, isFirstForm: isFirstForm)
    while let (sku, location, stock) = try reader.next() {
      let row = StoredRow(sku: sku, location: location, value: stock.packed())
      try note(row, in: &checked, shard)
    }
    return checked
  }

  private func checkSupply(
    _ payload: [UInt8], _ shard: Int
  ) throws(PackingError) -> CheckedPayload {
    var checked = CheckedPayload(table: .supply)
    var reader = SupplyBatchReader(payload)
    while let row = try reader.next() {
      try note(row.sku, in: &checked, shard)
      checked.options.append(row)
    }
    return checked
  }

  /// Puts the options of a batch among those that are stored, each list read and written once, and
  /// all of them before anything is changed. Says what is wrong where there are too many.
  private func mergeOptions(
    of checked: inout CheckedPayload, _ shard: Int
  ) throws(StorageError) -> String? {
    guard !checked.options.isEmpty else { return nil }
    var places: [RowCursor: Int] = [:]
    var lists: [SupplyList] = []
    for (sku, location, option) in checked.options {
      let key = RowCursor(sku: sku, location: location)
      let place = places[key] ?? lists.count
      if place == lists.count {
        places[key] = place
        let stored = try SKUTable.supply.row(of: sku, at: location, shard: shard, in: connection)
        lists.append(
          try stored.map { row throws(StorageError) in
            try SKUTable.supply.supplyList(row, shard: shard, in: connection)
          } ?? SupplyList())
        checked.rows.append(StoredRow(sku: sku, location: location, value: []))
      }
      guard lists[place].put(option) else {
        return "SKU \"\(sku)\" would come \(location.map { "to \"\($0)\"" } ?? "everywhere") from "
          + "more than \(SupplyList.maximumCount) origins; leave some out"
      }
    }
    for (index, list) in lists.enumerated() { checked.rows[index].value = list.packed() }
    return nil
  }

  private func note(
    _ row: StoredRow, in checked: inout CheckedPayload, _ shard: Int
  ) throws(PackingError) {
    try note(row.sku, in: &checked, shard)
    checked.rows.append(row)
  }

  private func note(
    _ sku: SKU, in checked: inout CheckedPayload, _ shard: Int
  ) throws(PackingError) {
    try checkHome(sku.digest, shard)
    if unsafe sku.bytes.withUnsafeBytes({ unsafe known.insert($0, shard) }) {
      checked.newSKUs.append(sku)
    }
  }

  private func checkHome(_ digest: UInt64, _ shard: Int) throws(PackingError) {
    let home = Int(digest % UInt64(shardCount))
    guard home == shard else {
      throw .invalid(what: "SKU: it belongs to shard \(home), not \(shard)")
    }
  }
}
