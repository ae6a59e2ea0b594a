internal import NPUMetrics

/// The images of both sides for one case.
public struct ImageCaseComparison: Sendable, Hashable {
  /// The case.
  public let asked: ImageCase
  /// How like the first images of both sides are; nil where one of them is missing.
  public let scores: ImageScores?
  /// How like the baseline's first image the others are, by structural similarity; nil if the case is not judged.
  public let similarity: SimilarityCase?
  /// Why the case is not judged: the baseline's image is missing, damaged or blank.
  public let baselineFault: CaseFault?
  /// Why the candidate's image cannot be compared, which counts against the candidate.
  public let candidateFault: CaseFault?

  /// Compares the responses to a case.
  ///
  /// - Parameters:
  ///   - asked: The case.
  ///   - baseline: The responses of the baseline, one at least.
  ///   - candidate: The responses of the candidate, one at least.
  ///   - scale: By what images are compared.
  public init(
    _ asked: ImageCase, baseline: [CaseResponse], candidate: [CaseResponse], scale: SimilarityScale = .ssim()
  ) {
    self.asked = asked
    let first = baseline.first.map(ComparableImage.pixels) ?? .failure(.none)
    let second = candidate.first.map(ComparableImage.pixels) ?? .failure(.none)
    guard case .success(let reference) = first, Self.isLargeEnough(reference) else {
      if case .failure(let fault) = first { baselineFault = fault } else { baselineFault = .tooSmall(asked) }
      candidateFault = second.fault
      (scores, similarity) = (nil, nil)
      return
    }
    baselineFault = nil
    var fault = second.fault
    var scores: ImageScores?
    if case .success(let image) = second {
      do throws(ImageError) { scores = try ImageScores(reference, image) } catch { fault = CaseFault(error) }
    }
    self.scores = scores
    candidateFault = fault
    func likeness(_ response: CaseResponse) -> Double {
      guard case .success(let image) = ComparableImage.pixels(of: response) else { return scale.failed }
      return (try? StructuralSimilarity.standard.score(reference, image).mean) ?? scale.failed
    }
    similarity = SimilarityCase(
      own: baseline.dropFirst().map(likeness),
      candidate: [scores?.ssim ?? scale.failed] + candidate.dropFirst().map(likeness))
  }

  /// Whether there is a window of structural similarity in an image.
  private static func isLargeEnough(_ image: PixelImage) -> Bool { min(image.width, image.height) >= 7 }
}

extension CaseFault {
  /// The fault of a side without a response.
  static let none = CaseFault(kind: "empty_response", message: "there is no response")

  fileprivate static func tooSmall(_ asked: ImageCase) -> CaseFault {
    CaseFault(
      kind: ImageError.Kind.imageTooSmall.rawValue,
      message: "the image of case \(asked.id) is smaller than 7 pixels a side, which is less than a window of SSIM")
  }
}

extension Result<PixelImage, CaseFault> {
  /// Why there is no image.
  fileprivate var fault: CaseFault? {
    guard case .failure(let fault) = self else { return nil }
    return fault
  }
}
