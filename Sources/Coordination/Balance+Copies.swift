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

  /// Takes from those that have more than their share what those that have less can take.
  mutating func level() {
    for node in names.indices where load[node] > quota[node] {
      let ranked = shardsOf(node)
      for isHeld in [true, false] {
        for shard in ranked where load[node] > quota[node] && copies[shard].contains(node) {
          let open = names.indices.filter {
            load[$0] < quota[$0] && (!isHeld || holds(shard, $0))
              && fits(shard, $0, insteadOf: node)
          }
          guard let best = best(open, for: shard) else { continue }
          move(shard, from: node, to: best)
        }
      }
      while load[node] > quota[node], let path = path(from: node) {
        for step in path { move(step.shard, from: step.from, to: step.to) }
      }
    }
  }

  /// The shards of a worker: those first that it is the least meant for.
  private func shardsOf(_ node: Int) -> [Int] {
    let mine = shards.filter { copies[$0].contains(node) }.map { (score($0, node), $0) }
    return mine.sorted { $0 < $1 }.map(\.1)
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

  /// The shortest chain of moves from a worker that has too much to one that has room, where no
  /// shard can go there directly.
  private func path(from start: Int) -> [Step]? {
    shortest(from: start, isEnd: { load[$0] < quota[$0] }) { node in
      shards.lazy.filter { copies[$0].contains(node) }.flatMap { shard in
        names.indices.lazy.filter { fits(shard, $0, insteadOf: node) }
          .map { Step(shard: shard, from: node, to: $0) }
      }
    }
  }

  /// The shortest chain over steps, none of which is of a shard that is in it already: two copies
  /// of one shard might come to one host.
  func shortest<Steps: Sequence>(
    from start: Int, isEnd: (Int) -> Bool, _ steps: (Int) -> Steps
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
    return nil
  }
}
