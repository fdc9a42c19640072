/// What an undisturbed run was like: how long its steps took and what it left.
struct Reference: Sendable {
  var milliseconds: [Step: Int]
  /// Every value that a read gave.
  var values: Set<UInt64>
  var tables: Checker

  /// How long a step takes where nothing disturbs it; moves are no part of an undisturbed run.
  func milliseconds(of step: Step) -> Int { milliseconds[step] ?? 1_500 }
}
