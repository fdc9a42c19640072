import Testing
import TestSupport
import Threading

@Suite("Mailbox")
struct MailboxTests {
  @Test("Elements come out in the order in which they went in")
  func order() {
    let mailbox = Mailbox<Int>(limit: 8)
    for number in 0..<8 { #expect(mailbox.post(number)) }
    #expect(mailbox.take(timeoutMilliseconds: 0, atMost: 3) == [0, 1, 2])
    #expect(mailbox.take(timeoutMilliseconds: 0, atMost: 3) == [3, 4, 5])
    #expect(mailbox.drain() == [6, 7])
  }

  @Test("A full mailbox refuses, and has room again after a take")
  func full() {
    let mailbox = Mailbox<Int>(limit: 2)
    #expect(mailbox.post(1) && mailbox.post(2))
    #expect(!mailbox.post(3))
    #expect(mailbox.take(timeoutMilliseconds: 0, atMost: 1) == [1])
    #expect(mailbox.post(4))
    #expect(mailbox.drain() == [2, 4])
  }

  @Test("A take from an empty mailbox ends at its deadline")
  func deadline() {
    #expect(Mailbox<Int>(limit: 1).take(timeoutMilliseconds: 5).isEmpty)
  }

  @Test("Closing wakes a reader, refuses posts and keeps what waits")
  func closing() throws {
    let mailbox = Mailbox<Int>(limit: 4)
    let taken = Mailbox<[Int]>(limit: 4)
    let reader = try Thread(name: "reader") {
      _ = taken.post(mailbox.take(timeoutMilliseconds: nil))
      _ = taken.post(mailbox.take(timeoutMilliseconds: nil))
    }
    #expect(mailbox.post(7))
    #expect(taken.take(timeoutMilliseconds: nil) == [[7]])
    mailbox.close()
    reader.join()
    #expect(taken.drain() == [[]])
    #expect(!mailbox.post(8))
  }

  @Test("Each element of four writers reaches exactly one of two readers, in its writer's order")
  func stress() throws {
    let each = 5_000
    let mailbox = Mailbox<(writer: Int, number: Int)>(limit: 64)
    let groups = Locked<[[(writer: Int, number: Int)]]>([])
    let readers = try (0..<2).map { index in
      try Thread(name: "reader-\(index)") {
        var mine: [(writer: Int, number: Int)] = []
        while true {
          let taken = mailbox.take(timeoutMilliseconds: nil, atMost: index == 0 ? .max : 3)
          if taken.isEmpty { break }
          mine += taken
        }
        let all = mine
        groups.withLock { $0.append(all) }
      }
    }
    let writers = try (0..<4).map { writer in
      try Thread(name: "writer-\(writer)") {
        for number in 0..<each {
          while !mailbox.post((writer, number)) { yieldProcessor() }
        }
      }
    }
    for thread in writers { thread.join() }
    mailbox.close()
    for thread in readers { thread.join() }
    let read = groups.withLock { $0 }
    for writer in 0..<4 {
      let byReader = read.map { $0.filter { $0.writer == writer }.map(\.number) }
      #expect(byReader.allSatisfy { $0 == $0.sorted() })
      #expect(byReader.joined().sorted() == Array(0..<each))
    }
  }

  @Test("A post makes the descriptor of the wake-up readable until it is cleared")
  func wakeUp() throws {
    let wakeUp = try WakeUp()
    let mailbox = Mailbox<Int>(limit: 4, wakeUp: wakeUp)
    #expect(!isReadable(wakeUp.descriptor))
    #expect(mailbox.post(1) && mailbox.post(2))
    #expect(isReadable(wakeUp.descriptor))
    wakeUp.clear()
    #expect(!isReadable(wakeUp.descriptor))
    #expect(mailbox.drain() == [1, 2])
  }
}
