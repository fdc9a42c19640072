import Packing

/// What is regressed on besides the constant: long seasons by sines and cosines, then regressors.
struct RegressionTerms: Equatable, Sendable {
  /// The harmonics of each long season.
  var fourier: [Fourier] = []
  /// How the regressors in use are scaled.
  var regressors: [RegressorColumns.Kept] = []

  /// The number of columns.
  var count: Int { fourier.reduce(0) { $0 + $1.columnCount } + regressors.count }

  /// The columns' names in their order.
  var names: [String] { fourier.flatMap(\.names) + regressors.map(\.name) }

  /// The columns on `days`, which count from the first day of the series. `given` reaches over
  /// them.
  func columns(_ days: Range<Int>, given: [Regressor]) throws(ArimaError) -> [[Double]] {
    guard !days.isEmpty else { return Array(repeating: [], count: count) }
    var result: [[Double]] = []
    for term in fourier { result += term.columns(days.lowerBound...(days.upperBound - 1)) }
    for form in regressors {
      let values = given.first { $0.name == form.name }?.values ?? []
      guard values.count >= days.upperBound else {
        throw .futureMissing(
          column: form.name, has: max(0, values.count - days.lowerBound), needs: days.count)
      }
      if let point = days.first(where: { !values[$0].isFinite }) {
        throw .regressorNotFinite(column: form.name, point: point)
      }
      result.append(days.map { form.transform(values[$0]) })
    }
    return result
  }
}

extension RegressionTerms {
  private static let mostSeasons = 4
  /// The most regressors that a model keeps.
  static let mostRegressors = 32
  private static let longestName = 64

  func pack(into writer: inout ByteWriter) {
    writer.count(fourier.count)
    for term in fourier {
      writer.count(term.season)
      writer.count(term.harmonics)
    }
    writer.count(regressors.count)
    for form in regressors {
      writer.blob(Array(form.name.utf8.prefix(Self.longestName)))
      for value in [form.unit, form.centre, form.spread] { writer.double(value) }
    }
  }

  init(from reader: inout ByteReader) throws(PackingError) {
    for _ in 0..<(try reader.count("seasons", limit: Self.mostSeasons)) {
      let season = try reader.count("season", limit: ArimaSettings.longestSeason)
      let harmonics = try reader.count("harmonics", limit: ArimaSettings.longestSeason / 2)
      guard season > 1, 2 * harmonics <= season else { throw .invalid(what: "harmonics") }
      fourier.append(Fourier(season: season, harmonics: harmonics))
    }
    for _ in 0..<(try reader.count("regressors", limit: Self.mostRegressors)) {
      let name = String(decoding: try reader.blob("name", limit: Self.longestName), as: UTF8.self)
      let unit = try reader.finiteDouble("unit")
      let centre = try reader.finiteDouble("centre")
      let spread = try reader.finiteDouble("spread")
      guard unit > 0, spread > 0 else { throw .invalid(what: "scale of \(name)") }
      regressors.append(
        RegressorColumns.Kept(name: name, unit: unit, centre: centre, spread: spread))
    }
  }
}
