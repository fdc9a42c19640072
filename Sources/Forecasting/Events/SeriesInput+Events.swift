public import Demand

extension SeriesInput {
  /// The same series of days with events that concern all of it: holidays by name, promotions as a
  /// regressor, whose future is what they plan. Where there is a regressor of promotions already,
  /// their days are added to it. Prices are left as they are given.
  public func knowing(_ events: [Event], horizon: Int) -> SeriesInput {
    var input = self
    input.context.events = ItemEvents.holidays(of: events)
    let count = values.count
    var plan = [Double](repeating: 0, count: count + max(0, horizon))
    for event in events where event.kind == .promotion {
      let first = max(0, Int(event.firstDay.number) - context.first)
      let last = min(plan.count - 1, Int(event.lastDay.number) - context.first)
      for day in first..<max(first, last + 1) { plan[day] = 1 }
    }
    guard plan.contains(1) else { return input }
    let name = ItemRegressors.promotionName
    guard let place = regressors.firstIndex(where: { $0.name == name }) else {
      input.regressors.append(
        SeriesRegressor(name: name, values: Array(plan.prefix(count)), beyond: .zero, plan: plan))
      return input
    }
    for day in plan.indices
    where plan[day] > 0 && regressors[place].values.indices.contains(day) {
      input.regressors[place].values[day] = max(regressors[place].values[day], plan[day])
    }
    if regressors[place].beyond == .zero { input.regressors[place].plan = plan }
    return input
  }
}
