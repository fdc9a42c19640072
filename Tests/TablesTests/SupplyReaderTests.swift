import Demand
import Tables
import Testing

@Suite("Suppliers and distribution")
struct SupplyReaderTests {
  private struct Option: Equatable {
    var sku: String
    var location: String?
    var option: SupplyOption

    init(_ sku: SKU, _ location: Location?, _ option: SupplyOption) {
      self.sku = sku.description
      self.location = location?.description
      self.option = option
    }
  }

  private func source(_ text: String) -> ByteSource {
    ByteSource(bytes: Array(text.utf8), name: "test.csv")
  }

  private func suppliers(
    _ text: String, known: [Location]? = nil
  ) throws -> (options: [Option], rejected: [RejectedRow]) {
    var reader = try SupplierReader(source(text), knownLocations: known)
    var options: [Option] = []
    var rejected: [RejectedRow] = []
    _ = try reader.read(
      option: { options.append(Option($0, $1, $2)) }, rejected: { rejected.append($0) })
    return (options, rejected)
  }

  private func distribution(
    _ text: String, known: [Location]? = nil
  ) throws -> (options: [Option], lanes: [Lane], rejected: [RejectedRow]) {
    var reader = try DistributionReader(source(text), knownLocations: known)
    var options: [Option] = []
    var lanes: [Lane] = []
    var rejected: [RejectedRow] = []
    _ = try reader.read(
      option: { options.append(Option($0, $1, $2)) }, lane: { lanes.append($0) },
      rejected: { rejected.append($0) })
    return (options, lanes, rejected)
  }

  @Test("an option has what its row has")
  func fullOption() throws {
    let (options, rejected) = try suppliers(
      SupplierReader.columns.joined(separator: ",")
        + "\nacme,s,lyon,5,7.5,1.5,24,12,240,60,\"incremental 100:4.50; 500 : 4.2\",900\n")
    #expect(rejected.isEmpty)
    let option = SupplyOption(
      origin: .supplier("acme"), unitCost: 5, leadTimeDays: 7.5, leadTimeDeviation: 1.5,
      minimumOrder: 24, orderMultiple: 12, maximumOrder: 240, orderCost: 60,
      breaks: [PriceBreak(from: 100, unitCost: 4.5), PriceBreak(from: 500, unitCost: 4.2)],
      isIncremental: true, available: 900)
    #expect(options == [Option(try SKU("s"), try Location("lyon"), option)])
  }

  @Test("without a location, or at *, a row holds everywhere", arguments: ["", "*", " * "])
  func everywhere(location: String) throws {
    let known = [try Location("lyon")]
    let (options, rejected) = try suppliers(
      "sku,supplier,location\ns,acme,\(location)\n", known: known)
    #expect(rejected.isEmpty)
    #expect(options.map(\.location) == [nil])
    #expect(try suppliers("sku,supplier\ns,acme\n", known: known).options.map(\.location) == [nil])
  }

  @Test(
    "a value that cannot be rejects the row and says what to do",
    arguments: [
      ("cost", "-3", RejectedRow.Reason.badNumber, "from 0 to 1e15"),
      ("leadtime_days", "1e9", .badNumber, "more than 3650 days"),
      ("leadtime_sd", "4000", .badNumber, "more than 3650 days"),
      ("size_multiple", "0", .badNumber, "write 1"),
      ("size_maximum", "0", .badNumber, "available 0"),
      ("price_breaks", "100", .badPriceBreaks, "write size:cost"),
      ("price_breaks", "100:4;", .badPriceBreaks, "write size:cost"),
      ("price_breaks", "100:4;100:3", .badPriceBreaks, "let sizes rise"),
      ("price_breaks", "100:4;200:4", .badPriceBreaks, "let costs fall"),
      ("cost,price_breaks", "4.5,100:4.50", .badPriceBreaks, "no less than smaller orders, 4.5"),
      ("price_breaks", "incremental", .badPriceBreaks, "incremental 100:4.50"),
      ("location", "paris", .unknownLocation, "warehouses.csv"),
    ])
  func wrong(column: String, value: String, reason: RejectedRow.Reason, hint: String) throws {
    let (options, rejected) = try suppliers(
      "supplier,sku,\(column)\nacme,s,\(value)\nacme,t,"
        + (column.contains(",") ? ",\n" : "\n"), known: [try Location("lyon")])
    #expect(options.map(\.sku) == ["t"])
    #expect(rejected.map(\.reason) == [reason] && rejected.map(\.line) == [2])
    #expect(rejected.first?.sentence.contains(hint) == true, "\(rejected)")
  }

  @Test(
    "an order that cannot be placed rejects the row",
    arguments: [("50,,40", "size_minimum 50"), ("50,24,60", "72 in packs of 24"), (",24,20", "24")])
  func impossibleOrder(values: String, hint: String) throws {
    let (options, rejected) = try suppliers(
      "supplier,sku,size_minimum,size_multiple,size_maximum\nacme,s,\(values)\n")
    #expect(options.isEmpty && rejected.map(\.reason) == [.contradiction])
    #expect(rejected.first?.sentence.contains(hint) == true, "\(rejected)")
  }

  @Test("a supplier without a name, and one of everything, are rejected")
  func names() throws {
    let (options, rejected) = try suppliers("supplier,sku\n,s\nacme,*\n")
    #expect(options.isEmpty && rejected.map(\.reason) == [.badSupplier, .badSKU])
  }

  @Test("rows of * are lanes, the others ways of supply of their SKU")
  func distribution() throws {
    let (options, lanes, rejected) = try distribution(
      "sku,origin,destination,leadtime_days,cost\n*,lyon,paris,2,0.25\ns,lyon,paris,,\n")
    #expect(rejected.isEmpty)
    let (lyon, paris) = (try Location("lyon"), try Location("paris"))
    #expect(lanes == [Lane(origin: lyon, destination: paris, leadTimeDays: 2, unitCost: 0.25)])
    #expect(options == [Option(try SKU("s"), paris, SupplyOption(origin: .warehouse(lyon)))])
  }

  @Test("a way that leads nowhere, a lane without days and a second lane are rejected")
  func wrongLanes() throws {
    let (_, lanes, rejected) = try distribution(
      "sku,origin,destination,leadtime_days\n*,lyon,lyon,1\n*,lyon,paris,\n*,lyon,paris,1\n"
        + "*,lyon,paris,2\n*,lyon,rome,2\n*,paris,lyon,1e9\n",
      known: [try Location("lyon"), try Location("paris")])
    #expect(lanes.count == 1)
    #expect(
      rejected.map(\.reason) == [
        .contradiction, .badNumber, .duplicate, .unknownLocation, .badNumber,
      ])
    #expect(rejected.map(\.line) == [2, 3, 5, 6, 7])
  }
}
