/// The first of many moves.
struct BestMoves {
  let most: Int
  /// Sorted whenever it is full; what comes after the `most`-th by then is out for good.
  private var gathered: [PackMove] = []
  private var worst: PackMove?

  init(most: Int) { self.most = most }

  /// Whether a move of about this rank could be among the first: most need not even be made.
  func mayTake(_ rank: Double) -> Bool {
    guard let worst else { return true }
    return rank <= worst.rank * (1 + 1e-6) + 1e-12
  }

  mutating func offer(_ move: PackMove) {
    if let worst, !PackMove.isBefore(move, worst) { return }
    gathered.append(move)
    if gathered.count >= 2 * most {
      gathered = moves
      worst = gathered.last
    }
  }

  var moves: [PackMove] { Array(gathered.sorted(by: PackMove.isBefore).prefix(most)) }
}
