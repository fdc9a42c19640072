internal import Glibc
internal import Threading

/// The child's side of a crew: a process that trains and does nothing else.
public enum TrainerProcess {
  /// Does the work on one item. The result must depend on these three alone.
  public typealias Work = @Sendable (_ kind: UInt8, _ settings: [UInt8], _ item: [UInt8]) -> [UInt8]

  /// Does the work on a group of at most `TrainingUnit.groupSize` items in lanes and gives a result
  /// for each. A result must not depend on the other items of the group.
  public typealias GroupWork =
    @Sendable (_ kind: UInt8, _ settings: [UInt8], _ items: [[UInt8]]) -> [[UInt8]]

  /// The exit code for wrong arguments or descriptors (`EX_USAGE`).
  private static let usageCode: Int32 = 64
  /// The exit code for an input that makes no sense, or a wrong number of results (`EX_SOFTWARE`).
  private static let softwareCode: Int32 = 70

  /// Is a trainer until its crew has no more work, with work that takes one item at a time. Gives
  /// the code to exit with.
  ///
  /// `arguments` are those that follow the verb. The process runs at lower priority, within its
  /// memory limit, and ends with its parent.
  public static func run(arguments: [String], work: Work) -> Int32 {
    run(arguments) { kind, settings, items, breadcrumb in
      items.map { item in
        breadcrumb.beat(1)
        return work(kind, settings, item)
      }
    }
  }

  /// Is a trainer until its crew has no more work, with work that takes a group at a time.
  public static func run(arguments: [String], groupWork: GroupWork) -> Int32 {
    run(arguments) { kind, settings, items, breadcrumb in
      breadcrumb.beat(items.count)
      return groupWork(kind, settings, items)
    }
  }

  private static func run(
    _ arguments: [String],
    work: (UInt8, [UInt8], [[UInt8]], borrowing Breadcrumb) -> [[UInt8]]
  ) -> Int32 {
    guard let arguments = TrainerArguments(arguments) else {
      return fail("this verb is for the worker, which starts trainers itself", usageCode)
    }
    ChildProcess.dieWithParent(arguments.parent)
    guard let breadcrumb = Breadcrumb(inherited: TrainerArguments.breadcrumb) else {
      return fail("no shared page (error \(errno))", usageCode)
    }
    FaultNote.install(breadcrumb)
    _ = nice(10)
    limit(arguments.memoryBytes)

    let drill = Drill(environment: ChildProcess.currentEnvironment)
    var channel = TrainerChannel(descriptor: TrainerArguments.channel)
    channel.queue(.hello(version: Frame.version))
    guard channel.flush() else { return 0 }
    var kind: UInt8 = 0
    var settings: [UInt8] = []
    while true {
      switch channel.next() {
      case .unit(let newKind, let newSettings)?: (kind, settings) = (newKind, newSettings)
      case .group(let serial, let first, let count)?:
        breadcrumb.begin(group: serial)
        guard let items = channel.items(count) else { return softwareCode }
        for item in items { drill.rehearse(item.name) }
        errno = 0
        let results = work(kind, settings, items.map(\.bytes), breadcrumb)
        guard results.count == items.count else {
          return fail("\(results.count) results for \(items.count) items", softwareCode)
        }
        guard channel.answer(serial: serial, first: first, results) else { return 0 }
      case nil where channel.hasEnded: return 0
      default: return fail("the crew sent nonsense", softwareCode)
      }
    }
  }

  private static func limit(_ memoryBytes: Int?) {
    // Writing a core would take longer than the work that is lost.
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    guard let memoryBytes else { return }
    var space = rlimit()
    _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &space)
    space.rlim_max = min(space.rlim_max, rlim_t(memoryBytes))
    space.rlim_cur = space.rlim_max
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &space)
  }

  private static func fail(_ message: String, _ code: Int32) -> Int32 {
    var line = "granary trainer: \(message)\n"
    line.withUTF8 { utf8 in _ = unsafe write(STDERR_FILENO, utf8.baseAddress, utf8.count) }
    return code
  }
}
