import Messaging
import Testing
import Threading

@Suite("Poller")
struct PollerTests {
  @Test("A post from another thread wakes the loop")
  func wakeUp() throws {
    let wakeUp = try WakeUp()
    let mailbox = Mailbox<Int>(limit: 1, wakeUp: wakeUp)
    let poller = Poller()
    let token = poller.add(wakeUp)
    let thread = try Thread(name: "poster") { _ = mailbox.post(7) }
    // The test hangs here for a minute, and then fails, when the post does not wake.
    #expect(poller.wait(timeoutMilliseconds: 60_000) == [token])
    thread.join()
    wakeUp.clear()
    #expect(mailbox.drain() == [7])
    #expect(poller.wait(timeoutMilliseconds: 0).isEmpty)
  }

  @Test("Ready sources are named in the order in which they were added")
  func several() throws {
    let context = try Context()
    let (router, dealer) = (try Router(localIn: context), try Dealer(localIn: context))
    let wakeUp = try WakeUp()
    let poller = Poller()
    let (first, second, third) = (poller.add(wakeUp), poller.add(router), poller.add(dealer))
    try dealer.connect(try router.bind("inproc://several"))
    #expect(dealer.send([1]) == .sent)
    wakeUp.signal()
    let clock = MonotonicClock()
    let deadline = clock.now + 20_000
    var ready: [Poller.Token] = []
    while ready.count < 2, clock.now < deadline { ready = poller.wait(timeoutMilliseconds: 100) }
    #expect(ready == [first, second])
    #expect(!ready.contains(third))
  }

  @Test("A source that was removed is not reported")
  func remove() throws {
    let wakeUp = try WakeUp()
    let poller = Poller()
    let token = poller.add(wakeUp)
    wakeUp.signal()
    #expect(poller.wait(timeoutMilliseconds: 0) == [token])
    poller.remove(token)
    #expect(poller.wait(timeoutMilliseconds: 0).isEmpty)
  }
}
