@testable import Simulator

extension Coverage.Occasion {
  /// In how many of 625 lives it must be met at the least: so that lives do not become quiet
  /// unnoticed, and promises hold where it is hard. About two thirds of what is met.
  var floor: Int {
    switch self {
    case .offerTooLate: 0
    case .decommissioned: 4
    case .lyingSync: 6
    case .setAside: 6
    case .offerFirst: 7
    case .destruction: 10
    case .replacement: 10
    case .bitFlip, .failedLesson, .damageFound, .scrubbed: 20
    case .straggler, .damageReported: 35
    case .coordinatorHalfStep: 60
    case .surveying: 70
    case .workerHalfStep, .headless: 80
    case .failedWork: 90
    case .workerFromAll, .workerFromCoordinator, .workerFromWorkers, .workerFromClients, .halves,
      .workersFromEachOther, .pair, .clientsFromSome, .coordinatorFromWorkers:
      110
    case .released: 100
    case .coordinatorCrash, .pricing, .running: 120
    case .failedStore, .failedSync: 140
    case .fencedStore: 95
    case .coordinatorPause, .join, .retried: 150
    case .stalledFollower: 160
    case .handOver: 190
    case .clockStandstill, .oneWayCut, .drained: 200
    case .clockJump, .promotion, .takeover: 210
    case .workerCrash: 220
    case .cutMessage, .comeBack: 230
    case .failover: 250
    case .workerPause, .cut, .failedWrite: 260
    case .fullDisk, .leave, .operatorAnswered: 270
    case .lostMessage, .doubledMessage, .lateMessage, .alone, .replicaRead: 280
    case .tailStreamed, .moving: 290
    case .replicaGone: 310
    case .betweenRuns: 330
    case .replicaMade, .teaching: 340
    case .mustCopy, .copyBegun, .copyDone: 350
    case .notFollowing: 360
    case .primaryRead: 370
    }
  }
}
