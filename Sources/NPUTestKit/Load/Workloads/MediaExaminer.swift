internal import NPUTransport

/// What looks at the images, sounds and transcriptions of a load for what is wrong with them, beside the timing.
package protocol MediaExaminer: Sendable {
  /// How the response to a request is examined; asked for when the request is prepared.
  func examination(of request: ExaminedMediaRequest) -> MediaExamination
}

/// Examines a response where its record is made, which is no network thread; nil where there is no response to speak of.
package typealias MediaExamination = @Sendable (ExaminedMedia?, RequestRecord) -> ResponseFindings?

/// What a request asks, as far as it matters for its response.
package struct ExaminedMediaRequest: Sendable, Hashable {
  /// Position of the request in the load, from 0.
  package var index: Int
  /// What requests have in common that ask for the same; nil where the service decides by chance.
  package var key: String?
  /// What is said in the sound that is to be transcribed, where that is known.
  package var words: String?

  /// Creates a request.
  package init(index: Int, key: String?, words: String? = nil) {
    (self.index, self.key, self.words) = (index, key, words)
  }
}

extension ExaminedMedia {
  /// The response without secrets that the service wrote into a text.
  fileprivate func cleaned(by redactor: Redactor) -> ExaminedMedia {
    guard case .transcription(let text) = self else { return self }
    return .transcription(redactor.clean(text))
  }
}

extension PreparedRequest {
  /// Has the response examined, if somebody examines responses.
  mutating func examine(by examiner: (any MediaExaminer)?, _ request: ExaminedMediaRequest) {
    guard let examiner else { return }
    mediaRequest = request
    mediaExamination = examiner.examination(of: request)
  }
}

/// An operation that has ended, and what is left to do for its record.
struct EndedOperation: Sendable {
  /// The record without findings.
  let record: RequestRecord
  private var media: ExaminedMedia?
  private let redactor: Redactor
  private var examination: MediaExamination?

  /// Makes the record of an operation.
  ///
  /// - Parameters:
  ///   - record: The record without findings.
  ///   - end: How the operation ended.
  ///   - prepared: Its request.
  init(_ record: RequestRecord, _ end: OperationEnd, of prepared: PreparedRequest) {
    self.record = record
    media = end.result.media?.cleaned(by: end.redactor)
    redactor = end.redactor
    examination = prepared.mediaExamination
  }

  /// How many bytes the response takes while it waits for its examination.
  var mediaBytes: Int {
    guard examination != nil else { return 0 }
    return switch media {
    case .images(let files): files.reduce(0) { $0 + $1.count }
    case .speech(let file): file?.count ?? 0
    case .transcription(let text): text.utf8.count
    case nil: 0
    }
  }

  /// Gives the examination up, and with it the response: the record then has no findings.
  mutating func dropMedia() { (media, examination) = (nil, nil) }

  /// The record with what was found in the response.
  func makeRecord() -> RequestRecord {
    guard let examination else { return record }
    var record = record
    record.findings = examination(media, record)
    return record.showable(redactor)
  }
}
