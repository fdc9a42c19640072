import Allocation
import Demand

/// A SKU at a location with all that decides about its lot, before any lot is chosen.
struct KeptLocation: Sendable {
  /// The policy but for the lot and what follows from it.
  private(set) var policy = StockPolicy()
  /// Within what the lot may lie; nothing where there is nothing to decide.
  private(set) var range: LotRange?
  /// The demand of lead time and review, where safety stock depends on the lot.
  private(set) var curve: ServiceCurve?
  /// What it is bought by.
  let terms: OrderTerms
  /// What planners' rules say.
  let rules: ResolvedRules
  /// The demand to come.
  let demand: LeadTimeDemand
  /// The part of the holding cost that is a share of the unit cost, and the part that is not.
  private(set) var holdingRate = 0.0, storageCost = 0.0
  /// What a unit that waits for a year costs.
  private(set) var backorderCost: Double?
  /// What holding counts in the choice of a lot, as a share of what it costs.
  private(set) var holdingShare = 1.0

  /// Works out everything from the demand to come and what is known of the item.
  init(
    _ demand: LeadTimeDemand, annualDemand: Double, item: Item?, terms: OrderTerms,
    rules: ResolvedRules, settings: PolicySettings, storageCost perCubicMetre: Double,
    classes: (value: ValueClass?, variability: VariabilityClass?)
  ) {
    (self.terms, self.demand, self.rules) = (terms, demand, rules)
    holdingRate = rules.holdingRate ?? settings.holdingRate
    storageCost = Bounds.amount(perCubicMetre * terms.volume, limit: Bounds.money)
    takeTerms(settings, rules)
    (policy.valueClass, policy.variabilityClass) = classes
    policy.annualDemand = annualDemand
    policy.leadTimeMean = demand.mean(days: policy.protectionDays)
    takeService(item, rules, settings)
    guard annualDemand > 0 || policy.leadTimeMean > 0 else {
      policy.basis.insert(.noDemand)
      return
    }
    if rules.doNotStock || item?.lifecycle == .runDown {
      policy.basis.insert(.notOrdered)
    } else if item?.lifecycle == .lastBuy {
      setLastBuy()
    } else {
      setReorderPoint()
      setRange(item, rules, settings)
      // A lot that a planner has fixed follows nothing.
      if rules.fixedLot == nil, DemandClasses.isSeasonal(demand) {
        policy.basis.insert(.seasonal)
      }
    }
  }

  private mutating func takeTerms(_ settings: PolicySettings, _ rules: ResolvedRules) {
    policy.basis = terms.basis
    policy.supplier = terms.supplier
    (policy.unitCost, policy.orderCost) = (terms.unitCost, terms.orderCost)
    (policy.leadTimeDays, policy.reviewDays) = (terms.leadTimeDays, settings.reviewDays)
    policy.leadTimeDeviation = terms.leadTimeDeviation
    (policy.minimumOrder, policy.orderMultiple) = (terms.minimumOrder, terms.orderMultiple)
    policy.maximumOrder = terms.maximumOrder
    policy.volumeCubicMetres = terms.volume
    policy.holdingCost = holdingCost(unitCost: terms.unitCost)
    policy.maximumCoverDays =
      rules.maximumCoverDays.map { Int(min($0, 10_000).rounded(.up)) } ?? settings.maximumCoverDays
  }

  /// What holding a unit for a year costs when it was bought for so much.
  func holdingCost(unitCost: Double) -> Double { holdingRate * unitCost + storageCost }

  /// How well to serve: a rule's word, else the class's, else the settings'.
  private mutating func takeService(
    _ item: Item?, _ rules: ResolvedRules, _ settings: PolicySettings
  ) {
    policy.serviceLevel =
      rules.serviceLevel
      ?? settings.serviceLevel(of: policy.valueClass, policy.variabilityClass)
    let price = item?.price.map { Bounds.amount($0, limit: Bounds.money) }
    policy.stockoutCost =
      rules.stockoutCost
      ?? settings.stockoutCost(price: price, unitCost: terms.unitCost)
    policy.serviceType =
      rules.serviceType ?? (settings.objective == .service ? .cost : settings.serviceType)
    // Where a missing unit costs nothing, the cheapest safety stock is none: nobody means that.
    if policy.serviceType == .cost, policy.stockoutCost <= 0 { policy.serviceType = .cycle }
    if settings.objective == .service { holdingShare = PolicySettings.serviceHoldingShare }
    // Orders that may wait on purpose leave no question of service beside it; with incremental
    // breaks the two have no common answer, and the breaks stay.
    guard let cost = rules.backorderCost, !terms.isIncremental else { return }
    backorderCost = cost
    policy.serviceType = .cycle
  }

