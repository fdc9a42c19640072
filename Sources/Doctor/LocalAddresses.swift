import Glibc

/// The addresses of this machine, by the interface that has them.
struct LocalAddresses {
  var entries: [(interface: String, address: String)]

  /// Those of this machine.
  static func here() -> LocalAddresses {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard unsafe getifaddrs(&first) == 0 else { return LocalAddresses(entries: []) }
    defer { unsafe freeifaddrs(first) }
    var entries: [(interface: String, address: String)] = []
    var next = unsafe first
    while let entry = unsafe next {
      if let address = unsafe text(entry.pointee.ifa_addr) {
        entries.append((unsafe String(cString: entry.pointee.ifa_name), address))
      }
      unsafe next = entry.pointee.ifa_next
    }
    return LocalAddresses(entries: entries)
  }

  /// The numbers of an address, or of the interface of that name; nothing where it is neither.
  func address(of host: String) -> String? {
    if entries.contains(where: { $0.address == host }) { return host }
    return entries.first { $0.interface == host }?.address
  }

  /// Those that others can reach.
  var open: [String] {
    entries.map(\.address).filter { !Self.isLoopback($0) && !$0.hasPrefix("fe80:") }
  }

  /// Whether only this machine reaches an address.
  static func isLoopback(_ address: String) -> Bool {
    address.hasPrefix("127.") || address == "::1" || address == "localhost"
  }

  /// Whether an address means all of a machine's.
  static func isWildcard(_ address: String) -> Bool { ["*", "0.0.0.0", "::"].contains(address) }

  private static func text(_ address: UnsafeMutablePointer<sockaddr>?) -> String? {
    guard let address = unsafe address else { return nil }
    let family = unsafe Int32(address.pointee.sa_family)
    guard family == AF_INET || family == AF_INET6 else { return nil }
    let size = family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
    var room = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let code = unsafe getnameinfo(
      address, socklen_t(size), &room, socklen_t(room.count), nil, 0, NI_NUMERICHOST)
    guard code == 0 else { return nil }
    return String(decoding: room.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
