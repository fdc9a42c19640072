import Glibc
import ShardStore
import Storage

/// A folder with the backups of one cluster: blocks of rows under names that follow from their
/// bytes, and cuts, each of which names the blocks that it needs.
///
/// A cut's file is written when everything that it names is durable, so what an interrupted backup
/// leaves are blocks; the next one finds them. Nothing that a whole cut needs is ever written
/// over, but for a block that is damaged.
///
/// Used from one thread.
public final class BackupFolder {
  static let ownerVersion = 1
  private static let mark = "granary-backup"

  /// Where it is.
  public let path: String
  /// The cluster whose backups these are.
  public let clusterID: UInt64
  /// Held by who changes the folder, to its end.
  private let lock: FileLock?
  /// What was written and is not durable yet.
  private var unsynced: Set<String> = []
  private var unsyncedFolders: Set<String> = []
  /// The folders of blocks that are there.
  private var knownFolders: Set<String> = []

  /// Opens a folder to put a backup of a cluster into it; makes it where it is not there. A second
  /// one at once is refused, and so are backups of another cluster.
  public init(_ path: String, of clusterID: UInt64) throws(BackupError) {
    self.path = path
    self.clusterID = clusterID
    let isOurs = try Self.owner(of: path) == nil ? try Self.isFree(path) : true
    guard isOurs else { throw .notBackup(folder: path) }
    try Self.makeFolders(path)
    lock = try Self.lock(path)
    if let owner = try Self.owner(of: path) {
      guard owner == clusterID else {
        throw .foreign(folder: path, holds: owner, wanted: clusterID)
      }
      return
    }
    let text = "\(Self.mark) \(Self.ownerVersion) cluster \(String(clusterID, radix: 16))\n"
    try BackupFile.write(Array(text.utf8), to: Self.ownerFile(path))
    try BackupFile.sync(Self.ownerFile(path))
    try BackupFile.sync(path)
  }

  /// Opens a folder that is there: to read from it, or where `isChanging` to remove some of it.
  public init(existing path: String, isChanging: Bool = false) throws(BackupError) {
    self.path = path
    guard let owner = try Self.owner(of: path) else {
      guard BackupFile.size(path) != nil else { throw .file(path: path, code: ENOENT) }
      throw .notBackup(folder: path)
    }
    clusterID = owner
    lock = isChanging ? try Self.lock(path) : nil
  }

  /// Whether nothing is there but what a folder or a disk begins with, or a first backup that was
  /// killed before it wrote whose it is.
  private static func isFree(_ path: String) throws(BackupError) -> Bool {
    let own = ["blocks", "cuts"]
    for name in try BackupFile.names(in: path) {
      let isOwn = own.contains(name)
      guard isOwn || ["lock", "lost+found"].contains(name) || name.hasSuffix(BackupFile.partEnd)
      else { return false }
      if isOwn, try !BackupFile.names(in: "\(path)/\(name)").isEmpty { return false }
    }
    return true
  }

  private static func ownerFile(_ path: String) -> String { "\(path)/cluster" }

  /// The cluster whose backups are there; nothing where none were made.
  private static func owner(of path: String) throws(BackupError) -> UInt64? {
    let file = ownerFile(path)
    guard let bytes = try BackupFile.read(file, limit: 256) else { return nil }
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count == 4, words[0] == mark, let version = Int(words[1]),
      let owner = UInt64(words[3], radix: 16)
    else { throw .notBackup(folder: path) }
    guard version <= ownerVersion else {
      throw .newer(path: file, version: version, known: ownerVersion)
    }
    return owner
  }

  private static func makeFolders(_ path: String) throws(BackupError) {
    for folder in [path, "\(path)/blocks", "\(path)/cuts"] { try BackupFile.makeFolder(folder) }
  }

  private static func lock(_ path: String) throws(BackupError) -> FileLock {
    do throws(StorageError) { return try FileLock("\(path)/lock") } catch {
      if case .heldByProcess(let process) = error.kind {
        throw .held(folder: path, process: process)
      }
      throw .file(path: "\(path)/lock", code: error.code)
    }
  }

  // MARK: Blocks

  /// The path of a block.
  public func path(of block: BlockName) -> String {
    "\(path)/blocks/\(block.folder)/\(block.text)"
  }

  /// Whether a block is there, as far as its length says.
  public func hasBlock(_ block: BlockName) -> Bool {
    BackupFile.size(path(of: block)) == block.count
  }

