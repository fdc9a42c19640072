public import Packing

/// What a program understands: told when it joins, so that nobody relies on what a neighbour of
/// another version does not know.
public struct ProgramVersion: Equatable, Packable {
  /// The version of the program, for people.
  public var name: String
  /// The versions of the protocol that it speaks.
  public var protocols: ClosedRange<UInt8>
  /// The newest schema of a worker's database that it reads.
  public var schema: Int

  /// Makes a version.
  public init(name: String, protocols: ClosedRange<UInt8> = Frame.versions, schema: Int) {
    self.name = name
    self.protocols = protocols
    self.schema = schema
  }

  /// The programs from before a program said what it is.
  public static let first = ProgramVersion(name: "", protocols: 5...5, schema: 0)

  /// Whether it speaks a version of the protocol.
  public func speaks(_ version: UInt8) -> Bool { protocols.contains(version) }

  /// What it speaks, in words, for whoever has to upgrade it.
  public func words(of node: NodeName) -> String {
    let name = name.isEmpty ? "an earlier granary" : "granary \(name)"
    let (first, last) = (protocols.lowerBound, protocols.upperBound)
    let spoken = first == last ? "\(last)" : "\(first) to \(last)"
    return "\(node) runs \(name), which speaks protocol \(spoken)"
  }

  /// Appends the version.
  public func pack(into writer: inout ByteWriter) {
    writer.string(name)
    writer.fixed(protocols.lowerBound)
    writer.fixed(protocols.upperBound)
    writer.count(schema)
  }

  /// Reads a version.
  public init(from reader: inout ByteReader) throws(PackingError) {
    name = try reader.string("version of the program", limit: Limits.programBytes)
    let (first, last) = (try reader.byte(), try reader.byte())
    guard first <= last else { throw .invalid(what: "versions of the protocol") }
    protocols = first...last
    schema = try reader.count("schema", limit: Int(UInt16.max))
  }
}
