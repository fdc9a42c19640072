import CommandLineArguments
import Forecasting

/// How networks are taught on a file's series.
struct LocalNetworkOptions: OptionGroup {
  static let title = "With --input, for networks"

  /// What a series' network has of its own.
  enum Sharing: String, CaseIterable, ArgumentValue { case none, shared, tuned }

  @Option("FILE", help: "Rows unique_id,NAME,... of words that series share: category, store.")
  var traits: Path?
  @Option(
    "N", .within(8...64), help: "Units in a layer of lstm, in fours; without it 16.")
  var hidden: Int?
  @Option("N", .within(1...2), help: "Layers of lstm; without it 1.") var layers: Int?
  @Option(
    "WHAT",
    help: "What a series' network has of its own: none of it is shared, all is shared, or a last "
      + "layer is tuned where that proves to be better.")
  var sharing: Sharing?

  /// An option of the group that was given.
  var firstGiven: String? {
    let given = [
      ("--traits", traits != nil), ("--hidden", hidden != nil), ("--layers", layers != nil),
      ("--sharing", sharing != nil),
    ]
    return given.first { $0.1 }?.0
  }

  func validate(_ choice: ModelChoice) throws(ArgumentError) {
    guard let given = firstGiven, !choice.usesNetwork else { return }
    throw .contradiction(
      "\(given) goes with --model lstm or auto, not with \(choice): it says how networks learn")
  }

  /// The same for a fit.
  var options: RecurrentOptions {
    var options = RecurrentOptions()
    if let hidden { options.hidden = hidden }
    if let layers { options.layers = layers }
    if let sharing {
      options.sharing =
        switch sharing {
        case .none: .none
        case .shared: .shared
        case .tuned: .tuned
        }
    }
    return options
  }
}
