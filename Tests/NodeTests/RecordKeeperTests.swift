import ClusterStore
import Coordination
import TestSupport
import Testing
import Threading

@testable import CoordinatorNode

@Suite("The keeper of records")
struct RecordKeeperTests {
  @Test("a write that had happened after all meets itself, another one does not")
  func repeated() throws {
    let folder = try TemporaryFolder()
    let store = try SQLiteClusterStore(folder: folder.path)
    _ = try store.make([Change("run/1", to: [1], expected: 0)])
    let answers = Mailbox<String>(limit: 8)
    // It knows of no record, as after a write whose answer was an error.
    let keeper = try RecordKeeper(store, versions: [:]) { event in
      switch event {
      case .stored(let token): _ = answers.post("stored \(token)")
      case .storeFailed(let token, _): _ = answers.post("failed \(token)")
      default: break
      }
    }
    for (token, value) in [(1, [9]), (2, [1]), (3, [2])] as [(UInt64, [UInt8])] {
      #expect(keeper.keep(RecordKeeper.Write(token: token, key: "run/1", value: value)))
    }
    keeper.stop()
    #expect(answers.drain() == ["failed 1", "stored 2", "stored 3"])
  }
}
