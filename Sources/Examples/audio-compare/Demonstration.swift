import NPUTestKit

/// What the simulator's two modes are asked.
enum Demonstration {
  /// Pairs of sentences: more texts than there are sentences, none of them twice.
  static let texts: [String] = SpeechCase.sentences.flatMap { first in
    SpeechCase.sentences.filter { $0 != first }.prefix(8).map { "\(first) \($0)" }
  }

  /// Sounds in which a simulator says the texts.
  static func spoken(by address: String) async throws -> [TranscriptionCase] {
    let transport = try CurlTransport()
    defer { transport.shutDown() }
    let client = SpeechClient(transport: transport, service: try ServiceConfiguration(address))
    var cases: [TranscriptionCase] = []
    for (index, text) in texts.enumerated() {
      let sound = try await client.generate(SpeechRequest(text: text, format: .wav))
      cases.append(TranscriptionCase(id: "\(index + 1)", audio: sound.bytes, reference: text))
    }
    return cases
  }
}
