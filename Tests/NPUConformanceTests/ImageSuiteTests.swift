import NPUConformance
import NPUServices
import NPUSimulator
import NPUTransport
import Testing

@Suite("The checks of an image service") struct ImageSuiteTests {
  /// Runs something against a simulator, with a context of small images.
  private func withService(
    _ behaviour: Behaviour = .smallImages, _ wireProtocol: ImageRequest.WireProtocol = .diffusers,
    _ body: (ImageCheckContext) async throws -> Void
  ) async throws {
    try await withSimulator(behaviour: behaviour) { simulator in
      let transport = try CurlTransport()
      defer { transport.shutDown() }
      var context = ImageCheckContext(
        transport: transport, service: try ServiceConfiguration(simulator.baseURL), wireProtocol: wireProtocol)
      context.defaultSize = .init(width: 64, height: 64)
      context.customSize = .init(width: 48, height: 80)
      context.oddSize = .init(width: 61, height: 61)
      context.stepCounts = [2, 4]
      context.parallelRounds = 2
      context.loraPath = "style.safetensors"
      try await body(context)
    }
  }

  private func check(_ identifier: String) throws -> Check<ImageCheckContext> {
    try #require(try CheckSuite.image.selecting(CheckSelection(only: [identifier])).checks.first)
  }

  @Test(
    "A service without a flaw passes in both protocols", arguments: CheckSuite.image.checks,
    ImageRequest.WireProtocol.allCases)
  func good(_ check: Check<ImageCheckContext>, _ wireProtocol: ImageRequest.WireProtocol) async throws {
    try await withService(.smallImages, wireProtocol) { context in
      let finding = await check.run(in: context).finding
      #expect(finding.verdict == .pass, "\(finding.reason)")
    }
  }

  @Test("A service with a flaw is found out", arguments: ImageMutant.all)
  func mutant(_ mutant: ImageMutant) async throws {
    try await withService(mutant.behaviour) { context in
      let finding = await (try check(mutant.check)).run(in: context).finding
      #expect(finding.verdict == .fail, "\(finding.reason)")
      #expect(finding.reason.contains(mutant.reason), "\(finding.reason)")
    }
  }

  @Test("Each check has a service that it must find wanting") func complete() {
    #expect(Set(ImageMutant.all.map(\.check)) == Set(CheckSuite.image.checks.map(\.id)))
  }

  @Test("A service that does nothing with an image is not judged by it", arguments: ImageRequest.WireProtocol.allCases)
  func noSteering(_ wireProtocol: ImageRequest.WireProtocol) async throws {
    let behaviour = Behaviour.smallImages.with { $0.flaws = [.ignoresControlImages, .ignoresSourceImages] }
    try await withService(behaviour, wireProtocol) { context in
      var context = context
      context.loraPath = nil
      for (identifier, reason) in [
        ("image.controlnet", "the same with and without control_image"),
        ("image.lora", "give their name or path to the check"),
      ] {
        let finding = await (try check(identifier)).run(in: context).finding
        #expect(finding.verdict == .notApplicable)
        #expect(finding.reason.contains(reason), "\(finding.reason)")
      }
      guard wireProtocol == .diffusers else { return }
      #expect(await (try check("image.img2img")).run(in: context).finding.verdict == .notApplicable)
    }
  }

  @Test("The protocol is found out by asking") func wireProtocol() async throws {
    try await withService { context in
      let found = try await ImageCheckContext.findProtocol(transport: context.transport, service: context.service)
      #expect(found == .diffusers)
      let nowhere = try ServiceConfiguration("\(context.service.endpoint)/elsewhere")
      #expect(try await ImageCheckContext.findProtocol(transport: context.transport, service: nowhere) == nil)
    }
  }
}
