internal import NPUBase
internal import NPUMetrics
internal import NPUServices

/// How like the first response alone another response to the same request is.
struct MediaLikeness: Sendable {
  /// Whether it is as like as equal requests ought to be.
  var isAlike: Bool
  /// The structural similarity or the log-mel distance; nil where there is none.
  var value: Double?
  /// Wrong words of a transcription, and words that are said.
  var words: (wrong: Int, all: Int)?
  /// What differs, in a few words.
  var detail: String

  /// The share of clipped samples by which a sound may exceed the one alone.
  private static let clippingMargin = 0.001

  /// Compares two responses.
  ///
  /// - Parameters:
  ///   - first: The first response alone.
  ///   - other: The other one.
  ///   - truth: What is said in a sound that was transcribed; without it the first transcription stands for it.
  ///   - errors: How transcriptions are made comparable.
  init(_ first: ReadMedia, _ other: ReadMedia, truth: String?, errors: TranscriptErrors) {
    switch (first.content, other.content) {
    case (.images(let expected), .images(let found)): self.init(expected, found)
    case (.sound(let expected), .sound(let found)): self.init(expected, found)
    case (.text(let expected), .text(let found)): self.init(expected, found, truth, errors)
    default: self.init(isAlike: false, detail: "nothing to compare: the response is empty or cannot be read")
    }
  }

  private init(isAlike: Bool, value: Double? = nil, words: (wrong: Int, all: Int)? = nil, detail: String) {
    (self.isAlike, self.value, self.words, self.detail) = (isAlike, value, words, detail)
  }

  private init(_ expected: [PixelImage], _ found: [PixelImage]) {
    guard expected.count == found.count else {
      self.init(isAlike: false, detail: "\(found.count) images that show something, \(expected.count) alone")
      return
    }
    let scale = SimilarityScale.ssim()
    let least: Double
    do throws(ImageError) {
      least = try Self.leastSimilarity(expected, found)
    } catch {
      self.init(isAlike: false, detail: error.message)
      return
    }
    self.init(
      isAlike: scale.isAlike(least, scale.limit), value: least,
      detail: "SSIM \(NumberText.fixed(least, decimals: 4)) to the image alone")
  }

  /// The structural similarity of the images that are least alike.
  private static func leastSimilarity(
    _ expected: [PixelImage], _ found: [PixelImage]
  ) throws(ImageError) -> Double {
    var least = 1.0
    for (first, second) in zip(expected, found) where first != second {
      least = min(least, try StructuralSimilarity.standard.score(first, second).mean)
    }
    return least
  }

  private init(_ expected: AudioClip, _ found: AudioClip) {
    let scale = SimilarityScale.logMel()
    let distance: Double
    let clippedAlone: Double
    let clippedFound: Double
    do throws(AudioError) {
      distance = try LogMelDistance(reference: expected, candidate: found).distanceToTheEnd
      clippedAlone = try AudioLevels(expected).clippedRatio
      clippedFound = try AudioLevels(found).clippedRatio
    } catch {
      self.init(isAlike: false, detail: error.message)
      return
    }
    let isClipped = clippedFound > clippedAlone + Self.clippingMargin
    let clipped = isClipped ? ", \(NumberText.percent(clippedFound)) of its samples clipped" : ""
    let lengths = "\(NumberText.fixed(found.seconds)) s instead of \(NumberText.fixed(expected.seconds)) s"
    self.init(
      isAlike: scale.isAlike(distance, scale.limit) && !isClipped, value: distance,
      detail: "\(NumberText.fixed(distance)) dB from the sound alone, \(lengths)\(clipped)")
  }

  private init(_ expected: String, _ found: String, _ truth: String?, _ errors: TranscriptErrors) {
    let said = truth ?? expected
    func plain(_ text: String) -> String { errors.normalized(text, like: said).filter { !$0.isWhitespace } }
    let counts = try? errors.counts(reference: said, hypothesis: found).words
    self.init(
      isAlike: plain(expected) == plain(found), words: counts.map { (wrong: $0.distance, all: $0.referenceCount) },
      detail: "heard \"\(Excerpt.of(found, limit: 60))\", alone \"\(Excerpt.of(expected, limit: 60))\"")
  }
}
