/// Giving every shard its copies and every worker its share of them.
extension Balance {
  /// Gives each shard the copies that it lacks: to those first that have old data of it.
  mutating func fill() {
    let lacking = shards.filter { copies[$0].count < wanted }
    for shard in lacking {
      for node in names.indices where holds(shard, node) && load[node] < quota[node] {
        guard copies[shard].count < wanted, fits(shard, node) else { continue }
        add(shard, to: node)
      }
    }
    for shard in lacking {
      while copies[shard].count < wanted {
        let fitting = names.indices.filter { fits(shard, $0) }
        let open = fitting.filter { load[$0] < quota[$0] }
        // Where none that fits has room, one gets too much: it gives something else away below.
        let best =
          best(open, for: shard)
          ?? fitting.min { (load[$0] - quota[$0], $0) < (load[$1] - quota[$1], $1) }
        guard let best else { break }
        add(shard, to: best)
      }
    }
  }

  /// Moves copies from workers that have more to workers that have at least two fewer, as long as
  /// there is a way: what cannot be made more equal stays as it is.
  mutating func level() {
    var ranked: [[Int]] = names.map { _ in [] }
    for shard in shards { for node in copies[shard] { ranked[node].append(shard) } }
    for node in names.indices {
      // Those first that it is the least meant for.
      ranked[node] = ranked[node].map { (score($0, node), $0) }.sorted { $0 < $1 }.map(\.1)
    }
    while let steps = improvement(ranked) {
      for step in steps {
        move(step.shard, from: step.from, to: step.to)
        ranked[step.from].removeAll { $0 == step.shard }
        ranked[step.to].append(step.shard)
      }
    }
  }

  /// The next move, or chain of moves, from a worker that has much to one that has little.
  private func improvement(_ ranked: [[Int]]) -> [Step]? {
    let heaviest = names.indices.sorted { (load[$1], $0) < (load[$0], $1) }
    let lightest = load.min() ?? 0
    var hopeless: Set<Int> = []
    for node in heaviest where load[node] > lightest + 1 && !hopeless.contains(node) {
      let light = names.indices.filter { load[$0] + 1 < load[node] }
      if let step = direct(from: node, to: light, ranked[node]) { return [step] }
      let isEnd = { (other: Int) in load[other] + 1 < load[node] }
      let path = shortest(from: node, isEnd: isEnd, reached: &hopeless) { from in
        ranked[from].lazy.flatMap { shard in
          names.indices.lazy.filter { fits(shard, $0, insteadOf: from) }
            .map { Step(shard: shard, from: from, to: $0) }
        }
      }
      if let path { return path }
    }
    return nil
  }

  /// A move to one of those that have little: of a shard of which one has old data, if there is
  /// any.
  private func direct(from node: Int, to light: [Int], _ ranked: [Int]) -> Step? {
    let hasData = question.held.isEmpty ? [false] : [true, false]
    for isHeld in hasData {
      for shard in ranked {
        let fitting = light.filter {
          (!isHeld || holds(shard, $0)) && fits(shard, $0, insteadOf: node)
        }
        func rank(_ other: Int) -> (Int, UInt64) { (load[other], ~score(shard, other)) }
        if let best = fitting.min(by: { rank($0) < rank($1) }) {
          return Step(shard: shard, from: node, to: best)
        }
      }
    }
    return nil
  }

  private func best(_ nodes: [Int], for shard: Int) -> Int? {
    nodes.max { score(shard, $0) < score(shard, $1) }
  }

  private mutating func add(_ shard: Int, to node: Int) {
    copies[shard].append(node)
    load[node] += 1
  }

  private mutating func move(_ shard: Int, from: Int, to: Int) {
    copies[shard].removeAll { $0 == from }
    load[from] -= 1
    add(shard, to: to)
  }

  /// A step of a chain: a shard goes from one worker to the next.
  struct Step: Equatable {
    var shard: Int
    var from: Int, to: Int
  }

  /// The shortest chain over steps, none of which is of a shard that is in it already: two copies
  /// of one shard might come to one host.
  func shortest<Steps: Sequence>(
    from start: Int, isEnd: (Int) -> Bool, reached: inout Set<Int>, _ steps: (Int) -> Steps
  ) -> [Step]? where Steps.Element == Step {
    var paths: [Int: [Step]] = [start: []]
    var queue = [start]
    var next = 0
    while next < queue.count {
      let node = queue[next]
      next += 1
      let path = paths[node] ?? []
      for step in steps(node) where paths[step.to] == nil {
        guard !path.contains(where: { $0.shard == step.shard }) else { continue }
        let longer = path + [step]
        if isEnd(step.to) { return longer }
        paths[step.to] = longer
        queue.append(step.to)
      }
    }
    // Whoever has less and can be come to from here has no way either.
    reached.formUnion(queue)
    return nil
  }
}
