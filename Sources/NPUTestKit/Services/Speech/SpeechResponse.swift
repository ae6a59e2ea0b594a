public import NPUBase
public import NPUTransport

/// Spoken audio with the instants at which it came.
public struct SpeechResponse: Sendable, Hashable {
  /// A piece of audio as it arrived.
  public struct Piece: Sendable, Hashable {
    /// When it left the socket.
    public var receivedAt: MonotonicInstant
    /// Where its bytes lie in the audio.
    public var bytes: Range<Int>
    /// How much audio it completed: zero for a header alone.
    public var audio: Duration
  }

  /// What is kept of a piece until the audio is whole, whose bytes stand elsewhere.
  struct Arrival: Sendable {
    var receivedAt: MonotonicInstant
    var count: Int
  }

  /// The bytes: of events what was in Base64, joined.
  public var bytes: [UInt8]
  /// What the bytes hold.
  public var audio: SpeechAudio
  /// The pieces in the order of arrival.
  public var pieces: [Piece]
  /// Token counts, where the service gives them.
  public var usage: Usage?
  /// When each step of the exchange happened.
  public var instants: TransferInstants
  /// What the transport measured.
  public var metrics: TransferMetrics

  /// Puts a response together from when its pieces came and how many bytes each had, together those of the audio.
  init(
    _ arrivals: [Arrival], bytes: [UInt8], audio: SpeechAudio, usage: Usage?, instants: TransferInstants,
    metrics: TransferMetrics
  ) {
    self.bytes = bytes
    self.audio = audio
    self.usage = usage
    self.instants = instants
    self.metrics = metrics
    pieces = []
    pieces.reserveCapacity(arrivals.count)
    var position = audio.start
    for arrival in arrivals {
      let (offset, before) = (position.offset, position.time)
      audio.advance(&position, by: arrival.count)
      pieces.append(
        Piece(receivedAt: arrival.receivedAt, bytes: offset..<position.offset, audio: position.time - before))
    }
  }

  /// The length of the audio; `nil` where its format is not read here.
  public var duration: Duration? { audio.duration }

  /// The time to first audio: from the request being written to the piece that completed the first sample.
  ///
  /// A header is no audio: servers that stream send it long before the first sound. `nil` without a sample.
  public var timeToFirstAudio: Duration? {
    guard let sent = instants.sent, let first = pieces.first(where: { $0.audio > .zero }) else { return nil }
    return sent.duration(to: first.receivedAt)
  }

  /// The time from the start of the exchange, before the upload, to the end of the response; `nil` where the transport
  /// did not say.
  public var latency: Duration? {
    guard let started = instants.started, let ended = instants.ended else { return nil }
    return started.duration(to: ended)
  }

  /// The times between pieces that brought samples; those that came with one read of the socket count as zero apart.
  public var cadence: [Duration] {
    let instants = pieces.lazy.filter { $0.audio > .zero }.map(\.receivedAt)
    return zip(instants, instants.dropFirst()).map { $0.duration(to: $1) }
  }

  /// What a listener would have heard through a jitter buffer.
  ///
  /// - Parameter jitterBuffer: How much audio the player keeps before it begins.
  /// - Returns: Beginning, underruns and end.
  public func playback(jitterBuffer: Duration) -> PlaybackBuffer.Report {
    var buffer = PlaybackBuffer(jitterBuffer: jitterBuffer)
    for piece in pieces { buffer.arrive(piece.audio, at: piece.receivedAt) }
    if let end = instants.ended ?? pieces.last?.receivedAt { buffer.end(at: end) }
    return buffer.report
  }

  /// The audio as one WAV file, for services that take nothing else; `nil` where its format is not read here.
  ///
  /// A single file is handed out as it came. Raw samples get a header, and the samples of several files are joined
  /// under one.
  public var waveFile: [UInt8]? { audio.waveFiles == 1 ? bytes : audio.waveFile(from: bytes) }
}
