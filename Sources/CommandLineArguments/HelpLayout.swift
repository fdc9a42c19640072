/// How a page of help is set: how wide, and whether its headings stand out.
public struct HelpLayout: Sendable {
  /// Lines that are longer are hard to read.
  package static let widest = 100
  /// Narrower pages would be one word a line.
  private static let narrowest = 40

  /// For files and pipes: as wide as is good to read, without styles.
  public static let plain = HelpLayout(width: widest, isStyled: false)

  /// No line of prose is longer.
  package let width: Int
  private let isStyled: Bool

  /// For what is written to a terminal, or to whatever stands in its place.
  public init(for terminal: Terminal) {
    self.init(
      width: min(Self.widest, max(Self.narrowest, terminal.width ?? Self.widest)),
      isStyled: terminal.hasColours)
  }

  init(width: Int, isStyled: Bool) {
    self.width = width
    self.isStyled = isStyled
  }

  /// A heading.
  func heading(_ text: String) -> String { styled(text, .bold) }

  /// What is to be typed as it stands.
  func literal(_ text: String) -> String { styled(text, .cyan) }

  private func styled(_ text: String, _ style: Terminal.Style) -> String {
    isStyled ? style.set(text) : text
  }
}
