/// One step of a schema: the statements that lead from version `version - 1` to `version`.
///
/// A migration that was released never changes; what comes later is a further migration.
public struct Migration: Sendable {
  /// The version that the schema has afterwards; migrations are numbered from 1 without gaps.
  public let version: Int
  /// The statements.
  public let sql: String

  /// Makes a migration.
  public init(version: Int, sql: String) {
    self.version = version
    self.sql = sql
  }
}

extension Connection {
  /// Brings the schema up to the last of `migrations`, each in a transaction of its own.
  public func migrate(_ migrations: [Migration]) throws(StorageError) {
    precondition(
      migrations.enumerated().allSatisfy { $0.element.version == $0.offset + 1 },
      "migrations are numbered from 1 without gaps")
    let found = try checkSchema(known: migrations.count)
    for migration in migrations.dropFirst(found) {
      try transaction { () throws(StorageError) in
        try execute(migration.sql)
        try execute("PRAGMA user_version = \(migration.version)")
      }
    }
  }

  /// The version of the schema; one that is newer than `known` is refused.
  @discardableResult
  public func checkSchema(known: Int) throws(StorageError) -> Int {
    let found = Int(try integer("PRAGMA user_version") ?? 0)
    guard found <= known else {
      throw StorageError(path: path, kind: .newerSchema(found: found, known: known))
    }
    return found
  }
}
