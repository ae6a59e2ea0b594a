import NPULoad
import Testing

@Suite("A plan in words")
struct LoadPlanDescriptionTests {
  @Test(
    "A plan reads as a sentence",
    arguments: [
      (.closedLoop(concurrency: 8), nil, "closed loop, 8 at a time, ramp-up 8 ms"),
      (.closedLoop(concurrency: 1), .zero, "closed loop, 1 at a time"),
      (.closedLoop(concurrency: 5_000), .milliseconds(2_500), "closed loop, 5000 at a time, ramp-up 2.5 s"),
    ] as [(LoadPlan.Arrival, Duration?, String)])
  func plans(arrival: LoadPlan.Arrival, rampUp: Duration?, words: String) throws {
    #expect("\(try LoadPlan(arrival: arrival, rampUp: rampUp, stop: .requests(1)))" == words)
  }

  @Test("Each kind of arrivals has its own words")
  func arrivals() throws {
    func words(_ process: ArrivalProcess, _ limit: Int? = nil) -> String {
      "\(LoadPlan.Arrival.openLoop(process, maxConcurrency: limit))"
    }
    #expect(words(try .poisson(rate: 10), 64) == "open loop, Poisson 10/s, at most 64 at a time")
    #expect(words(try .constant(rate: 0.5)) == "open loop, constant 0.5/s")
    #expect(words(try ArrivalProcess(rate: 2, burstiness: 0.25)) == "open loop, gamma 2/s with burstiness 0.25")
    #expect(words(try .constant(rate: .infinity), 3) == "open loop, all at once, at most 3 at a time")
    let ramp = try RateRamp(from: 1, over: .duration(.seconds(30)))
    #expect(words(try .poisson(rate: 10, ramp: ramp)) == "open loop, Poisson 1 to 10/s, linear over 30 s")
    let steps = try RateRamp(from: 1, growth: .exponential, over: .requests(40))
    #expect(words(try .constant(rate: 8, ramp: steps)) == "open loop, constant 1 to 8/s, exponential over 40 requests")
  }
}
