import HTTPTypes
import NPUBase
import NPULoad
import NPUTransport

@testable import NPUReliability

/// Requests that carry nothing but their number, and what a scripted service responds.
struct NumberedWorkload: Workload {
  func prepare(_ index: Int) async throws -> PreparedRequest? {
    PreparedRequest(
      request: TransferRequest(
        head: HTTPRequest(method: .post, scheme: "http", authority: "127.0.0.1:1", path: "/\(index)"),
        timeouts: TransferTimeouts(connect: nil, firstByte: nil, idle: nil)))
  }
}

enum SoakSamples {
  /// A service in virtual time, which fails the requests of some numbers.
  static func transport(failing: @escaping @Sendable (Int) -> Bool = { _ in false }) -> ScriptedTransport {
    transport(responding: { index in failing(index) ? [.head(status: 503), .body("full")] : response(index) })
  }

  /// A service in virtual time that responds to each number as it is told.
  static func transport(
    responding steps: @escaping @Sendable (Int) -> [ScriptedTransport.Step]
  ) -> ScriptedTransport {
    ScriptedTransport { request in steps(request.head.path.flatMap { Int($0.dropFirst()) } ?? -1) }
  }

  /// A response that is whole, after some milliseconds or after another time.
  static func response(_ index: Int, after time: Duration? = nil) -> [ScriptedTransport.Step] {
    [
      .head(status: 200), .wait(time ?? .milliseconds(20 + index % 7)),
      .body(
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n"
          + "data: [DONE]\n\n"),
    ]
  }

  static func mix(_ weights: [(String, Double)] = [("chat", 3), ("image", 1)], seed: UInt64 = 7) throws -> ServiceMix {
    try ServiceMix(weights.map { ServiceMix.Part($0.0, weight: $0.1, NumberedWorkload()) }, seed: seed)
  }

  static func plan(
    _ requests: Int, concurrency: Int = 4, pause: Duration = .zero, limits: SoakLimits = SoakLimits()
  ) throws -> SoakPlan {
    try SoakPlan(
      LoadPlan(
        arrival: .closedLoop(concurrency: concurrency), rampUp: .zero, pause: pause, stop: .requests(requests)),
      limits: limits)
  }

  /// A request that has ended, at a second of the clock.
  static func record(
    _ index: Int, service: String? = "chat", at second: Double = 1, taking milliseconds: Double = 100,
    _ outcome: Outcome = Outcome(.success, status: 200)
  ) -> RequestRecord {
    let end = MonotonicInstant(nanoseconds: Int64(second * 1e9))
    return RequestRecord(
      index: index, service: service,
      timeline: StreamTimeline(
        started: end.advanced(by: .nanoseconds(-Int64(milliseconds * 1e6))), closed: end),
      outcome: outcome)
  }

  /// A window of a given number, a minute long.
  static func window(
    _ number: Int, session: Int = 0, p50: Double = 100, completed: Int = 60, failed: Int = 0,
    _ change: (inout SoakResources) -> Void = { _ in }
  ) -> SoakWindow {
    var tally = SoakTally()
    let start = Double(number) * 60
    for index in 0..<completed { tally.add(record(index, at: start + 1, taking: p50)) }
    for index in 0..<failed {
      tally.add(record(completed + index, at: start + 1, Outcome(.httpStatus(503), status: 503)))
    }
    var resources = SoakResources()
    change(&resources)
    return SoakWindow(
      number: number, session: session, start: start, seconds: 60, endedAt: "2026-01-01T00:00:00Z",
      services: ["chat": tally.figures], resources: resources)
  }
}
