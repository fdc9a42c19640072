public import Threading

/// Follows the file of a secret key while its owner runs, so that a pair that is put in the place
/// of another one is taken over without a restart.
///
/// Looked at by time, like the allow-list and for the same reasons. A file that cannot be used
/// changes nothing: the pair before stays.
public struct KeyWatch: Sendable {
  /// How often the file is looked at. A look is one call of some microseconds.
  public static let lookMilliseconds: Int64 = 250

  private let path: String
  /// Nothing until it is looked at first, and while the file is not there.
  private var stamp: SafeFile.Stamp?
  private var lookAt = Moment(milliseconds: 0)
  /// The pair that is there; of a file that is gone, none.
  public private(set) var keys: CurveKeyPair?
  /// Why what is there now cannot be used; nothing when it can.
  public private(set) var trouble: MessagingError?

  /// Follows a file; `keys` is what was read of it, if anything was.
  public init(_ path: String, holding keys: CurveKeyPair? = nil) {
    self.path = path
    self.keys = keys
  }

  /// Looks, when it is time or it is wanted at once; whether another pair is there than before, or
  /// none any more.
  public mutating func hasChanged(at now: Moment, atOnce: Bool = false) -> Bool {
    guard atOnce || now >= lookAt else { return false }
    lookAt = now + Self.lookMilliseconds
    let before = keys?.publicKey
    guard let new = try? SafeFile.stamp(of: path) else {
      (stamp, keys, trouble) = (nil, nil, nil)
      return before != nil
    }
    guard new != stamp else { return false }
    // Kept before reading: what cannot be used is not read again until it changes.
    stamp = new
    do throws(MessagingError) {
      keys = try KeyFile.readSecret(path)
      trouble = nil
    } catch {
      trouble = error
    }
    return keys?.publicKey != before
  }
}
