import CLinux
import CommandLineArguments
import Glibc

/// Whether this machine's clock can be believed. Granary decides nothing by it; people who read
/// logs, the audit and reports do, and certificates of etcd.
struct ClockChecks {
  /// The clock may be off by this much without a word, in seconds.
  private static let harmlessSeconds = 2.0
  /// When this program was written: no clock that is right is before it.
  private static let earliest = 1_767_225_600
  /// Clocks that take a system call, and some of them a microsecond, where the others take none.
  private static let slowSources: Set<String> = ["acpi_pm", "hpet", "jiffies", "refined-jiffies"]

  /// What the kernel says about the clock.
  struct Reading: Equatable {
    /// Seconds since 1970.
    var now: Int
    /// Whether something keeps it in step; nothing where the kernel does not say.
    var isKept: Bool?
    /// By how much it may be off.
    var mostSeconds: Double

    init(now: Int, isKept: Bool?, mostSeconds: Double) {
      (self.now, self.isKept, self.mostSeconds) = (now, isKept, mostSeconds)
    }

    /// That of this machine.
    static var here: Reading {
      var most = 0
      let state = unsafe granary_clock(&most)
      return Reading(
        now: time(nil), isKept: state < 0 ? nil : state > 0, mostSeconds: Double(most) / 1e6)
    }
  }

  func findings(_ files: SystemFiles) -> [Finding] {
    [clock(.here), source(files)].compactMap { $0 }
  }

  func clock(_ reading: Reading) -> Finding {
    let name = "clock"
    let wayOut = "`apt-get install systemd-timesyncd` or chrony, and see `timedatectl`"
    if reading.now < Self.earliest {
      return Finding(
        name, .wrong,
        "it shows a time before this program was written: files and the audit get "
          + "wrong times", do: wayOut)
    }
    guard let isKept = reading.isKept else { return Finding(name, ok: "the kernel does not say") }
    if !isKept {
      return Finding(
        name, .warning,
        "nothing keeps it in step with others: times in logs and in the audit "
          + "cannot be compared between machines", do: wayOut)
    }
    let off = Readable.duration(seconds: reading.mostSeconds)
    if reading.mostSeconds > Self.harmlessSeconds {
      return Finding(name, .warning, "it may be off by \(off)", do: wayOut)
    }
    return Finding(name, ok: "kept in step, off by \(off) at most")
  }

  func source(_ files: SystemFiles) -> Finding? {
    let path = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
    guard let text = files.text(path)?.split(whereSeparator: \.isWhitespace).first else {
      return nil
    }
    let found = "\(text) tells the time"
    guard Self.slowSources.contains(String(text)) else { return Finding("clock source", ok: found) }
    return Finding(
      "clock source", .warning, "\(found), which is slow to ask",
      do: "boot with clocksource=tsc or, in a virtual machine, kvm-clock or hyperv_clocksource")
  }

  /// The coordinator's clock beside this one, both in seconds since 1970. A question and its answer
  /// took `roundTrip`; the coordinator looked at its clock at some moment of that.
  static func skew(here: Double, there: Double, roundTrip: Double) -> Finding {
    let name = "clock skew"
    let apart = max(0, abs(there - here) - roundTrip)
    guard apart > harmlessSeconds else {
      return Finding(name, ok: "in step with the coordinator's")
    }
    return Finding(
      name, .warning,
      "\(Readable.duration(seconds: apart)) \(there > here ? "behind" : "ahead of") "
        + "the coordinator's", do: "keep both in step: see `timedatectl` on either machine")
  }
}
