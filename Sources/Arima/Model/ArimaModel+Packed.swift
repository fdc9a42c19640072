public import Packing

extension ArimaModel {
  private static let version: UInt8 = 1
  /// What a model takes at most where all filters are steady, and where not: further models of the
  /// average are left out until it does.
  static let steadyBytes = 1_024
  static let mostBytes = 2_048
  private static let mostMembers = 16
  private static let mostWarnings = 8
  private static let warningBytes = 96
  /// The most days of a series.
  private static let mostDays = 1 << 24
  private static let mostDifferences = 2
  /// Of the power of two that values are divided by.
  static let scaleExponents = -400...400

  /// Whether a model of this order can be fitted and stored. The likelihood looks back five days
  /// and two seasons.
  static func holds(_ order: ArimaOrder) -> Bool {
    let largest = OrderWalk.largest
    return order.p <= largest.p && order.q <= largest.q && order.seasonalP <= largest.seasonalP
      && order.seasonalQ <= largest.seasonalQ
      && max(order.d, order.seasonalD) <= mostDifferences
      && order.season <= ArimaSettings.longestLag
  }

  /// Whether every filter has settled.
  public var isSteady: Bool { members.allSatisfy { $0.state.excess == nil } }

  /// Writes the model.
  public func pack(into writer: inout ByteWriter) {
    writer.fixed(Self.version)
    writer.count(season)
    writer.fixed(UInt8(plan.daily))
    writer.fixed(UInt8(plan.seasonal))
    writer.zigzag(Int64(scale.exponent))
    writer.bool(power != nil)
    if let power {
      writer.double(power.lambda)
      writer.bool(power.isFloored)
    }
    terms.pack(into: &writer)
    for count in [days, fittedDays] { writer.count(count) }
    drift.pack(into: &writer)
    let kept = warnings.prefix(Self.mostWarnings)
    writer.count(kept.count)
    for warning in kept { writer.blob(Array(warning.utf8.prefix(Self.warningBytes))) }
    for count in [effort.tried, effort.refused, effort.moves] { writer.count(count) }
    writer.bool(effort.isExhausted)
    writer.count(members.count)
    for (index, member) in members.enumerated() {
      Self.pack(member, withErrors: index == 0, into: &writer)
    }
  }

  private static func pack(
    _ member: ArimaMember, withErrors: Bool, into writer: inout ByteWriter
  ) {
    let order = member.candidate.order
    for count in [order.p, order.q, order.seasonalP, order.seasonalQ] {
      writer.fixed(UInt8(count))
    }
    writer.bool(member.candidate.hasConstant)
    let parts = member.coefficients
    for value in parts.ar + parts.seasonalAR + parts.ma + parts.seasonalMA {
      writer.float(Float(value))
    }
    writer.count(member.regression.count)
    for value in member.regression { writer.double(value) }
    writer.float(Float(member.variance))
    writer.float(Float(member.weight))
    writer.double(member.logLikelihood)
    writer.count(member.count)
    if withErrors { for error in member.standardErrors { writer.float(error) } }
    member.state.pack(into: &writer)
  }

  /// Reads what `pack` wrote; the bytes may be hostile.
  public init(from reader: inout ByteReader) throws(PackingError) {
    let version = try reader.byte()
    guard version == Self.version else { throw .invalid(what: "ARIMA version \(version)") }
    season = try reader.count("season", limit: ArimaSettings.longestLag)
    var plan = DifferencePlan([], season: 1)
    plan.daily = Int(try reader.byte())
    plan.seasonal = Int(try reader.byte())
    guard season > 0, plan.daily <= Self.mostDifferences,
      plan.seasonal <= (season > 1 ? Self.mostDifferences : 0)
    else {
      throw .invalid(what: "differences")
    }
    self.plan = plan
    let exponent = try reader.zigzag()
    guard Self.scaleExponents.contains(Int(exponent)) else { throw .invalid(what: "scale") }
    scale = Double(sign: .plus, exponent: Int(exponent), significand: 1)
    power = try reader.bool() ? try BoxCox(from: &reader) : nil
    terms = try RegressionTerms(from: &reader)
    days = try reader.count("days", limit: Self.mostDays)
    fittedDays = try reader.count("fitted days", limit: days)
    drift = try DriftTest(from: &reader)
    var warnings: [String] = []
    for _ in 0..<(try reader.count("warnings", limit: Self.mostWarnings)) {
      let text = try reader.blob("warning", limit: Self.warningBytes)
      warnings.append(String(decoding: text, as: UTF8.self))
    }
    self.warnings = warnings
    let most = Int(Int32.max)
    effort = Effort(
      tried: try reader.count("tried", limit: most),
      refused: try reader.count("refused", limit: most),
      moves: try reader.count("moves", limit: most), isExhausted: try reader.bool())
    let count = try reader.count("models", limit: Self.mostMembers)
    guard count > 0 else { throw .invalid(what: "no models") }
    var members: [ArimaMember] = []
    for index in 0..<count {
      members.append(
        try Self.member(
          from: &reader, season: season, plan: plan, terms: terms, withErrors: index == 0))
    }
    self.members = members
  }

