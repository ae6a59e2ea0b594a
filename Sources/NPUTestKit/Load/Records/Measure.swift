internal import NPUBase
internal import NPUMetrics
internal import NPUServices

/// The name of a quantity that a request has beside its latencies, such as the seconds of audio that it transcribed.
///
/// The unit stands at the end of the name, as in `audio_s` or `queue_wait_ms`; a name without one is a count or a
/// ratio. Values are 0 or more.
public struct Measure: RawRepresentable, Sendable, Hashable, Comparable, Codable {
  /// The name, in snake case, with its unit.
  public var rawValue: String

  /// Creates a measure from its name.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Compares names.
  public static func < (left: Measure, right: Measure) -> Bool { left.rawValue < right.rawValue }
}

extension Measure {
  /// Images that came with the response.
  public static let images = Measure(rawValue: "images")
  /// Bytes of the image files of the response.
  public static let imageBytes = Measure(rawValue: "image_bytes")
  /// Images whose structure was followed to the end, and whose pixels were to be decoded and are not decoded here.
  public static let undecodedImages = Measure(rawValue: "images_not_decoded")
}

extension Measure {
  /// Seconds of audio that went in or came out, from the structure of the WAV file.
  public static let audioSeconds = Measure(rawValue: "audio_s")
  /// Seconds from the start of the exchange, before the upload, to the end of the response.
  public static let processingSeconds = Measure(rawValue: "processing_s")
  /// The real-time factor of one request: processing seconds / seconds of audio.
  public static let realTimeFactor = Measure(rawValue: "rtf")
  /// Milliseconds from the request being written to the first piece of audio with a sample.
  public static let timeToFirstAudio = Measure(rawValue: "ttfa_ms")
  /// The longest wait between two pieces of audio of one response, in milliseconds.
  public static let longestAudioGap = Measure(rawValue: "longest_gap_ms")
  /// How often a listener would have heard a gap.
  public static let underruns = Measure(rawValue: "underruns")
  /// How long those gaps were together, in milliseconds.
  public static let underrunSilence = Measure(rawValue: "underrun_silence_ms")
  /// Milliseconds from the request being written to the first piece of a streamed transcription.
  public static let timeToFirstText = Measure(rawValue: "first_text_ms")
  /// Substituted, deleted and inserted words against the reference, after normalisation.
  public static let wordErrors = Measure(rawValue: "word_errors")
  /// Words of the reference.
  public static let referenceWords = Measure(rawValue: "reference_words")
  /// Substituted, deleted and inserted characters against the reference, after normalisation.
  public static let characterErrors = Measure(rawValue: "character_errors")
  /// Characters of the reference.
  public static let referenceCharacters = Measure(rawValue: "reference_characters")
  /// The recognition's part of a voice loop, in milliseconds.
  public static let transcriptionLatency = Measure(rawValue: "transcription_ms")
  /// The synthesis' part of a voice loop, in milliseconds.
  public static let speechLatency = Measure(rawValue: "speech_ms")
}

extension [Measure: Double] {
  /// The measures of the real-time factor, which the sums over a run are divided for.
  ///
  /// Audio counts only with its processing time, and processing time only with its audio: else the sums would be of
  /// different requests.
  static func pace(audio: Duration?, processing: Duration?) -> Self {
    guard let audio, let processing else { return [:] }
    var measures: Self = [.audioSeconds: audio.seconds, .processingSeconds: processing.seconds]
    if audio > .zero { measures[.realTimeFactor] = processing.seconds / audio.seconds }
    return measures
  }

  /// Adds what a transcription got wrong; a report sums it before it divides, since a corpus' rate is no mean of rates.
  mutating func add(_ counts: TranscriptErrorCounts) {
    self[.wordErrors] = Double(counts.words.distance)
    self[.referenceWords] = Double(counts.words.referenceCount)
    self[.characterErrors] = Double(counts.characters.distance)
    self[.referenceCharacters] = Double(counts.characters.referenceCount)
  }
}

extension Measure {
  /// Tasks of the request, 1 unless they are submitted in batches.
  public static let tasks = Measure(rawValue: "tasks")
  /// From submission to the arrival of the ticket.
  public static let submission = Measure(rawValue: "submit_ms")
  /// From submission to the end of the task as seen, of a batch to the end of its last task.
  public static let timeToFinish = Measure(rawValue: "time_to_finish_ms")
  /// The wait in the queue: by the service's own stamps, else time to finish less the work; the mean over a batch.
  public static let queueWait = Measure(rawValue: "queue_wait_ms")
  /// By how much the wait in the queue may be wrong: as the end, unless the service stamps it more finely; the mean
  /// over a batch.
  public static let queueWaitUncertainty = Measure(rawValue: "queue_wait_uncertainty_ms")
  /// The work: by the service's own measure where it gives one, else as seen; the mean over a batch.
  public static let processing = Measure(rawValue: "processing_ms")
  /// By how much the end may have been earlier than it was seen: the distance of the last two looks.
  public static let pollUncertainty = Measure(rawValue: "poll_uncertainty_ms")
  /// How often the service was asked for the state.
  public static let polls = Measure(rawValue: "polls")
  /// From the end of the task to its last result fetched.
  public static let download = Measure(rawValue: "download_ms")
}

extension Measure {
  /// The measures of the kit's own workloads, which objectives can name before any request was sent.
  package static let known: [Measure] = [
    .images, .imageBytes, .audioSeconds, .processingSeconds, .realTimeFactor, .timeToFirstAudio, .longestAudioGap,
    .underruns, .underrunSilence, .timeToFirstText, .wordErrors, .referenceWords, .characterErrors,
    .referenceCharacters, .transcriptionLatency, .speechLatency, .tasks, .submission, .timeToFinish, .queueWait,
    .queueWaitUncertainty, .processing, .pollUncertainty, .polls, .download,
  ]
}
