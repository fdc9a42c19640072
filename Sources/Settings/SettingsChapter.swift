/// Settings that belong together: stored properties with their defaults, and their declarations.
protocol SettingsChapter: Sendable {
  /// One declaration for each stored property, in the order of the documentation.
  static var settings: [Setting<Self>] { get }
  init()
}
