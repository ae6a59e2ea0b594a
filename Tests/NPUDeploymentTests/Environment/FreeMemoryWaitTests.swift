import NPUDeployment
import NPUMetrics
import NPUTelemetry
import Synchronization
import TestSupport
import Testing

@Suite("The wait for free memory") struct FreeMemoryWaitTests {
  /// Chips whose memory is another at every reading; the last stays.
  private final class ScriptedChips: TelemetrySource {
    private let readings: Mutex<[[Int]?]>

    /// - Parameter readings: Megabytes in use by chip; `nil` for a reading that fails.
    init(_ readings: [[Int]?]) { self.readings = Mutex(readings) }

    func read(timeout: Duration) async throws(SampleGap) -> ChipReport {
      let used = readings.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
      guard let used else { throw SampleGap(kind: .timeout, message: "npu-smi took longer than \(timeout)") }
      let text = ChipTable.text(hbm: used.map { (used: $0, total: 65_536) })
      do { return try ChipReport(parsing: Array(text.utf8).span) } catch {
        throw SampleGap(kind: .unreadable, message: "\(error)")
      }
    }
  }

  private func wait(_ readings: [[Int]?], tolerance: Int = 64, interval: Duration = .seconds(2)) -> FreeMemoryWait {
    FreeMemoryWait(
      source: ScriptedChips(readings), toleranceBytes: tolerance << 20, interval: interval, clock: JumpingClock())
  }

  @Test(
    "lasts until no chip holds more than before, give or take the tolerance",
    arguments: [
      ([[100, 200], [100, 200]], 0), ([[100, 200], [9000, 9000], [100, 9000], [164, 264]], 4),
      ([[100, 200], nil, [50, 10]], 2), ([[100, 200], [165, 200], [164, 200]], 2),
    ] as [([[Int]?], Int)])
  func waits(readings: [[Int]?], seconds: Int) async throws {
    let wait = wait(readings)
    let baseline = try await wait.baseline()
    #expect(baseline.count == 2)
    #expect(try await wait.waitForFreeHBM(baseline, within: .seconds(60)) == .seconds(seconds))
  }

  @Test("ends at its limit, and names the chip and what it holds")
  func limit() async throws {
    let wait = wait([[100, 200], [100, 1224]])
    let baseline = try await wait.baseline()
    let error = await #expect(throws: EnvironmentError.self) {
      try await wait.waitForFreeHBM(baseline, within: .seconds(60))
    }
    let finding = try #require(error?.findings.first)
    #expect(finding.verdict == .failed && finding.message.contains("1/0 holds 1024 MiB more than before"), "\(finding)")
  }

  @Test("does not take what cannot be read for free memory")
  func unreadable() async throws {
    let wait = wait([[100], nil])
    let baseline = try await wait.baseline()
    let error = await #expect(throws: EnvironmentError.self) {
      try await wait.waitForFreeHBM(baseline, within: .seconds(10))
    }
    #expect(error?.findings.first?.verdict == .unknown)
    let missing = self.wait([[100, 200], [100]])
    let both = try await missing.baseline()
    await #expect(throws: EnvironmentError.self) { try await missing.waitForFreeHBM(both, within: .zero) }
    await #expect(throws: EnvironmentError.self) { try await missing.waitForFreeHBM([:], within: .seconds(10)) }
  }
}