  /// The reorder point of a service that does not depend on the lot; the others start from it.
  private mutating func setReorderPoint() {
    let days = policy.protectionDays
    if days > demand.lastSpan { policy.basis.insert(.beyondForecast) }
    let quantile = demand.quantile(
      days: days, level: policy.serviceLevel, leadTimeDeviation: policy.leadTimeDeviation)
    policy.setReorderPoint(quantile)
    guard policy.serviceType != .cycle, policy.leadTimeMean > 0 else {
      policy.serviceType = .cycle
      return
    }
    curve = demand.curve(days: days, leadTimeDeviation: policy.leadTimeDeviation)
  }

  private mutating func setRange(
    _ item: Item?, _ rules: ResolvedRules, _ settings: PolicySettings
  ) {
    policy.economicLot =
      EOQ(
        annualDemand: policy.annualDemand, orderCost: policy.orderCost,
        holdingCost: policy.holdingCost
      ).lot
    if let fixed = rules.fixedLot {
      range = LotRange(fixed: fixed)
      return
    }
    let perDay = policy.annualDemand / 365
    var most = min(terms.maximumOrder, Bounds.units)
    if let days = rules.maximumCoverDays { most = min(most, days * perDay) }
    if policy.holdingCost == 0 {
      // The formula has no answer here: nothing but the cover that is allowed bounds the lot.
      policy.basis.insert(.freeHolding)
      most = min(most, demand.mean(days: settings.maximumCoverDays))
      policy.economicLot = min(policy.economicLot, most)
    } else if settings.objective == .service {
      most = min(most, Double(settings.maximumCoverDays) * perDay)
    }
    if let days = item?.shelfLifeDays {
      // What lies there before the lot is sold before it. Where chance alone would keep more than
      // half of what sells in time, the rest would spoil: service ends there.
      let sold = demand.mean(days: max(0, days))
      if policy.safetyStock > sold / 2 { policy.setReorderPoint(policy.leadTimeMean + sold / 2) }
      // Whole units may be a part of one more.
      let safety = policy.safetyStock
      if sold - safety < min(most, policy.economicLot) { policy.basis.insert(.shelfLife) }
      most = min(most, sold - safety)
    }
    range = LotRange(
      pack: terms.orderMultiple, minimum: terms.minimumOrder,
      wish: (rules.minimumCoverDays ?? 0) * perDay, most: most)
  }

  /// All that the rest of the season is worth, bought at once: the newsvendor's quantile of what
  /// the forecast still sells, where a unit that is left over is worth nothing. It is what the
  /// position is filled up to; there is no lot that would come again.
  private mutating func setLastBuy() {
    policy.basis.insert(.lastBuy)
    let level = Newsvendor(
      underageCost: policy.stockoutCost,
      overageCost: policy.unitCost + policy.holdingCost * Double(demand.horizon) / 365
    ).level
    guard level > 0, demand.horizon > 0 else { return }
    let wanted = demand.quantile(days: demand.horizon, level: level)
    // At least half of the smallest order must be worth having.
    guard wanted > 0, wanted >= policy.smallestOrder / 2 else { return }
    policy.economicLot = wanted
    policy.setReorderPoint(wanted)
  }
}

extension PolicySettings {
  /// The level of a SKU of these classes.
  fileprivate func serviceLevel(
    of value: ValueClass?, _ variability: VariabilityClass?
  ) -> Double {
    guard usesClasses, let value else { return serviceLevel }
    let level = [serviceLevelA, serviceLevelB, serviceLevelC][Int(value.rawValue)]
    let addition =
      switch variability {
      case .y: serviceAdditionY
      case .z: serviceAdditionZ
      case .x, nil: 0.0
      }
    return min(max(level + addition, Self.serviceLevels.lowerBound), Self.serviceLevels.upperBound)
  }

  /// What a missing unit costs: the share of its price that the settings say, else its margin.
  fileprivate func stockoutCost(price: Double?, unitCost: Double) -> Double {
    if stockoutShare > 0 { return stockoutShare * (price ?? unitCost) }
    guard let price, price > unitCost else { return Self.unknownMargin * unitCost }
    return price - unitCost
  }

  /// The margin, as a share of the unit cost, of items whose price tells none.
  private static let unknownMargin = 0.5
}

extension StockPolicy {
  /// Lets so many units wait at most before a lot comes: it is ordered so much later, and the
  /// safety stock stays what it is.
  mutating func setWaiting(_ units: Double) {
    backordered = min(units, lot)
    let later = reorderPoint - backordered
    reorderPoint = basis.contains(.fractional) ? max(0, later) : max(0, Bounds.roundedUp(later))
  }

  /// Takes a reorder point; whole units are rounded up.
  mutating func setReorderPoint(_ units: Double) {
    reorderPoint = basis.contains(.fractional) ? max(0, units) : max(0, Bounds.roundedUp(units))
    safetyStock = max(0, reorderPoint - leadTimeMean)
  }
}