  /// Puts rows there; whether they were not there before. A file of their name that holds something
  /// else is damaged, and written anew.
  public func write(_ bytes: [UInt8]) throws(BackupError) -> (block: BlockName, isNew: Bool) {
    let block = BlockName(of: bytes)
    let path = path(of: block)
    if hasBlock(block), try BackupFile.read(path, limit: block.count) == bytes {
      // It may be of a backup that was interrupted before it was durable.
      unsynced.insert(path)
      return (block, false)
    }
    let folder = "\(self.path)/blocks/\(block.folder)"
    if !knownFolders.contains(folder) {
      try BackupFile.makeFolder(folder)
      knownFolders.insert(folder)
    }
    try BackupFile.write(bytes, to: path)
    unsynced.insert(path)
    unsyncedFolders.insert(folder)
    return (block, true)
  }

  /// The rows of a block; damaged ones are refused.
  public func read(_ block: BlockName, content: String) throws(BackupError) -> [UInt8] {
    let path = path(of: block)
    guard let bytes = try BackupFile.read(path, limit: block.count) else {
      throw .damaged(path: path, content: content, reason: "the file is not there")
    }
    guard bytes.count == block.count else {
      let reason = "the file does not have its \(block.count) bytes"
      throw .damaged(path: path, content: content, reason: reason)
    }
    guard BlockName(of: bytes) == block else {
      throw .damaged(path: path, content: content, reason: "its bytes are not those of its name")
    }
    return bytes
  }

  /// Makes everything durable that was written.
  private func sync() throws(BackupError) {
    for path in unsynced.sorted() { try BackupFile.sync(path) }
    for folder in unsyncedFolders.sorted() { try BackupFile.sync(folder) }
    try BackupFile.sync("\(path)/blocks")
    unsynced = []
    unsyncedFolders = []
  }

  // MARK: Cuts

  /// A cut's file.
  public struct CutFile: Equatable, Sendable {
    /// Its name, without its end.
    public var name: String
    /// The cut in it, or what is wrong with it.
    public var cut: Result<BackupCut, BackupError>
  }

  static let cutEnd = ".cut"

  func path(ofCut name: String) -> String { "\(path)/cuts/\(name)\(Self.cutEnd)" }

  /// The names of the cuts, the oldest first.
  public func cutNames() throws(BackupError) -> [String] {
    try BackupFile.names(in: "\(path)/cuts").filter { $0.hasSuffix(Self.cutEnd) }
      .map { String($0.dropLast(Self.cutEnd.count)) }
  }

  /// All cuts, the oldest first, also those that cannot be read.
  public func cuts() throws(BackupError) -> [CutFile] {
    try cutNames().map { name throws(BackupError) in
      do throws(BackupError) {
        return CutFile(name: name, cut: .success(try cut(name)))
      } catch { return CutFile(name: name, cut: .failure(error)) }
    }
  }

  /// A cut; the newest where none is named.
  public func cut(_ name: String?) throws(BackupError) -> BackupCut {
    let names = try cutNames()
    guard let name = name ?? names.last, names.contains(name) else {
      throw .noCut(folder: path, name: name, others: names)
    }
    let path = path(ofCut: name)
    let bytes = try BackupFile.read(path, limit: BackupLimits.cutBytes) ?? []
    if let version = BackupCut.version(of: bytes), version > BackupCut.version {
      throw .newer(path: path, version: Int(version), known: Int(BackupCut.version))
    }
    let cut: BackupCut
    do { cut = try BackupCut(packed: bytes) } catch {
      throw .damaged(path: path, content: "the whole cut", reason: "\(error)")
    }
    guard cut.schema <= ShardStoreSchema.version else {
      throw .newer(path: path, version: cut.schema, known: ShardStoreSchema.version)
    }
    return cut
  }

  /// Makes all blocks durable, and then the cut; gives its name. From here on it is a backup.
  public func add(_ cut: BackupCut) throws(BackupError) -> String {
    try sync()
    let name = CutName(seconds: cut.seconds, number: cut.number).text
    try BackupFile.write(cut.packed(), to: path(ofCut: name))
    try BackupFile.sync(path(ofCut: name))
    try BackupFile.sync("\(path)/cuts")
    return name
  }

  /// The number of the next cut.
  public func nextNumber() throws(BackupError) -> Int {
    (try cutNames().compactMap(CutName.number).max() ?? 0) + 1
  }
}
