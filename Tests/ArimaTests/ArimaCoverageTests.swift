import Testing

@testable import Arima

@Suite("What ARIMA models promise of many series")
struct ArimaCoverageTests {
  private static let quantiles = (eighty: 1.281_551_565_545, ninetyFive: 1.959_963_984_540)

  @Test("Intervals of 80 % and 95 % cover what they say")
  func coverage() throws {
    var (eighty, ninetyFive, total) = (0, 0, 0)
    var report = ""
    for kind in 0..<8 {
      var (own, count) = (0, 0)
      for number in 0..<60 {
        let whole = SimulatedProcess.usual(kind).series(207, seed: UInt64(1_000 * kind + number))
        let model = try ArimaModel.fit(Array(whole[..<200]), settings: .init(seasons: [7]))
        let forecast = try model.forecast(horizon: 7)
        for day in 0..<7 {
          let apart = abs(whole[200 + day] - forecast.mean[day])
          let deviation = forecast.variance[day].squareRoot()
          count += 1
          if apart < Self.quantiles.eighty * deviation { own += 1 }
          if apart < Self.quantiles.ninetyFive * deviation { ninetyFive += 1 }
        }
      }
      report += "kind \(kind): \(Double(own) / Double(count))\n"
      eighty += own
      total += count
    }
    let shares = (Double(eighty) / Double(total), Double(ninetyFive) / Double(total))
    #expect((0.77...0.83).contains(shares.0), "\(shares)\n\(report)")
    #expect((0.92...0.97).contains(shares.1), "\(shares)\n\(report)")
  }

  /// The bytes of the models of 50 series.
  private static func models(_ order: some Sequence<Int>) throws -> [Int: [UInt8]] {
    var result: [Int: [UInt8]] = [:]
    for number in order {
      var values = SimulatedProcess.usual(number).series(
        60 + 3 * number, seed: UInt64(number))
      if number % 5 == 0 { values[30] = .nan }
      let model = try ArimaModel.fit(values, settings: .init(seasons: number % 3 == 0 ? [] : [7]))
      result[number] = model.packed()
    }
    return result
  }

  @Test("A model does not depend on what was fitted before it, or beside it on other threads")
  func independence() async throws {
    let forwards = try Self.models(0..<50)
    #expect(try Self.models((0..<50).reversed()) == forwards)
    #expect(try Self.models((0..<50).map { $0 * 17 % 50 }) == forwards)
    let all = try await withThrowingTaskGroup(of: [Int: [UInt8]].self) { group in
      for thread in 0..<4 {
        group.addTask { try Self.models((0..<50).map { ($0 + 13 * thread) % 50 }) }
      }
      return try await group.reduce(into: [[Int: [UInt8]]]()) { $0.append($1) }
    }
    #expect(all.count == 4)
    for found in all { #expect(found == forwards) }
  }
}
