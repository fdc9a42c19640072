import CZeroMQ

/// What can go wrong between nodes, in words that name the way out.
public enum MessagingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// libzmq refused a call.
  case library(call: String, reason: String)
  /// An endpoint that cannot be bound.
  case cannotBind(endpoint: String, reason: String)
  /// An endpoint that cannot be connected to, whoever listens there.
  case cannotConnect(endpoint: String, reason: String)
  /// A socket without CURVE was asked to leave the machine.
  case notLocal(endpoint: String)
  /// A dealer that is connected was asked to connect.
  case alreadyConnected(endpoint: String)
  /// Nobody answers at the endpoint.
  case nobodyListens(endpoint: String)
  /// The server at the endpoint does not have our key on its list.
  case keyRefused(endpoint: String, key: PublicKey)
  /// The other side hung up during the handshake.
  case handshakeFailed(endpoint: String)
  /// The connection is there and the handshake has not ended yet.
  case handshakePending(endpoint: String)
  /// A file that cannot be read or written.
  case file(path: String, reason: String)
  /// A secret key that others could read.
  case exposedSecret(path: String, mode: String)
  /// A secret key that belongs to another user.
  case foreignSecret(path: String, owner: UInt32, user: UInt32)
  /// A file that exists and would have been overwritten.
  case fileExists(path: String)
  /// Text that is no key.
  case notAKey(what: String)
  /// A line of an allow-list that means nothing.
  case badAllowList(path: String, line: Int, reason: String)
  /// A thread or descriptor that could not be had.
  case resources(String)

  /// The error in words.
  public var description: String {
    switch self {
    case .library(let call, let reason): "\(call): \(reason)"
    case .cannotBind(let endpoint, let reason):
      "cannot listen at \(endpoint): \(reason); stop what listens there or choose another endpoint"
    case .cannotConnect(let endpoint, let reason):
      "cannot connect to \(endpoint): \(reason); endpoints look like tcp://10.0.0.7:5040"
    case .notLocal(let endpoint):
      "\(endpoint) leaves this machine, which needs CURVE keys; without keys use tcp://127.0.0.1"
    case .alreadyConnected(let endpoint):
      "already connected to \(endpoint); disconnect first, a dealer has one peer"
    case .nobodyListens(let endpoint):
      "nobody listens at \(endpoint); start the node there or correct the endpoint"
    case .keyRefused(let endpoint, let key):
      "\(endpoint) refused this key; add the line \"\(key) ROLE NAME\" to the allow-list there"
    case .handshakeFailed(let endpoint):
      "\(endpoint) broke off the handshake; check its public key here, and that a node is there"
    case .handshakePending(let endpoint): "\(endpoint) has not finished the handshake; wait for it"
    case .file(let path, let reason): "\(path): \(reason)"
    case .exposedSecret(let path, let mode):
      "\(path): mode \(mode) lets others use this secret key; run chmod 600 \(path)"
    case .foreignSecret(let path, let owner, let user):
      "\(path): belongs to user \(owner), we are \(user); run chown \(user) \(path)"
    case .fileExists(let path):
      "\(path): exists, and keys are never overwritten; move it away or choose another path"
    case .notAKey(let what): "\(what) is not a key; keys are 40 characters of Z85"
    case .badAllowList(let path, let line, let reason): "\(path):\(line): \(reason)"
    case .resources(let what): what
    }
  }

  /// What libzmq's last call in this thread complained about.
  static func lastReason() -> String {
    guard let words = unsafe zmq_strerror(zmq_errno()) else { return "error \(zmq_errno())" }
    return unsafe String(cString: words)
  }
}
