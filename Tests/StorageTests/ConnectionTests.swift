import Storage
import TestSupport
import Testing

@Suite("A connection")
struct ConnectionTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("test.sqlite")
  }

  private func writer() throws -> Connection {
    let connection = try Connection(path, .readWrite)
    try connection.migrate([
      Migration(version: 1, sql: "CREATE TABLE fact(key INTEGER PRIMARY KEY, value BLOB)")
    ])
    return connection
  }

  private func count(_ connection: Connection) throws -> Int64? {
    try connection.integer("SELECT count(*) FROM fact")
  }

  @Test("gives back every kind of value")
  func values() throws {
    let connection = try writer()
    let select = try connection.statement("SELECT ?, ?, ?, ?, ?")
    try select.bind(Int64.min, 0.1, "häuser", [1, 2, 3] as [UInt8], [] as [UInt8])
    #expect(try select.step())
    #expect(select.integer(0) == .min)
    #expect(select.double(1) == 0.1)
    #expect(select.text(2) == "häuser")
    #expect(select.bytes(3) == [1, 2, 3])
    #expect(select.isBlob(4) && select.bytes(4).isEmpty)
    #expect(try !select.step())
  }

  @Test("forgets a transaction that fails")
  func rollBack() throws {
    let connection = try writer()
    #expect(throws: StorageError.self) {
      try connection.transaction { () throws(StorageError) in
        try connection.execute("INSERT INTO fact VALUES (1, x'00')")
        try connection.execute("INSERT INTO nowhere VALUES (1)")
      }
    }
    #expect(try count(connection) == 0)
    #expect(!connection.isInTransaction)
  }

  @Test("keeps a snapshot while another writes")
  func snapshot() throws {
    let writer = try writer()
    let reader = try Connection(path, .readOnly)
    try reader.snapshot { () throws(StorageError) in
      #expect(try reader.integer("SELECT count(*) FROM fact") == 0)
      try writer.execute("INSERT INTO fact VALUES (1, x'00')")
      #expect(try reader.integer("SELECT count(*) FROM fact") == 0)
    }
    #expect(try count(reader) == 1)
  }

  @Test("that only reads cannot write")
  func readOnly() throws {
    _ = try writer()
    let keeper = try writer()
    let reader = try Connection(path, .readOnly)
    let error = #expect(throws: StorageError.self) {
      try reader.execute("INSERT INTO fact VALUES (1, x'00')")
    }
    #expect(error?.kind == .readOnly)
    #expect(try count(keeper) == 0)
  }

  @Test("says that the disk is full, keeps nothing of the write and goes on")
  func diskFull() throws {
    let connection = try writer()
    let pages = try connection.integer("PRAGMA page_count") ?? 0
    try connection.execute("PRAGMA max_page_count = \(pages + 2)")
    let large = [UInt8](repeating: 7, count: 100_000)
    let error = #expect(throws: StorageError.self) {
      try connection.transaction { () throws(StorageError) in
        try connection.statement("INSERT INTO fact VALUES (?, ?)").bind(1, [1] as [UInt8]).run()
        try connection.statement("INSERT INTO fact VALUES (?, ?)").bind(2, large).run()
      }
    }
    #expect(error?.kind == .diskFull)
    #expect(error?.description.contains("free or add space") == true)
    #expect(try count(connection) == 0)
    try connection.execute("INSERT INTO fact VALUES (1, x'00')")
    #expect(try count(connection) == 1)
  }

  @Test("lets one statement be used within itself")
  func nestedUse() throws {
    let connection = try writer()
    try connection.execute("INSERT INTO fact VALUES (1, x'00'), (2, x'00')")
    let sql = "SELECT key FROM fact ORDER BY key"
    let outer = try connection.statement(sql).bind()
    #expect(try outer.step())
    let inner = try connection.statement(sql).bind()
    #expect(try inner.step())
    #expect(try outer.step())
    #expect(outer.integer(0) == 2 && inner.integer(0) == 1)
  }

  @Test("refuses a schema that is newer than known, by name")
  func newerSchema() throws {
    let connection = try writer()
    try connection.execute("PRAGMA user_version = 9")
    let error = #expect(throws: StorageError.self) { try writer() }
    #expect(error?.kind == .newerSchema(found: 9, known: 1))
    #expect(error?.description.contains("start the newer granary") == true)
  }

  @Test("applies only the migrations that are missing")
  func migrations() throws {
    let connection = try writer()
    try connection.migrate([
      Migration(version: 1, sql: "CREATE TABLE fact(key INTEGER PRIMARY KEY)"),
      Migration(version: 2, sql: "CREATE TABLE more(key INTEGER PRIMARY KEY)"),
    ])
    #expect(try connection.integer("SELECT count(*) FROM more") == 0)
  }

  @Test("names the file that is no database")
  func notADatabase() throws {
    try writeFile(path, Array("this is a text of more than a hundred bytes, ".utf8), times: 40)
    let error = #expect(throws: StorageError.self) { try writer() }
    #expect(error?.kind == .corrupt)
    #expect(error?.description.contains(path) == true)
  }

  @Test("names the folder that is not there")
  func missingFolder() throws {
    let error = #expect(throws: StorageError.self) {
      try Connection(folder.file("none/test.sqlite"), .readWrite)
    }
    #expect(error?.kind == .unreadable)
  }
}
