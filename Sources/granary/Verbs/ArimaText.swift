import CommandLineArguments

/// What an ARIMA model rests on, for people: lines that are set in under their series.
struct ArimaText {
  private let arima: Explanation.Arima

  init(_ arima: Explanation.Arima) { self.arima = arima }

  var text: String {
    var lines = [coefficients]
    if arima.averaged.count > 1 {
      let shares = arima.averaged.map { "\(percent($0.weight)) \($0.order)" }
      lines.append("averaged: \(shares.joined(separator: ", "))")
    }
    lines.append(search)
    let days = arima.daysSinceFit
    if days > 0 { lines.append("\(days) day\(days == 1 ? "" : "s") since the fit: \(arima.drift)") }
    lines += arima.warnings.map { "not used: \($0)" }
    return lines.map { "  \($0)\n" }.joined()
  }

  private var coefficients: String {
    let parts = arima.coefficients.map { coefficient in
      let error = coefficient.standardError.map { " (\(short($0)))" } ?? ""
      return "\(coefficient.name) \(short(coefficient.value))\(error)"
    }
    let named = parts.isEmpty ? "no coefficients" : parts.joined(separator: ", ")
    return "\(named); errors deviate by \(short(arima.errorDeviation))"
  }

  private var search: String {
    var text = "\(arima.tried) orders tried, \(arima.refused) refused, \(arima.moves) moves"
    if let best = arima.averaged.first { text += "; AICc \(short(best.criterion))" }
    if arima.isBudgetExhausted { text += "; the budget ended the search" }
    return text
  }

  private func percent(_ share: Double) -> String {
    "\(Readable.decimal(share * 100, places: 0)) %"
  }

  /// Four digits, whatever the size.
  private func short(_ value: Double) -> String {
    let size = abs(value)
    guard size < 1e9, size == 0 || size >= 1e-4 else {
      return Readable.shortest(Double(Float(value)))
    }
    return Readable.decimal(value, places: size >= 100 ? 1 : size >= 1 ? 3 : 4)
  }
}
