public import NPUServices

/// In what form a response came, where that is not the form that the protocol has.
public struct ResponseForm: Sendable, Hashable {
  /// What is odd about the response, though it was read and judged all the same.
  public var notes: ResponseNotes
  /// What the head calls the stream, where that is not an event stream in UTF-8.
  public var mediaType: String?
  /// How the response was compressed, where it was.
  public var contentEncoding: String?
  /// The first finish reason by which the server cut the response, in its own word.
  ///
  /// It need not be that of the record, which is the last of all choices.
  public var cutReason: String?
  /// The first finish reason that is not known.
  public var unknownFinishReason: String?

  /// Creates a form.
  public init(
    notes: ResponseNotes = [], mediaType: String? = nil, contentEncoding: String? = nil, cutReason: String? = nil,
    unknownFinishReason: String? = nil
  ) {
    self.notes = notes
    self.mediaType = mediaType
    self.contentEncoding = contentEncoding
    self.cutReason = cutReason
    self.unknownFinishReason = unknownFinishReason
  }
}
