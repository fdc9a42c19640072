extension Socket {
  /// Receives the part that must be the last of its message and fit a frame; nil when there is none
  /// or when it was refused, which is counted.
  ///
  /// A message of many parts is thrown away part by part and never gathered here. libzmq has it in
  /// memory by then: it limits the bytes of a part and the number of messages, not the number of
  /// parts. A router bounds that by cutting off connections that do not end their message.
  ///
  /// `note` is told of the bytes of each part, and of the connection that it came over.
  func receivePayload(
    from: RoutingID?, _ counts: inout Traffic, note: (_ bytes: Int, Int32?) -> Void = { _, _ in }
  ) -> Incoming? {
    enum Payload {
      case whole(Incoming)
      case manyParts, tooLarge
    }
    let payload = receive { part in
      unsafe note(part.bytes.count, part.descriptor)
      if part.more { return Payload.manyParts }
      guard unsafe part.bytes.count <= MessageLimit.maximumBytes else { return Payload.tooLarge }
      let bytes = unsafe Array(part.bytes)
      return Payload.whole(Incoming(from: from, key: part.key, bytes: bytes))
    }
    switch payload {
    case .whole(let incoming): return incoming
    case .manyParts:
      while receive({ part in
        unsafe note(part.bytes.count, part.descriptor)
        return part.more
      }) == true {}
      counts.refusedParts += 1
    case .tooLarge: counts.refusedSize += 1
    case nil: break
    }
    return nil
  }
}
