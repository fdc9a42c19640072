import CommandLineArguments
import FoundationEssentials

/// A value of a JSON5 file, as the toolchain's decoder reads it.
package enum JSON5Node: Decodable, CustomStringConvertible {
  case object([String: JSON5Node])
  case list([JSON5Node])
  case text(String)
  /// The shortest decimal form.
  case number(String)
  case truth(Bool)
  case null

  package init(from decoder: any Decoder) throws {
    if let members = try? decoder.container(keyedBy: MemberName.self) {
      var object: [String: JSON5Node] = [:]
      for name in members.allKeys {
        object[name.stringValue] = try members.decode(JSON5Node.self, forKey: name)
      }
      self = .object(object)
      return
    }
    if var elements = try? decoder.unkeyedContainer() {
      var list: [JSON5Node] = []
      while !elements.isAtEnd { list.append(try elements.decode(JSON5Node.self)) }
      self = .list(list)
      return
    }
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let truth = try? value.decode(Bool.self) {
      self = .truth(truth)
    } else if let integer = try? value.decode(Int.self) {
      self = .number(integer.argumentText)
    } else if let real = try? value.decode(Double.self) {
      self = .number(real.argumentText)
    } else {
      self = .text(try value.decode(String.self))
    }
  }

  /// The node behind a path of member names.
  subscript(path: [String]) -> JSON5Node? {
    path.reduce(self as JSON5Node?) { node, name in
      guard case .object(let members) = node else { return nil }
      return members[name]
    }
  }

  package var description: String {
    switch self {
    case .object: "{...}"
    case .list(let nodes): "[" + nodes.map(\.description).joined(separator: ", ") + "]"
    case .text(let text): "\"\(text)\""
    case .number(let number): number
    case .truth(let truth): "\(truth)"
    case .null: "null"
    }
  }

  private struct MemberName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
