import Demand
import Packing
import Tables

/// The tables of a marketplace: what `ingest` takes.
enum TableReaders {
  static let all = FuzzTarget(
    name: "tables", about: "delimited text, JSON lines and every table of config/tables.md",
    readers: [
      records, sales, returns, items, warehouses, suppliers, distribution, inventory, policy,
      limits, events, forecasts, series, regressors, traits,
    ])

  private static let records = FuzzReader.table(
    "records", ["a,b\nc,d\r\n\"e,\"\"\n\",f", "\u{FEFF}a\n\n,,\n\"x\" ,y\n\"open\nz,\0\n"],
    isNamed: false
  ) { source, reading throws(TableError) in
    var reader = DelimitedReader(source)
    while true {
      switch try reader.next() {
      case .end: return
      case .rejected(let reason): reading.rejected.append(reader.rejection(reason))
      case .record:
        var writer = ByteWriter()
        for index in 0..<reader.fieldCount {
          writer.blob(unsafe Array(reader.field(index)))
        }
        reading.taken.append(writer.bytes)
      }
    }
  }

  private static let sales = FuzzReader.table(
    "sales",
    [
      "sku,location,date,units,price,promotion\nA-1,north,2026-11-18,3,9.99,0\n"
        + "A-1,north,2026-11-19,7.25,,yes\n\"größe\",south,2024-02-29,1e3,0,1\n",
      "units,DATE,sku,location\r\n0,1970-01-01,x,y\r\n-1,2199-12-31,x,y\r\n",
      "sku,date,units\n1,2026-13-01,1\n1,2026-02-30,0.000001\n1,2026-01-01,999999999999\n",
      "sku;date;units;in_stock\n\u{1F9E6};2026-11-18;3;0\nA;2026-11-18;-0;\nA;2026-11-19;1;no\n",
      // A key that comes late, one that comes twice, nesting, blanks, and no end of the last line.
      "{\"sku\":\"A\",\"date\":\"2026-11-18\",\"units\":3}\n\n{}\n[1]\n"
        + "{\"units\":1,\"units\":2}\n{\"sku\":{\"a\":[[[]]]}}\n{\"sku\":\"\\uD83E\\uDDE6\","
        + "\"Location\":\"n\",\"units\":1.5e1,\"date\":\"2026-11-19\",\"in_stock\":false,"
        + "\"x\":null}",
    ]
  ) { source, reading throws(TableError) in try read(source, .refuse, &reading) }

  /// The same where rows may be below 0.
  private static let returns = FuzzReader.table(
    "returns",
    [
      "sku,location,date,units,in_stock\nA-1,north,2026-11-18,-3,1\nA-1,north,2026-11-18,-0.5,0\n"
        + "A-1,north,2026-11-18,4,\nA-1,north,2026-11-19,-1e9,0\nA-1,north,2026-11-19,-1e10,0\n"
    ]
  ) { source, reading throws(TableError) in try read(source, .net, &reading) }

  private static func read(
    _ source: ByteSource, _ returns: ReturnsRule, _ reading: inout TableReading
  ) throws(TableError) {
    var reader = try SalesReader(
      source, defaultLocation: Location(trusted: Array("here".utf8)), returns: returns)
    var rows: [SalesRow] = []
    var rejected: [RejectedRow] = []
    _ = try unsafe reader.read(
      row: { row in
        unsafe rows.append(
          SalesRow(
            sku: SKU(trusted: Array(row.sku)), location: Location(trusted: Array(row.location)),
            day: row.day, units: row.units, price: row.price, promotion: row.promotion,
            outOfStock: row.outOfStock))
      }, rejected: { rejected.append($0) })
    reading.rejected = rejected
    if rows.count(where: { $0.units < 0 }) != reader.returnCount
      || rows.count(where: \.outOfStock) != reader.outOfStockCount
    {
      reading.flaw = "returns or days out of stock are counted wrong"
    }
    for row in rows {
      var writer = SalesBatchWriter()
      writer.append(row)
      reading.take(row, writer.bytes) { bytes throws(PackingError) in
        var reader = SalesBatchReader(bytes)
        guard let row = try reader.next() else { throw .invalid(what: "no row") }
        return row
      }
    }
  }

  private static let items = FuzzReader.table(
    "items",
    [
      ItemReader.columns.joined(separator: ",")
        + "\nA-1001,toys,4.5,9.99,0.002,7,60,24,12,,active\nA-1,,1,,,,,,6,45,last-buy\n",
      "SKU,Price\nx,1\nx,-1\n",
    ]
  ) { source, reading throws(TableError) in
    var reader = try ItemReader(source)
    var items: [Item] = []
    var rejected: [RejectedRow] = []
    _ = try reader.read(item: { items.append($1) }, rejected: { rejected.append($0) })
    reading.rejected = rejected
    for item in items {
      reading.take(item, item.packed()) { bytes throws(PackingError) in try Item(packed: bytes) }
    }
  }

  private static let suppliers = FuzzReader.table(
    "suppliers",
    [
      SupplierReader.columns.joined(separator: ",")
        + "\nacme,A-1001,*,4.5,7,1.5,24,12,,60,96:4.30;480:4.05,\n"
        + "quick,A-1001,north,4.95,2,0.2,,12,240,25,incremental 9:4;99:3,90\n"
    ]
  ) { source, reading throws(TableError) in
    var reader = try SupplierReader(source)
    var options: [SupplyOption] = []
    var rejected: [RejectedRow] = []
    _ = try reader.read(option: { options.append($2) }, rejected: { rejected.append($0) })
    reading.rejected = rejected
    for option in options { reading.take(option) }
  }

  private static let distribution = FuzzReader.table(
    "distribution",
    ["sku,origin,destination,leadtime_days,cost\n*,north,south,2,0.25\nA,harbour,north,1,0.1\n"]
  ) { source, reading throws(TableError) in
    var reader = try DistributionReader(source)
    var options: [SupplyOption] = []
    var document = PlanningDocument()
    var rejected: [RejectedRow] = []
    _ = try reader.read(
      option: { options.append($2) }, lane: { document.lanes.append($0) },
      rejected: { rejected.append($0) })
    reading.rejected = rejected
    for option in options { reading.take(option) }
    reading.take(document)
    reading.taken.removeLast()
  }

  private static let inventory = FuzzReader.table(
    "inventory",
    [
      InventoryReader.columns.joined(separator: ",")
        + "\nA-1001,north,180,12,0,48,2026-11-24\nA,south,20,0,24,,\n"
        + "A-1002,north,400,30,0,60;120,2026-11-21;2026-11-28\n",
      "sku,on_hand\nx,-3\n",
    ]
  ) { source, reading throws(TableError) in
    var reader = try InventoryReader(
      source, defaultLocation: Location(trusted: Array("here".utf8)))
    var found: [Stock] = []
    var rejected: [RejectedRow] = []
    _ = try reader.read(stock: { found.append($2) }, rejected: { rejected.append($0) })
    reading.rejected = rejected
    for stock in found {
      reading.take(stock, stock.packed()) { bytes throws(PackingError) in
        try Stock(packed: bytes)
      }
    }
  }
}

extension TableReading {
  fileprivate mutating func take(_ option: SupplyOption) {
    take(option, option.packed()) { bytes throws(PackingError) in
      try SupplyOption(packed: bytes)
    }
  }

  mutating func take(_ document: PlanningDocument) {
    take(document, document.packed()) { bytes throws(PackingError) in
      try PlanningDocument(packed: bytes)
    }
  }
}
