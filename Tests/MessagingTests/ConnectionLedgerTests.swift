import Testing

@testable import Messaging

@Suite("The ledger of connections")
struct ConnectionLedgerTests {
  private static let limits = ConnectionLedger.Limits(
    connections: 3, inwardBytes: 10_000, outwardBytes: 5_000, bytesOfAll: 20_000,
    leastOutwardBytes: 1_000, slowMilliseconds: 500, muteMilliseconds: 100,
    heartbeatBytesASecond: 100)
  private var ledger = ConnectionLedger(limits)
  private var counts: [Int32: TCPCounts] = [:]

  private mutating func begin(_ descriptor: Int32, at now: Int64 = 0) {
    ledger.began(descriptor, cookie: UInt64(descriptor) + 100, at: now)
    counts[descriptor] = TCPCounts(received: 0, acknowledged: 0)
  }

  private mutating func look(at now: Int64) -> [Int32] {
    let counts = counts
    return ledger.look(at: now) { descriptor, cookie in
      cookie == UInt64(descriptor) + 100 ? counts[descriptor] : nil
    }.map(\.descriptor)
  }

  private func peer(_ number: UInt32) -> RoutingID { RoutingID(number: number) }

  @Test("cuts off who sends a message that does not end, and nobody whose messages are taken")
  mutating func endless() {
    begin(1)
    begin(2)
    for step in 1...20 {
      for descriptor: Int32 in [1, 2] { counts[descriptor]?.received += 1_000 }
      ledger.took(1_000, from: peer(2), over: 2, at: Int64(step) * 100)
      let cut = look(at: Int64(step) * 100)
      #expect(cut == (step == 11 ? [1] : []), "step \(step)")
    }
    #expect(ledger.cut == [.endless: 1] && ledger.count == 1)
  }

  @Test("does not take heartbeats for a message")
  mutating func heartbeats() {
    begin(1)
    for step in 1...1_000 {
      counts[1]?.received += 90
      #expect(look(at: Int64(step) * 1_000) == [])
    }
  }

  @Test("gives nothing more to who has not read what it may have, and cuts it off after a while")
  mutating func slow() {
    begin(1)
    ledger.took(10, from: peer(1), over: 1, at: 0)
    ledger.gave(4_999, to: peer(1))
    #expect(!ledger.isFull(peer(1)))
    ledger.gave(1, to: peer(1))
    #expect(ledger.isFull(peer(1)))
    #expect(look(at: 100) == [])
    // Whoever reads something is slow and no more.
    counts[1]?.acknowledged = 900
    #expect(look(at: 500) == [])
    #expect(!ledger.isFull(peer(1)))
    #expect(look(at: 600) == [] && look(at: 1_099) == [])
    #expect(look(at: 1_200) == [1])
    #expect(ledger.cut == [.slowReader: 1])
  }

  @Test("cuts off whoever has most once all have too much together")
  mutating func together() {
    for descriptor: Int32 in 1...3 {
      begin(descriptor)
      ledger.took(10, from: peer(UInt32(descriptor)), over: descriptor, at: 0)
    }
    ledger.gave(4_000, to: peer(1))
    counts[2]?.received = 9_000
    counts[3]?.received = 9_500
    #expect(look(at: 100) == [3])
    // With half of it taken nobody gets more than the least.
    #expect(!ledger.isFull(peer(2)))
    ledger.gave(7_000, to: peer(1))
    ledger.gave(1_000, to: peer(2))
    #expect(ledger.isFull(peer(2)))
  }

  @Test("cuts off of too many those that said nothing, the oldest first, then the most silent")
  mutating func crowd() {
    for descriptor: Int32 in 1...3 { begin(descriptor, at: Int64(descriptor)) }
    ledger.took(10, from: peer(1), over: 1, at: 500)
    begin(4, at: 950)
    #expect(look(at: 1_000) == [2])
    begin(5, at: 1_000)
    #expect(look(at: 1_000) == [3])
    for (descriptor, at) in [(Int32(4), Int64(600)), (5, 700)] {
      ledger.took(10, from: peer(UInt32(descriptor)), over: descriptor, at: at)
    }
    begin(6, at: 1_100)
    // Somebody who is shaking hands comes before one who has said nothing for longest.
    #expect(look(at: 1_110) == [6])
    #expect(ledger.cut == [.crowded: 3])
  }

  @Test("forgets a connection that ended, and takes another one for another")
  mutating func reuse() {
    begin(1)
    ledger.took(10, from: peer(1), over: 1, at: 0)
    ledger.ended(1)
    ledger.gave(1 << 20, to: peer(1))
    #expect(!ledger.isFull(peer(1)) && ledger.count == 0)
    begin(1, at: 10)
    // A message of the one before tells nothing of a descriptor that is not known.
    ledger.took(10, from: peer(9), over: 7, at: 20)
    #expect(look(at: 100) == [] && ledger.count == 1)
  }
}
