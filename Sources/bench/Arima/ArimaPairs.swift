import Arima
import CommandLineArguments

/// Fits given orders to given series: the pairs for which there are reference values.
struct ArimaPairs: Command {
  static let name = "arima-pairs"
  static let abstract = "Fit given orders of ARIMA to given series."
  static let discussion = """
    Prints a row of CSV for each pair: what names it, then points, log-likelihood, the errors' \
    variance, seconds and forecasts.

    """

  @Argument("FILE", help: "The pairs, as peers/exact.R writes them.") var pairs: Path
  @Argument("DIR", help: "FREQUENCY-train.csv for each frequency.") var folder: Path

  func run() throws -> ExitCode {
    let output = Terminal.standardOutput
    try output.write("frequency,id,p,d,q,P,D,Q,constant,n,loglik,sigma2,seconds,forecasts\n")
    var tables: [String: [String: [Double]]] = [:]
    for line in try SeriesTable.lines(pairs).dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard let pair = Pair(cells) else { throw ArimaBenchError.unreadable(String(line)) }
      if tables[pair.frequency] == nil { tables[pair.frequency] = try series(pair.frequency) }
      guard let values = tables[pair.frequency]?[pair.id] else {
        throw ArimaBenchError.noSeries(pair.id)
      }
      try output.write(pair.line(values))
    }
    return .success
  }

  private func series(_ frequency: String) throws -> [String: [Double]] {
    let name = "\(folder)/\(frequency)-train.csv"
    guard let path = Path(argument: name) else { throw ArimaBenchError.unreadable(name) }
    return Dictionary(
      try SeriesTable(path).rows.map { ($0.id, $0.values) }, uniquingKeysWith: { $1 })
  }
}

/// A series and the order that is fitted to it.
private struct Pair {
  private static let columns = 18

  let frequency: String
  let id: String
  /// What the result repeats: frequency, id, order, constant.
  let key: String
  let order: ArimaOrder
  let hasConstant: Bool
  /// Only so many of the last values are used.
  let tail: Int
  let horizon: Int

  init?(_ cells: [String]) {
    let numbers = cells.dropFirst(2).prefix(6).compactMap(Int.init)
    guard cells.count == Self.columns, numbers.count == 6, let season = Int(cells[9]) else {
      return nil
    }
    frequency = cells[0]
    id = cells[1]
    key = cells.prefix(9).joined(separator: ",")
    order = ArimaOrder(
      numbers[0], numbers[1], numbers[2], seasonal: (numbers[3], numbers[4], numbers[5]),
      season: season)
    hasConstant = cells[8] != "none"
    tail = Int(cells[10]) ?? .max
    horizon = cells[17].split(separator: ";").count
  }

  func line(_ values: [Double]) throws -> String {
    let used = Array(values.suffix(tail))
    let settings = ArimaSettings(
      seasons: order.season > 1 ? [order.season] : [],
      search: .order(order, hasConstant: hasConstant))
    do {
      let start = ProcessorTime.nanoseconds
      let model = try ArimaModel.fit(used, settings: settings)
      let forecast = try model.forecast(horizon: horizon)
      let seconds = ProcessorTime.seconds(since: start)
      let variance = model.errorDeviation * model.errorDeviation
      let means = forecast.mean.map { "\($0)" }.joined(separator: ";")
      return "\(key),\(used.count),\(model.shares[0].logLikelihood),\(variance),\(seconds),"
        + means + "\n"
    } catch {
      try Terminal.standardError.write("\(id) \(order): \(error)\n")
      return "\(key),\(used.count),,,,\n"
    }
  }
}
