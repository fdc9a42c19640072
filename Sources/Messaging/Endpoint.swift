/// Where a socket listens or connects, in libzmq's spelling.
enum Endpoint {
  /// Whether bytes to this endpoint stay on this machine, so that CURVE may be left out.
  static func isLocal(_ endpoint: String) -> Bool {
    ["inproc://", "ipc://", "tcp://127."].contains { endpoint.hasPrefix($0) }
  }
}
