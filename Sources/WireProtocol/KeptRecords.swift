public import Packing

/// Asks the coordinator for what a backup keeps of its records.
public struct RecordsRequest: Equatable, Packable {
  /// Which of them; nothing for the list of all.
  public var name: String
  /// From which byte on.
  public var offset: Int

  /// Makes a question.
  public init(name: String = "", offset: Int = 0) {
    self.name = name
    self.offset = offset
  }

  /// Appends the question.
  public func pack(into writer: inout ByteWriter) {
    writer.string(name)
    writer.count(offset)
  }

  /// Reads a question.
  public init(from reader: inout ByteReader) throws(PackingError) {
    name = try reader.string("name", limit: Limits.recordNameBytes)
    offset = try reader.count("offset", limit: Limits.recordBytes)
  }
}

/// A piece of what was asked for.
public struct RecordsPiece: Equatable, Packable {
  /// How many bytes there are in all.
  public var total: Int
  /// The XXH64 of all of them: pieces of another one are of another moment.
  public var hash: UInt64
  /// Those from the offset on, as many as fit.
  public var bytes: [UInt8]

  /// Makes a piece.
  public init(total: Int, hash: UInt64, bytes: [UInt8]) {
    self.total = total
    self.hash = hash
    self.bytes = bytes
  }

  /// Appends the piece.
  public func pack(into writer: inout ByteWriter) {
    writer.count(total)
    writer.fixed(hash)
    writer.blob(bytes)
  }

  /// Reads a piece.
  public init(from reader: inout ByteReader) throws(PackingError) {
    total = try reader.count("records", limit: Limits.recordBytes)
    hash = try reader.fixed()
    bytes = try reader.blob("piece", limit: Limits.payloadBytes)
  }
}

/// What a backup keeps of the coordinator's records, by name, and what it knows of the cluster. Two
/// that are equal say that no run began or ended in between, and that nobody changed the document.
public struct RecordList: Equatable, Packable {
  /// A run that the coordinator knows.
  public struct Run: Equatable, Packable {
    /// Its number.
    public var run: UInt64
    /// What it does.
    public var kind: RunKind
    /// Whether it has not ended.
    public var isActive: Bool

    /// Makes an entry.
    public init(run: UInt64, kind: RunKind, isActive: Bool) {
      self.run = run
      self.kind = kind
      self.isActive = isActive
    }

    /// Appends the entry.
    public func pack(into writer: inout ByteWriter) {
      writer.varint(run)
      writer.fixed(kind.rawValue)
      writer.bool(isActive)
    }

    /// Reads an entry.
    public init(from reader: inout ByteReader) throws(PackingError) {
      run = try reader.varint()
      kind = try reader.choice("kind of run")
      isActive = try reader.bool()
    }
  }

  /// The cluster.
  public var clusterID: UInt64
  /// How many shards it has.
  public var shardCount: Int
  /// The version of the planning document.
  public var documentVersion: UInt64
  /// The runs, the oldest first.
  public var runs: [Run]
  /// The names under which records are to be had.
  public var names: [String]

  /// Makes a list.
  public init(
    clusterID: UInt64, shardCount: Int, documentVersion: UInt64, runs: [Run], names: [String]
  ) {
    self.clusterID = clusterID
    self.shardCount = shardCount
    self.documentVersion = documentVersion
    self.runs = runs
    self.names = names
  }

  /// Appends the list.
  public func pack(into writer: inout ByteWriter) {
    writer.fixed(clusterID)
    writer.count(shardCount)
    writer.varint(documentVersion)
    writer.list(runs)
    writer.count(names.count)
    for name in names { writer.string(name) }
  }

  /// Reads a list.
  public init(from reader: inout ByteReader) throws(PackingError) {
    clusterID = try reader.fixed()
    shardCount = try reader.count("shards", limit: Limits.shards)
    documentVersion = try reader.varint()
    runs = try reader.list("runs", limit: Limits.keptRecords, minimumBytes: 3)
    names = []
    for _ in 0..<(try reader.count("names", limit: Limits.keptRecords, minimumBytes: 1)) {
      names.append(try reader.string("name", limit: Limits.recordNameBytes))
    }
  }
}

/// Records of the coordinator, each under its key, as a backup keeps them under one name.
public struct KeptRecords: Equatable, Packable {
  /// A record.
  public struct Record: Equatable, Packable {
    /// Its key.
    public var key: String
    /// Its value.
    public var value: [UInt8]

    /// Makes a record.
    public init(key: String, value: [UInt8]) {
      self.key = key
      self.value = value
    }

    /// Appends the record.
    public func pack(into writer: inout ByteWriter) {
      writer.string(key)
      writer.blob(value)
    }

    /// Reads a record.
    public init(from reader: inout ByteReader) throws(PackingError) {
      key = try reader.string("key", limit: Limits.recordNameBytes)
      value = try reader.blob("record", limit: Limits.recordBytes)
    }
  }

  /// The records.
  public var records: [Record]

  /// Makes them.
  public init(_ records: [Record]) { self.records = records }

  /// Appends them.
  public func pack(into writer: inout ByteWriter) { writer.list(records) }

  /// Reads them.
  public init(from reader: inout ByteReader) throws(PackingError) {
    records = try reader.list("records", limit: Limits.keptRecords, minimumBytes: 2)
  }
}
