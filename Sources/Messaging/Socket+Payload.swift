extension Socket {
  /// Receives the part that must be the last of its message and fit a frame; nil when there is none
  /// or when it was refused, which is counted.
  ///
  /// A message of many parts is thrown away part by part and never gathered here. libzmq has it in
  /// memory by then: it limits the bytes of a part and the number of messages, not the number of
  /// parts, so only the allow-list keeps that from strangers.
  func receivePayload(from: RoutingID?, _ counts: inout Traffic) -> Incoming? {
    enum Payload {
      case whole(Incoming)
      case manyParts, tooLarge
    }
    let payload = receive { part in
      if part.more { return Payload.manyParts }
      guard unsafe part.bytes.count <= MessageLimit.maximumBytes else { return Payload.tooLarge }
      let bytes = unsafe Array(part.bytes)
      return Payload.whole(Incoming(from: from, key: part.key, bytes: bytes))
    }
    switch payload {
    case .whole(let incoming): return incoming
    case .manyParts:
      discardRest()
      counts.refusedParts += 1
    case .tooLarge: counts.refusedSize += 1
    case nil: break
    }
    return nil
  }
}
