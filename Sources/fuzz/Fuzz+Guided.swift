#if COVERAGE_GUIDED
  import CLibFuzzer
#endif
import FuzzTargets
import Glibc

extension Fuzz {
  /// Lets libFuzzer make inputs, guided by the code that they reach.
  static func run(_ words: [String]) {
    #if COVERAGE_GUIDED
      var count = Int32(words.count + 1)
      var copies = unsafe (["fuzz"] + words).map { unsafe strdup($0) } + [nil]
      let code = unsafe copies.withUnsafeMutableBufferPointer { copies in
        var start = copies.baseAddress
        return unsafe LLVMFuzzerRunDriver(&count, &start) { bytes, size in
          unsafe Fuzz.take(UnsafeBufferPointer(start: bytes, count: size))
        }
      }
      exit(code)
    #else
      print("fuzz: built without -sanitize=fuzzer; ops/fuzz builds with it")
      exit(2)
    #endif
  }

  /// One input. A finding ends the process, so that the input is kept.
  static func take(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32 {
    do throws(Finding) {
      // What is refused is of no further interest unless it reached something new.
      _ = try target.check(unsafe Array(bytes))
      return 0
    } catch {
      print("found: \(error)")
      fflush(nil)
      abort()
    }
  }
}

#if COVERAGE_GUIDED
  /// What libFuzzer's own `main`, which is linked but not used, calls.
  @_cdecl("LLVMFuzzerTestOneInput")
  public func takeInput(_ bytes: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    unsafe Fuzz.take(UnsafeBufferPointer(start: bytes, count: size))
  }
#endif
