public import Storage

/// A value and the version of its last change.
public struct Versioned: Equatable, Sendable {
  /// The bytes; what they mean is the business of whoever stored them.
  public var value: [UInt8]
  /// Raised by every change of the store and never used twice, so that a key that was deleted and
  /// made again is not mistaken for the old one.
  public var version: UInt64

  /// Makes a versioned value.
  public init(value: [UInt8], version: UInt64) {
    self.value = value
    self.version = version
  }
}

/// One guarded change of a key.
public struct Change: Equatable, Sendable {
  /// The key.
  public var key: String
  /// What it is set to; nothing deletes it.
  public var value: [UInt8]?
  /// The version that it must be at; 0 means that it must be absent.
  public var expected: UInt64

  /// Makes a change.
  public init(_ key: String, to value: [UInt8]?, expected: UInt64) {
    self.key = key
    self.value = value
    self.expected = expected
  }
}

/// What became of a guarded change.
public enum ChangeOutcome: Equatable, Sendable {
  /// Done, and durable; the version of the change.
  case done(version: UInt64)
  /// Nothing was changed: the key is at this version (0: it is absent) and not at the expected one.
  case conflict(current: UInt64)
}

/// The coordinator's records: opaque bytes under names, each change guarded by the version it rests
/// on.
///
/// Version 0 stands for a key that is absent. When a change returns, it is durable.
public protocol ClusterStore {
  /// The value of a key, or nothing.
  func get(_ key: String) throws(StorageError) -> Versioned?
  /// All keys that start with `prefix`, in the order of their bytes.
  func list(prefix: String) throws(StorageError) -> [(key: String, entry: Versioned)]
  /// Makes changes in their order, each guarded by itself, and says what became of each. They share
  /// the price of becoming durable.
  ///
  /// After an error none was made where the store is a file of this machine. Over a network some
  /// may have been, or may yet be until the next call that succeeds: made again, a change that was
  /// made finds its own value.
  func make(_ changes: [Change]) throws(StorageError) -> [ChangeOutcome]
}

extension ClusterStore {
  /// Makes one change.
  public func make(_ change: Change) throws(StorageError) -> ChangeOutcome {
    try make([change])[0]
  }
}
