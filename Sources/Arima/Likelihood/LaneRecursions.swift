/// The two passes that errors are made of, over lanes by day. `weights` stand at the lags 1, 2, ...
/// times `season`; what is before the first day is 0. Few weights stay in registers.
enum LaneRecursions {
  /// target = (1 - w1 B^season - ...) source. The two are not the same column.
  static func moving(
    _ source: LaneColumn, into target: LaneColumn, _ weights: LaneColumn, count weightCount: Int,
    season: Int, days: Int
  ) {
    let first = weights[0]
    switch weightCount {
    case 1:
      for day in 0..<days {
        target[day] = source[day].minus(first, times: source[day - season])
      }
    case 2:
      let second = weights[1]
      for day in 0..<days {
        target[day] = source[day].minus(first, times: source[day - season])
          .minus(second, times: source[day - 2 * season])
      }
    default:
      let (second, third) = (weights[1], weights[2])
      for day in 0..<days {
        var value = source[day].minus(first, times: source[day - season])
          .minus(second, times: source[day - 2 * season])
          .minus(third, times: source[day - 3 * season])
        for lag in 3..<weightCount {
          value = value.minus(weights[lag], times: source[day - season * (lag + 1)])
        }
        target[day] = value
      }
    }
  }

  /// (1 + w1 B^season + ...) target = source, from `first` on. The two may be the same column. The
  /// latest value comes last: only it is waited for.
  static func recursive(
    _ source: LaneColumn, into target: LaneColumn, _ weights: LaneColumn, count weightCount: Int,
    season: Int, days: Range<Int>
  ) {
    let first = weights[0]
    switch weightCount {
    case 1 where season == 1:
      var last = target[days.lowerBound - 1]
      for day in days {
        last = source[day].minus(first, times: last)
        target[day] = last
      }
    case 1:
      for day in days {
        target[day] = source[day].minus(first, times: target[day - season])
      }
    case 2 where season == 1:
      let second = weights[1]
      var last = target[days.lowerBound - 1]
      var earlier = target[days.lowerBound - 2]
      for day in days {
        let value = source[day].minus(second, times: earlier).minus(first, times: last)
        earlier = last
        last = value
        target[day] = value
      }
    default:
      let second = weights[1]
      for day in days {
        var value = source[day]
        var lag = weightCount - 1
        while lag > 1 {
          value = value.minus(weights[lag], times: target[day - season * (lag + 1)])
          lag -= 1
        }
        target[day] = value.minus(second, times: target[day - 2 * season])
          .minus(first, times: target[day - season])
      }
    }
  }

  /// The sum of squares of each lane.
  static func squares(_ column: LaneColumn, days: Int) -> Lanes {
    var sum = Lanes(repeating: 0)
    var other = Lanes(repeating: 0)
    var day = 0
    while day + 2 <= days {
      sum = sum.plus(column[day], times: column[day])
      other = other.plus(column[day + 1], times: column[day + 1])
      day += 2
    }
    if day < days { sum = sum.plus(column[day], times: column[day]) }
    return sum + other
  }
}