  private static func member(
    from reader: inout ByteReader, season: Int, plan: DifferencePlan, terms: RegressionTerms,
    withErrors: Bool
  ) throws(PackingError) -> ArimaMember {
    var counts: [Int] = []
    for _ in 0..<4 { counts.append(Int(try reader.byte())) }
    guard season > 1 || (counts[2] == 0 && counts[3] == 0)
    else { throw .invalid(what: "order") }
    let order = ArimaOrder(
      counts[0], plan.daily, counts[1], seasonal: (counts[2], plan.seasonal, counts[3]),
      season: season)
    // A model may be fitted again, and the likelihood looks back no further.
    guard holds(order) else { throw .invalid(what: "\(order)") }
    let hasConstant = try reader.bool()
    var values: [Double] = []
    for _ in 0..<order.coefficientCount {
      values.append(Double(try reader.float()))
    }
    let coefficients = Coordinates(order, bounds: .open).named(values)
    let regressionCount = try reader.count("regression", limit: 1 << 12, minimumBytes: 8)
    guard regressionCount == terms.count + (hasConstant ? 1 : 0) else {
      throw .invalid(what: "regression of \(regressionCount) columns")
    }
    var regression: [Double] = []
    for _ in 0..<regressionCount { regression.append(try reader.finiteDouble("regression")) }
    let variance = Double(try reader.float())
    let weight = Double(try reader.float())
    let logLikelihood = try reader.finiteDouble("likelihood")
    let count = try reader.count("points", limit: mostDays)
    guard variance >= 0, variance < 1e30, weight > 0, weight <= 1,
      let space = StateSpace(order, coefficients)
    else { throw .invalid(what: "\(order)") }
    var errors: [Float] = []
    if withErrors {
      for _ in 0..<(order.coefficientCount + regressionCount) { errors.append(try reader.float()) }
    }
    return ArimaMember(
      candidate: Candidate(order: order, hasConstant: hasConstant), coefficients: coefficients,
      regression: regression, variance: variance, weight: weight, logLikelihood: logLikelihood,
      count: count,
      standardErrors: errors, space: space, state: try FilterState(from: &reader, of: space))
  }

  /// The model as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter(capacity: 1_024)
    pack(into: &writer)
    return writer.bytes
  }

  /// Reads what `packed` wrote.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    self = try ArimaModel(from: &reader)
    try reader.finish()
  }

  /// After new days, some of them missing: a filter that knew all knows less, and takes more bytes.
  mutating func shrinkAfterGap() {
    if packed().count > Self.mostBytes { shrink() }
  }

  /// Leaves out the models of least weight until the bytes suffice. The last covariance that is too
  /// large goes as well: the filter then takes what it knows for certain.
  mutating func shrink() {
    while members.count > 1, packed().count > (isSteady ? Self.steadyBytes : Self.mostBytes) {
      members.removeLast()
    }
    if packed().count > Self.mostBytes, let state = members.first?.state, state.excess != nil {
      members[0].state = state.settled(below: .infinity)
    }
    let total = members.reduce(0) { $0 + $1.weight }
    for index in members.indices {
      members[index].weight = Double(Float(members[index].weight / total))
    }
  }
}

extension BoxCox {
  init(from reader: inout ByteReader) throws(PackingError) {
    let lambda = try reader.finiteDouble("lambda")
    guard Self.range.contains(lambda) else { throw .invalid(what: "lambda \(lambda)") }
    self.init(lambda: lambda, isFloored: try reader.bool())
  }
}
