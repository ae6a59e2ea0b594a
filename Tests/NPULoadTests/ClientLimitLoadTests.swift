import NPULoad
import NPUTransport
import Testing

@Suite("Limits of this side in a load")
struct ClientLimitLoadTests {
  @Test("They are counted by their names, are nothing of the service's, and their run passes nothing")
  func counts() async throws {
    for kind in TransportError.clientLimits {
      let load = VirtualLoad(
        plan: try LoadPlan(arrival: .closedLoop(concurrency: 4), stop: .requests(12)),
        steps: { $0 % 4 == 1 ? [.fail(kind)] : VirtualLoad.answer(after: .milliseconds(10)) })
      var builder = try LoadReportBuilder()
      for record in try await load.run().records { builder.add(record) }
      let report = try builder.report()
      #expect(report.requests.completed == 9)
      #expect(report.requests.failures.map(\.name) == [kind.rawValue])
      #expect(report.requests.failures.map(\.count) == [3])
      #expect(report.requests.clientLimited == 3)
      #expect(report.notes.contains { $0.hasPrefix("3 requests failed at a limit of this machine") })
      #expect(!report.passes)
    }
  }
}
