import NPUBase
import NPUMetrics
import NPUTransport
import TestSupport
import Testing

@testable import NPULoad
@testable import NPUServices

@Suite("The measures of audio")
struct SpeechMeasureTests {
  @Test("the time of an upload is part of the latency and of the real-time factor")
  func countsTheUpload() throws {
    func at(_ seconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: seconds * 1_000_000_000) }
    let instants = TransferInstants(started: at(1), sent: at(4), ended: at(6))
    let heard = TranscriptionResponse(transcription: Transcription(text: ""), instants: instants)
    #expect(heard.latency == .seconds(5))
    #expect(
      heard.measures(audio: .seconds(10)) == [.audioSeconds: 10, .processingSeconds: 5, .realTimeFactor: 0.5])
    let bytes = try AudioClip.toneBursts(seed: 1, .seconds(1)).wav()
    let spoken = SpeechResponse(
      [], bytes: bytes, audio: try SpeechAudio(bytes), usage: nil, instants: instants, metrics: TransferMetrics())
    #expect(spoken.measures(jitterBuffer: .zero)[.processingSeconds] == 5)
    #expect(spoken.measures(jitterBuffer: .zero)[.realTimeFactor] == 5)
  }

  @Test("audio and processing time count together or not at all")
  func countsPairs() throws {
    func at(_ seconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: seconds * 1_000_000_000) }
    let unknown = TranscriptionResponse(transcription: Transcription(text: ""), instants: TransferInstants(sent: at(4)))
    #expect(unknown.measures(audio: .seconds(10)).isEmpty)
    let bytes = bytes("ID3xxxxxxxx")
    let other = SpeechResponse(
      [], bytes: bytes, audio: try SpeechAudio(bytes, format: .mp3), usage: nil,
      instants: TransferInstants(started: at(1), sent: at(1), ended: at(2)), metrics: TransferMetrics())
    #expect(other.measures(jitterBuffer: .zero).isEmpty)
  }
}
