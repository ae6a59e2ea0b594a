import Foundation
import NPULoad
import Testing

@Suite("Load plan")
struct LoadPlanTests {
  private static func plans() throws -> [LoadPlan] {
    [
      try LoadPlan(arrival: .closedLoop(concurrency: 16), stop: .requests(100)),
      try LoadPlan(
        arrival: .closedLoop(concurrency: 1), rampUp: .zero, warmUp: .requests(3),
        stop: .whicheverFirst(requests: 5, duration: .milliseconds(1_500)), drainLimit: .seconds(2), seed: .max),
      try LoadPlan(arrival: .openLoop(.poisson(rate: 0.001)), stop: .duration(.seconds(3_600)), seed: 7),
      try LoadPlan(
        arrival: .openLoop(.constant(rate: .infinity), maxConcurrency: 32), warmUp: .requests(0), stop: .requests(1)),
      try LoadPlan(
        arrival: .openLoop(
          ArrivalProcess(rate: 8, burstiness: 0.25, ramp: RateRamp(from: 0, over: .duration(.seconds(9))))),
        warmUp: .duration(.seconds(10)), stop: .duration(.nanoseconds(86_400_000_000_001))),
      try LoadPlan(
        arrival: .openLoop(
          ArrivalProcess(rate: 8, burstiness: 3, ramp: RateRamp(from: 1, growth: .exponential, over: .requests(40)))),
        stop: .requests(40)),
    ]
  }

  @Test(
    "Network threads follow the requests at once and the rate, up to half of the cores",
    arguments: [
      (LoadPlan.Arrival.closedLoop(concurrency: 1), 64, 1), (.closedLoop(concurrency: 1024), 64, 1),
      (.closedLoop(concurrency: 1025), 64, 2), (.closedLoop(concurrency: 4096), 64, 4),
      (.closedLoop(concurrency: 4096), 4, 2), (.closedLoop(concurrency: 4096), 1, 1),
      (.closedLoop(concurrency: .max), 1024, 64),
      (.openLoop(try! .poisson(rate: 2000)), 64, 1), (.openLoop(try! .poisson(rate: 9000)), 64, 5),
      (.openLoop(try! .poisson(rate: 10), maxConcurrency: 3000), 64, 3),
      (.openLoop(try! .constant(rate: .infinity)), 64, 10),
    ])
  func networkThreads(arrival: LoadPlan.Arrival, cores: Int, expected: Int) throws {
    let plan = try LoadPlan(arrival: arrival, stop: .requests(10_000))
    #expect(plan.networkThreads(cores: cores) == expected)
  }

  @Test("A plan survives its JSON")
  func roundTrip() throws {
    for plan in try Self.plans() {
      #expect(try JSONDecoder().decode(LoadPlan.self, from: JSONEncoder().encode(plan)) == plan)
    }
  }

  @Test("The JSON of a plan names its units and writes an infinite rate as vLLM does")
  func keys() throws {
    let plan = try LoadPlan(arrival: .openLoop(.constant(rate: .infinity)), stop: .requests(4), seed: 3)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(plan), as: UTF8.self)
    let expected =
      #"{"arrival":{"burstiness":"inf","request_rate":"inf"},"mode":"open_loop","seed":3,"stop":{"requests":4},"#
      + #""warm_up":{}}"#
    #expect(text == expected)
  }

  @Test("A recorded plan that breaks the rules is refused")
  func recordedNonsense() {
    let text =
      #"{"mode":"closed_loop","concurrency":0,"ramp_up_ms":0,"warm_up":{},"stop":{"requests":1},"#
      + #""seed":1}"#
    #expect { try JSONDecoder().decode(LoadPlan.self, from: Data(text.utf8)) } throws: {
      ($0 as? LoadPlanError)?.kind == .concurrency
    }
  }

  @Test("A closed loop without a ramp-up gets the default one, an open loop has none")
  func rampUp() throws {
    #expect(try LoadPlan(arrival: .closedLoop(concurrency: 64), stop: .requests(1)).rampUp == .milliseconds(64))
    #expect(try LoadPlan(arrival: .openLoop(.poisson(rate: 1)), stop: .requests(1)).rampUp == .zero)
  }

  struct Refusal: Sendable {
    var kind: LoadPlanError.Kind
    var mentions: String
    var make: @Sendable () throws -> LoadPlan
  }

  static let closed = LoadPlan.Arrival.closedLoop(concurrency: 1)

  static let refusals = [
    Refusal(kind: .concurrency, mentions: "0") {
      try LoadPlan(arrival: .closedLoop(concurrency: 0), stop: .requests(1))
    },
    Refusal(kind: .concurrency, mentions: "-4") {
      try LoadPlan(arrival: .openLoop(.poisson(rate: 1), maxConcurrency: -4), stop: .requests(1))
    },
    Refusal(kind: .stop, mentions: "0") { try LoadPlan(arrival: closed, stop: .requests(0)) },
    Refusal(kind: .stop, mentions: "\(Int.max)") { try LoadPlan(arrival: closed, stop: .requests(.max)) },
    Refusal(kind: .warmUp, mentions: "\(Int.max)") {
      try LoadPlan(arrival: closed, warmUp: .requests(.max), stop: .requests(1))
    },
    Refusal(kind: .rateRamp, mentions: "\(Int.max)") {
      try LoadPlan(
        arrival: .openLoop(.poisson(rate: 1, ramp: RateRamp(from: 0, over: .requests(.max)))), stop: .requests(1))
    },
    Refusal(kind: .stop, mentions: "0.0 seconds") { try LoadPlan(arrival: closed, stop: .duration(.zero)) },
    Refusal(kind: .stop, mentions: "unlimited") {
      try LoadPlan(arrival: .openLoop(.poisson(rate: .infinity)), stop: .duration(.seconds(1)))
    },
    Refusal(kind: .stop, mentions: "-1.0 seconds") {
      try LoadPlan(arrival: closed, stop: .requests(1), drainLimit: .seconds(-1))
    },
    Refusal(kind: .warmUp, mentions: "-1") {
      try LoadPlan(arrival: closed, warmUp: .requests(-1), stop: .requests(1))
    },
    Refusal(kind: .warmUp, mentions: "-2.0 seconds") {
      try LoadPlan(arrival: closed, warmUp: .duration(.seconds(-2)), stop: .requests(1))
    },
    Refusal(kind: .warmUp, mentions: "3.0 seconds") {
      try LoadPlan(
        arrival: .openLoop(.constant(rate: .infinity)), warmUp: .duration(.seconds(3)), stop: .requests(1))
    },
    Refusal(kind: .rampUp, mentions: "-1.0 seconds") {
      try LoadPlan(arrival: closed, rampUp: .seconds(-1), stop: .requests(1))
    },
    Refusal(kind: .rampUp, mentions: "5.0 seconds") {
      try LoadPlan(arrival: .openLoop(.poisson(rate: 1)), rampUp: .seconds(5), stop: .requests(1))
    },
  ]

  @Test("An impossible plan is refused with the offending value and what is allowed", arguments: refusals.indices)
  func refused(index: Int) {
    let refusal = Self.refusals[index]
    #expect {
      try refusal.make()
    } throws: { error in
      guard let error = error as? LoadPlanError else { return false }
      return error.kind == refusal.kind && error.description.contains(refusal.mentions) && !error.allowed.isEmpty
    }
  }
}
