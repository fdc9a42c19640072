extension CoupledItem {
  /// The pairs' choices at some prices, and what is lost by them.
  struct Answer {
    var choices: [PairChoice]
    /// The price of a unit of supply.
    var supplyPrice = 0.0
    /// By how much the choices may lie above the least of the Lagrangian: more than rounding only
    /// where packs or breaks do not use the supply up.
    var overshoot = 0.0
  }

  /// What is cheapest for its pairs at these prices, in their order, within their supply.
  public func choose(_ prices: Prices, kappa: Double) -> [ChosenLot] {
    let answer = answer(prices, kappa: kappa)
    return zip(pairs, answer.choices).map { pair, choice in
      choice.chosen(pair, supplyPrice: answer.supplyPrice)
    }
  }

  /// The least that the lots can be in sum: a supply below it is one that no lots keep, and these
  /// are taken.
  public var leastSupply: Double { pairs.reduce(0) { $0 + $1.pair.bounds.lowerBound } }

  /// How large the lot of a pair may be when the others take their least.
  func most(_ index: Int) -> Double {
    guard let supply else { return .infinity }
    return supply - (leastSupply - pairs[index].pair.bounds.lowerBound)
  }

  func answer(_ prices: Prices, kappa: Double) -> Answer {
    let terms = pairs.map { PairPrices(prices, warehouse: $0.pair.warehouse, kappa: kappa) }
    let free = choices(terms, 0)
    guard let supply, total(free) > supply, leastSupply < supply else {
      return Answer(choices: free)
    }
    return share(supply, free, terms)
  }

  private func choices(_ prices: [PairPrices], _ price: Double) -> [PairChoice] {
    pairs.indices.map { index in
      guard
        let choice = pairs[index].choose(prices[index], supply: price, most: most(index))
      else { preconditionFailure("a pair that was checked has a lot") }
      return choice
    }
  }

  private func total(_ choices: [PairChoice]) -> Double { choices.reduce(0) { $0 + $1.lot } }
}

extension CoupledItem {
  private static let steps = 200
  /// The share of the supply that may be left, and the share of a price that decides no more.
  private static let left = 1e-12, precision = 4e-16

  /// Finds the price of supply at which lots take it up. Lots fall like the root of what they pay,
  /// so the root is looked for in total^-2, which is nearly straight.
  private func share(
    _ supply: Double, _ free: [PairChoice], _ prices: [PairPrices]
  ) -> Answer {
    var low = 0.0
    var over = free
    var high = free.reduce(0) { max($0, $1.terms.perUnit) }
    var under = choices(prices, high)
    while total(under) > supply {
      (low, over) = (high, under)
      high *= 4
      under = choices(prices, high)
    }
    func lack(_ choices: [PairChoice]) -> Double {
      let share = supply / total(choices)
      return 1 - share * share
    }
    var (lowLack, highLack) = (lack(over), lack(under))
    var isUnder: Bool?
    for _ in 0..<Self.steps {
      guard supply - total(under) > Self.left * supply, high - low > Self.precision * high else {
        break
      }
      var price = low + (high - low) * lowLack / (lowLack - highLack)
      if !(price > low && price < high) { price = low + (high - low) / 2 }
      guard price > low, price < high else { break }
      let choices = choices(prices, price)
      let value = lack(choices)
      // The end that stays twice counts for half, lest it stays for ever (the Illinois method).
      if value <= 0 {
        (high, under, highLack) = (price, choices, value)
        if isUnder == true { lowLack /= 2 }
        isUnder = true
      } else {
        (low, over, lowLack) = (price, choices, value)
        if isUnder == false { highLack /= 2 }
        isUnder = false
      }
    }
    // The inner dual at both ends; the better is a bound of what any lots within the supply cost.
    func dual(_ choices: [PairChoice], _ price: Double) -> Double {
      choices.reduce(0) { $0 + $1.value } - price * supply
    }
    let bound = max(dual(under, high), dual(over, low))
    var answer = Answer(choices: under.map { $0.paid(without: high) }, supplyPrice: high)
    if pairs.contains(where: \.hasJumps) {
      fill(supply, over.map(\.lot), free.map(\.lot), prices, &answer)
    }
    answer.overshoot = max(0, answer.choices.reduce(0) { $0 + $1.value } - bound)
    guard answer.overshoot > Self.left * abs(bound),
      var packs = SupplyEnumeration(
        self, prices, supply: supply, price: high, answer: answer.choices)
    else { return answer }
    let better = packs.run()
    if let choices = better.choices {
      answer.choices = choices.map { $0.paid(without: high) }
      answer.overshoot = max(0, answer.choices.reduce(0) { $0 + $1.value } - bound)
    }
    if better.isBest { answer.overshoot = 0 }
    return answer
  }

  /// Uses up what jumps leave of a supply: as long as one helps, the change of one lot that saves
  /// most for each unit.
  private func fill(
    _ supply: Double, _ over: [Double], _ free: [Double], _ prices: [PairPrices],
    _ answer: inout Answer
  ) {
    for _ in 0..<Self.steps {
      let left = supply - total(answer.choices)
      var best: (index: Int, choice: PairChoice, rate: Double)?
      for (index, choice) in answer.choices.enumerated() {
        let pack = pairs[index].pair.pack
        let next = pack > 0 ? choice.lot + pack : min(choice.lot + left, free[index])
        for lot in [next, over[index]] where lot > choice.lot && lot - choice.lot <= left {
          guard let other = pairs[index].choose(prices[index], lot: lot) else { continue }
          let rate = (choice.value - other.value) / (lot - choice.lot)
          if rate > best?.rate ?? 0 { best = (index, other, rate) }
        }
      }
      guard let best else { return }
      answer.choices[best.index] = best.choice
    }
  }
}

extension PairChoice {
  /// The same without the price of supply.
  fileprivate func paid(without supplyPrice: Double) -> PairChoice {
    var same = self
    same.terms.perUnit -= supplyPrice
    same.value = terms.value(lot, safety: safety, shortage: shortage) - supplyPrice * lot
    return same
  }
}
