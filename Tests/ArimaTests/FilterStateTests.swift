import Packing
import Testing

@testable import Arima

@Suite("The stored state")
struct FilterStateTests {
  static let weekly = ArmaCoefficients(
    ar: [0.5, 0.2], ma: [0.3, 0.1], seasonalAR: [0.2], seasonalMA: [-0.8], season: 7)

  private static func space() throws -> StateSpace {
    try #require(StateSpace(ArimaOrder(2, 0, 2, seasonal: (1, 1, 1), season: 7), weekly))
  }

  private static func values(_ count: Int, seed: UInt64, missing: [Int] = []) -> [Double] {
    var deviates = NormalDeviates(seed: seed)
    var result = (0..<count).map { 10 + Double($0 % 7) + deviates.next() }
    for day in missing { result[day] = .nan }
    return result
  }

  private static func packed(_ state: FilterState) -> [UInt8] {
    var writer = ByteWriter()
    state.pack(into: &writer)
    return writer.bytes
  }

  private static func unpacked(_ bytes: [UInt8], _ space: StateSpace) throws -> FilterState {
    var reader = ByteReader(bytes)
    let state = try FilterState(from: &reader, of: space)
    try reader.finish()
    return state
  }

  @Test("Packed and unpacked it is the same", arguments: [[], [119], [110, 115, 118, 119]])
  func roundTrip(missing: [Int]) throws {
    let space = try Self.space()
    let values = Self.values(120, seed: 1, missing: missing)
    let state = FilterState(FilterPass(space, values).filter)
    #expect(try Self.unpacked(Self.packed(state), space) == state)
  }

  @Test("Days one by one, stored in between, or all at once end in the same bits")
  func oneByOne() throws {
    let space = try Self.space()
    let start = FilterState(FilterPass(space, Self.values(120, seed: 1)).filter)
    let days = Self.values(400, seed: 2, missing: [3, 4, 30, 31, 32, 33, 34, 35, 36, 37, 38])
    var whole = start
    let errors = space.advance(days, from: &whole)
    var single = start
    for (day, value) in days.enumerated() {
      let found = space.advance([value], from: &single)
      single = try Self.unpacked(Self.packed(single), space)
      #expect(found.errors[0].bitPattern == errors.errors[day].bitPattern)
      #expect(found.variances[0] == errors.variances[day])
    }
    #expect(single == whole)
  }

  @Test("Days one by one in the steady state end in the same bits")
  func steadyOneByOne() throws {
    let space = try #require(StateSpace(ArimaOrder(0, 1, 1), ArmaCoefficients(ma: [-0.5])))
    let start = FilterState(FilterPass(space, Self.values(120, seed: 1)).filter)
    #expect(start.excess == nil)
    var whole = start
    var single = start
    let days = Self.values(50, seed: 4)
    _ = space.advance(days, from: &whole)
    for value in days { _ = space.advance([value], from: &single) }
    #expect(single == whole)
  }

  @Test("New days find the errors that a pass over all days finds", arguments: [119, 133, 139])
  func likeAPass(missing: Int) throws {
    let space = try Self.space()
    let values = Self.values(200, seed: 3, missing: [missing, missing + 1])
    let all = FilterPass(space, values, keepingErrors: true)
    var state = FilterState(FilterPass(space, Array(values.prefix(120))).filter)
    let found = space.advance(Array(values[120...]), from: &state).standardised(errorVariance: 1)
    for (new, old) in zip(found, all.errors[120...]) {
      #expect(abs(new - old) < 1e-5 || new.isNaN && old.isNaN)
    }
  }

  @Test("After two missing months rounding moves no error by half a percent of its deviation")
  func rounding() throws {
    let space = try #require(
      StateSpace(
        ArimaOrder(1, 2, 2, seasonal: (0, 1, 1), season: 7),
        ArmaCoefficients(ar: [0.2], ma: [-1.2, 0.4], seasonalMA: [-0.5], season: 7)))
    var exact = FilterPass(space, Self.values(120, seed: 4)).filter
    var state = FilterState(exact)
    let days = [Double](repeating: .nan, count: 60) + Self.values(40, seed: 5)
    let found = space.advance(days, from: &state)
    for (day, value) in days.enumerated() {
      let expected = exact.step(value)
      #expect(abs(found.variances[day] / expected.variance - 1) < 0.02)
      guard value.isFinite else { continue }
      let deviation = expected.variance.squareRoot()
      #expect(abs(found.errors[day] - expected.error) < 0.005 * deviation)
    }
  }

  @Test("Standardised errors are in deviations of the model")
  func standardised() {
    let errors = OneStepErrors(errors: [6, .nan], variances: [4, 1])
    #expect(errors.standardised(errorVariance: 9)[0] == 1)
    #expect(errors.standardised(errorVariance: 9)[1].isNaN)
  }

  @Test("The largest weekly model takes 234 bytes when steady and at most 2 KB otherwise")
  func size() throws {
    let order = ArimaOrder(5, 2, 5, seasonal: (2, 1, 2), season: 7)
    let space = try #require(
      StateSpace(
        order,
        ArmaCoefficients(
          ar: [0.1, 0.1, 0.1, 0.1, 0.1], ma: [0.1, 0.1, 0.1, 0.1, 0.1], seasonalAR: [0.2, 0.2],
          seasonalMA: [0.2, 0.2], season: 7)))
    var filter = FilterPass(space, Self.values(900, seed: 6)).filter
    #expect(filter.isSteady)
    #expect(Self.packed(FilterState(filter)).count == 234)
    for _ in 0..<30 { _ = filter.step(.nan) }
    #expect(Self.packed(FilterState(filter)).count == 1_862)
  }

  @Test("Damaged bytes are refused or make a state that works", arguments: [0, 1, 2])
  func hostile(kind: Int) throws {
    let space = try Self.space()
    let values = Self.values(
      120, seed: 1, missing: kind == 0 ? [] : kind == 1 ? [117] : [112, 119])
    let bytes = Self.packed(FilterState(FilterPass(space, values).filter))
    for length in 0..<bytes.count {
      #expect(throws: PackingError.self) { try Self.unpacked(Array(bytes[..<length]), space) }
    }
    var deviates = NormalDeviates(seed: 8)
    var refused = 0
    for round in 0..<2_000 {
      var damaged = bytes
      let place = round % bytes.count
      damaged[place] = UInt8(truncatingIfNeeded: deviates.next().bitPattern >> 20)
      guard var state = try? Self.unpacked(damaged, space) else {
        refused += 1
        continue
      }
      let path = StatePath(space, state, horizon: 5)
      #expect(path.variance.allSatisfy { $0 >= 1 && $0.isFinite })
      let errors = space.advance([1, .nan, 2], from: &state)
      #expect(errors.variances.allSatisfy { $0 >= 1 })
    }
    #expect(refused > 0)
  }
}
