import Testing

@testable import Allocation

@Suite struct Dump {
  @Test func dump() throws {
    for seed in 0..<400 as Range<UInt64> {
      let planning = try PackPlanTests.witnessed(seed: seed, slack: Double(seed % 4) * 0.1)
      let a: String
      switch try PackPlanTests.answer(planning) {
      case .plan(let p): a = "\"bound\":\(p.bound),\"cost\":\(p.isFeasible ? p.cost : -1),\"passes\":\(p.passes),\"rounds\":\(p.rounds)"
      case .broken: a = "\"broken\":1"
      case .impossible: a = "\"impossible\":1"
      }
      let pairs = planning.shards[0].blocks.flatMap { b in (0..<b.count).map { b[$0] } }
      func arr(_ f: (Pair) -> Double) -> String { "[" + pairs.map { "\(f($0))" }.joined(separator: ",") + "]" }
      var l = planning.limits; let big = 1e12; l.cash = min(l.cash, big); l.space = l.space.map { min($0, big) }; l.linesPerDay = l.linesPerDay.map { min($0, big) }
      print("ZZ {\"seed\":\(seed),\(a),\"kappa\":\(l.kappa),\"cash\":\(l.cash),\"space\":\(l.space),\"lines\":\(l.linesPerDay),\"w\":\(arr { Double($0.warehouse) }),\"D\":\(arr(\.demand)),\"S\":\(arr(\.orderCost)),\"H\":\(arr(\.holdingCost)),\"c\":\(arr(\.unitCost)),\"v\":\(arr(\.volume)),\"L\":\(arr(\.smallestLot)),\"U\":\(arr(\.largestLot)),\"p\":\(arr(\.pack)),\"ss\":\(arr(\.safetyStock))}")
    }
  }
}
