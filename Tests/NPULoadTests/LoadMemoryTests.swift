import Foundation
import NPUBase
import NPULoad
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

/// Tests that take minutes and are to be asked for.
enum LongTests {
  /// How long each may take; missing unless they are asked for.
  static let seconds = ProcessInfo.processInfo.environment["NPUTESTKIT_LONG_TESTS"].map { Int($0) ?? 180 }
}

/// Minutes of load as fast as it goes; a measurement to be read, and a bound on memory.
@Suite(
  "Load generator for minutes", .serialized,
  .enabled(
    if: LongTests.seconds != nil,
    "set NPUTESTKIT_LONG_TESTS to the seconds that each long test may take, and build for release"))
struct LoadMemoryTests {
  /// The resident size of this process in KiB.
  private func residentSize() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    return try #require(line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) })
  }

  @Test("The resident size stays flat while requests end by the hundred thousand", arguments: [64, 1_000])
  func flatMemory(concurrency: Int) async throws {
    let seconds = max(10, try #require(LongTests.seconds))
    var options = Simulator.Options()
    options.logCapacity = 0
    try await withSimulator(behaviour: Behaviour(outputTokens: 1), options: options) { simulator in
      let plan = try LoadPlan(
        arrival: .closedLoop(concurrency: concurrency), stop: .duration(.seconds(seconds)))
      let transport = try CurlTransport()
      defer { transport.shutDown() }
      let generator = LoadGenerator(plan: plan, workload: try SimulatedChats(simulator.baseURL), transport: transport)
      let began = transport.now
      var failures = 0
      var count = 0
      var sizes: [Int] = []
      let end = try await generator.run { records in
        count += records.count
        failures += records.count { !$0.outcome.isSuccess }
        // At 10 %, 20 % and so on.
        if began.duration(to: transport.now) >= .seconds(seconds) * (sizes.count + 1) / 10 {
          sizes.append(try residentSize())
        }
      }
      let rate = Double(count) / began.duration(to: end.finishedAt).seconds
      print("\(count) requests at \(concurrency): \(Int(rate)) per second; resident KiB by tenths: \(sizes)")
      #expect(failures == 0)
      #expect(count == end.measuredRequests)
      // A thousand connections take a while to have been through all that makes buffers grow.
      try #require(sizes.count >= 9)
      #expect(sizes[8] <= sizes[2] + max(sizes[2] / 10, 8 << 10))
    }
  }
}
