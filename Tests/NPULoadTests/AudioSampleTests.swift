import NPULoad
import NPUServices
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

@Suite("A sample of audio", .timeLimit(.minutes(30)))
struct AudioSampleTests {
  @Test("an upload of 200 MB occupies little memory here and in the simulator", arguments: [false, true])
  func largeUpload(isPlain: Bool) async {
    await #expect(processExitsWith: .success) { [isPlain] in
      let size = 200 << 20
      let header: [UInt8] =
        Array("RIFF".utf8) + [0xFF, 0xFF, 0xFF, 0xFF] + Array("WAVEfmt ".utf8)
        + [16, 0, 0, 0, 1, 0, 1, 0, 0x80, 0x3E, 0, 0, 0, 0x7D, 0, 0, 2, 0, 16, 0] + Array("data".utf8)
        + [0xFF, 0xFF, 0xFF, 0xFF]
      var behaviour = Behaviour()
      behaviour.audio.transcripts = [:]
      try await TemporaryFile.withSparse(header, size: size, name: "hour.wav") { path in
        try await withSimulator(behaviour: behaviour) { simulator in
          try await CurlTransport.with { transport in
            let client = TranscriptionClient(
              transport: transport, service: try ServiceConfiguration(simulator.baseURL),
              wireProtocol: isPlain ? .transcribe : .openAI)
            let sample = try AudioSample(path: path)
            let baseline = ProcessResources.residentBytes
            let response = try await client.transcribe(TranscriptionRequest(audio: sample.input))
            #expect(response.metrics.bytesSent > size, "\(response.metrics.bytesSent) bytes sent")
            #expect(sample.duration == .seconds(Double((size - 44) / 2) / 16_000), "\(sample.duration)")
            #expect(!response.transcription.text.isEmpty, "no text")
            let received = simulator.requests.first?.bodySize ?? 0
            #expect(received > size, "\(received) bytes received")
            let grown = ProcessResources.peakResidentBytes - baseline
            #expect(grown < 64 << 20, "grown by \(grown) bytes")
          }
        }
      }
    }
  }
}
