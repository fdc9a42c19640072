public import Demand
import Glibc
import Packing

/// Where the bytes of a table come from: a file, standard input or memory, read in large pieces.
public final class ByteSource {
  /// The name that errors use.
  public let name: String
  /// How many bytes were read since the start or the last `rewind`.
  public private(set) var bytesRead = 0
  /// How the text is to be read; where nobody says, its first bytes do.
  public var choice: TextFormat.Choice?
  /// How the text turned out to be written, once a reader has begun on it.
  public internal(set) var format: TextFormat?

  private let descriptor: Int32
  private let ownsDescriptor: Bool
  private let memory: [UInt8]
  private let pieceBytes: Int
  /// What was looked at ahead and not read yet.
  private var ahead: [UInt8] = []

  private init(
    name: String, descriptor: Int32, ownsDescriptor: Bool, memory: [UInt8] = [],
    pieceBytes: Int = .max
  ) {
    self.name = name
    self.descriptor = descriptor
    self.ownsDescriptor = ownsDescriptor
    self.memory = memory
    self.pieceBytes = pieceBytes
    choice = TextFormat.Choice(path: name)
  }

  /// Opens a file; `-` is standard input.
  public convenience init(path: String) throws(TableError) {
    if path == "-" {
      self.init(name: "standard input", descriptor: STDIN_FILENO, ownsDescriptor: false)
      return
    }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .unreadable(file: path, reason: SystemReason.opening(errno))
    }
    self.init(name: path, descriptor: descriptor, ownsDescriptor: true)
    var information = stat()
    guard unsafe fstat(descriptor, &information) == 0,
      information.st_mode & S_IFMT != S_IFDIR
    else { throw .unreadable(file: path, reason: "it is a folder; name a file in it") }
  }

  /// Reads bytes that are there already, at most `pieceBytes` at once, as a slow pipe would give
  /// them.
  public convenience init(bytes: [UInt8], name: String, pieceBytes: Int = .max) {
    precondition(pieceBytes > 0, "a piece of nothing is the end")
    self.init(
      name: name, descriptor: -1, ownsDescriptor: false, memory: bytes, pieceBytes: pieceBytes)
  }

  deinit {
    if ownsDescriptor { close(descriptor) }
  }

  /// Whether the bytes can be read again from the start.
  public var isRewindable: Bool { descriptor < 0 || lseek(descriptor, 0, SEEK_CUR) >= 0 }

  /// Goes back to the start.
  public func rewind() throws(TableError) {
    guard descriptor < 0 || lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw .notRewindable(file: name)
    }
    bytesRead = 0
    ahead = []
  }

  /// The next bytes, which stay to be read: as many as asked for unless the end comes before.
  func peek(_ count: Int) throws(TableError) -> [UInt8] {
    var piece = [UInt8](repeating: 0, count: count)
    while ahead.count < count {
      var failure: TableError?
      let got = unsafe piece.withUnsafeMutableBytes { room in
        do throws(TableError) { return unsafe try take(into: room) } catch {
          failure = error
          return 0
        }
      }
      if let failure { throw failure }
      guard got > 0 else { break }
      ahead += piece[..<got]
    }
    return Array(ahead.prefix(count))
  }

  /// Reads the next bytes, at most as many as fit; 0 only at the end.
  public func read(into room: UnsafeMutableRawBufferPointer) throws(TableError) -> Int {
    guard !ahead.isEmpty else { return unsafe try take(into: room) }
    let count = min(room.count, ahead.count)
    unsafe room.copyBytes(from: ahead[..<count])
    ahead.removeFirst(count)
    return count
  }

  /// Moves what is `unread` of a buffer to its start and reads more behind it, up to `capacity`
  /// bytes in all; a line feed stands past the last one, where scans stop.
  func refill(
    _ buffer: UnsafeMutablePointer<UInt8>, unread: Range<Int>, capacity: Int
  ) throws(TableError) -> (limit: Int, isAtEnd: Bool) {
    unsafe buffer.update(from: buffer + unread.lowerBound, count: unread.count)
    let room = unsafe UnsafeMutableRawBufferPointer(
      start: buffer + unread.count, count: capacity - unread.count)
    let count = unsafe try read(into: room)
    unsafe buffer[unread.count + count] = UInt8(ascii: "\n")
    return (unread.count + count, count == 0)
  }

  private func take(into room: UnsafeMutableRawBufferPointer) throws(TableError) -> Int {
    guard descriptor >= 0 else { return unsafe copyMemory(into: room) }
    while true {
      let count = unsafe Glibc.read(descriptor, room.baseAddress, room.count)
      if count >= 0 {
        bytesRead += count
        return count
      }
      guard errno == EINTR else {
        throw .unreadable(file: name, reason: SystemReason.text(errno))
      }
    }
  }

  private func copyMemory(into room: UnsafeMutableRawBufferPointer) -> Int {
    let end = min(memory.count, bytesRead + min(room.count, pieceBytes))
    unsafe room.copyBytes(from: memory[bytesRead..<end])
    defer { bytesRead = end }
    return end - bytesRead
  }
}

extension ByteSource {
  private static let hashedPieceBytes = 1 << 20

  /// The identity of a file: XXH64 of its content with seed 0 and with seed 1, in one pass.
  public static func contentID(path: String) throws(TableError) -> SourceID {
    let source = try ByteSource(path: path)
    guard source.isRewindable else { throw .notRewindable(file: source.name) }
    let room = UnsafeMutableRawBufferPointer.allocate(
      byteCount: hashedPieceBytes, alignment: 16)
    defer { unsafe room.deallocate() }
    var high = XXH64(seed: 0)
    var low = XXH64(seed: 1)
    while true {
      let count = unsafe try source.read(into: room)
      guard count > 0 else { break }
      let piece = unsafe UnsafeRawBufferPointer(rebasing: room[0..<count])
      unsafe high.update(piece)
      unsafe low.update(piece)
    }
    // Standard input may be a file, which somebody reads next.
    try source.rewind()
    return SourceID(high: high.digest(), low: low.digest())
  }
}

/// What the system says, with the way out where there is one.
enum SystemReason {
  static func text(_ code: Int32) -> String {
    switch code {
    case ENOSPC: "the disk is full; free some space or write elsewhere, then run it again"
    case EDQUOT: "the disk quota is used up; free some space or write elsewhere"
    case EFBIG: "the file would be larger than the system allows; write elsewhere"
    default: unsafe String(cString: strerror(code))
    }
  }

  static func opening(_ code: Int32) -> String {
    switch code {
    case ENOENT: "there is no such file; check the name and the folder"
    case EACCES: "permission denied; change its permissions or run as its owner"
    default: text(code)
    }
  }
}
