import CommandLineArguments
import Forecasting

/// `auto` or a Box-Cox lambda.
enum PowerWord: ArgumentValue, Equatable {
  case automatic
  case lambda(Double)

  private static let autoWord = "auto"
  private static let lambdas = -1.0...2.0

  static var expectation: String { "auto or a number from -1 to 2; 0 is the logarithm" }

  init?(argument: String) {
    if argument == Self.autoWord {
      self = .automatic
    } else if let lambda = Double(argument), Self.lambdas.contains(lambda) {
      self = .lambda(lambda)
    } else {
      return nil
    }
  }

  var argumentText: String {
    switch self {
    case .automatic: Self.autoWord
    case .lambda(let lambda): Readable.shortest(lambda)
    }
  }

  /// The same for a fit.
  var power: ArimaOptions.Power {
    switch self {
    case .automatic: .automatic
    case .lambda(let lambda): .lambda(lambda)
    }
  }
}

/// An order: `p,d,q` or `p,d,q,P,D,Q`.
struct OrderWord: ArgumentValue, Equatable {
  /// What the likelihood looks back to, in the order of the places.
  private static let most = [5, 2, 5, 2, 2, 2]

  /// As given: three numbers, or six.
  let numbers: [Int]

  static var expectation: String {
    "p,d,q or p,d,q,P,D,Q as 2,1,1,0,1,1, with p, q from 0 to \(most[0]) and d, P, D, Q from 0 to "
      + "\(most[1])"
  }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count, numbers.count == 3 || numbers.count == 6 else {
      return nil
    }
    for (place, number) in numbers.enumerated() {
      guard (0...Self.most[place]).contains(number) else { return nil }
    }
    self.numbers = numbers
  }

  var argumentText: String { numbers.map(String.init).joined(separator: ",") }

  /// The differences by the step and by the season.
  var differences: Int { numbers[1] + (numbers.count > 3 ? numbers[4] : 0) }

  /// Whether it has parts that go by the season.
  var isSeasonal: Bool { numbers.dropFirst(3).contains { $0 > 0 } }

  /// The same for a fit. Where nothing is said of the constant, a series that is not differenced
  /// has a mean, and no other has a drift.
  func order(hasConstant: Bool?) -> ArimaOptions.Order {
    let seasonal = numbers.count > 3 ? (p: numbers[3], d: numbers[4], q: numbers[5]) : (0, 0, 0)
    return ArimaOptions.Order(
      numbers[0], numbers[1], numbers[2], seasonal: seasonal,
      hasConstant: hasConstant ?? (differences == 0))
  }
}
