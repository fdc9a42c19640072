/// An option without a value. A flag that is on by default is switched off by `--no-name`.
@propertyWrapper
public struct Flag: Sendable {
  let shape: ArgumentShape
  private let initial: Bool
  private var cell: Cell<Bool>

  /// Whether it holds.
  public var wrappedValue: Bool {
    get { cell.value ?? initial }
    set { cell = Cell(newValue) }
  }

  /// A flag.
  public init(
    wrappedValue: Bool = false, name: String? = nil, short: Character? = nil, help: String
  ) {
    shape = ArgumentShape(kind: .flag, name: name, short: short, help: help)
    initial = wrappedValue
    cell = Cell(wrappedValue)
  }

  /// Whether the option turns something off.
  var negates: Bool { initial }
}

extension Flag: DeclaredArgument {
  func take(_ words: [String]) throws(Refusal) { cell.value = !initial }
}
