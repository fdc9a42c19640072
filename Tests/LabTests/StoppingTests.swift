import Glibc
import Testing

@testable import lab

@Suite("Waiting in the lab")
struct StoppingTests {
  @Test("ends when it is so, or when the time is over")
  func ends() throws {
    let stopping = Stopping()
    var turns = 0
    let isSo = try stopping.wait(milliseconds: 60_000) {
      turns += 1
      return turns == 3
    }
    #expect(isSo)
    #expect(turns == 3)
    #expect(try !stopping.wait(milliseconds: 20) { false })
  }

  @Test("counts no time in which the lab itself was not let run")
  func starved() throws {
    var turns = 0
    let isSo = try Stopping().wait(milliseconds: 200) {
      turns += 1
      // As a machine with too much to do would.
      usleep(150_000)
      return turns == 4
    }
    #expect(isSo, "three turns of 150 ms are 150 ms of 200")
  }

  @Test("ends with whoever stops the lab, or a part of it")
  func stops() throws {
    let above = Stopping()
    let below = Stopping(with: above)
    #expect(throws: Never.self) { try above.sleep(milliseconds: 1) }
    below.request()
    #expect(throws: LabError.self) { try below.sleep(milliseconds: 60_000) }
    #expect(throws: Never.self) { try above.check() }
    above.request()
    #expect(throws: LabError.self) { try above.wait(milliseconds: 60_000) { false } }
  }
}
