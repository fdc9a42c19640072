/// Removing what is not wanted any more.
extension BackupFolder {
  /// What was removed.
  public struct Pruned: Equatable, Sendable {
    /// The cuts.
    public var cuts: [String] = []
    /// Blocks that no cut needs any more, those of interrupted backups among them, and their bytes.
    public var blocks = 0, bytes = 0

    /// Nothing.
    public init() {}
  }

  /// Keeps the newest cuts, and removes the others and the blocks that none of the kept ones needs.
  /// Where one that is kept cannot be read nothing is removed: which blocks it needs is not known.
  public func keep(newest count: Int) throws(BackupError) -> Pruned {
    precondition(count > 0, "at least one cut is kept")
    let names = try cutNames()
    var needed: Set<BlockName> = []
    for name in names.suffix(count) { needed.formUnion(try cut(name).blocks) }
    var pruned = Pruned()
    for name in names.dropLast(count) {
      try BackupFile.remove(path(ofCut: name))
      pruned.cuts.append(name)
    }
    // Gone for good before the first of its blocks is: no cut lacks a block at any moment.
    try BackupFile.sync("\(path)/cuts")
    let texts = Set(needed.map(\.text))
    let blocks = "\(path)/blocks"
    for folder in try BackupFile.names(in: blocks) {
      for name in try BackupFile.names(in: "\(blocks)/\(folder)") where !texts.contains(name) {
        let file = "\(blocks)/\(folder)/\(name)"
        pruned.bytes += BackupFile.size(file) ?? 0
        try BackupFile.remove(file)
        pruned.blocks += 1
      }
    }
    return pruned
  }
}
