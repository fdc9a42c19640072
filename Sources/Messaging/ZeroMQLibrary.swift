import CZeroMQ

/// The libzmq that this process runs with, which need not be the one that it was built with.
public enum ZeroMQLibrary {
  /// Its version.
  public static var version: (major: Int, minor: Int, patch: Int) {
    var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
    unsafe zmq_version(&major, &minor, &patch)
    return (Int(major), Int(minor), Int(patch))
  }

  /// Whether it can encrypt.
  public static var hasCurve: Bool { unsafe zmq_has("curve") == 1 }
}
