import Coordination
import Demand
import Packing
import ShardStore
import Storage
import WireProtocol

/// Answers reads from one reader thread's snapshot of the data.
enum ReadAnswers {
  /// How many bytes of rows a chunk carries before its last row: the largest row must fit beside
  /// it.
  static let chunkBytes = 32 * 1_024
  /// The same of a sample: the teacher asks for one chunk after the other, and for many.
  private static let sampleChunkBytes = Limits.payloadBytes - SampleRow.maximumBytes

  /// The answer to a read as a frame, or a refusal that says why there is none.
  static func frame(
    answering question: Frame, node: NodeName, with reader: ShardReader, calendar: EventCalendar,
    _ alarm: DamageAlarm
  ) -> [UInt8] {
    let message = answer(question.message, node: node, with: reader, calendar: calendar, alarm)
    return packed(message, answering: question.request)
  }

  /// An answer as a frame, or a refusal where it does not fit one.
  static func packed(_ message: Message, answering request: UInt64) -> [UInt8] {
    let bytes = Frame(request: request, message).packed()
    guard bytes.count > Limits.frameBytes else { return bytes }
    // A SKU with very many locations; sent all the same, it would end the process.
    let reason = "the answer has \(bytes.count) bytes, a message at most \(Limits.frameBytes)"
    return Frame(request: request, .refusal(Refusal(.failed, reason))).packed()
  }

  private static func answer(
    _ message: Message, node: NodeName, with reader: ShardReader, calendar: EventCalendar,
    _ alarm: DamageAlarm
  ) -> Message {
    do {
      try reader.holdSnapshot()
      defer { reader.releaseSnapshot() }
      switch message {
      case .get(let get):
        try check(get.skus.map { $0.shard(of: reader.shardCount) }, reader)
        return .forecasts(try forecasts(get.skus, reader))
      case .rowsRequest(let request):
        try check([request.shard], reader)
        return .rows(try rows(request, reader))
      case .explainRequest(let bytes):
        let sku = try SKU(bytes: bytes)
        try check([sku.shard(of: reader.shardCount)], reader)
        return .explanation(
          json:
            try Explanation.json(of: sku, node: node, with: reader, calendar: calendar))
      default:
        return .refusal(Refusal(.malformed, "this is no read"))
      }
    } catch let refusal as Refusal {
      return .refusal(refusal)
    } catch {
      if let error = error as? StorageError { note(error, in: message, reader, alarm) }
      return .refusal(Refusal(.failed, String("\(error)".prefix(Limits.sentenceBytes / 2))))
    }
  }

  /// Refuses to read what is not here any more: a shard may have moved away, with all its data,
  /// since the question was let in. What is left of it would be an answer that looks whole.
  private static func check(_ shards: [Int], _ reader: ShardReader) throws {
    for shard in Set(shards).sorted() where try reader.epoch(of: shard) == 0 {
      throw Refusal(.misplaced, "shard \(shard) has moved away; ask for the map")
    }
  }

  /// Rings the alarm for the shard that could not be read.
  private static func note(
    _ error: StorageError, in question: Message, _ reader: ShardReader, _ alarm: DamageAlarm
  ) {
    switch question {
    case .rowsRequest(let request): alarm.note(error, shard: request.shard)
    case .explainRequest(let bytes):
      guard let sku = try? SKU(bytes: bytes) else { return }
      alarm.note(error, shard: sku.shard(of: reader.shardCount))
    case .get(let get):
      // The error is of one of them; which one shows when they are read by themselves.
      for sku in get.skus {
        do throws(StorageError) { _ = try reader.forecasts(for: [sku]) } catch {
          return _ = alarm.note(error, shard: sku.shard(of: reader.shardCount))
        }
      }
    default: break
    }
  }

  /// The forecasts of the first SKUs, as many as fit a frame.
  private static func forecasts(
    _ skus: [SKU], _ reader: ShardReader
  ) throws -> ForecastRecords {
    var records: [ForecastRecord] = []
    var bytes = 0
    // A few at a time, so that no more is read than is sent.
    for start in stride(from: 0, to: skus.count, by: 16) {
      let some = skus[start..<min(skus.count, start + 16)]
      let rows = Dictionary(grouping: try reader.forecasts(for: Array(some)), by: \.sku)
      for sku in some {
        let series = (rows[sku] ?? []).map {
          StoredSeries(location: $0.location, run: $0.run, value: $0.value)
        }
        bytes += series.reduce(16) { $0 + $1.value.count + Location.maximumBytes + 16 }
        guard bytes <= Limits.payloadBytes || records.isEmpty else {
          return ForecastRecords(records: records)
        }
        records.append(ForecastRecord(series: series))
      }
    }
    return ForecastRecords(records: records)
  }

  private static func rows(_ request: RowsRequest, _ reader: ShardReader) throws -> RowsChunk {
    switch request.scope {
    case .table(let table): try page(of: table, request, reader)
    case .copy:
      throw Refusal(.malformed, "a copy is read from a snapshot that is held for it")
    case .sample(let threshold): try sample(threshold, request, reader)
    case .sku(let part, let sku): try SKURows.chunk(part, of: sku, request, reader)
    case .digest(let asOf): try DigestRows.chunk(asOf: asOf, request, reader)
    }
  }

  private static func sample(
    _ threshold: UInt64, _ request: RowsRequest, _ reader: ShardReader
  ) throws -> RowsChunk {
    let start = request.cursor.isEmpty ? nil : try SKU(bytes: request.cursor)
    var rows = ByteWriter(capacity: sampleChunkBytes + SampleRow.maximumBytes)
    let next = try reader.sample(shard: request.shard, threshold: threshold, after: start) { item in
      guard !item.series.isEmpty else { return true }
      var row = ByteWriter(capacity: 4_096)
      SampleRow(item).pack(into: &row)
      if row.count <= SampleRow.maximumBytes { rows.raw(row.bytes) }
      return rows.count < sampleChunkBytes
    }
    return RowsChunk(shard: request.shard, rows: rows.bytes, next: next?.bytes)
  }

  private static func page(
    of table: ExportTable, _ request: RowsRequest, _ reader: ShardReader
  ) throws -> RowsChunk {
    let cursor = request.cursor.isEmpty ? nil : try RowCursor(packed: request.cursor)
    let page = try reader.export(
      table.stored, shard: request.shard, after: cursor, maximumBytes: chunkBytes)
    let rows = page.rows.map {
      ExportedRow(sku: $0.sku, location: $0.location, run: $0.run, value: $0.value)
    }
    return RowsChunk(
      shard: request.shard, rows: ExportedRow.pack(rows), next: page.next?.packed())
  }
}

extension SampleRow {
  init(_ item: StoredItem) {
    self.init(
      sku: item.sku, category: item.item?.category ?? "",
      parts: item.series.map { Part(location: $0.location, series: $0.value.packed()) })
  }
}

extension ExportTable {
  /// The table of the store.
  var stored: SKUTable {
    switch self {
    case .forecasts: .forecast
    case .plans: .plan
    case .models: .model
    case .quarantine: .quarantine
    case .series: .series
    case .plansBefore: .planBefore
    case .plansScenario: .planScenario
    }
  }
}
