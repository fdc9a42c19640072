@testable import Simulator

extension Coverage.Occasion {
  /// In how many of 625 lives it must be met at the least: so that lives do not become quiet
  /// unnoticed, and promises hold where it is hard.
  var floor: Int {
    switch self {
    // So rare that 625 lives may not meet it.
    case .offerTooLate: 0
    default: 1
    }
  }
}
