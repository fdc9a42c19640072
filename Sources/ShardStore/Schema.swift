import Storage

/// The tables of a worker's database. They are clustered by shard, so that a shard is one range of
/// each and a slice of a shard one range of the tables by SKU.
enum Schema {
  static let migrations = [
    Migration(version: 1, sql: version1), Migration(version: 2, sql: version2),
    Migration(version: 3, sql: version3),
  ]

  private static let version1 =
    """
    CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO meta VALUES ('commit', 0), ('generation', 0);
    CREATE TABLE epoch(shard INTEGER PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE state(shard INTEGER PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE source(shard INTEGER, source BLOB, value BLOB NOT NULL,
      PRIMARY KEY(shard, source)) WITHOUT ROWID;
    CREATE TABLE batch(shard INTEGER, ordinal INTEGER, source BLOB NOT NULL,
      replaces INTEGER NOT NULL, value BLOB NOT NULL,
      PRIMARY KEY(shard, ordinal)) WITHOUT ROWID;
    CREATE TABLE unit(shard INTEGER, run INTEGER, slice INTEGER, slices INTEGER,
      value BLOB NOT NULL,
      PRIMARY KEY(shard, run, slice, slices)) WITHOUT ROWID;

    """
    + tablesBySKU("sku", "item", "stock", "series", "model", "forecast", "plan", "quarantine")

  /// The weights that models share.
  private static let version2 =
    """
    CREATE TABLE network(shard INTEGER, run INTEGER, value BLOB NOT NULL,
      PRIMARY KEY(shard, run)) WITHOUT ROWID;
    """

  /// Ways of supply, and plans to compare the current ones with.
  private static let version3 = tablesBySKU("supply", "planBefore", "planScenario")

  private static func tablesBySKU(_ names: String...) -> String {
    names.map { name in
      """
      CREATE TABLE \(name)(shard INTEGER, digest INTEGER, sku BLOB, location BLOB,
        run INTEGER NOT NULL, value BLOB NOT NULL,
        PRIMARY KEY(shard, digest, sku, location)) WITHOUT ROWID;

      """
    }.joined()
  }

  /// A forecast of 112 days fits a page of its table at this size; at 4 KiB each would take an
  /// overflow page.
  static let pageBytes = 16 << 10
}

/// The version of the tables, and so of the rows that a hand-off has.
public enum ShardStoreSchema {
  /// The one that this program writes; it reads this one and all before it.
  public static let version = Schema.migrations.count
}

/// The limits of the store.
public enum ShardStoreLimits {
  /// The largest payload of a batch, in bytes.
  public static let batchBytes = 1 << 20
  /// The tail of a shard, in bytes, at which it is folded.
  public static let tailBytes = 4 << 20
  /// What one fold takes of a tail, in bytes, unless one source alone is larger.
  public static let foldBytes = 16 << 20
  /// The largest value of a row, in bytes.
  public static let valueBytes = 16 << 20
  /// The largest chunk of a hand-off, in bytes.
  public static let chunkBytes = 64 << 20
  /// The largest entry of a log, in bytes; the results of a unit are one entry.
  public static let entryBytes = 128 << 20
  /// The most rows that a unit brings for a table.
  public static let rowsPerUnit = 1 << 20
  /// How many runs before a unit's own the units of its shard are remembered for, in case one is
  /// asked for again.
  public static let rememberedRuns: UInt64 = 4
  /// How many networks are kept of a shard: those of the last runs, whose models it may have.
  public static let networks = 3
  /// How many SKUs the writer remembers as known before it forgets them all and looks them up
  /// again.
  static let rememberedSKUs = 4 << 20
  /// What the WAL may hold before it is copied back.
  static let checkpointBytes = 64 << 20
}
