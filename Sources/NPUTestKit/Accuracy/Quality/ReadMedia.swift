internal import NPULoad
internal import NPUMetrics

/// A response of a service of images or audio, as far as it can be read here, and what is wrong with it by itself.
struct ReadMedia: Sendable {
  /// What can be compared with another response.
  enum Content: Sendable {
    /// Images that show something.
    case images([PixelImage])
    /// A sound from its first audible sample on.
    case sound(AudioClip)
    /// A transcription.
    case text(String)
    /// Nothing: it is empty, or of a format that is not read here.
    case nothing
  }

  private(set) var content = Content.nothing
  /// What is wrong with the response by itself.
  private(set) var anomalies: [Anomaly] = []
  /// Characters of a transcription without white space.
  private(set) var characters = 0
  /// The script in which a transcription begins although nothing in the truth gives a reason for it.
  private(set) var unaskedScript: String?

  /// Why pixels are not looked at, which is no fault of the service.
  private static let unread: Set<String> = Set(
    [PNGError.Kind.unsupportedFormat, .notPNG, .limitExceeded, .outOfMemory].map(\.rawValue))
  /// Why a sound has nothing to hear.
  private static let silent: Set<String> = ["silent", AudioError.Kind.emptyClip.rawValue]

  /// Reads a response.
  ///
  /// - Parameters:
  ///   - media: The response as it came.
  ///   - words: What is said in the sound that was to be transcribed, where that is known.
  init(_ media: ExaminedMedia, words: String?) {
    switch media {
    case .images(let files): read(images: files)
    case .speech(let file): if let file { read(sound: file) }
    case .transcription(let text): read(text: text, words)
    }
  }

  private mutating func read(images files: [[UInt8]]) {
    var images: [PixelImage] = []
    for file in files {
      switch ComparableImage.pixels(of: CaseResponse(file: file)) {
      case .success(let image): images.append(image)
      case .failure(let fault): note(fault, empty: ["blank"])
      }
    }
    if !images.isEmpty { content = .images(images) }
  }

  private mutating func read(sound file: [UInt8]) {
    switch ComparableSpeech.clip(of: CaseResponse(file: file)) {
    case .success(let clip): content = .sound(clip)
    case .failure(let fault) where Self.silent.contains(fault.kind): note(fault, empty: Self.silent)
    // Whether a sound is whole was seen when it came; another encoding is not read here.
    case .failure: break
    }
  }

  /// Notes what is wrong with a file, one of each kind at most.
  private mutating func note(_ fault: CaseFault, empty: Set<String>) {
    guard !Self.unread.contains(fault.kind) else { return }
    let kind = empty.contains(fault.kind) ? AnomalyKind.empty : .truncated
    guard !anomalies.contains(where: { $0.kind == kind }) else { return }
    anomalies.append(Anomaly(kind, fault.message))
  }

  private mutating func read(text: String, _ words: String?) {
    content = .text(text)
    // In which language somebody speaks is not known without the truth.
    var detector = TextAnomalyDetector(prompt: words.map { PromptTraits($0) }, watchesScripts: words != nil)
    detector.feed(text)
    let found = detector.finish()
    // Silence has no words: an empty transcription is wrong only where something is known to be said.
    let isSilence = words?.allSatisfy(\.isWhitespace) ?? true
    anomalies = found.anomalies.filter { $0.kind != .empty || !isSilence }
    characters = found.characters
    unaskedScript = found.unaskedScript?.name
  }

  /// Bytes that the content takes in memory.
  var bytes: Int {
    switch content {
    case .images(let images): images.reduce(0) { $0 + $1.samples.count }
    case .sound(let clip): clip.samples.count * 4
    case .text(let text): text.utf8.count
    case .nothing: 0
    }
  }

  /// The length of a sound from its first audible sample on, in seconds; nil for anything else.
  var seconds: Double? {
    guard case .sound(let clip) = content else { return nil }
    return clip.seconds
  }

  /// Whether there is nothing to compare; a transcription without a word is one.
  var isNothing: Bool {
    if case .nothing = content { true } else { false }
  }

  /// Whether it is a transcription, and has no word.
  var hasNoWords: Bool {
    if case .text = content { characters == 0 } else { false }
  }
}
