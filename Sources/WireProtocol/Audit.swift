public import Packing

/// Where lines of the audit begin: a file, by its number, and a place in it.
public struct AuditPlace: Equatable, Packable {
  /// The number of the file, which it keeps when it gets another name.
  public var file: UInt64
  /// Bytes before the place.
  public var offset: UInt64

  /// Makes a place.
  public init(file: UInt64, offset: UInt64) { (self.file, self.offset) = (file, offset) }

  /// Appends the place.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(file)
    writer.varint(offset)
  }

  /// Reads a place.
  public init(from reader: inout ByteReader) throws(PackingError) {
    file = try reader.varint()
    offset = try reader.varint()
  }
}

/// A question for lines of the audit, from the newest back.
public struct AuditRequest: Equatable, Packable {
  /// Lines before this place; the newest where it is not given.
  public var before: AuditPlace?
  /// Lines since then, the beginning of an ISO 8601 time; all where it is empty.
  public var since: String
  /// How many lines are wanted.
  public var limit: Int

  /// Makes a question.
  public init(before: AuditPlace? = nil, since: String = "", limit: Int) {
    (self.before, self.since, self.limit) = (before, since, limit)
  }

  /// Appends the question.
  public func pack(into writer: inout ByteWriter) {
    writer.optional(before) { $1.pack(into: &$0) }
    writer.string(since)
    writer.count(limit)
  }

  /// Reads a question.
  public init(from reader: inout ByteReader) throws(PackingError) {
    before = try reader.optional { reader throws(PackingError) in
      try AuditPlace(from: &reader)
    }
    since = try reader.string("time", limit: 32)
    limit = try reader.count("lines", limit: Limits.auditLines)
  }
}

/// Lines of the audit, the oldest first.
public struct AuditPage: Equatable, Packable {
  /// The lines, JSON objects.
  public var lines: [String]
  /// Where to go on with older ones; nothing where there are none.
  public var earlier: AuditPlace?

  /// Makes a page.
  public init(lines: [String], earlier: AuditPlace?) {
    (self.lines, self.earlier) = (lines, earlier)
  }

  /// Appends the page.
  public func pack(into writer: inout ByteWriter) {
    writer.count(lines.count)
    for line in lines { writer.string(line) }
    writer.optional(earlier) { $1.pack(into: &$0) }
  }

  /// Reads a page.
  public init(from reader: inout ByteReader) throws(PackingError) {
    lines = []
    for _ in 0..<(try reader.count("lines", limit: Limits.auditLines)) {
      lines.append(try reader.string("line", limit: Limits.auditLineBytes))
    }
    earlier = try reader.optional { reader throws(PackingError) in
      try AuditPlace(from: &reader)
    }
  }
}
