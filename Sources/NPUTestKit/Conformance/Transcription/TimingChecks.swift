internal import NPUBase
import NPUMetrics
internal import NPUServices

extension Check where Context == TranscriptionCheckContext {
  /// Segments are in order and inside the recording.
  static var segments: Check {
    Check(
      "asr.segments", "Segments are in order and inside the recording",
      requirement:
        "Each segment ends no earlier than it begins, begins no earlier than the one before, and ends within the audio.",
      needs: [.segments]
    ) { context in
      let (wav, seconds) = try context.anyRecording()
      let segments = try await context.hear(wav, verbose: true).segments
      try Finding.demand(!segments.isEmpty, "the response has no segments")
      var before = 0.0
      var spoken = 0.0
      for (index, segment) in segments.enumerated() {
        guard let start = segment.start, let end = segment.end else {
          return .fail("segment \(index) lacks its times")
        }
        // Models count in steps of 20 ms, and some pad to whole seconds.
        try Finding.demand(
          start >= before && end >= start, "segment \(index) lies at \(start)...\(end) s after one from \(before) s on")
        try Finding.demand(
          end <= seconds + 1, "segment \(index) ends at \(end) s, but the recording has \(seconds) s")
        before = start
        spoken += end - start
      }
      try Finding.demand(spoken > 0, "each of \(segments.count) segments has a length of 0 s")
      return .pass("\(segments.count) segment\(segments.count == 1 ? "" : "s") in \(seconds) s")
    }
  }

  /// The length is told right.
  static var duration: Check {
    Check(
      "asr.duration", "The length is told right",
      requirement: "The length that the response gives differs from that of the file by at most a second.",
      knownDeviations: "vLLM rounds it up to whole seconds in the short form.", needs: [.reportedDuration]
    ) { context in
      let (wav, seconds) = try context.anyRecording()
      try Finding.presume(seconds > 2, "the recording of \(seconds) s is too short to tell its length from none")
      let told = try await context.hear(wav, verbose: true).duration ?? .nan
      try Finding.demand(abs(told - seconds) <= 1, "the response says \(told) s, the file has \(seconds) s")
      return .pass("the response says \(told) s, the file has \(seconds) s")
    }
  }

  /// A stream says what the whole response says.
  static var transcriptionStream: Check {
    Check(
      "asr.stream.equals-whole", "A stream says what the whole response says",
      requirement: "The pieces of a streamed transcription add up to the text of the same request without a stream.",
      needs: [.textStreams], tags: [.stream]
    ) { context in
      let wav = try context.anyRecording().wav
      let whole = try await context.hear(wav).text
      let streamed = try await context.hearing.transcribeStreaming(context.request(wav)).transcription.text
      func trimmed(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
      guard !trimmed(whole).isEmpty || !trimmed(streamed).isEmpty else {
        return context.hasWords
          ? .fail("in a recording with words both texts are empty")
          : .notApplicable("both texts are empty, as the words of the made recording are; give one with words")
      }
      try Finding.demand(
        trimmed(whole) == trimmed(streamed),
        "the stream says \"\(Excerpt.of(streamed, limit: 120))\", the whole response \"\(Excerpt.of(whole, limit: 120))\""
      )
      return .pass("both say \"\(Excerpt.of(whole, limit: 100))\"")
    }
  }
}
