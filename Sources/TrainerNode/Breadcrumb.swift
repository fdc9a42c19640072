internal import CLinux
internal import Glibc
internal import Synchronization

/// A page that a trainer and its crew share, on which the trainer says where it is. It outlives the
/// trainer, whatever happens to it.
///
/// The crew believes nothing here that it cannot check: a wrong crumb costs repeated work, never a
/// wrong outcome.
@safe struct Breadcrumb: ~Copyable {
  private static let size = 4_096

  private let words: UnsafeMutablePointer<Atomic<UInt64>>

  private enum Word: Int {
    case begunGroup, begunItems, memoryExhausted
  }

  /// The page as a descriptor, for the trainer to inherit.
  let descriptor: Int32

  /// Makes a page; nil with `errno` when the system does not give one.
  init?() {
    descriptor = unsafe memfd_create("granary-trainer", UInt32(granary_mfd_cloexec))
    guard descriptor >= 0 else { return nil }
    guard ftruncate(descriptor, Self.size) == 0, let words = unsafe Self.map(descriptor) else {
      close(descriptor)
      return nil
    }
    unsafe self.words = words
  }

  /// For the trainer: maps the page behind a descriptor and takes the descriptor over.
  init?(inherited descriptor: Int32) {
    guard let words = unsafe Self.map(descriptor) else { return nil }
    unsafe self.words = words
    self.descriptor = descriptor
  }

  deinit {
    unsafe munmap(words, Self.size)
    close(descriptor)
  }

  private static func map(_ descriptor: Int32) -> UnsafeMutablePointer<Atomic<UInt64>>? {
    let address = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard unsafe address != MAP_FAILED else { return nil }
    // An `Atomic` is its value in memory, and a new page is all zeroes.
    return unsafe address?.assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  private func load(_ word: Word) -> UInt64 {
    unsafe words[word.rawValue].load(ordering: .acquiring)
  }

  private func store(_ value: UInt64, _ word: Word) {
    unsafe words[word.rawValue].store(value, ordering: .releasing)
  }

  /// The serial of the last group that was begun; 0 before the first.
  var begunGroup: UInt64 { load(.begunGroup) }

  /// The number of the last begun group's items that were begun. It beats for work that is done
  /// item by item, and stays at the size of the group for work that is done in lanes.
  var begunItems: Int { Int(clamping: load(.begunItems)) }

  /// Whether the trainer noted on its way down that it had run out of memory.
  var memoryExhausted: Bool { load(.memoryExhausted) != 0 }

  /// A group begins, before anything of it is touched.
  func begin(group serial: UInt64) {
    store(0, .begunItems)
    store(serial, .begunGroup)
  }

  /// Items of the group begin.
  func beat(_ count: Int) {
    unsafe words[Word.begunItems.rawValue].add(UInt64(count), ordering: .releasing)
  }

  /// The word that a signal handler sets when memory has run out.
  var memoryNote: UnsafeMutablePointer<Atomic<UInt64>> {
    unsafe words + Word.memoryExhausted.rawValue
  }
}
