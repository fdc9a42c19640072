import Testing

@testable import Arima

@Suite("The choice of an order")
struct OrderChoiceTests {
  static func settings(_ season: Int) -> ArimaSettings {
    ArimaSettings(seasons: season > 1 ? [season] : [], averaged: 1)
  }

  @Test("The references are there")
  func references() { #expect(ChoiceReference.all.count >= 28) }

  @Test("The criterion is R's or better in four of five, and no worse on average")
  func criterion() throws {
    var gains: [Double] = []
    var report = ""
    var refused = 0
    for reference in ChoiceReference.all {
      let model = try ArimaModel.fit(reference.y, settings: Self.settings(reference.season))
      guard model.order.d == reference.order[1], model.order.seasonalD == reference.seasonal[1]
      else {
        report += "\(reference): differences of \(model.title)\n"
        continue
      }
      guard !isRefused(reference) else {
        refused += 1
        continue
      }
      let gain = reference.aicc - model.shares[0].criterion
      gains.append(gain)
      if gain < -0.1 { report += "\(reference): \(model.title) is worse by \(-gain)\n" }
    }
    let good = gains.count { $0 > -0.1 }
    let mean = gains.reduce(0, +) / Double(gains.count)
    #expect(gains.count * 10 >= ChoiceReference.all.count * 8, "\(report)")
    #expect(refused <= 2)
    #expect(good * 5 >= gains.count * 4, "\(good) of \(gains.count)\n\(report)")
    #expect(mean >= 0, "\(mean)\n\(report)")
  }

  /// Whether the rules of the house keep R's choice out: roots too near to the unit circle for a
  /// series so short.
  private func isRefused(_ reference: ChoiceReference) -> Bool {
    let order = reference.arimaOrder
    var plan = DifferencePlan([], season: 1)
    (plan.daily, plan.seasonal) = (order.d, order.seasonalD)
    let series = SeriesToFit(
      reference.y, columns: [], season: reference.season, plan: plan)
    let fit = series.search(
      Candidate(order: order, hasConstant: reference.constant), bounds: .open
    ).fit(
      starts: CandidateList.usualStarts(Coordinates(order, bounds: .open)), moves: 60,
      tolerance: 1e-6)
    return RootBounds.refuses(fit.coefficients, of: order, count: fit.count)
  }

  @Test("All orders are never worse than a walk, as far as they go", arguments: 0..<8)
  func exhaustive(kind: Int) throws {
    let values = SimulatedProcess.usual(kind).series(120, seed: UInt64(kind))
    for seasons in [[], [7]] {
      let walk = try ArimaModel.fit(values, settings: .init(seasons: seasons, averaged: 1))
      let all = try ArimaModel.fit(
        values, settings: .init(seasons: seasons, search: .exhaustive, averaged: 1))
      #expect(!all.effort.isExhausted)
      #expect(all.effort.tried > walk.effort.tried)
      guard walk.order.coefficientCount <= ExhaustiveSearch.mostCoefficients else { continue }
      #expect(
        all.shares[0].criterion <= walk.shares[0].criterion + 0.02,
        "\(all.title) against \(walk.title)")
    }
  }

  @Test("A search keeps its budget, and says when it ended it", arguments: [1, 3, 8, 20, 94])
  func budget(most: Int) throws {
    for kind in 0..<4 {
      let values = SimulatedProcess.usual(kind).series(150, seed: UInt64(kind + 50))
      let by = CandidateList.Budget(candidates: most, moves: 3_000)
      let list = Self.list(values, season: 7, budget: by)
      OrderWalk(list: list).run()
      #expect(list.tried <= most)
      #expect(list.isExhausted == (list.tried == most))
      #expect(list.accepted.count + list.refused <= list.tried)
      let model = try ArimaModel.fit(
        values, settings: .init(seasons: [7], mostCandidates: most))
      #expect(model.effort.tried <= most)
      #expect(model.effort.isExhausted == (model.effort.tried == most))
    }
  }

  @Test("A search keeps its budget of moves", arguments: [1, 5, 25, 60])
  func moves(most: Int) throws {
    for kind in 0..<4 {
      let values = SimulatedProcess.usual(kind).series(150, seed: UInt64(kind + 60))
      let list = Self.list(values, season: 7, budget: .init(candidates: 94, moves: most))
      OrderWalk(list: list).run()
      #expect(list.moves <= most)
      if list.moves == most { #expect(list.isExhausted) }
      let model = try ArimaModel.fit(values, settings: .init(seasons: [7], mostMoves: most))
      #expect(model.effort.isExhausted || model.effort.tried < 94)
    }
  }

  static func list(
    _ values: [Double], season: Int, budget: CandidateList.Budget = .init()
  ) -> CandidateList {
    let plan = DifferencePlan(values, season: season)
    return CandidateList(
      SeriesToFit(values, columns: [], season: season, plan: plan), budget: budget)
  }

  @Test("No candidate is fitted twice, and the best is the best")
  func list() throws {
    for kind in 0..<8 {
      let values = SimulatedProcess.usual(kind).series(120, seed: UInt64(kind + 70))
      let list = Self.list(values, season: 7)
      OrderWalk(list: list).run()
      #expect(Set(list.accepted.map(\.candidate)).count == list.accepted.count)
      let best = try #require(list.best)
      #expect(list.accepted.allSatisfy { $0.fit.criterion >= best.fit.criterion })
      let tried = list.tried
      #expect(!list.consider(best.candidate))
      #expect(list.tried == tried)
      let polished = list.polished(best)
      #expect(polished.fit.criterion <= best.fit.criterion + 1e-9)
    }
  }

  @Test("Every accepted model's roots lie beyond 1.01, and a short series' not at it")
  func roots() throws {
    let nearly = [
      SimulatedProcess(1, 0, 0, ar: [0.995]), SimulatedProcess(0, 0, 1, ma: [-0.99]),
      SimulatedProcess(1, 0, 0, seasonal: (1, 0, 0), season: 7, ar: [0.3], sar: [0.98]),
      SimulatedProcess(0, 1, 1, ma: [-0.98]), SimulatedProcess(2, 0, 0, ar: [1.9, -0.97]),
      SimulatedProcess(0, 0, 1, seasonal: (0, 1, 1), season: 7, ma: [0.3], sma: [-0.97]),
      SimulatedProcess(0, 2, 1, ma: [-0.95]),
    ]
    for (kind, process) in nearly.enumerated() {
      for count in [40, 100, 149, 150, 300] {
        let values = process.series(count, seed: UInt64(100 * kind + count))
        let list = Self.list(values, season: 7)
        OrderWalk(list: list).run()
        for fitted in list.accepted {
          let order = fitted.candidate.order
          let nearest = list.series.count < 150 ? 1.0109 : 1.01 * (1 - 1e-9)
          for (index, group) in Coordinates(order, bounds: .open).groups.enumerated() {
            let part = fitted.fit.coefficients[group.range].map { $0 * group.sign }
            var radius = nearest
            if index % 2 == 1 { for _ in 1..<order.season { radius *= nearest } }
            #expect(
              PartialCorrelations.rootsLieBeyond(radius, part),
              "\(fitted.candidate) of \(list.series.count) points: \(fitted.fit.coefficients)")
          }
        }
      }
    }
  }
}
