import CommandLineArguments
import Forecasting

/// A model by name, or `auto`: the one that a series' own backtest prefers.
struct ModelChoice: ArgumentValue, Equatable, CustomStringConvertible {
  static let auto = ModelChoice(name: nil)
  private static let autoWord = "auto"

  /// The model; nil for `auto`.
  let name: ModelName?

  static var allowedWords: [String] { [autoWord] + ModelName.allCases.map(\.description) }
  static var expectation: String { "one of " + allowedWords.joined(separator: ", ") }

  init(name: ModelName?) { self.name = name }

  init?(argument: String) {
    if argument == Self.autoWord {
      self = .auto
    } else if let name = ModelName(argument) {
      self.init(name: name)
    } else {
      return nil
    }
  }

  /// The word, which names the column of the mean too.
  var description: String { name?.description ?? Self.autoWord }

  /// The models that compete.
  var candidates: [ModelName] { name.map { [$0] } ?? ModelName.allCases }

  /// Whether ARIMA models are fitted, alone or beside others.
  var usesArima: Bool { candidates.contains(.arima) || candidates.contains(.blend) }

  /// Whether a network is taught, alone or beside others.
  var usesNetwork: Bool { candidates.contains(.lstm) }

  /// Whether a series got what was asked for.
  func isMet(by chosen: ModelName) -> Bool { name.map { $0 == chosen } ?? (chosen != .fallback) }
}
