public import CommandLineArguments
public import Forecasting

/// All that is known of an ARIMA, as `explain` and the trace of a local forecast say it.
public enum ArimaJSON {
  /// Writes the members of an object that is open.
  public static func write(_ details: ArimaDetails, to json: inout JSONText) {
    json.member("order", details.title)
    json.array("coefficients") { json in
      for coefficient in details.coefficients {
        json.object { json in
          json.member("name", coefficient.name)
          json.member("value", coefficient.value)
          json.member("standardError", coefficient.standardError)
        }
      }
    }
    json.array("averaged") { json in
      for share in details.shares {
        json.object { json in
          json.member("order", share.title)
          json.member("weight", share.weight)
          json.member("criterion", share.criterion)
        }
      }
    }
    json.member("errorDeviation", details.errorDeviation)
    json.member("power", details.power)
    json.member("tried", details.tried)
    json.member("refused", details.refused)
    json.member("moves", details.moves)
    json.member("isBudgetExhausted", details.isExhausted)
    json.member("daysSinceFit", details.daysSinceFit)
    json.member("drift", details.drift)
    json.array("warnings") { json in
      for warning in details.warnings { json.element(warning) }
    }
  }
}
