import Synchronization

/// What a declaration says about itself, to the parser and to help.
struct ArgumentShape: Sendable {
  enum Kind: Sendable { case flag, option, argument }

  var kind: Kind
  /// The name behind the dashes when it is not the property's.
  var name: String?
  var short: Character?
  var placeholder = ""
  var help: String
  var isRequired = false
  var isRepeated = false
  /// What is allowed, and what holds without the option: the brackets behind the help.
  var notes: [String] = []
  /// What a shell may propose for a value.
  var values = Values.any

  /// What the values are, as far as a shell can know.
  enum Values: Equatable, Sendable {
    case any, files, folders
    /// Some words; in a list, several of them with commas between.
    case words([String], isList: Bool)

    init<Value: ArgumentValue>(of type: Value.Type, placeholder: String, isList: Bool = false) {
      if type == Path.self {
        self = placeholder == "DIR" ? .folders : .files
      } else {
        self =
          type.suggestedWords.isEmpty ? .any : .words(type.suggestedWords, isList: isList)
      }
    }
  }
}

/// A word that a declaration does not take.
struct Refusal: Error {
  var word: String
  var expectation: String
  var nearest: String?
}

/// What the parser finds in a command's stored properties.
protocol DeclaredArgument {
  var shape: ArgumentShape { get }
  /// Takes all words given for it, in order; called at most once, and only if there are some.
  func take(_ words: [String]) throws(Refusal)
}

/// Where a wrapper keeps its value. Parsing reaches it through a reflected copy of the wrapper, so
/// the place is shared by copies; setting the property makes a new place, which keeps commands
/// values.
final class Cell<Value: Sendable>: Sendable {
  private let stored: Mutex<Value?>

  init(_ value: Value?) { stored = Mutex(value) }

  var value: Value? {
    get { stored.withLock { $0 } }
    set { stored.withLock { $0 = newValue } }
  }
}

/// A value read from words: the common part of `Option` and `Argument`.
struct Parameter<Value: Sendable>: DeclaredArgument, Sendable {
  private(set) var shape: ArgumentShape
  private var cell: Cell<Value>
  private let read: @Sendable ([String]) throws(Refusal) -> Value

  var value: Value {
    get {
      guard let value = cell.value else {
        preconditionFailure("a required argument was read before its command was parsed")
      }
      return value
    }
    set { cell = Cell(newValue) }
  }

  func take(_ words: [String]) throws(Refusal) { cell.value = try read(words) }

  /// One value; without `initial` it must be given.
  init(_ shape: ArgumentShape, _ limits: ValueLimits<Value>, initial: Value?)
  where Value: ArgumentValue {
    self.shape = shape
    self.shape.isRequired = initial == nil
    self.shape.values = .init(of: Value.self, placeholder: shape.placeholder)
    self.shape.notes = [limits.summary, initial.map { "default \($0.argumentText)" } ?? ""]
    cell = Cell(initial)
    read = { words throws(Refusal) in try limits.take(words.last ?? "") }
  }

  /// One value or none.
  init<Element>(_ shape: ArgumentShape, _ limits: ValueLimits<Element>) where Value == Element? {
    self.shape = shape
    self.shape.values = .init(of: Element.self, placeholder: shape.placeholder)
    self.shape.notes = [limits.summary]
    cell = Cell(.some(nil))
    read = { words throws(Refusal) in try limits.take(words.last ?? "") }
  }

  /// Any number of values; those that are given replace `initial`.
  init<Element>(
    _ shape: ArgumentShape, _ limits: ValueLimits<Element>, separator: Character?,
    initial: [Element]
  ) where Value == [Element] {
    self.shape = shape
    self.shape.isRepeated = true
    self.shape.values = .init(
      of: Element.self, placeholder: shape.placeholder, isList: separator == ",")
    let defaults = initial.map(\.argumentText).joined(separator: separator.map(String.init) ?? " ")
    self.shape.notes = [limits.summary, defaults.isEmpty ? "" : "default \(defaults)"]
    cell = Cell(initial)
    read = { words throws(Refusal) in
      var values: [Element] = []
      for word in words {
        let parts =
          separator.map { word.split(separator: $0, omittingEmptySubsequences: false) }
          ?? [word[...]]
        for part in parts { values.append(try limits.take(String(part))) }
      }
      return values
    }
  }
}

extension ValueLimits {
  fileprivate func take(_ word: String) throws(Refusal) -> Value {
    guard let value = read(word) else {
      throw Refusal(
        word: word, expectation: expectation,
        nearest: NearestName.find(word, among: Value.allowedWords))
    }
    return value
  }
}
