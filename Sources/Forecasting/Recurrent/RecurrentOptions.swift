/// How networks are made and taught.
public struct RecurrentOptions: Equatable, Sendable {
  /// What a series' network has of its own.
  public enum Sharing: String, CaseIterable, Sendable {
    /// Everything: it is taught on that series alone.
    case none
    /// Nothing.
    case shared
    /// A last layer, where that proves to be better than the shared one.
    case tuned
  }

  /// Units in a layer: a multiple of four.
  public var hidden: Int
  /// One or two.
  public var layers: Int
  /// What a series' network has of its own.
  public var sharing: Sharing

  /// Makes options.
  public init(hidden: Int = 16, layers: Int = 1, sharing: Sharing = .tuned) {
    self.hidden = hidden
    self.layers = layers
    self.sharing = sharing
  }
}
