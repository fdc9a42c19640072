import CommandLineArguments

/// What a network of a series rests on, for people: lines that are set in under their series.
struct RecurrentText {
  private let lstm: Explanation.Recurrent

  init(_ lstm: Explanation.Recurrent) { self.lstm = lstm }

  var text: String {
    var lines: [String] = []
    if let shared = lstm.shared {
      lines.append(
        "shared network \(lstm.network): \(Readable.grouped(shared.windows)) windows of "
          + "\(Readable.grouped(shared.series)) series, loss \(curve(shared.losses))")
      if let error = shared.errorAgainstSmoothing {
        lines.append(
          "over all series its backtest errors are \(short(error)) of those of smoothing")
      }
    } else {
      lines.append(
        "shared network \(lstm.network) is gone: the recent mean forecasts; `granary train` again")
    }
    if let columns = lstm.reads, !columns.isEmpty {
      lines.append("it reads beside the demand: \(columns.joined(separator: ", "))")
    }
    if let own = lstm.own { lines.append(describe(own)) }
    return lines.map { "  \($0)\n" }.joined()
  }

  private func describe(_ own: Explanation.Recurrent.Own) -> String {
    let pull = "pull \(short(own.pull))"
    if let trouble = own.trouble { return "own last layer: none, \(trouble)" }
    let gain = "\(Readable.decimal(own.gain * 100, places: 1)) %"
    let tried = "loss \(curve(own.losses)), \(pull)"
    return own.isUsed
      ? "own last layer: step \(own.bestStep) was best and gains \(gain) (\(tried))"
      : "own last layer: not used, it would gain \(gain) (\(tried))"
  }

  private func curve(_ losses: [Double]) -> String {
    losses.isEmpty ? "unknown" : losses.map(short).joined(separator: " ")
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
