import NPUConformance
import NPUServices
import NPUSimulator
import NPUTransport
import Testing

@Suite("The checks of a model that sees") struct MultimodalSuiteTests {
  /// A service with something wrong on purpose.
  struct Mutant: Sendable, CustomStringConvertible {
    var check: String
    var what: String
    var behaviour: Behaviour
    var reason: String

    var description: String { "\(check) with \(what)" }

    init(_ check: String, _ flaw: Flaw, _ reason: String) {
      (self.check, what, behaviour, self.reason) = (check, flaw.rawValue, .flawed(flaw), reason)
    }

    init(_ check: String, _ what: String, _ behaviour: Behaviour, _ reason: String) {
      (self.check, self.what, self.behaviour, self.reason) = (check, what, behaviour, reason)
    }

    static let all = [
      Mutant("mm.image", .ignoresImages, "get one response"),
      Mutant("mm.images", .keepsOneImage, "get one response"),
      Mutant("mm.images.order", .sortsImages, "in both orders"),
      Mutant("mm.large", .refusesLargeImages, "at most 2048"),
      Mutant("mm.text", .ignoresImages, "judged by keywords \"4711\""),
      Mutant("mm.chart", .ignoresImages, "judged by keywords \"Osaka\""),
      Mutant("mm.frames", .sortsImages, "judged by the order of the numbers"),
      Mutant("mm.stream", .losesStreamedToken, "the stream"),
      Mutant("mm.stream", "no_finish", .exemplary.with { $0.fault = Fault(.noFinish) }, "no chunk has a finish reason"),
      Mutant("mm.no-image", .requiresImages, "An image is required"),
      Mutant("mm.error.broken-image", .acceptsBrokenImages, "accepted with status 200"),
      Mutant("mm.error.broken-image", .diesAfterRefusal, "no longer answers"),
      Mutant("mm.error.status", .blamesItself, "status 500"),
    ]
  }

  /// Runs something against a simulator that knows what stands in the images.
  private func withService(
    _ behaviour: Behaviour, knowsTexts: Bool = true, _ body: (MultimodalCheckContext) async throws -> Void
  ) async throws {
    try await withChatService(behaviour) { llm, simulator in
      var context = MultimodalCheckContext(llm)
      // Over the limit of the flaw, and drawn faster than 4K.
      (context.largeWidth, context.largeHeight) = (2304, 512)
      if knowsTexts { simulator.behaviour.imageTexts = try context.imageTexts }
      try await body(context)
    }
  }

  private func check(_ identifier: String) throws -> Check<MultimodalCheckContext> {
    try #require(try CheckSuite.multimodal.selecting(CheckSelection(only: [identifier])).checks.first)
  }

  @Test("A service without a flaw passes", arguments: CheckSuite.multimodal.checks)
  func good(_ check: Check<MultimodalCheckContext>) async throws {
    // A stream is compared by generated words, of which a reading model has too few.
    try await withService(.exemplary, knowsTexts: check.tags.contains(.semantic)) { context in
      let result = await check.run(in: context)
      #expect(result.finding.verdict == .pass, "\(result.finding.reason)")
    }
  }

  @Test("A service with a flaw is found out", arguments: Mutant.all)
  func mutant(_ mutant: Mutant) async throws {
    let check = try check(mutant.check)
    try await withService(mutant.behaviour, knowsTexts: check.tags.contains(.semantic)) { context in
      let finding = await check.run(in: context).finding
      #expect(finding.verdict == .fail, "\(finding.reason)")
      #expect(finding.reason.contains(mutant.reason), "\(finding.reason)")
    }
  }

  @Test("Each check has a service that it must find wanting") func complete() {
    #expect(Set(Mutant.all.map(\.check)) == Set(CheckSuite.multimodal.checks.map(\.id)))
  }

  @Test("A model for text alone has nothing to be checked but its text") func textOnly() async throws {
    try await withService(.flawed(.refusesImages), knowsTexts: false) { context in
      let report = await CheckSuite.multimodal.run(in: context)
      let judged = report.results.filter { $0.finding.verdict != .notApplicable }
      #expect(judged.map(\.check.identifier) == ["mm.no-image"])
      #expect(report.results[0].finding.reason.contains("not a multimodal model"))
    }
  }

  @Test("A server that blames itself for an address that it cannot reach is found out") func unreachable() async throws
  {
    let transport = ScriptedTransport { request in
      guard case .bytes(let body) = request.body, String(decoding: body, as: UTF8.self).contains("image.invalid") else {
        return VacuousService.json(
          #"{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","#
            + #""content":"ok"},"finish_reason":"stop"}]}"#)
      }
      return [.head(status: 500, contentType: "text/plain"), .body("Internal Server Error")]
    }
    let llm = LLMCheckContext(
      transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8000"), model: "m")
    let finding = await (try check("mm.error.status")).run(in: MultimodalCheckContext(llm)).finding
    #expect(finding.verdict == .fail, "\(finding.reason)")
    #expect(finding.reason.contains("an address of no server: status 500"), "\(finding.reason)")
  }

  @Test("A server that takes one image is not asked about several") func oneImage() async throws {
    try await withService(.flawed(.refusesSeveralImages)) { context in
      for identifier in ["mm.images", "mm.images.order", "mm.frames"] {
        let finding = await (try check(identifier)).run(in: context).finding
        #expect(finding.verdict == .notApplicable)
        #expect(finding.reason.contains("At most 1 image"))
      }
      #expect(await (try check("mm.image")).run(in: context).finding.verdict == .pass)
    }
  }
}
