import CommandLineArguments

/// One setting of `Root`: its name and documentation, and the way between its words and its place.
///
/// A chapter declares its settings beside its stored properties; `SettingsSchema` lifts them into
/// `ResolvedSettings`. The default is what the property holds in a new chapter, so that nothing is
/// said twice.
public struct Setting<Root>: Sendable {
  /// The name with dots: `cluster.shards`.
  public let name: String
  /// What it counts or measures; empty for names and choices.
  public let unit: String
  /// What it does, in one sentence.
  public let documentation: String
  /// What a value must be, as the end of a sentence that starts with "wanted".
  public let expectation: String
  /// The same in the fewest words: "1 to 65536"; empty when everything is allowed.
  public let allowed: String
  /// The words to choose from, when there are only a few.
  public let allowedWords: [String]

  /// Takes a value into its place, or says that it is none.
  let take: @Sendable (RawSetting, inout Root) -> Bool
  /// The value as JSON.
  let json: @Sendable (Root) -> String

  /// A setting with one value.
  init<Value: ArgumentValue & Equatable>(
    _ name: String, _ place: any WritableKeyPath<Root, Value> & Sendable,
    _ limits: ValueLimits<Value>, unit: String = "", _ documentation: String
  ) {
    self.name = name
    self.unit = unit
    self.documentation = documentation
    expectation = limits.expectation
    allowed = limits.summary
    allowedWords = Value.allowedWords
    take = { raw, root in
      guard let value = raw.word(of: Value.self).flatMap(limits.read) else { return false }
      root[keyPath: place] = value
      return true
    }
    json = { Self.json(of: $0[keyPath: place]) }
  }

  /// A setting with a list of different values: an array in a file, words with commas elsewhere.
  init<Element: ArgumentValue & Hashable>(
    _ name: String, _ place: any WritableKeyPath<Root, [Element]> & Sendable,
    eachOf limits: ValueLimits<Element>, _ documentation: String
  ) {
    self.name = name
    unit = ""
    self.documentation = documentation
    expectation = "a list of different ones, each \(limits.expectation)"
    allowed = "list of \(limits.summary)"
    allowedWords = []
    take = { raw, root in
      guard let words = raw.words(of: Element.self), !words.isEmpty else { return false }
      let values = words.compactMap(limits.read)
      guard values.count == words.count, Set(values).count == values.count else { return false }
      root[keyPath: place] = values
      return true
    }
    json = { "[" + $0[keyPath: place].map(Self.json).joined(separator: ", ") + "]" }
  }

  /// The same setting of something that holds `Root`.
  func lifted<Whole>(
    into chapter: String, _ place: any WritableKeyPath<Whole, Root> & Sendable
  ) -> Setting<Whole> {
    Setting<Whole>(
      name: "\(chapter).\(name)", unit: unit, documentation: documentation,
      expectation: expectation, allowed: allowed, allowedWords: allowedWords,
      take: { raw, whole in take(raw, &whole[keyPath: place]) },
      json: { json($0[keyPath: place]) })
  }

  private init(
    name: String, unit: String, documentation: String, expectation: String, allowed: String,
    allowedWords: [String], take: @escaping @Sendable (RawSetting, inout Root) -> Bool,
    json: @escaping @Sendable (Root) -> String
  ) {
    self.name = name
    self.unit = unit
    self.documentation = documentation
    self.expectation = expectation
    self.allowed = allowed
    self.allowedWords = allowedWords
    self.take = take
    self.json = json
  }

  private static func json<Value: ArgumentValue>(of value: Value) -> String {
    if Value.self is any Numeric.Type { return value.argumentText }
    var json = JSONText()
    json.element(value.argumentText)
    return json.drain()
  }
}

extension Setting {
  /// The environment variable that sets it: `GRANARY_CLUSTER_SHARDS`.
  public var environmentVariable: String {
    let words = name.split(separator: ".").flatMap { NameWords.split(String($0)) }
    return SettingsEnvironment.prefix + words.joined(separator: "_").uppercased()
  }

  /// Unit and limits for brackets behind the documentation.
  var notes: [String] { [unit, allowed].filter { !$0.isEmpty } }
}
