public import Packing

extension PairPlace: PlanPackable {
  /// As many as lots may be changed.
  public static var mostInList: Int { PlanBytes.changes }
  /// Three numbers.
  public static var fewestBytes: Int { 3 }

  /// Appends the place.
  public func pack(into writer: inout ByteWriter) {
    writer.count(shard)
    writer.count(block)
    writer.count(index)
  }

  /// Reads a place.
  public init(from reader: inout ByteReader) throws(PackingError) {
    self.init(
      shard: try reader.number("shard"), block: try reader.number("block"),
      index: try reader.number("index"))
  }
}

extension PackMove: PlanPackable {
  /// As many as a question may want of every warehouse, in both directions.
  public static var mostInList: Int { 2 * RepairQuestion.mostWanted * PlanBytes.warehouses }
  /// A place, a warehouse and seven numbers.
  public static var fewestBytes: Int { 60 }

  /// Appends the move.
  public func pack(into writer: inout ByteWriter) {
    place.pack(into: &writer)
    writer.count(warehouse)
    for value in [from, to, cost, space, orders, cash, rank] { writer.double(value) }
  }

  /// Reads a move, which must be one.
  public init(from reader: inout ByteReader) throws(PackingError) {
    place = try PairPlace(from: &reader)
    warehouse = try reader.warehouse()
    from = try reader.amount("lot")
    to = try reader.amount("lot")
    guard from != to else { throw .invalid(what: "move that moves nothing") }
    cost = try reader.finiteDouble("cost")
    space = try reader.finiteDouble("space")
    orders = try reader.finiteDouble("orders")
    cash = try reader.finiteDouble("cash")
    rank = try reader.amount("rank")
  }
}

extension RepairQuestion: PlanPackable {
  /// One a message.
  public static var mostInList: Int { 1 }
  /// Prices, four numbers and five counts.
  public static var fewestBytes: Int { 40 }

  /// More moves of a warehouse and direction are never wanted, nor longer ones.
  static let mostWanted = 4096, mostReach = 64

  /// Appends the question.
  public func pack(into writer: inout ByteWriter) {
    prices.pack(into: &writer)
    writer.double(kappa)
    writer.doubles(spaceWorth)
    writer.doubles(linesWorth)
    writer.double(cashWorth)
    writer.changes(changes)
    writer.count(most)
    writer.count(reach)
  }

  /// Reads a question.
  public init(from reader: inout ByteReader) throws(PackingError) {
    prices = try Prices(from: &reader)
    kappa = try reader.amount("kappa")
    guard kappa >= 0.5, kappa <= 1 else { throw .invalid(what: "kappa") }
    spaceWorth = try reader.amounts("worth of space")
    linesWorth = try reader.amounts("worth of lines")
    guard spaceWorth.count == prices.warehouseCount, linesWorth.count == spaceWorth.count else {
      throw .invalid(what: "worths")
    }
    cashWorth = try reader.amount("worth of cash")
    changes = try reader.changes()
    most = try reader.count("wanted moves", limit: Self.mostWanted)
    reach = try reader.count("reach", limit: Self.mostReach)
    guard most > 0, reach > 0 else { throw .invalid(what: "question for no moves") }
  }
}

extension PricePlan: PlanPackable {
  /// One a message.
  public static var mostInList: Int { 1 }
  /// Two prices, two numbers, a count.
  public static var fewestBytes: Int { 53 }

  /// Appends the plan.
  public func pack(into writer: inout ByteWriter) {
    prices.pack(into: &writer)
    boundPrices.pack(into: &writer)
    writer.double(cost)
    writer.double(bound)
    writer.count(passes)
  }

  /// Reads a plan; without lots that keep all limits it costs infinity.
  public init(from reader: inout ByteReader) throws(PackingError) {
    self.init(prices: try Prices(from: &reader))
    boundPrices = try Prices(from: &reader)
    guard boundPrices.warehouseCount == prices.warehouseCount else {
      throw .invalid(what: "prices of the bound")
    }
    cost = try reader.finite("cost", or: .infinity)
    bound = try reader.finite("bound", or: -.infinity)
    passes = try reader.number("passes")
  }
}

extension PackPlan: PlanPackable {
  /// One a message.
  public static var mostInList: Int { 1 }
  /// Prices, two numbers, three counts, two flags.
  public static var fewestBytes: Int { 39 }

  /// Appends the plan.
  public func pack(into writer: inout ByteWriter) {
    prices.pack(into: &writer)
    writer.changes(changes)
    writer.double(cost)
    writer.double(bound)
    writer.fixed(ending.rawValue)
    writer.count(passes)
    writer.count(rounds)
  }

  /// Reads a plan.
  public init(from reader: inout ByteReader) throws(PackingError) {
    let prices = try Prices(from: &reader)
    let changes = try reader.changes()
    let cost = try reader.finite("cost", or: .infinity)
    let bound = try reader.finite("bound", or: -.infinity)
    guard let ending = Ending(rawValue: try reader.byte()) else { throw .invalid(what: "ending") }
    self.init(
      prices: prices, changes: changes, cost: cost, ending: ending, bound: bound,
      passes: try reader.number("passes"), rounds: try reader.number("rounds"))
  }
}
