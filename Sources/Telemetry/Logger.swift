/// Writes records about one component, one line each:
///
///     2026-11-20T03:24:13.071Z warning messaging key refused peer=10.0.0.7 reason="not listed"
///
/// Below the sink's level a call costs one load: message and fields are not even built.
public struct Logger: Sendable {
  /// What else belongs to a record, in the order in which it is shown.
  public typealias Fields = KeyValuePairs<String, any CustomStringConvertible>

  /// The part of the program that speaks.
  public let component: String
  private let sink: LogSink

  /// A logger for one component.
  public init(_ component: String, sink: LogSink = .standardError) {
    self.component = component
    self.sink = sink
  }

  /// Makes a record of `level`, when the sink wants it.
  public func log(
    _ level: LogLevel, _ message: @autoclosure () -> String,
    _ fields: @autoclosure () -> Fields = [:]
  ) {
    guard level < .off, sink.wants(level) else { return }
    var line = "\(Timestamp.now()) \(level) \(component) "
    Self.append(message(), to: &line, isValue: false)
    for (key, value) in fields() {
      line += " \(key)="
      Self.append(value.description, to: &line, isValue: true)
    }
    sink.write(line)
  }

  /// Makes a record for hunting a fault.
  public func debug(
    _ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]
  ) {
    log(.debug, message(), fields())
  }

  /// Makes a record that an operator may want to see.
  public func info(
    _ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]
  ) {
    log(.info, message(), fields())
  }

  /// Makes a record of something refused or degraded.
  public func warning(
    _ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]
  ) {
    log(.warning, message(), fields())
  }

  /// Makes a record of a failure.
  public func error(
    _ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]
  ) {
    log(.error, message(), fields())
  }

  /// Control characters are escaped everywhere, or a hostile name could forge a second record;
  /// values with spaces, quotes or equal signs stand in quotes.
  private static func append(_ text: String, to line: inout String, isValue: Bool) {
    let quoted = isValue && (text.isEmpty || text.utf8.contains { " \"=".utf8.contains($0) })
    if quoted { line += "\"" }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": line += "\\n"
      case "\r": line += "\\r"
      case "\t": line += "\\t"
      case "\"" where quoted: line += "\\\""
      case "\\" where quoted: line += "\\\\"
      case _ where scalar.properties.generalCategory == .control:
        line += "\\u{\(String(scalar.value, radix: 16))}"
      default: line.unicodeScalars.append(scalar)
      }
    }
    if quoted { line += "\"" }
  }
}
