import Testing

@testable import Recurrent

@Suite struct OwnLaneTests {
  private func lane(steps: Int = 5) -> OwnLane {
    var settings = OwnTraining()
    (settings.steps, settings.patience) = (steps, 2)
    return OwnLane(settings, pull: 0.25, sharedLoss: 2, startLoss: 1.5)
  }

  @Test func `The best of the validations counts, from the start on`() {
    var lane = lane()
    let verdicts: [OwnLane.Verdict] = [1.2, 1.4, 1, 1.1, 1.3].map { (loss: Float) in
      #expect(lane.stepped(loss: 1, norm: 1) == .goOn)
      #expect(lane.isDue)
      return lane.validated(loss)
    }
    #expect(verdicts == [.keep, .goOn, .keep, .goOn, .goOn])
    #expect(!lane.isActive)
    let result = lane.result { [7] }
    #expect(result.weights == [7] && result.bestStep == 3 && result.gain == 0.5)
    #expect(result.curve == [1.5, 1.2, 1.4, 1, 1.1, 1.3] && result.pull == 0.25)
  }

  @Test func `What is not finite starts anew once, and forgets what came of it`() {
    var lane = lane()
    _ = lane.stepped(loss: 1, norm: 1)
    #expect(lane.validated(0.2) == .keep)
    #expect(lane.stepped(loss: 1, norm: .infinity) == .startAnew)
    #expect(lane.isActive && lane.learned.curve == [1.5] && lane.learned.bestStep == 0)
    #expect(!lane.isDue)
    for loss: Float in [1.4, 1.3, 1.2, 1.1, 1] {
      #expect(lane.stepped(loss: 1, norm: 1) == .goOn)
      #expect(lane.validated(loss) == .keep)
    }
    #expect(!lane.isActive)
    let result = lane.result { [7] }
    #expect(result.isSecondTry && result.trouble == nil && result.gain == 0.5)
  }

  @Test(arguments: [Float.nan, .infinity])
  func `What is not finite twice stops, and says in which step`(value: Float) {
    var lane = lane()
    #expect(lane.stepped(loss: value, norm: 1) == .startAnew)
    #expect(lane.stepped(loss: 1, norm: 1) == .goOn)
    #expect(lane.validated(value) == .goOn)
    #expect(!lane.isActive)
    let result = lane.result { [7] }
    #expect(result.trouble == .notFinite(step: 1) && result.weights == nil)
  }
}
