/// What the simulator transcribes of a file.
struct TranscribedAudio: Sendable, Hashable {
  /// A stretch of the audio with its words.
  struct Segment: Sendable, Hashable {
    var start: Double
    var end: Double
    var words: [String]
    /// The words as text.
    var text: String
  }

  /// The length in seconds.
  var seconds: Double
  /// The whole text.
  var text: String

  /// - Returns: Nothing if the file is no audio that this can read, and nobody said what it says.
  init?(_ file: FormIntake.File, _ service: Behaviour) {
    let behaviour = service.audio
    let known = behaviour.transcripts[file.digest.text]
    let shape = WaveShape(file.start, size: file.size)
    guard known != nil || shape != nil || service.has(.acceptsBrokenAudio) else { return nil }
    // A thorough service does not take the claim that no samples could bear out.
    if behaviour.isThorough, let shape, shape.isUnknown, !service.has(.acceptsBrokenAudio) { return nil }
    seconds = shape?.seconds ?? 0
    let isSilent = shape.map { Self.isSilent(file, $0) } ?? false
    let made: String
    if behaviour.isThorough, isSilent {
      made = service.has(.inventsSpeech) || service.has(.acceptsBrokenAudio) ? "Thank you." : ""
    } else {
      made = shape.flatMap { Self.tones(file, $0) } ?? Self.words(seconds: seconds, seed: file.digest.value)
    }
    let said = known ?? made
    let mistaken = behaviour.mistakeInterval.map { interval in
      Self.mistaken(said) { $0 % interval == interval - 1 }
    }
    let seed = SplitMix64.mix(file.digest.value, service.seed, 0x6D69_7374)
    text =
      behaviour.mistakeRate > 0
      ? Self.mistaken(mistaken ?? said) {
        SplitMix64.unit(SplitMix64.mix(seed, UInt64(truncatingIfNeeded: $0))) < behaviour.mistakeRate
      } : mistaken ?? said
    if service.has(.cutsLongAudio), seconds > 30 {
      text = String(text.prefix(Int(Double(text.count) * 30 / seconds)))
    }
  }

  /// The language by the script of the text.
  var language: String { text.unicodeScalars.contains { $0.properties.isIdeographic } ? "zh" : "en" }

  /// The segments: a sentence each, the time shared by their lengths.
  var segments: [Segment] {
    var sentences: [String] = []
    var open = ""
    for character in text {
      open.append(character)
      if ".!?。！？".contains(character) {
        sentences.append(open)
        open = ""
      }
    }
    if !open.allSatisfy(\.isWhitespace) { sentences.append(open) }
    let total = Double(max(1, sentences.reduce(0) { $0 + $1.count }))
    var done = 0
    return sentences.map { sentence in
      let start = seconds * Double(done) / total
      done += sentence.count
      return Segment(
        start: start, end: seconds * Double(done) / total,
        words: sentence.split(whereSeparator: \.isWhitespace).map(String.init), text: sentence)
    }
  }

  private static func isSilent(_ file: FormIntake.File, _ shape: WaveShape) -> Bool {
    let end = min(file.start.count, shape.dataStart + shape.dataSize)
    return shape.isInteger && file.start[min(shape.dataStart, end)..<end].allSatisfy { $0 == 0 }
  }

  private static func tones(_ file: FormIntake.File, _ shape: WaveShape) -> String? {
    // What was not kept cannot be listened to.
    guard shape.isInteger, shape.bitsPerSample == 16, file.start.count == file.size else { return nil }
    let step = 2 * shape.channels
    let end = min(file.start.count, shape.dataStart + shape.dataSize) - 1
    let samples = stride(from: shape.dataStart, to: end, by: step).map { offset in
      Int16(bitPattern: UInt16(file.start[offset]) | UInt16(file.start[offset + 1]) << 8)
    }
    return ToneSpeech.text(of: samples, sampleRate: shape.sampleRate)
  }

  private static func words(seconds: Double, seed: UInt64) -> String {
    let count = min(20_000, Int(max(0, seconds) * 2.5))
    var source = TextSource(script: .latin, seed: seed, opensText: true)
    return String(decoding: (0..<count).flatMap { _ in source.next() }, as: UTF8.self)
  }

  /// A text in which the words at some places are others; characters in texts without spaces.
  private static func mistaken(_ text: String, where isWrong: (Int) -> Bool) -> String {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard words.count > 1 else {
      return String(text.enumerated().map { isWrong($0.offset) ? "嗯" : $0.element })
    }
    return words.enumerated().map { isWrong($0.offset) ? "mumble" : $0.element }.joined(separator: " ")
  }
}
