import ArgumentParser
import ExampleSupport
import NPUSimulator
import NPUTestKit

/// Carries a comparison of responses to images out.
struct VisionComparer {
  private let tool: LLMCompare

  init(_ tool: LLMCompare) { self.tool = tool }

  /// Compares or records, prints the report, and ends with its status.
  func run() async throws {
    let (asking, sides) = (tool.asking, tool.sides)
    let cases = try tool.vision.cases(asking.cases)
    let simulators = services.comparesSimulators ? try await Self.simulators(cases) : nil
    let comparison = ServiceComparison(tool.target, services, tool.output, kind: .vision, usualRepeats: 1)
    let status = try await comparison.play(
      simulators: simulators.map { ($0.0.baseURL, $0.1.baseURL) },
      cases: { recording in
        guard let recording else { return cases }
        // A recording holds the digests of its images alone.
        return try sides.candidateRecording == nil ? cases : recording.asked()
      },
      side: { live in
        let client = ChatClient(transport: live.transport, service: live.service)
        var pattern = live.pattern.map { ChatRequest(commonOf: $0) } ?? self.pattern
        pattern.model = try await live.chosenModel()
        return ComparedSide(vision: client, pattern: pattern)
      }
    ) { sides in
      try await VisionComparison.run(
        sides.cases, baseline: sides.baseline, candidate: sides.candidate, repeats: sides.repeats,
        concurrency: asking.concurrency ?? 1, tolerance: asking.tolerance ?? 0.05, progress: sides.progress
      ).document
    }
    try await simulators?.0.shutDown()
    try await simulators?.1.shutDown()
    if !status.isSuccess { throw status }
  }

  private var services: ComparedServices {
    let sides = tool.sides
    var services = ComparedServices()
    (services.baselineURL, services.candidateURL) = (sides.baselineURL, sides.candidateURL)
    (services.baselineModel, services.candidateModel) = (sides.baselineModel, sides.candidateModel)
    services.baselineKeyVariable = sides.baselineApiKeyVariable
    services.candidateKeyVariable = sides.candidateApiKeyVariable
    (services.record, services.against) = (sides.record, sides.against)
    services.candidateRecording = sides.candidateRecording
    // The other comparisons take the remaining side from --base-url.
    if services.record == nil { services.candidateURL = services.candidateURL ?? tool.target.baseURL }
    services.repeats = tool.asking.repeats
    return services
  }

  private var pattern: ChatRequest {
    var pattern = ChatRequest(model: nil, messages: [])
    pattern.temperature = tool.asking.temperature
    pattern.seed = tool.asking.seed
    pattern.maxTokens = tool.asking.maxTokens
    return pattern
  }

  /// The simulator's "GPU", which sees every image, and its "NPU", which takes one in ten for another.
  private static func simulators(_ cases: [VisionCase]) async throws -> (Simulator, Simulator) {
    var seeing = Behaviour().with {
      $0.seesImages = true
      $0.repeatsQuotes = true
    }
    var clouded = seeing
    for (index, asked) in cases.enumerated() {
      guard let image = asked.image, case .imageURL(let address, _) = ContentPart.image(image) else { continue }
      let text = asked.keywords.joined(separator: " ")
      seeing.imageTexts[address] = text
      // Equal images are seen alike.
      clouded.imageTexts[address] = index % 10 == 9 ? "a cloud" : clouded.imageTexts[address] ?? text
    }
    return (try await Simulator.start(behaviour: seeing), try await Simulator.start(behaviour: clouded))
  }
}
