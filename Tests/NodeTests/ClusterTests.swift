import Testing

/// Everything that is tested on clusters of real processes: one after the other, for each takes the
/// machine.
@Suite("A cluster of processes", .serialized)
enum ClusterTests {}
