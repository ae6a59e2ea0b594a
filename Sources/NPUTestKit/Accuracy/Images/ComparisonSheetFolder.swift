internal import NPUBase
internal import NPUMetrics

/// A folder that gets two images a case: where the sides differ, and both sides beside it.
public struct ComparisonSheetFolder: Sendable {
  /// The folder.
  public let path: String

  /// Makes sure that files can be written to the folder; it is created if it is missing.
  ///
  /// - Throws: ``AccuracyError`` of kind `open`.
  public init(_ path: String) throws(AccuracyError) {
    do throws(FileError) { try Folder.prepare(path) } catch { throw AccuracyError(error) }
    self.path = path
  }

  /// Writes `ID-heat.png` and `ID-side.png`; the first is left out where the sizes differ, and both where an image is
  /// missing.
  ///
  /// - Parameters:
  ///   - asked: The case.
  ///   - baseline: The responses of the baseline.
  ///   - candidate: The responses of the candidate.
  /// - Throws: ``AccuracyError`` if a file cannot be written; `ImageError` and `PNGError` where memory is out.
  public func write(_ asked: ImageCase, _ baseline: [CaseResponse], _ candidate: [CaseResponse]) throws {
    guard let first = baseline.first, let second = candidate.first,
      case .success(let reference) = ComparableImage.decoded(first),
      case .success(let image) = ComparableImage.decoded(second)
    else { return }
    let name = path + "/" + RecordingFolder.plainName(asked.id)
    if let heat = try? ComparisonSheet.heatMap(reference, image) { try save(heat, name + "-heat.png") }
    try save(try ComparisonSheet.sideBySide(reference, image), name + "-side.png")
  }

  private func save(_ image: PixelImage, _ path: String) throws {
    let bytes = try image.pngEncoded(compressionLevel: 1)
    do throws(FileError) { try OutputFile(path, for: .everyone).save(bytes) } catch { throw AccuracyError(error) }
  }
}
