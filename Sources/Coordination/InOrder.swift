/// The entries of a dictionary by key. Whatever is done for each of several things is done in this
/// order: a dictionary's own order differs from process to process, and one history must give one
/// outcome.
func inOrder<Key: Comparable, Value>(
  _ dictionary: [Key: Value]
) -> [(key: Key, value: Value)] {
  dictionary.sorted { $0.key < $1.key }
}
