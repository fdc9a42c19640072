import Coordination
import Testing
import WireProtocol

@Suite("Whom a worker obeys")
struct ObedienceTests {
  private func orders(_ term: UInt64) -> Frame { Frame(.orders(Orders(version: term << 32 + 1))) }
  private let pulse = Frame(.pulse(Pulse(ordersVersion: 1)))
  private let standby = Frame(.refusal(Refusal(.standby, "another one leads")))
  private let start = Instant(milliseconds: 0)

  @Test("is who gives orders, until another one gives orders of a later term")
  func terms() {
    var obedience = Obedience<String>(at: start)
    let pulseOfAnyone = obedience.takes(pulse, from: "a", at: start)
    #expect(pulseOfAnyone && obedience.obeyed == nil)
    let first = obedience.takes(orders(1), from: "a", at: start)
    #expect(first && obedience.obeyed == "a")
    let other = obedience.takes(pulse, from: "b", at: start)
    let later = obedience.takes(orders(2), from: "b", at: start)
    let earlier = obedience.takes(orders(1), from: "a", at: start)
    #expect(!other && later && !earlier && obedience.obeyed == "b")
  }

  @Test("is nobody when that one stands by, or is not there any more")
  func standsBy() {
    var obedience = Obedience("a", at: start)
    let other = obedience.takes(standby, from: "b", at: start)
    #expect(!other && obedience.obeyed == "a")
    let own = obedience.takes(standby, from: "a", at: start)
    #expect(!own && obedience.obeyed == nil)
    let orders = obedience.takes(orders(3), from: "b", at: start)
    obedience.forget("a")
    #expect(orders && obedience.obeyed == "b")
    obedience.forget("b")
    #expect(obedience.obeyed == nil)
  }

  @Test("is looked for more often while nothing is heard")
  func greetings() {
    func count(_ hears: Bool) -> Int {
      var obedience = Obedience("a", at: start)
      return (0..<100).count { turn in
        let now = Instant(milliseconds: Int64(turn) * 100)
        if hears { _ = obedience.takes(pulse, from: "a", at: now) }
        return obedience.mustGreet(at: now)
      }
    }
    #expect(count(true) == 5 && count(false) > 20)
  }
}
