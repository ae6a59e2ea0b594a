import Foundation
import NPUMetrics

/// The executions of one subject, each made of the seed and its own number alone.
struct FuzzRun {
  /// An execution of this many seconds is a hang; inputs are small, and a thousand times less is usual.
  static let hangSeconds: UInt32 = 20
  /// The resident memory that no input may need; the limits given to the decoders are far below it.
  static let memoryLimit = 256 << 20

  let subject: any FuzzSubject
  let seed: UInt64

  func input(_ number: UInt64) -> [UInt8] {
    // Far apart, so that neighbouring numbers of neighbouring seeds are not the same input.
    var mutator = FuzzMutator(generator: SeededGenerator(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ number))
    return subject.input(from: &mutator)
  }

  func execute(_ number: UInt64) -> String { subject.execute(input(number)) ? "accepted" : "refused" }

  /// Executes until the time is up, and prints what was done.
  func loop(seconds: Int, progress path: String) throws {
    var limit = rlimit(rlim_cur: UInt(4 * Self.memoryLimit), rlim_max: UInt(4 * Self.memoryLimit))
    guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EINVAL)
    }
    let progress = try FuzzProgress(path: path)
    let clock = ContinuousClock()
    let start = clock.now
    let end = start.advanced(by: .seconds(seconds))
    var number: UInt64 = 0
    var accepted = 0
    var slowest = Duration.zero
    var now = start
    while now < end {
      progress.note(number)
      alarm(Self.hangSeconds)
      if subject.execute(input(number)) { accepted += 1 }
      number += 1
      let then = clock.now
      slowest = max(slowest, now.duration(to: then))
      now = then
      if number % 256 == 0 { try checkMemory() }
    }
    alarm(0)
    let peak = try checkMemory()
    let milliseconds = Double(slowest.components.attoseconds) / 1e15 + Double(slowest.components.seconds) * 1e3
    print(
      """
      \(path.split(separator: "/").last?.split(separator: ".").first ?? ""): seed \(seed), \(seconds) s, \(number) executions, \(accepted) accepted, \
      \(number - UInt64(accepted)) refused, slowest \(Int(milliseconds.rounded(.up))) ms, peak memory \(peak >> 20) MiB
      """)
  }

  /// The most memory that was resident so far, in bytes; more than the limit stops the process.
  @discardableResult
  private func checkMemory() throws -> Int {
    let status = String(decoding: FileManager.default.contents(atPath: "/proc/self/status") ?? Data(), as: UTF8.self)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    guard let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) }) else {
      fatalError("/proc/self/status has no VmHWM; fuzz on Linux.")
    }
    let peak = kilobytes << 10
    precondition(peak <= Self.memoryLimit, "An input made the process grow to \(peak >> 20) MiB.")
    return peak
  }
}
