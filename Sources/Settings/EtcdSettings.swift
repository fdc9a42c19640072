public import CommandLineArguments

/// Where the coordinator keeps its records.
public enum RecordStore: String, CaseIterable, ArgumentValue {
  /// In a file of its own; there is one coordinator.
  case sqlite
  /// In etcd, for several coordinators of which one leads.
  case etcd
}

/// How coordinators reach the etcd that they share.
public struct EtcdSettings: Sendable, Equatable {
  /// Its members.
  public var endpoints = ["http://127.0.0.1:2379"]
  /// What all keys begin with.
  public var prefix = "granary/"
  /// A PEM file of the authorities that the members' certificates are signed by.
  public var ca = ""
  /// A PEM file of the certificate that is shown to them.
  public var certificate = ""
  /// A PEM file of its key.
  public var key = ""
  /// Seconds of silence after which another coordinator may lead.
  public var leaseSeconds = 3
  /// Seconds after which the next member is asked.
  public var timeoutSeconds = 1.0

  /// Their declarations, as settings of the chapter that holds them at `place`.
  static func settings<Chapter>(
    _ name: String, _ place: any WritableKeyPath<Chapter, EtcdSettings> & Sendable
  ) -> [Setting<Chapter>] {
    settings.map { $0.lifted(into: name, place) }
  }

  private static let settings: [Setting<Self>] = [
    Setting(
      "endpoints", \.endpoints, eachOf: .webAddress,
      "Members of the etcd that several coordinators share; the one that answered last is asked "
        + "first."),
    Setting(
      "prefix", \.prefix, .keyPrefix,
      "What this cluster's keys in etcd begin with; another one for each cluster that shares it."),
    Setting(
      "ca", \.ca, .any,
      "PEM file of the authorities that sign etcd's certificates; empty for the system's."),
    Setting(
      "certificate", \.certificate, .any,
      "PEM file of the certificate that the coordinator shows to etcd; empty for none."),
    Setting("key", \.key, .any, "PEM file of the key of that certificate."),
    Setting(
      "leaseSeconds", \.leaseSeconds, .within(2...60), unit: "seconds",
      "Silence of the coordinator that leads after which another one may; at least twice "
        + "timeoutSeconds."),
    Setting(
      "timeoutSeconds", \.timeoutSeconds, .within(0.1...30), unit: "seconds",
      "Time for a member of etcd to answer, after which the next one is asked."),
  ]
}

extension ValueLimits<String> {
  /// Where a member of etcd is.
  static var webAddress: ValueLimits {
    ValueLimits(
      expectation: "an address such as http://127.0.0.1:2379 or https://HOST:PORT",
      summary: "http://HOST:PORT or https://HOST:PORT"
    ) { text in
      for scheme in ["http://", "https://"] where text.hasPrefix(scheme) {
        let address = text.dropFirst(scheme.count)
        guard let colon = address.lastIndex(of: ":"), colon != address.startIndex,
          let port = UInt16(address[address.index(after: colon)...]), port > 0
        else { return false }
        return !address.contains { $0 == "/" || $0 == "@" || $0.isWhitespace }
      }
      return false
    }
  }

  /// What keys begin with: ended, so that no name of a cluster begins that of another.
  static var keyPrefix: ValueLimits {
    ValueLimits(
      expectation: "a name of at most 128 bytes that ends with /", summary: "ends with /"
    ) { $0.hasSuffix("/") && $0.utf8.count <= 128 && !$0.hasPrefix("/") }
  }
}
