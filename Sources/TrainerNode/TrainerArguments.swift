/// What a crew tells a trainer when it starts it.
struct TrainerArguments: Equatable {
  /// The trainer's end of the channel.
  static let channel: Int32 = 3
  /// The page that both share.
  static let breadcrumb: Int32 = 4

  private static let parentOption = "--parent="
  private static let memoryOption = "--memory-bytes="

  var parent: Int32
  var memoryBytes: Int?

  init(parent: Int32, memoryBytes: Int?) {
    self.parent = parent
    self.memoryBytes = memoryBytes
  }

  /// Reads the words; nil when they are not a crew's.
  init?(_ words: [String]) {
    var parent: Int32?
    for word in words {
      if word.hasPrefix(Self.parentOption) {
        parent = Int32(word.dropFirst(Self.parentOption.count))
      } else if word.hasPrefix(Self.memoryOption) {
        guard let bytes = Int(word.dropFirst(Self.memoryOption.count)), bytes > 0 else {
          return nil
        }
        memoryBytes = bytes
      } else {
        return nil
      }
    }
    guard let parent else { return nil }
    self.parent = parent
  }

  var words: [String] {
    [Self.parentOption + String(parent)]
      + (memoryBytes.map { [Self.memoryOption + String($0)] } ?? [])
  }
}
