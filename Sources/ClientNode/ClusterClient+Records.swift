import Packing
import WireProtocol

/// What a backup keeps of the coordinator's records.
extension ClusterClient {
  /// How often what is read in pieces is begun again because it has changed meanwhile.
  private static let mostTries = 5

  /// What there is.
  func recordList() throws(ClientError) -> RecordList {
    let bytes = try kept("")
    do throws(PackingError) {
      var reader = ByteReader(bytes)
      let list = try RecordList(from: &reader)
      try reader.finish()
      return list
    } catch { throw Self.senseless(error) }
  }

  /// The bytes under a name, as the coordinator packed them.
  func kept(_ name: String) throws(ClientError) -> [UInt8] {
    for _ in 0..<Self.mostTries {
      if let bytes = try pieces(of: name) { return bytes }
    }
    throw .unexpected(node: "the coordinator", what: "records that change while they are read")
  }

  /// All pieces of a name; nothing where they are of different moments.
  private func pieces(of name: String) throws(ClientError) -> [UInt8]? {
    var bytes: [UInt8] = []
    var hash: UInt64?
    while true {
      let question = RecordsRequest(name: name, offset: bytes.count)
      guard case .records(let piece) = try ask(.recordsRequest(question)) else {
        throw .unexpected(node: "the coordinator", what: "something else than its records")
      }
      guard hash == nil || hash == piece.hash, bytes.count + piece.bytes.count <= piece.total,
        !piece.bytes.isEmpty || bytes.count == piece.total
      else { return nil }
      hash = piece.hash
      bytes += piece.bytes
      if bytes.count == piece.total { return XXH64.hash(bytes) == hash ? bytes : nil }
    }
  }

  private static func senseless(_ error: PackingError) -> ClientError {
    .unexpected(node: "the coordinator", what: "records that make no sense: \(error)")
  }
}
