/// Choosing which copy serves: whoever has all of a shard can begin at once.
extension Balance {
  /// Gives each shard whose primary goes another one.
  mutating func choosePrimaries() {
    for shard in shards {
      if let node = primary[shard], copies[shard].contains(node) { continue }
      func rank(_ node: Int) -> (Int, Int, UInt64) {
        (inStep[shard].contains(node) ? 0 : 1, primaryLoad[node], ~score(shard, node))
      }
      primary[shard] = copies[shard].min { rank($0) < rank($1) }
      if let node = primary[shard] { primaryLoad[node] += 1 }
    }
  }

  /// Makes those that serve more shards than others give some to whoever has copies of them, as
  /// long as that makes two of them more equal: what cannot be made more equal stays as it is.
  mutating func levelPrimaries() {
    guard wanted > 1 else { return }
    for isReady in [true, false] {
      for shard in shards {
        guard let node = primary[shard] else { continue }
        let open = copies[shard].filter {
          primaryLoad[$0] + 1 < primaryLoad[node] && (!isReady || inStep[shard].contains($0))
        }
        func rank(_ node: Int) -> (Int, UInt64) { (primaryLoad[node], ~score(shard, node)) }
        if let best = open.min(by: { rank($0) < rank($1) }) { promote(shard, best) }
      }
    }
    while let path = promotions() {
      for step in path { promote(step.shard, step.to) }
    }
  }

  private mutating func promote(_ shard: Int, _ node: Int) {
    if let before = primary[shard] { primaryLoad[before] -= 1 }
    primary[shard] = node
    primaryLoad[node] += 1
  }

  /// A chain of promotions from a worker that serves more to one that serves at least two fewer.
  private func promotions() -> [Step]? {
    let least = primaryLoad.min() ?? 0
    var served: [[Int]] = names.map { _ in [] }
    for shard in shards { if let node = primary[shard] { served[node].append(shard) } }
    let most = names.indices.filter { primaryLoad[$0] > least + 1 }
      .sorted { (primaryLoad[$1], $0) < (primaryLoad[$0], $1) }
    for start in most {
      let isEnd = { (node: Int) in primaryLoad[node] + 1 < primaryLoad[start] }
      let path = shortest(from: start, isEnd: isEnd) { node in
        served[node].lazy.flatMap { shard in
          copies[shard].lazy.filter { $0 != node }.map { Step(shard: shard, from: node, to: $0) }
        }
      }
      if let path { return path }
    }
    return nil
  }
}
