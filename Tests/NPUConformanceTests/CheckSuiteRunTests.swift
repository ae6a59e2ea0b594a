import HTTPTypes
import NPUConformance
import NPUReporting
import NPUServices
import NPUSimulator
import NPUTransport
import Synchronization
import TestSupport
import Testing

@Suite("A run of checks", .timeLimit(.minutes(30))) struct SuiteRunTests {
  private static let service = answering(pieces: ["{}"])

  private static func context(_ transport: any Transport = service) throws -> ServiceCheckContext {
    // In a transport's own time every limit is met at once; those of the run are tested here.
    var service = try ServiceConfiguration.local
    service.timeouts = TransferTimeouts(connect: nil, firstByte: nil, idle: nil)
    return ServiceCheckContext(transport: transport, service: service)
  }

  private static func check(
    _ identifier: String, severity: CheckSeverity = .required, needs: [Probe<ServiceCheckContext>] = [],
    tags: [CheckTag] = [], isolation: CheckIsolation = .shared,
    _ judge: @escaping @Sendable (ServiceCheckContext) async throws -> Finding
  ) -> Check<ServiceCheckContext> {
    Check(
      identifier, "title of \(identifier)", requirement: "It must.", severity: severity, needs: needs, tags: tags,
      isolation: isolation, judge: judge)
  }

  @Test("Results come in the order of the suite, whoever ends first") func order() async throws {
    let suite = CheckSuite(
      "s",
      checks: (0..<20).map { number in
        Self.check("c\(number)") { _ in
          for _ in 0..<(20 - number) { await Task.yield() }
          return .pass("\(number)")
        }
      })
    let seen = Mutex<[String]>([])
    let report = await suite.run(in: try Self.context()) { result in
      seen.withLock { $0.append(result.check.identifier) }
    }
    #expect(report.results.map(\.finding.reason) == (0..<20).map(String.init))
    #expect(Set(seen.withLock(\.self)) == Set(suite.checks.map(\.id)))
    #expect(report.passes)
    #expect(report.exitStatus == 0)
  }

  @Test("A reason of megabytes is cut, and an error of the check or its probe is too")
  func longReasons() async throws {
    let long = String(repeating: "ab\u{1B}", count: 1 << 18)
    let probe = Probe<ServiceCheckContext>("an ability") { _ in .notSupported(long) }
    let suite = CheckSuite(
      "s",
      checks: [
        Self.check("passes") { _ in .pass(long) }, Self.check("throws") { _ in throw Finding.fail(long) },
        Self.check("needs", needs: [probe]) { _ in .pass("") },
      ])
    let report = await suite.run(in: try Self.context())
    #expect(report.results.map(\.finding.verdict) == [.pass, .fail, .notApplicable])
    for reason in report.results.map(\.finding.reason) {
      #expect(reason.hasSuffix("…") && reason.contains("ab ab ") && reason.utf8.count < 5000)
    }
  }

  @Test("No more checks run together than allowed, and the others run alone after them", arguments: [1, 3, 50])
  func bounded(concurrency: Int) async throws {
    let occupancy = Watched(Occupancy())
    func body(_ name: String) -> @Sendable (ServiceCheckContext) async throws -> Finding {
      { _ in
        occupancy.change { $0.enter(name) }
        // Nobody leaves before as many have come as may be there together.
        await occupancy.wait { $0.peak >= min(concurrency, 12) }
        for _ in 0..<50 { await Task.yield() }
        occupancy.change { $0.leave() }
        return .pass("")
      }
    }
    let alone = [
      Self.check("alone 1", isolation: .alone, body("alone 1")),
      Self.check("alone 2", isolation: .alone, body("alone 2")),
    ]
    let shared = (0..<12).map { Self.check("shared \($0)", body("shared")) }
    let suite = CheckSuite("s", checks: [alone[0]] + shared + [alone[1]])
    let report = await suite.run(in: try Self.context(), limits: CheckLimits(concurrency: concurrency))
    #expect(occupancy.value.peak == min(concurrency, 12))
    #expect(occupancy.value.order.suffix(2) == ["alone 1 beside 0", "alone 2 beside 0"])
    #expect(report.results.count == 14)
  }

  @Test("A check that takes too long fails with the limit named, and its request is cancelled") func timeout()
    async throws
  {
    let silent = ScriptedTransport { _ in [.hang] }
    let check = Self.check("slow") { context in
      _ = try await HealthClient(transport: context.transport, service: context.service).check()
      return .pass("")
    }
    let limits = CheckLimits(timeout: .seconds(7), clock: ExpiredClock())
    let result = await check.run(in: try Self.context(silent), limits: limits)
    #expect(result.finding.verdict == .fail)
    #expect(result.finding.reason.contains("7.0 seconds"), "\(result.finding.reason)")
    #expect(result.isFailure)
  }

  @Test("The limit holds while a check does something that cannot be cancelled, such as to compute") func computing()
    async throws
  {
    let gate = AsyncStream.makeStream(of: Void.self)
    let check = Self.check("busy") { _ in
      // A task of its own does not hear that the check is cancelled.
      await Task { for await _ in gate.stream { break } }.value
      return .pass("")
    }
    let limits = CheckLimits(timeout: .seconds(7), clock: ExpiredClock())
    let result = await check.run(in: try Self.context(), limits: limits)
    #expect(result.finding.verdict == .fail)
    #expect(result.finding.reason.contains("7.0 seconds"), "\(result.finding.reason)")
    gate.continuation.finish()
  }

  @Test("A check that ends in time is not held up by its limit") func inTime() async throws {
    let check = Self.check("quick") { _ in .pass("done") }
    let result = await check.run(in: try Self.context(), limits: CheckLimits(clock: StandingClock()))
    #expect(result.finding == .pass("done"))
  }

  @Test("A cancelled run ends with what it has, and is no pass") func cancelled() async throws {
    let silent = ScriptedTransport { request in
      request.head.path == "/health" ? [.head(status: 200)] : [.hang]
    }
    let reached = AsyncStream.makeStream(of: Void.self)
    let suite = CheckSuite(
      "s",
      checks: [
        Self.check("first") { _ in .pass("") },
        Self.check("hanging", isolation: .alone) { context in
          reached.continuation.yield()
          _ = try await HealthClient(transport: context.transport, service: context.service).models()
          return .pass("")
        },
        Self.check("last", isolation: .alone) { _ in
          try Task.checkCancellation()
          return .pass("")
        },
      ])
    let context = try Self.context(silent)
    let run = Task { await suite.run(in: context, limits: CheckLimits(timeout: nil)) }
    for await _ in reached.stream { break }
    run.cancel()
    let report = await run.value
    #expect(report.results.map(\.finding.verdict) == [.pass, .inconclusive, .inconclusive])
    #expect(report.results[1].finding.reason.contains("cancelled"))
    #expect(report.isInterrupted)
    #expect(!report.passes)
    #expect(report.exitStatus == 1)
  }

  @Test("A dead endpoint gives one clear reason for every check, and no pass") func dead() async throws {
    let transport = try CurlTransport()
    defer { transport.shutDown() }
    // Port 1 of the loopback is not served on any machine that tests run on.
    let service = try ServiceConfiguration("http://127.0.0.1:1")
    let report = await CheckSuite.llm.run(in: LLMCheckContext(transport: transport, service: service, model: nil))
    #expect(report.results.count == CheckSuite.llm.checks.count)
    #expect(Set(report.results.map(\.finding)).count == 1)
    let reason = try #require(report.unreachable)
    #expect(reason.hasPrefix("no service answers at http://127.0.0.1:1"), "\(reason)")
    #expect(report.exitStatus == 2)
    #expect(throws: ConformanceFailure.self) { try report.require() }
  }

  @Test("Wrong credentials are told once, before any check") func unauthorized() async throws {
    let refusing = answering(status: 401, pieces: [#"{"error":"Unauthorized"}"#])
    let suite = CheckSuite("s", checks: [Self.check("c") { _ in .pass("") }])
    let report = await suite.run(in: try Self.context(refusing))
    #expect(report.unreachable?.contains("refuses the credentials") == true)
    #expect(report.exitStatus == 2)
  }

  @Test("After a check that brought the service down the rest is not asked") func broughtDown() async throws {
    try await withChatService(.flawed(.diesAfterRefusal)) { context, _ in
      let suite = try CheckSuite.llm.selecting(CheckSelection(tags: [.errors]))
      let report = await suite.run(in: context)
      #expect(report.results[0].finding.verdict == .fail)
      for result in report.results.dropFirst() {
        #expect(
          result.finding
            == .inconclusive("not asked: the service has stopped answering since the check llm.error.unknown-model"))
      }
    }
  }

  @Test("A probe is asked once for all checks that need it; its failure leaves them open") func probes() async throws {
    let asked = Mutex<[String]>([])
    func probe(_ name: String, _ answer: Probe<ServiceCheckContext>.Support?) -> Probe<ServiceCheckContext> {
      Probe(name) { context in
        asked.withLock { $0.append(name) }
        _ = try await HealthClient(transport: context.transport, service: context.service).check()
        guard let answer else { throw Finding.fail("it broke") }
        return answer
      }
    }
    let (yes, no, broken) = (probe("yes", .supported), probe("no", .notSupported("it says no")), probe("broken", nil))
    let suite = CheckSuite(
      "s",
      checks: [
        Self.check("a", needs: [yes]) { _ in .pass("a") }, Self.check("b", needs: [yes, no]) { _ in .pass("b") },
        Self.check("c", needs: [no]) { _ in .pass("c") }, Self.check("d", needs: [broken]) { _ in .pass("d") },
      ])
    let report = await suite.run(in: try Self.context())
    #expect(asked.withLock(\.self) == ["yes", "no", "broken"])
    #expect(report.results.map(\.finding.verdict) == [.pass, .notApplicable, .notApplicable, .inconclusive])
    #expect(report.results[1].finding.reason == "the service does not have no: it says no")
    #expect(report.results[1].evidence.total == 1, "the evidence of the probe stands beside the finding")
    #expect(report.results[3].finding.reason.contains("it broke"))
  }

  @Test(
    "Errors of the exchange fail a check, those of the way to the service leave it open",
    arguments: [
      (TransportError.Kind.connectionRefused, Finding.Verdict.inconclusive), (.nameResolution, .inconclusive),
      (.tls, .inconclusive), (.connectionLost, .fail), (.truncatedBody, .fail), (.idleTimeout, .fail),
      (.firstByteTimeout, .fail), (.protocolViolation, .fail),
    ])
  func errors(kind: TransportError.Kind, verdict: Finding.Verdict) async throws {
    let broken = ScriptedTransport { _ in [.fail(kind)] }
    let check = Self.check("c") { context in
      _ = try await HealthClient(transport: context.transport, service: context.service).models()
      return .pass("")
    }
    let result = await check.run(in: try Self.context(broken))
    #expect(result.finding.verdict == verdict)
    #expect(result.finding.reason.contains(kind.rawValue))
    #expect(result.evidence.exchanges.first?.error?.contains(kind.rawValue) == true)
  }

  @Test(
    "Statuses that say nothing of the service leave a check open",
    arguments: [
      (401, Finding.Verdict.inconclusive), (403, .inconclusive), (429, .inconclusive), (500, .fail), (503, .fail),
    ])
  func statuses(status: Int, verdict: Finding.Verdict) async throws {
    let refusing = answering(status: status, pieces: [#"{"error":{"message":"no"}}"#])
    let check = Self.check("c") { context in
      _ = try await HealthClient(transport: context.transport, service: context.service).models()
      return .pass("")
    }
    #expect(await check.run(in: try Self.context(refusing)).finding.verdict == verdict)
  }

  @Test("A recommended check warns and does not fail the run") func severity() async throws {
    let suite = CheckSuite(
      "s", checks: [Self.check("a") { _ in .pass("") }, Self.check("b", severity: .recommended) { _ in .fail("no") }])
    let report = await suite.run(in: try Self.context())
    #expect(report.passes)
    #expect(report.warnings.map(\.check.identifier) == ["b"])
    try report.require()
  }

  @Test("A run in which nothing could be judged is no pass") func nothing() async throws {
    let suite = CheckSuite("s", checks: [Self.check("a", severity: .recommended) { _ in .inconclusive("?") }])
    let report = await suite.run(in: try Self.context())
    #expect(report.exitStatus == 2)
    #expect(throws: ConformanceFailure.self) { try report.require() }
  }
}
