import NIOCore
import Testing

@testable import NPUSimulator

@Suite("Audio of the simulator")
struct ToneSpeechTests {
  @Test(
    "What was said is heard, at every usual rate and behind silence",
    arguments: ["The quick brown fox.", "今天天气真不错。", "a", "mixed 中文 and 🎉"], [8000, 16_000, 22_050, 44_100, 48_000])
  func roundTrip(text: String, rate: Int) {
    let samples = ToneSpeech.samples(text, sampleRate: rate)
    #expect(ToneSpeech.text(of: samples, sampleRate: rate) == text)
    #expect(ToneSpeech.text(of: [Int16](repeating: 3, count: 777) + samples, sampleRate: rate) == text)
    #expect(samples.count == (text.utf8.count * 2 + 3) * (rate / 50))
  }

  @Test("Silence, noise and a cut beginning carry no text")
  func noText() {
    var random = SplitMix64(seed: 5)
    let noise = (0..<20_000).map { _ in Int16(truncatingIfNeeded: random.next()) }
    for samples in [
      [], [Int16](repeating: 0, count: 20_000), noise, Array(ToneSpeech.samples("abc", sampleRate: 16_000)[900...]),
    ] {
      #expect(ToneSpeech.text(of: samples, sampleRate: 16_000) == nil)
    }
  }

  @Test("A digest is that of the bytes, however they come", arguments: [0, 1, 7, 8, 9, 1000])
  func digests(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
    for cut in [1, 3, 8, 13, 64] {
      var digest = ContentDigest()
      for start in stride(from: 0, to: count, by: cut) { digest.update(bytes[start..<min(start + cut, count)]) }
      #expect(digest.text == AudioBehaviour.digest(of: bytes))
    }
    #expect(AudioBehaviour.digest(of: bytes + [0]) != AudioBehaviour.digest(of: bytes))
  }

  private static let form =
    "--xyz\r\nContent-Disposition: form-data; name=\"language\"\r\n\r\nzh\r\n--xyz\r\n"
    + "Content-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--xyz\r\n"
    + "Content-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n"
    + "\r\n--xy\r\n\r\n-\r\n--xyz--\r\n"

  @Test("A form is read wherever it is cut", arguments: [1, 2, 3, 5, 7, 11, 1000])
  func forms(cut: Int) throws {
    var intake = try #require(FormIntake(contentType: "multipart/form-data; boundary=xyz"))
    let bytes = Array(Self.form.utf8)
    for start in stride(from: 0, to: bytes.count, by: cut) {
      intake.take(ByteBuffer(bytes: bytes[start..<min(start + cut, bytes.count)]))
    }
    intake.end()
    #expect(intake.malformed == nil)
    #expect(intake.text("language") == "zh")
    #expect(intake.text("empty") == "")
    let file = try #require(intake.file)
    #expect(file.field == "file")
    #expect(file.fileName == "a.wav")
    #expect(file.start == Array("\r\n--xy\r\n\r\n-".utf8))
    #expect(file.digest.text == AudioBehaviour.digest(of: file.start))
    #expect(intake.size == bytes.count)
  }

  @Test("A form that stops, or is none, is malformed", arguments: ["", "--xyz\r\nno head", "--xyz?", "text"])
  func malformed(body: String) throws {
    var intake = try #require(FormIntake(contentType: "multipart/form-data; boundary=\"xyz\""))
    intake.take(ByteBuffer(string: body))
    intake.end()
    #expect(intake.malformed != nil)
    #expect(FormIntake(contentType: "application/json") == nil)
    #expect(FormIntake(contentType: "multipart/form-data") == nil)
  }
}
